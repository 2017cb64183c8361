import { list, object, text } from "./wire.js";

/**
 * One line of the conversation as the messenger shows it, made from a wire message (reference B.5 and B.8), a live
 * frame and the same message in the history alike.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {{name: string, image?: string, isBot: boolean}} Author
 * @typedef {{key: string, names: string[], kind: "message" | "ended", isMine: boolean, at: number, text: string,
 *   content: Json[], id?: string, parent?: string, author?: Author,
 *   status?: "sent" | "sending" | "waiting" | "failed", reason?: string}} Line
 *   `key` stays the same from the moment of writing to the server's confirmation, so that a line never jumps or appears
 *   twice;
 *   `names` are all ids by which the server may speak of it
 */

/**
 * @param {Json} body
 * @param {number} now stands in for a time that is missing
 * @returns {Line | undefined} nothing for events that are not shown
 */
export function lineFromWire(body, now) {
  const isMine = body.direction === "Inbound";
  const own = isMine ? [body.metadata?.id, body.channel?.messageId] : [];
  const names = [...own, body.id].filter((name) => typeof name === "string" && name !== "");
  if (names.length === 0) return undefined;
  const kind = kindOf(body);
  if (!kind) return undefined;
  const at = Date.parse(body.channel?.time ?? "");
  return {
    key: names[0],
    names,
    kind,
    isMine,
    at: Number.isNaN(at) ? now : at,
    text: text(body.text),
    content: list(body.content),
    id: body.id,
    parent: isMine ? parentOf(body) : undefined,
    author: isMine ? undefined : authorOf(body),
    status: isMine ? "sent" : undefined,
  };
}

/** The message that an answer belongs to, wherever a client wrote it (B.4). @param {Json} body */
export function parentOf({ metadata, originatingMessageId, content }) {
  const [first] = list(content);
  const own = first && (object(first.buttonResponse).originatingMessageId ?? object(first.form).originatingMessageId);
  return text(object(metadata).parentMessageId) || text(originatingMessageId) || text(own) || undefined;
}

/** @param {Json} body */
function kindOf(body) {
  if (body.type === "Receipt") return undefined;
  if (body.type !== "Event") return body.text || body.content?.length ? "message" : undefined;
  const presence = list(body.events).find((event) => event.eventType === "Presence")?.presence?.type;
  return presence === "Disconnect" || presence === "SessionExpired" ? "ended" : undefined;
}

/**
 * Who speaks. Said honestly: only a message that a person wrote counts as a person's.
 * @param {Json} body
 * @returns {Author}
 */
export function authorOf(body) {
  const { nickname, firstName, lastName, image } = object(object(body.channel).from);
  const fullName = [firstName, lastName].map(text).filter(Boolean).join(" ");
  const isBot = body.originatingEntity !== "Human";
  return { name: text(nickname) || fullName, image: text(image) || undefined, isBot };
}

/** @param {Json} body whether an "ended" event leaves the conversation read-only */
export const endsForGood = (body) => body.metadata?.readOnly === "true";
