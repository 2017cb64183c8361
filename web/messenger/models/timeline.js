import { parentOf } from "./message.js";
import { list, object, text } from "./wire.js";

/**
 * The rows of the conversation on the screen: confirmed lines, then what is still on its way, with date separators
 * and with lines of one author that follow each other closely drawn together.
 *
 * @typedef {import("./message.js").Line} Line
 * @typedef {{kind: "day", key: string, at: number} | {kind: "ended", key: string, at: number}
 *   | {kind: "message", key: string, line: Line, isFirst: boolean, isLast: boolean}} Row
 */

const TOGETHER_MS = 5 * 60_000;

/** @param {import("./outbox.js").Entry} entry @param {boolean} isLive @returns {Line} */
export function lineFromEntry(entry, isLive) {
  const status = entry.state === "failed" ? "failed" : isLive ? "sending" : "waiting";
  const { text: words = "", content = [] } = entry.message;
  return {
    key: entry.id,
    names: [entry.id],
    kind: "message",
    isMine: true,
    at: entry.at,
    text: words,
    content,
    parent: parentOf(entry.message),
    status,
    reason: entry.reason,
  };
}

/** @param {Line[]} lines @returns {Row[]} */
export function rowsOf(lines) {
  /** @type {Row[]} */
  const rows = [];
  lines.forEach((line, index) => {
    const [before, after] = [lines[index - 1], lines[index + 1]];
    if (!before || dayOf(before) !== dayOf(line)) rows.push({ kind: "day", key: `day ${dayOf(line)}`, at: line.at });
    if (line.kind === "ended") rows.push({ kind: "ended", key: line.key, at: line.at });
    else
      rows.push({
        kind: "message",
        key: line.key,
        line,
        isFirst: !belongs(before, line),
        isLast: !belongs(line, after),
      });
  });
  return rows;
}

/** The day in the reader's time zone. @param {Line} line */
const dayOf = (line) => new Date(line.at).toDateString();

/** @param {Line | undefined} one @param {Line | undefined} next */
function belongs(one, next) {
  if (!one || !next || one.kind !== "message" || next.kind !== "message" || one.isMine !== next.isMine) return false;
  const isSameAuthor = one.author?.name === next.author?.name && one.author?.isBot === next.author?.isBot;
  return isSameAuthor && dayOf(one) === dayOf(next) && next.at - one.at < TOGETHER_MS;
}

/**
 * Answers offered under the last line, as long as nobody has said anything since.
 *
 * @param {Line[]} lines
 * @returns {{text: string, payload: string, image?: string, messageId?: string}[]}
 */
export function quickRepliesOf(lines) {
  const last = lines.at(-1);
  if (!last || last.isMine || last.kind !== "message") return [];
  return repliesIn(last.content).map((reply) => ({ ...reply, messageId: last.id }));
}

/** @param {import("./wire.js").Json[]} content of a message that offers answers */
export function repliesIn(content) {
  const replies = list(content).flatMap((item) =>
    item.contentType === "QuickReplyV2" ? list(object(item.quickReplyV2).actions) : [object(item.quickReply)],
  );
  return replies
    .map((reply) => ({ text: text(reply.text), payload: text(reply.payload) || text(reply.text), image: reply.image }))
    .filter((reply) => reply.text);
}

/** What the customer answered, by the message that asked; an answer that failed is none. @param {Line[]} lines */
export function answersOf(lines) {
  const answers = lines.filter((line) => line.isMine && line.parent && line.status !== "failed");
  return new Map(answers.map((line) => [line.parent, line]));
}
