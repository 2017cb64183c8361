import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { ViewElement } from "../../lib/view-element.js";
import { downloadTranscript } from "../views/download.js";
import { icon } from "../views/icons.js";

/**
 * What one needs rarely: sound, notifications, a copy of the conversation, and its end. Emits `copying` with how far
 * the copy is, or with nothing at its end.
 */
class Menu extends ViewElement {
  static properties = ["session", "context", "attention"];

  #isOpen = false;
  #isSure = false;
  #isCopying = false;

  connected() {
    this.addEventListener("keydown", (event) => this.#key(event), { signal: this.signal });
    this.addEventListener("focusout", ({ relatedTarget }) => this.#left(relatedTarget), { signal: this.signal });
  }

  view() {
    return html`
      <button type="button" class="round" aria-label=${t("menu.label")} aria-expanded=${String(this.#isOpen)}
        aria-controls="engawa-menu" @click=${() => this.#show(!this.#isOpen)}>${icon("more")}</button>
      <div class="menu" id="engawa-menu" ?hidden=${!this.#isOpen}>
        ${this.#isOpen && (this.#isSure ? this.#question() : this.#items())}</div>`;
  }

  #items() {
    const { session, attention } = this;
    const { hasSound, hasNotifications } = attention.wishes;
    const isBlocked = attention.permission === "denied";
    const hasLines = session.lines.length > 0;
    return html`<ul>
      ${this.#item("sound", t("menu.sound"), () => attention.toggleSound(), { isOn: hasSound })}
      ${attention.isNotifying && this.#item("bell", t(isBlocked ? "menu.blocked" : "menu.notify"),
        () => attention.toggleNotifications(), { isOn: hasNotifications, isOff: isBlocked })}
      ${this.#item("download", t("menu.download"), () => this.#download(),
        { isOff: !hasLines || this.#isCopying })}
      ${session.canClear && this.#item("bin", t("menu.clear"), () => this.#ask(), { isOff: !hasLines })}</ul>`;
  }

  /**
   * @param {string} symbol
   * @param {string} words
   * @param {() => unknown} act
   * @param {{isOn?: boolean, isOff?: boolean}} state
   */
  #item(symbol, words, act, { isOn, isOff = false }) {
    const press = async () => {
      await act();
      this.update();
    };
    return html`<li key=${symbol}><button type="button" ?disabled=${isOff} @click=${press}
      aria-pressed=${isOn === undefined ? null : String(isOn)}>${icon(symbol)}<span>${words}</span>
      ${isOn && icon("check")}</button></li>`;
  }

  #question() {
    const clear = () => {
      this.session.clear();
      this.#show(false);
    };
    return html`<div role="group" aria-labelledby="engawa-sure"><p id="engawa-sure">${t("menu.sure")}</p>
      <div class="steps">
      <button type="button" class="quiet" @click=${() => this.#show(false)}>${t("menu.keep")}</button>
      <button type="button" class="primary danger" @click=${clear}>${t("menu.delete")}</button></div></div>`;
  }

  async #download() {
    this.#isCopying = true;
    this.#show(false);
    await downloadTranscript(this.session, this.context, (words) => this.emit("copying", words));
    this.#isCopying = false;
  }

  #ask() {
    this.#isSure = true;
    this.update();
    queueMicrotask(() => queueMicrotask(() => this.querySelector(".menu .quiet")?.focus()));
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    const hadFocus = this.querySelector(".menu :focus") !== null;
    this.#isOpen = isOpen;
    this.#isSure = false;
    if (hadFocus && !isOpen) this.querySelector("button")?.focus();
    this.update();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape" || !this.#isOpen) return;
    event.stopPropagation();
    this.#show(false);
  }

  /** @param {EventTarget | null} to nothing when what had the focus is gone, or when the window lost it */
  #left(to) {
    if (to && !this.contains(/** @type {Node} */ (to)) && this.#isOpen) this.#show(false);
  }
}

Menu.define("engawa-menu");
