import { html } from "../lib/html.js";
import { icon } from "../lib/icon.js";
import { moveFocus } from "../lib/keyboard.js";
import { ViewElement } from "../lib/view-element.js";

/**
 * A button that opens a menu in the top layer.
 *
 * @typedef {{heading: string} | {id: string, label: string, icon?: string, dot?: string, isChecked?: boolean,
 *   lang?: string}} MenuItem
 *   `isChecked` makes it one of several to choose from
 */
class MenuButton extends ViewElement {
  static properties = ["trigger", "label", "items", "triggerClass"];

  view() {
    return html`<button class="${this.triggerClass ?? ""} trigger" aria-haspopup="menu"
      aria-expanded="${String(this.isOpen)}" aria-label="${this.label}" @click=${this.#toggle}>${this.trigger}</button>
      <div class="menu" role="menu" popover="auto" aria-label="${this.label}" @toggle=${this.#toggled}
        @keydown=${this.#keyPressed}>
        ${this.items.map((item) => ("heading" in item ? html`<div class="menu-heading" role="presentation"
          key=${item.heading}>${item.heading}</div>` : this.#item(item)))}
      </div>`;
  }

  /** @param {any} item */
  #item(item) {
    const isChoice = item.isChecked !== undefined;
    return html`<button class="menu-item" key=${item.id} role="${isChoice ? "menuitemradio" : "menuitem"}" tabindex="-1"
      lang=${item.lang}
      aria-checked=${isChoice ? String(item.isChecked) : null} @click=${() => this.#choose(item.id)}>
      ${item.icon && icon(item.icon)}${item.dot !== undefined && html`<span class="dot ${item.dot}"></span>`}<span>
        ${item.label}</span>
      ${item.isChecked && icon("check", "end")}</button>`;
  }

  isOpen = false;

  get #panel() {
    return /** @type {HTMLElement} */ (this.querySelector("[popover]"));
  }

  #toggle = () => {
    if (this.isOpen) return this.#panel.hidePopover();
    this.#panel.showPopover();
    this.#place();
    (this.querySelector('[aria-checked="true"]') ?? this.querySelector(".menu-item"))?.focus();
  };

  /** Beside the button, wherever there is room. */
  #place() {
    const button = this.querySelector("button").getBoundingClientRect();
    const panel = this.#panel.getBoundingClientRect();
    const left = button.width > 60 ? button.left : button.right + 6;
    const top = button.width > 60 ? button.bottom + 4 : button.bottom - panel.height;
    const fit = (value, size, room) => `${Math.max(8, Math.min(value, room - size - 8))}px`;
    this.#panel.style.setProperty("left", fit(left, panel.width, innerWidth));
    this.#panel.style.setProperty("top", fit(top, panel.height, innerHeight));
  }

  /** @param {ToggleEvent} event */
  #toggled = (event) => {
    this.isOpen = event.newState === "open";
    const had = !this.isOpen && (this.contains(document.activeElement) || document.activeElement === document.body);
    if (had) this.querySelector("button").focus();
    this.update();
  };

  /** @param {KeyboardEvent} event */
  #keyPressed = (event) => {
    if (event.key === "Tab") this.#panel.hidePopover();
    moveFocus(event, [...this.querySelectorAll(".menu-item")]);
  };

  /** @param {string} id */
  #choose(id) {
    this.#panel.hidePopover();
    this.emit("choose", id);
  }
}

MenuButton.define("menu-button");
