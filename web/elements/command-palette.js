import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { nameOf } from "../lib/words.js";
import { commandsOf, matching } from "../models/commands.js";

/** Ctrl+K: any action and any conversation, by typing a few letters of it. */
class CommandPalette extends ViewElement {
  static properties = ["desk", "work", "actions", "preferences"];

  isOpen = false;
  text = "";
  index = 0;

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.text = "";
    this.index = 0;
    this.update();
    this.querySelector("dialog").showModal();
    queueMicrotask(() => queueMicrotask(() => this.querySelector("input")?.focus()));
  }

  view() {
    return html`<dialog class="sheet" aria-label="${t("palette.label")}" @close=${this.#closed} @click=${this.#clicked}>
      ${this.isOpen && this.#sheet()}</dialog>`;
  }

  get #found() {
    const { desk, actions, preferences } = this;
    const emit = (/** @type {string} */ type, /** @type {unknown} */ detail) => this.emit(type, detail);
    const commands = commandsOf({ desk, actions, preferences, nameOf, emit });
    return matching(commands, this.text, (command) => command.label ?? t(command.sentence, command.values));
  }

  #sheet() {
    const found = this.#found;
    this.index = Math.min(this.index, Math.max(0, found.length - 1));
    return html`<div class="palette-input">${icon("search")}<input type="text" role="combobox" aria-expanded="true"
      aria-controls="commands" aria-autocomplete="list"
        aria-activedescendant=${found.length ? `command-${this.index}` : null} aria-label="${t("palette.placeholder")}"
          placeholder="${t("palette.placeholder")}" .value=${this.text} @input=${this.#typed}
          @keydown=${this.#keyPressed}></div>
      <div class="results" id="commands" role="listbox" aria-label="${t("palette.label")}">
        ${found.map((command, index) => html`
        <div class="result" role="option" id="command-${index}" key=${command.id}
          aria-selected="${String(index === this.index)}" @click=${() => this.#run(command)}
          @mousemove=${() => this.#point(index)}>
          ${icon(command.icon)}<span class="main clip">${command.text}</span><small>${t(`palette.${command.group}`)}
            </small></div>`)}</div>
      ${!found.length && html`<p class="sheet-text quiet" role="status">${t("palette.none")}</p>`}`;
  }

  #typed = (event) => {
    this.text = event.target.value;
    this.index = 0;
    this.update();
  };

  /** @param {number} index */
  #point(index) {
    if (index === this.index) return;
    this.index = index;
    this.update();
  }

  /** @param {KeyboardEvent} event */
  #keyPressed = (event) => {
    if (event.isComposing || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
    event.preventDefault();
    const found = this.#found;
    if (!found.length) return;
    if (event.key === "Enter") return this.#run(found[this.index]);
    this.#point((this.index + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
    setTimeout(() => this.querySelector(`#command-${this.index}`)?.scrollIntoView({ block: "nearest" }));
  };

  /** @param {import("../models/commands.js").Command} command */
  #run(command) {
    this.querySelector("dialog").close();
    // After the dialog has given the focus back, so that the command may move it.
    setTimeout(() => Promise.resolve(command.run()).catch((error) => this.desk.notices.addError(error)));
  }

  #closed = () => {
    this.isOpen = false;
    this.update();
  };

  /** @param {MouseEvent} event */
  #clicked = (event) => event.target === this.querySelector("dialog") && this.querySelector("dialog").close();
}

CommandPalette.define("command-palette");
