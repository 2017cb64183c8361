import { avatar } from "../lib/avatar.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { Picker } from "../models/picker.js";

/** A sheet in which a person searches for several and picks them. */
class PickDialog extends ViewElement {
  static properties = ["picker"];

  /** @param {import("../models/picker.js").Pick} pick */
  open(pick) {
    this.picker = new Picker(pick);
    this.update();
    this.picker.load();
    this.querySelector("dialog").showModal();
    queueMicrotask(() => this.querySelector("input")?.focus());
  }

  view() {
    return html`<dialog class="sheet" aria-label="${this.picker?.pick.title ?? ""}" @click=${this.#clicked}
      @close=${() => (this.picker = undefined)}>${this.picker && this.#sheet()}</dialog>`;
  }

  #sheet() {
    const { pick, text, chosen } = this.picker;
    return html`<div class="sheet-head"><h2>${pick.title}</h2><button type="button" class="button plain icon-only"
      aria-label="${t("action.close")}" @click=${this.#close}>${icon("close")}</button></div>
      <div class="palette-input">${icon("search")}<input type="search" aria-label="${pick.search}"
        placeholder="${pick.search}" .value=${text} @input=${(event) => this.picker.search(event.target.value)}
        @keydown=${this.#keyPressed}></div>
      ${this.#results()}
      <div class="sheet-foot"><span class="quiet" role="status">${this.#words()}</span>
        <button type="button" class="button primary" ?disabled=${chosen.size === 0} @click=${this.#finish}>
        ${icon("add")}${chosen.size ? pick.confirm(chosen.size) : pick.title}</button></div>`;
  }

  #results() {
    const { pick, items, chosen } = this.picker;
    return html`<div class="results picks" role="group" aria-label="${pick.title}">
      ${items.map((item) => html`<label class="result" key=${item.id}><input type="checkbox"
        .checked=${chosen.has(item.id)} @change=${() => this.picker.toggle(item)}>
        ${item.sign ? icon(item.sign) : avatar(item.name, "small")}<span class="main clip">${item.name}</span>
        <small class="clip">${item.detail}</small></label>`)}</div>`;
  }

  #words() {
    const { pick, items, hiddenCount, isLoading, hasFailed, text } = this.picker;
    if (hasFailed) return t("picker.failed");
    if (isLoading) return items.length ? "" : t("picker.loading");
    if (hiddenCount) return t("picker.more", { count: hiddenCount });
    if (items.length) return "";
    return text ? t("picker.none") : pick.none;
  }

  /** Enter takes the only one that is found. @param {KeyboardEvent} event */
  #keyPressed = (event) => {
    if (event.isComposing || event.key !== "Enter") return;
    event.preventDefault();
    if (!this.picker.takeOnly() && this.picker.chosen.size && !this.picker.isLoading) this.#finish();
  };

  #finish = () => {
    this.picker.finish();
    this.#close();
  };

  #close = () => this.querySelector("dialog").close();

  /** A click beside the sheet closes it. @param {MouseEvent} event */
  #clicked = (event) => event.target === this.querySelector("dialog") && this.#close();
}

PickDialog.define("pick-dialog");
