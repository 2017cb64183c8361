import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { ViewElement } from "../../lib/view-element.js";
import { icon } from "../views/icons.js";

/** Some pictures for a message. Emits `pick`. Keyboards of phones have all of them, so there it is not shown. */
const EMOJI = [
  ..."😀😄😅😂🙂😊😉😍🤔😐😮😢😭😠🙏👍👎👌👏🙌👋🤝",
  ..."💪❤️🎉✨🔥⭐✅❌❓❗💡📦🚚📷📄🔗🕒📅🏠🍵☕🍰🌸☀️🎁💳",
].reduce((list, sign) => {
  // The variation selector belongs to the sign before it.
  if (sign === "\ufe0f") list.push(`${list.pop()}${sign}`);
  else list.push(sign);
  return list;
}, /** @type {string[]} */ ([]));
const COLUMNS = 8;
/** Where an arrow leads in the grid. @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };

class Emoji extends ViewElement {
  #isOpen = false;
  #at = 0;

  connected() {
    this.addEventListener("keydown", (event) => this.#key(event), { signal: this.signal });
    const left = ({ relatedTarget: to }) => to && !this.contains(to) && this.#show(false);
    this.addEventListener("focusout", left, { signal: this.signal });
  }

  view() {
    return html`
      <button type="button" class="tool" aria-label=${t("emoji.label")} aria-expanded=${String(this.#isOpen)}
        aria-controls="engawa-emoji" @click=${() => this.#show(!this.#isOpen)}>${icon("smile")}</button>
      <div class="emoji" id="engawa-emoji" role="group" aria-label=${t("emoji.label")} ?hidden=${!this.#isOpen}>
        ${this.#isOpen && EMOJI.map((sign, index) => html`<button type="button"
          tabindex=${index === this.#at ? "0" : "-1"} @click=${() => this.#pick(sign)}>${sign}</button>`)}</div>`;
  }

  /** @param {string} sign */
  #pick(sign) {
    this.#show(false);
    this.emit("pick", sign);
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    this.update();
    if (isOpen) queueMicrotask(() => queueMicrotask(() => this.#focus()));
  }

  #focus() {
    /** @type {HTMLElement | null} */ (this.querySelector(".emoji [tabindex='0']"))?.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#isOpen) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.querySelector("button")?.focus();
      this.#show(false);
    }
    const isReversed = getComputedStyle(this).direction === "rtl" && /Left|Right/.test(event.key);
    const step = (STEPS[event.key] ?? 0) * (isReversed ? -1 : 1);
    if (!step) return;
    event.preventDefault();
    this.#at = Math.min(EMOJI.length - 1, Math.max(0, this.#at + step));
    this.update();
    queueMicrotask(() => queueMicrotask(() => this.#focus()));
  }
}

Emoji.define("engawa-emoji");
