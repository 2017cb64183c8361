import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { Picks } from "../models/picks.js";

const KEYS = { ArrowDown: 1, ArrowUp: -1 };
const ROOM = 8;

/**
 * A field that finds one of many by its name. What it offers lies in the top layer, so that nothing moves. Tells `pick`
 * with what was chosen; the field is empty then for the next, or shows the name (`keeps`).
 */
class PickOne extends ViewElement {
  static properties = ["name", "label", "hint", "find", "keeps", "problem", "picks"];

  connected() {
    this.picks ??= new Picks((text) => this.find(text));
    // What lies in the top layer does not move by itself with the field, when a phone shows its keyboard for instance.
    const follow = () => this.picks.isOpen && this.#place(this.#menu);
    addEventListener("scroll", follow, { signal: this.signal, capture: true, passive: true });
    addEventListener("resize", follow, { signal: this.signal });
  }

  get #id() {
    return `pick-${this.name}`;
  }

  get #menu() {
    return /** @type {HTMLElement} */ (this.querySelector("[popover]"));
  }

  view() {
    const { picks, problem, hint } = this;
    const id = this.#id;
    const active = picks.isOpen && picks.active ? `${id}-${picks.active.id}` : null;
    const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
    return html`<div class="form-row"><label for="${id}">${this.label}</label><span class="find-field">${icon("search")}
      <input type="text" class="field" id="${id}" role="combobox" autocomplete="off" aria-autocomplete="list"
        aria-expanded="${String(picks.isOpen)}" aria-controls="${id}-list" aria-activedescendant=${active}
        aria-invalid=${problem ? "true" : null} aria-describedby=${described || null} .value=${picks.text}
        @input=${(event) => picks.type(event.target.value)} @click=${() => picks.open()} @keydown=${this.#keyPressed}
        @blur=${() => picks.isOpen && picks.close()}></span>
      ${hint && html`<p class="form-hint" id="${id}-hint">${hint}</p>`}
      ${problem && html`<p class="form-problem" id="${id}-problem">${icon("alert")}<span>${problem}</span></p>`}
      <div class="menu pick-menu" popover="manual" @mousedown=${(event) => event.preventDefault()}>
        <div role="listbox" id="${id}-list" aria-label="${this.label}">${picks.results.map((one) => this.#option(one))}
        </div>${!picks.results.length && html`<p class="sheet-text quiet" role="status">${this.#nothing()}</p>`}</div>
      </div>`;
  }

  #nothing() {
    const { picks } = this;
    return t(picks.hasFailed ? "pick.failed" : picks.isLoading ? "pick.loading" : "pick.none");
  }

  /** @param {import("../models/picks.js").Pick} one */
  #option(one) {
    const { picks } = this;
    return html`<div class="menu-item" role="option" key=${one.id} id="${this.#id}-${one.id}"
      aria-selected="${String(one.id === picks.active?.id)}" @click=${() => this.#take(one)}>
      ${one.dot !== undefined && html`<span class="dot ${one.dot}"></span>`}<span class="clip">${one.name}</span>
      ${one.note && html`<small class="quiet end">${one.note}</small>`}</div>`;
  }

  updated() {
    const menu = this.#menu;
    const isShown = menu.matches(":popover-open");
    if (this.picks.isOpen && !isShown) menu.showPopover();
    else if (!this.picks.isOpen && isShown) menu.hidePopover();
    if (this.picks.isOpen) this.#place(menu);
    this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  /** Below the field, or above it where there is more room. @param {HTMLElement} menu */
  #place(menu) {
    const field = this.querySelector("input").getBoundingClientRect();
    const below = innerHeight - field.bottom - ROOM;
    const isBelow = below >= Math.min(menu.scrollHeight, 240) || below >= field.top;
    const { style } = menu;
    style.setProperty("left", `${field.left}px`);
    style.setProperty("width", `${field.width}px`);
    style.setProperty("max-height", `${Math.min(300, (isBelow ? below : field.top) - ROOM)}px`);
    style.setProperty("top", isBelow ? `${field.bottom + 4}px` : "auto");
    style.setProperty("bottom", isBelow ? "auto" : `${innerHeight - field.top + 4}px`);
  }

  /** @param {KeyboardEvent} event */
  #keyPressed = (event) => {
    const { picks } = this;
    if (event.isComposing) return;
    if (event.key in KEYS) picks.isOpen ? picks.move(KEYS[event.key]) : picks.open();
    else if (event.key === "Enter") picks.isOpen && picks.active && this.#take(picks.active);
    else if (event.key === "Escape" && picks.isOpen) picks.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** @param {import("../models/picks.js").Pick} one */
  #take(one) {
    this.picks.took(this.keeps ? one.name : "");
    this.emit("pick", one);
  }
}

PickOne.define("pick-one");
