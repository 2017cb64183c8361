import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { nameOf } from "../lib/words.js";

/** Whether the browser grows a text field with its text by itself. */
const GROWS = globalThis.CSS?.supports("field-sizing", "content");

/** Where the agent writes. What is typed is kept per conversation until it is sent, also over a reload. */
class MessageComposer extends ViewElement {
  static properties = ["desk", "conversation"];

  connected() {
    this.text = this.desk.drafts.read(this.conversation.id);
    this.closest("conversation-view")?.addEventListener("edit-unsent", this.#takeBack, { signal: this.signal });
  }

  view() {
    const label = t("composer.label", { name: nameOf(this.conversation) });
    return html`<form class="composer" @submit=${this.#submit}>
        <textarea rows="1" aria-label="${label}" placeholder="${t("composer.placeholder")}" .value=${this.text}
          @input=${this.#typed} @keydown=${this.#keyPressed} enterkeyhint="send"></textarea>
        <button class="button primary icon-only send" aria-label="${t("composer.send")}" title="${t("composer.send")}"
          ?disabled=${!this.text.trim()}>${icon("send")}</button></form>
      <p class="composer-hint"><span>
        <kbd>⏎</kbd> ${t("composer.enter")} · <kbd>⇧</kbd> <kbd>⏎</kbd> ${t("composer.shiftEnter")}</span></p>`;
  }

  updated() {
    if (GROWS) return;
    const box = this.querySelector("textarea");
    box.style.setProperty("height", "auto");
    box.style.setProperty("height", `${box.scrollHeight}px`);
  }

  #typed = (event) => {
    this.text = event.target.value;
    this.desk.drafts.write(this.conversation.id, this.text);
    if (this.text.trim() && this.desk.live.isLive) this.desk.typing.keyPressed(this.conversation.id, Date.now());
    this.update();
  };

  /** @param {KeyboardEvent} event */
  #keyPressed = (event) => {
    // The Enter that chooses a kanji must not send: isComposing, and key code 229 for Safari.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  };

  #submit = (event) => {
    event.preventDefault();
    this.#send();
  };

  #send() {
    const text = this.text.trim();
    if (!text) return;
    this.desk.outbox.add(this.conversation.id, text);
    this.#setText("");
    this.querySelector("textarea").focus();
  }

  /** A message that could not be sent goes back to where it can be changed. */
  #takeBack = ({ detail: localId }) => {
    const unsent = this.desk.outbox.discard(localId);
    this.#setText(this.text.trim() ? `${this.text}\n${unsent}` : unsent);
    this.querySelector("textarea").focus();
  };

  /** @param {string} text */
  #setText(text) {
    this.text = text;
    this.desk.drafts.write(this.conversation.id, text);
    this.update();
  }
}

MessageComposer.define("message-composer");
