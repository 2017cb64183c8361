import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { ViewElement } from "../lib/view-element.js";
import { nameOf } from "../lib/words.js";
import { details } from "../models/conversation.js";

/**
 * Tells a screen reader what others see come in: alerts at once, new messages of the open conversation when there is
 * a pause.
 */
class LiveAnnouncer extends ViewElement {
  static properties = ["desk", "work", "messages"];

  /** @type {string | undefined} the last message announced, of the conversation in `of` */
  last;
  of = "";
  words = "";

  view() {
    const alerts = this.work.alerts.map(({ conversation }) => t("alert.announce", { name: nameOf(conversation) }));
    this.#listen();
    return html`<div class="hidden-text" aria-live="assertive">${alerts.join(" ")}</div><div class="hidden-text"
      aria-live="polite">${this.words}</div>`;
  }

  #listen() {
    const conversation = this.work.find(this.desk.selectedId);
    const said = conversation ? details(conversation) : [];
    const newest = said.findLast(({ participant }) => participant.purpose === "customer");
    const id = newest?.detail.messageId;
    if (this.of !== conversation?.id) [this.of, this.last, this.words] = [conversation?.id ?? "", id, ""];
    const content = id && id !== this.last ? this.messages.find(id) : undefined;
    if (!content) return;
    this.last = id;
    this.words = t("message.announce", { name: nameOf(conversation), text: content.text || t("message.withoutText") });
  }
}

LiveAnnouncer.define("live-announcer");
