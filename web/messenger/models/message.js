/**
 * One line of the conversation as the messenger shows it, made from a wire message (reference B.5 and B.8), a live
 * frame and the same message in the history alike.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {{name: string, image?: string, isBot: boolean}} Author
 * @typedef {{key: string, names: string[], kind: "message" | "ended", isMine: boolean, at: number, text: string,
 *   content: Json[], id?: string, author?: Author,
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
    text: body.text ?? "",
    content: Array.isArray(body.content) ? body.content : [],
    id: body.id,
    author: isMine ? undefined : authorOf(body),
    status: isMine ? "sent" : undefined,
  };
}

/** @param {Json} body */
function kindOf(body) {
  if (body.type === "Receipt") return undefined;
  if (body.type !== "Event") return body.text || body.content?.length ? "message" : undefined;
  const presence = body.events?.find((event) => event.eventType === "Presence")?.presence?.type;
  return presence === "Disconnect" || presence === "SessionExpired" ? "ended" : undefined;
}

/**
 * Who speaks. Said honestly: only a message that a person wrote counts as a person's.
 * @param {Json} body
 * @returns {Author}
 */
export function authorOf(body) {
  const { nickname, firstName, lastName, image } = body.channel?.from ?? {};
  const fullName = [firstName, lastName].filter(Boolean).join(" ");
  return { name: nickname || fullName || "", image, isBot: body.originatingEntity !== "Human" };
}

/** @param {Json} body whether an "ended" event leaves the conversation read-only */
export const endsForGood = (body) => body.metadata?.readOnly === "true";
