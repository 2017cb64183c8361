import { dateAndTime, timeOfDay } from "../lib/format.js";
import { renewLinks } from "../lib/file-link.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { linkify } from "../lib/linkify.js";
import { ViewElement } from "../lib/view-element.js";
import { partViews } from "./message-parts.js";

const MARKS = {
  sending: ["clock", "mark.sending"],
  waiting: ["clock", "mark.waiting"],
  queued: ["clock", "mark.queued"],
  sent: ["check", "mark.sent"],
  published: ["check", "mark.sent"],
  "delivery-success": ["checks", "mark.delivered"],
  read: ["checks", "mark.read"],
};
const FAILED = ["failed", "delivery-failed"];

/** One message: who said what when, and what became of it. */
class MessageBubble extends ViewElement {
  static properties = ["line", "name", "content", "hasFailed", "desk"];

  connected() {
    renewLinks(this, async (url) => {
      const index = this.content.parts.findIndex((part) => part.url === url);
      const fresh = await this.desk.messages.renew(this.line.conversationId, this.content.id);
      return fresh?.parts[index]?.url ?? url;
    });
  }

  view() {
    const { line, content } = this;
    const isOurs = line.author !== "customer";
    const { status } = this;
    this.#setClasses(isOurs, status);
    return html`${line.startsRun && line.author !== "me" && this.#author()}
      <div class="line"><div class="bubble"><span class="hidden-text">
        ${t("message.from", { name: line.author === "me" ? t("message.me") : this.name })} </span>${this.#body()}</div>
        <span class="mark ${status === "read" ? "read" : ""}"><time datetime="${new Date(line.at).toISOString()}"
          title="${dateAndTime(line.at)}">${timeOfDay(line.at)}</time>${this.#mark(isOurs)}</span></div>
      ${this.#trouble(content)}`;
  }

  /** @param {boolean} isOurs @param {string} status */
  #setClasses(isOurs, status) {
    const { author, startsRun, endsRun } = this.line;
    const classes = { ours: isOurs, colleague: author === "agent" || author === "bot", starts: startsRun,
      "shows-time": endsRun, failed: FAILED.includes(status), pending: status === "sending" || status === "waiting" };
    for (const [name, on] of Object.entries(classes)) this.classList.toggle(name, on);
  }

  get status() {
    return this.line.entry?.state ?? this.line.detail?.messageStatus ?? "";
  }

  #author() {
    const isBot = this.line.author === "bot" || this.content?.fromBot;
    return html`<div class="author" aria-hidden="true">${isBot && icon("bot")}<b>
      ${this.name || (isBot ? t("message.bot") : t("message.colleague"))}</b></div>`;
  }

  #body() {
    const { line, content } = this;
    if (line.detail?.messageStatus === "removed") return remark("message.removed");
    if (line.entry && !content) {
      return line.entry.files ? partViews(line.entry.files.map(asPart)) : said(line.entry.text);
    }
    if (!content) return this.hasFailed ? remark("message.unread") : html`<span class="skeleton"></span>`;
    if (!content.text && !content.parts.length) return remark("message.empty");
    return html`${content.text && said(content.text)}${partViews(content.parts)}`;
  }

  /** @param {boolean} isOurs */
  #mark(isOurs) {
    const mark = MARKS[this.status];
    if (!isOurs || !mark) return [];
    return html`<span role="img" aria-label="${t(mark[1])}" title="${t(mark[1])}">${icon(mark[0])}</span>`;
  }

  /** @param {import("../models/message-content.js").MessageContent | undefined} content */
  #trouble(content) {
    const { entry, detail } = this.line;
    if (entry?.state === "waiting" && entry.sentence) {
      return html`<div class="trouble waits"><span>${t(entry.sentence)} ${t("message.kept")}</span>
        ${this.#button("retry", () => this.desk.outbox.retry(entry.localId))}</div>`;
    }
    if (entry?.state === "failed") {
      return html`<div class="trouble" role="alert">
        <span>${t("message.notSent")} ${t(entry.sentence)} ${entry.reason}</span>
        ${this.#button("retry", () => this.desk.outbox.retry(entry.localId))}
        ${this.#canWrite && this.#button("edit", () => this.emit("edit-unsent", entry.localId))}
        ${this.#button("discard", () => this.desk.outbox.discard(entry.localId))}</div>`;
    }
    if (!FAILED.includes(detail?.messageStatus)) return [];
    const reason = detail.errorInfo?.message || content?.reasons.join(" ") || t("message.noReason");
    const text = this.#canWrite && this.line.author === "me" && content?.text;
    return html`<div class="trouble"><span>${t("message.undelivered")} ${reason}</span>
      ${text && this.#button("resend", () => this.desk.outbox.add(this.line.conversationId, text))}</div>`;
  }

  get #canWrite() {
    return this.desk.work.stage(this.line.conversationId) === "connected";
  }

  /** @param {string} action @param {() => void} act */
  #button(action, act) {
    const icons = { resend: "retry" };
    return html`<button class="button plain" key=${action} @click=${act}>${icon(icons[action] ?? action)}
      ${t(`action.${action}`)}</button>`;
  }
}

/** What we say where the customer's words would stand. @param {string} key */
const remark = (key) => html`<span class="part-unknown">${icon("info")}${t(key)}</span>`;

/** A file that has no link yet. @param {import("../models/attachments.js").Media} media */
const asPart = ({ name, bytes }) => ({ kind: /** @type {const} */ ("file"), url: "", name, bytes });

/** @param {string} text */
const said = (text) => html`<span class="text">${linkify(text)}</span>`;

MessageBubble.define("message-bubble");
