import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { fileSize } from "../lib/words.js";

/** The files beside a message that is being written: how far each is, and what is wrong with it. */
class AttachmentList extends ViewElement {
  static properties = ["attachments", "conversationId"];

  view() {
    const list = this.attachments.of(this.conversationId);
    return html`${list.length > 0 && html`<ul class="attachments" aria-label="${t("attach.list")}">
      ${list.map((each) => html`<li key=${each.key} class="attachment ${each.state}">${this.#file(each)}</li>`)}</ul>`}
      <div class="hidden-text" role="status">${
      list.map((each) => html`<p key=${each.key}>${wordsOf(each)}</p>`)
    }</div>`;
  }

  /** @param {import("../models/attachments.js").Attachment} attachment */
  #file(attachment) {
    const { key, name, bytes, state, sent, canRetry } = attachment;
    const isFailed = state === "failed";
    const close = t(isFailed ? "attach.close" : "attach.remove", { name });
    return html`${icon(isFailed ? "alert" : "file")}
      ${isFailed ? html`<span class="words">${wordsOf(attachment)}</span>` : html`<span class="words"><span
        class="clip" title="${name}">${name}</span><small class="quiet">${fileSize(bytes)}</small></span>`}
      ${state === "sending" && html`<progress max="1" value=${sent} aria-label="${name}"></progress>`}
      ${canRetry && isFailed && html`<button type="button" class="button plain icon-only" key="retry"
        aria-label="${t("attach.retry", { name })}" title="${t("attach.retry", { name })}"
        @click=${() => this.attachments.retry(this.conversationId, key)}>${icon("retry")}</button>`}
      <button type="button" class="button plain icon-only" key="close" aria-label="${close}" title="${close}"
        @click=${() => this.#remove(key)}>${icon("close")}</button>`;
  }

  /** @param {string} key */
  #remove(key) {
    this.attachments.remove(this.conversationId, key);
    // The button that had the focus is gone.
    this.closest("message-composer")?.querySelector("textarea")?.focus();
  }
}

/** @param {import("../models/attachments.js").Attachment} attachment */
const wordsOf = ({ state, name, reason, bytesMax = 0, filesMax = 0 }) =>
  t(reason ?? `attach.${state}`, { name, size: fileSize(bytesMax), count: filesMax });

AttachmentList.define("attachment-list");
