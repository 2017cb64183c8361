import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { ViewElement } from "../../lib/view-element.js";
import { offer } from "../drop.js";
import { icon } from "../views/icons.js";
import { fileButton, uploadList } from "../views/uploads.js";
import "./emoji.js";

/** Where the customer writes. What is typed is kept, in this tab, until it is sent. */

/** Limit of an inbound text (reference B.7, code 4011), in bytes of UTF-8. */
const TEXT_BYTES_MAX = 4096;
const HEIGHT_PX_MAX = 132;
const encoder = new TextEncoder();

class Composer extends ViewElement {
  static properties = ["session", "context"];

  /** @type {string | undefined} */
  #kept;

  /** Parents set our properties after they have put us into the page, so the draft is read at the first look. */
  get #text() {
    return (this.#kept ??= this.context.draft.read());
  }

  view() {
    const problem = this.#problem();
    const isSendable = this.#text.trim() !== "" && !problem;
    const enterKey = this.context.isTouch ? "enter" : "send";
    return html`
      <form class="composer" @submit=${this.#submitted}>
        ${problem && html`<p class="problem" id="engawa-problem" role="status">${problem}</p>`}
        ${uploadList(this.session.uploads)}
        <div class="field">
          ${fileButton(this.session)}
          ${!this.context.isTouch && html`<engawa-emoji @pick=${this.#picked}></engawa-emoji>`}
          <textarea rows="1" aria-label=${t("composer.label")} placeholder=${t("composer.placeholder")}
            autocomplete="off" enterkeyhint=${enterKey}
            aria-invalid=${String(Boolean(problem))} aria-describedby=${problem ? "engawa-problem" : null}
            .value=${this.#text} @input=${this.#typed} @keydown=${this.#key}
            @paste=${this.#pasted}></textarea>
          <button type="submit" class="send" aria-label=${t("composer.send")} aria-disabled=${String(!isSendable)}>
            ${icon("send")}</button>
        </div>
      </form>`;
  }

  updated() {
    const area = this.#area;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, HEIGHT_PX_MAX)}px`;
    area.style.overflowY = area.scrollHeight > HEIGHT_PX_MAX ? "auto" : "hidden";
  }

  get #area() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  #problem() {
    const text = this.#text.trim();
    if (text.length * 3 > TEXT_BYTES_MAX) {
      const bytes = encoder.encode(text).length;
      const bytesPerCharacter = bytes / text.length;
      if (bytes > TEXT_BYTES_MAX)
        return t("composer.tooLong", { count: Math.ceil((bytes - TEXT_BYTES_MAX) / bytesPerCharacter) });
    }
    return this.session.outbox.isFull ? t("composer.full") : "";
  }

  /** Where the caret was. @param {CustomEvent<string>} event */
  #picked = ({ detail: sign }) => {
    const area = this.#area;
    area.focus();
    area.setRangeText(sign, area.selectionStart, area.selectionEnd, "end");
    this.#typed();
  };

  #typed = () => {
    this.#keep(this.#area.value);
    if (this.#text.trim()) this.session.keyPressed();
  };

  /**
   * Enter sends, except while a Japanese word is being composed and on touch keyboards, where it is the only way to a
   * new line.
   * @param {KeyboardEvent} event
   */
  #key = (event) => {
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing || this.context.isTouch) return;
    event.preventDefault();
    this.#send();
  };

  /** A picture, say; words out of an office program come with a picture of themselves. @param {ClipboardEvent} event */
  #pasted = (event) => {
    const { files, types } = /** @type {DataTransfer} */ (event.clipboardData);
    const areWords = ["text/plain", "text/html"].every((type) => types.includes(type));
    if (!areWords && files.length && offer(files, this.session)) event.preventDefault();
  };

  /** @param {Event} event */
  #submitted = (event) => {
    event.preventDefault();
    this.#send();
    this.#area.focus();
  };

  #send() {
    const text = this.#text.trim();
    if (!text || this.#problem()) return;
    this.session.sendText(text);
    this.#keep("");
  }

  /** @param {string} text */
  #keep(text) {
    this.#kept = text;
    this.context.draft.write(text);
    this.update();
  }
}

Composer.define("engawa-composer");
