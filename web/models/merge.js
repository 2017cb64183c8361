/**
 * Joins what we know of a conversation with what has just arrived. Frames may come twice, late or with only the last
 * ten details of a communication; REST may be older than the frame before it. So: participants and details are
 * united, states and receipts only move forward.
 *
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("./conversation.js").Participant} Participant
 * @typedef {import("./conversation.js").Detail} Detail
 */

const STATES = ["dialing", "contacting", "offering", "alerting", "connected", "parked", "disconnected", "terminated"];
const STATUSES = ["queued", "sent", "published", "received", "delivery-success", "read"];
const FINAL_STATUSES = ["failed", "delivery-failed", "removed"];

/** @param {any} raw a body of REST or of the socket @returns {Conversation} */
export function normalise(raw) {
  return {
    ...raw,
    participants: (raw.participants ?? []).map((participant) => ({
      ...participant,
      user: participant.user ?? (participant.userId ? { id: participant.userId, name: participant.name } : undefined),
      messages: (participant.messages ?? []).map(normaliseDetail).filter((detail) => detail.messageId),
    })),
  };
}

/** The socket says `message: {id}` where REST says `messageId`. @param {any} raw @returns {Detail} */
function normaliseDetail({ message, ...detail }) {
  return { ...detail, messageId: detail.messageId ?? message?.id };
}

/** @param {Conversation | undefined} known @param {Conversation} fresh @returns {Conversation} */
export function merge(known, fresh) {
  if (!known) return fresh;
  const participants = new Map(known.participants.map((p) => [p.id, p]));
  for (const participant of fresh.participants) {
    participants.set(participant.id, mergeParticipant(participants.get(participant.id), participant));
  }
  const started = (/** @type {Participant} */ p) =>
    Date.parse(p.startTime ?? p.connectedTime ?? "") || Number.MAX_SAFE_INTEGER;
  return { ...known, ...fresh, participants: [...participants.values()].sort((a, b) => started(a) - started(b)) };
}

/** What is parked is connected again later. @param {string} state */
const rank = (state) => STATES.indexOf(state === "parked" ? "connected" : state);

/** @param {Participant | undefined} known @param {Participant} fresh @returns {Participant} */
function mergeParticipant(known, fresh) {
  if (!known) return fresh;
  const isStale = rank(fresh.state) < rank(known.state);
  const [older, newer] = isStale ? [fresh, known] : [known, fresh];
  return { ...older, ...newer, messages: mergeDetails(known.messages, fresh.messages) };
}

/** @param {Detail[]} known @param {Detail[]} fresh */
function mergeDetails(known, fresh) {
  const details = new Map(known.map((detail) => [detail.messageId, detail]));
  for (const detail of fresh) {
    const before = details.get(detail.messageId);
    const status = before ? laterStatus(before.messageStatus, detail.messageStatus) : detail.messageStatus;
    const merged = { ...before, ...detail, messageStatus: status };
    // What has not changed stays the same object, so that nobody draws it again.
    if (!before || !isSame(before, merged)) details.set(detail.messageId, merged);
  }
  return [...details.values()];
}

/** @param {Detail} a @param {Detail} b */
function isSame(a, b) {
  return Object.keys(b).every((key) => a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]));
}

/** @param {string | undefined} a @param {string | undefined} b */
export function laterStatus(a, b) {
  if (!a || !b) return a ?? b;
  if (FINAL_STATUSES.includes(a) || FINAL_STATUSES.includes(b)) return FINAL_STATUSES.includes(b) ? b : a;
  return STATUSES.indexOf(b) >= STATUSES.indexOf(a) ? b : a;
}

const FRAME_DETAILS_MAX = 10;

/**
 * Whether a frame may have left messages out: a communication came with as many details as a frame can hold and none
 * of them is known, so there may be others between.
 *
 * @param {Conversation | undefined} known @param {Conversation} fresh
 */
export function mayHaveGap(known, fresh) {
  return fresh.participants.some((participant) => {
    if (participant.messages.length < FRAME_DETAILS_MAX) return false;
    const before = known?.participants.find((p) => p.id === participant.id);
    const ids = new Set(before?.messages.map((detail) => detail.messageId));
    return !participant.messages.some((detail) => ids.has(detail.messageId));
  });
}
