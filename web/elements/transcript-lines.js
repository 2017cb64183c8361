import "./message-bubble.js";
import { clock } from "../lib/clock.js";
import { dateAndTime, day, timeOfDay } from "../lib/format.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { channelIcon, channelName, nameOf } from "../lib/words.js";

/**
 * The lines of a transcript: a separator, something that happened, or a message.
 *
 * @typedef {import("../models/conversation.js").Conversation} Conversation
 * @typedef {{messages: import("../models/message-store.js").MessageStore, desk: import("../models/desk.js").Desk,
 *   directory: import("../models/directory.js").Directory}} Context
 */

/** @param {any} line @param {Conversation} conversation @param {Context} context */
export function lineView(line, conversation, context) {
  const talkId = line.kind === "separator" ? conversation.id : null;
  return html`<li key=${`${conversation.id} ${line.key}`} data-talk-id=${talkId}>
    ${VIEWS[line.kind](line, conversation, context)}</li>`;
}

/** @type {Record<string, (line: any, conversation: Conversation, context: Context) => unknown>} */
const VIEWS = {
  separator: (line, _, { directory }) => {
    const wrapup = line.wrapup && (line.wrapup.name ?? directory.codeName(line.wrapup.code, line.queue?.id));
    const returned = line.isReturn && t("system.returned");
    const parts = [day(line.at, clock.now()), channelName(line.channel), line.queue?.name, returned, wrapup];
    return html`<h2 class="separator"><span>${icon(channelIcon(line.channel))} ${parts.filter(Boolean).join(" · ")}
      </span></h2>`;
  },
  system: (line) => html`<p class="system-line" title="${dateAndTime(line.at)}">
    ${t(`system.${line.event}`, { name: line.name })} · ${timeOfDay(line.at)}</p>`,
  message: (line, conversation, { messages, desk }) => {
    const name = line.author === "customer" ? nameOf(conversation) : line.name;
    return html`<message-bubble .line=${line} .name=${name} .content=${messages.find(line.key)}
      .hasFailed=${messages.hasFailed(line.key)} .desk=${desk}></message-bubble>`;
  },
};
