import "./attachment-list.js";
import { listenForFiles } from "../lib/given-files.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { nameOf } from "../lib/words.js";

/** Whether the browser grows a text field with its text by itself. */
const GROWS = globalThis.CSS?.supports("field-sizing", "content");

/**
 * Where the agent writes. What is typed is kept per conversation until it is sent, also over a reload. Files come by
 * the button, by dropping them on the conversation, and by pasting.
 */
class MessageComposer extends ViewElement {
  static properties = ["desk", "conversation", "attachments"];

  /** Files are held over the conversation. */
  isTarget = false;

  connected() {
    this.text = this.desk.drafts.read(this.conversation.id);
    const talk = /** @type {HTMLElement | null} */ (this.closest("conversation-view"));
    const { signal } = this;
    talk?.addEventListener("edit-unsent", this.#takeBack, { signal });
    if (talk) listenForFiles(talk, signal, { onFiles: this.#attach, onTarget: this.#setTarget });
  }

  view() {
    const label = t("composer.label", { name: nameOf(this.conversation) });
    const { id } = this.conversation;
    const isUploading = this.attachments.isSending(id);
    return html`<form class="composer" @submit=${this.#submit}>
        <attachment-list .attachments=${this.attachments} .conversationId=${id}></attachment-list>
        <button type="button" class="button plain icon-only attach" aria-label="${t("attach.label")}"
          title="${t("attach.label")}" @click=${() => this.querySelector("input").click()}>${icon("attach")}</button>
        <input type="file" multiple hidden @change=${this.#chosen}>
        <textarea rows="1" aria-label="${label}" placeholder="${t("composer.placeholder")}" .value=${this.text}
          @input=${this.#typed} @keydown=${this.#keyPressed} enterkeyhint="send"></textarea>
        <button class="button primary icon-only send" aria-label="${t("composer.send")}" title="${t("composer.send")}"
          ?disabled=${!this.#canSend}>${icon("send")}</button></form>
      <p class="composer-hint">${isUploading ? html`<span key="wait">${t("attach.wait")}</span>` : keysHint()}</p>
      ${this.isTarget && html`<div class="drop-target" key="drop"><p>${icon("attach")} ${t("attach.drop")}</p></div>`}`;
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

  get #canSend() {
    const { id } = this.conversation;
    if (this.attachments.isSending(id)) return false;
    return Boolean(this.text.trim()) || this.attachments.of(id).some(({ state }) => state === "ready");
  }

  /** The words first, then the files: the API takes one or the other in a message. */
  #send() {
    if (!this.#canSend) return;
    const { id } = this.conversation;
    const text = this.text.trim();
    if (text) this.desk.outbox.add(id, text);
    const files = this.attachments.take(id);
    if (files.length) this.desk.outbox.addFiles(id, files);
    this.#setText("");
    this.querySelector("textarea").focus();
  }

  /** A message that could not be sent goes back to where it can be changed. */
  #takeBack = ({ detail: localId }) => {
    const unsent = this.desk.outbox.discard(localId);
    if (unsent?.files) this.attachments.putBack(this.conversation.id, unsent.files);
    else if (unsent) this.#setText(this.text.trim() ? `${this.text}\n${unsent.text}` : unsent.text);
    this.querySelector("textarea").focus();
  };

  #chosen = ({ target }) => {
    this.#attach(target.files);
    // The same file again is a change again.
    target.value = "";
  };

  /** @param {boolean} isTarget */
  #setTarget = (isTarget) => {
    if (this.isTarget === isTarget) return;
    this.isTarget = isTarget;
    this.update();
  };

  /** @param {FileList} files */
  #attach = (files) => {
    this.attachments.add(this.conversation.id, files);
    this.querySelector("textarea").focus();
  };

  /** @param {string} text */
  #setText(text) {
    this.text = text;
    this.desk.drafts.write(this.conversation.id, text);
    this.update();
  }
}

const keysHint = () =>
  html`<span key="keys"><kbd>⏎</kbd> ${t("composer.enter")} · <kbd>⇧</kbd> <kbd>⏎</kbd> ${
    t("composer.shiftEnter")}</span>`;

MessageComposer.define("message-composer");
