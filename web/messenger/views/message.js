import { dateAndTime, day, timeOfDay } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { avatar, nameOf } from "./author.js";
import { contentOf } from "./content.js";
import { icon } from "./icons.js";
import { previewOf } from "./preview.js";

/**
 * The rows of the conversation.
 *
 * @typedef {import("../models/message.js").Line} Line
 * @typedef {import("./context.js").Context} Context
 * @typedef {{choose: (choice: object) => void, send: (message: object) => void, retry: (id: string) => void,
 *   discard: (id: string) => void, isNewestOfMine: boolean, answer?: Line, isOpen: boolean,
 *   previews: import("../previews.js").Previews}} Actions
 */

/** @param {import("../models/timeline.js").Row} row @param {Context} context @param {Actions} actions */
export function rowView(row, context, actions) {
  if (row.kind === "day") return html`<p class="day" key=${row.key}><span>${day(row.at, Date.now())}</span></p>`;
  if (row.kind === "ended") return html`<p class="event" key=${row.key}>${t("log.ended")} ${timeOfDay(row.at)}</p>`;
  const { line, isFirst, isLast } = row;
  const classes = [
    "message",
    line.isMine ? "mine" : "ours",
    isFirst ? "first" : "",
    isLast ? "last" : "",
    line.status ?? "",
  ].join(" ");
  return html`<div class=${classes} key=${row.key}>
    ${speaker(line, isFirst, context)}
    ${contentOf({ line, context, ...actions })}
    ${!line.isMine && previewOf(line, actions.previews, context.origin)}
    ${line.status === "failed" ? failure(line, actions) : isLast && meta(line, actions.isNewestOfMine)}
  </div>`;
}

/**
 * The name is seen once per group and heard with every message.
 * @param {Line} line
 * @param {boolean} isFirst
 * @param {Context} context
 */
function speaker(line, isFirst, context) {
  if (!line.author) return html`<span class="unseen">${t("who.you")}</span>`;
  const name = nameOf(line.author, context);
  if (!isFirst) return html`<span class="unseen">${name}</span>`;
  const mark = line.author.isBot && html`<span class="mark-bot">${t("who.botMark")}</span>`;
  return html`<p class="author">${avatar(line.author, context)}<span>${name}</span>${mark}</p>`;
}

/** @param {Line} line @param {boolean} isNewestOfMine older ones of mine have arrived, which needs no saying */
function meta(line, isNewestOfMine) {
  const stamp = new Date(line.at).toISOString();
  const time = html`<time datetime=${stamp} title=${dateAndTime(line.at)}>${timeOfDay(line.at)}</time>`;
  const says = line.isMine && (line.status !== "sent" || isNewestOfMine);
  const status = says && html`<span class="status">${statusIcon(line)}${t(`status.${line.status}`)}</span>`;
  return html`<p class="meta">${time}${status}</p>`;
}

/** @param {Line} line */
const statusIcon = (line) => (line.status === "sent" ? icon("check") : icon("clock"));

/** @param {Line} line @param {Actions} actions */
function failure(line, actions) {
  return html`<div class="failure">
    <p>${icon("alert")}<span>${t(line.reason ?? "failed.refused")}</span></p>
    <button type="button" class="quiet" @click=${() => actions.retry(line.key)}>${t("failed.retry")}</button>
    <button type="button" class="quiet" @click=${() => actions.discard(line.key)}>${t("failed.discard")}</button>
  </div>`;
}

/** @param {import("../models/message.js").Author} author @param {Context} context */
export function typingView(author, context) {
  const words = t("who.typing", { name: nameOf(author, context) });
  return html`<div class="message ours first last typing" key="typing">
    <p class="author">${avatar(author, context)}<span class="unseen">${words}</span></p>
    <div class="bubble dots" aria-hidden="true"><span></span><span></span><span></span></div>
  </div>`;
}
