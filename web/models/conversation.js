/**
 * What one `MessageConversation` means to one agent. Pure functions over the API's shape; nothing here is stored
 * twice.
 *
 * @typedef {{messageId: string, messageStatus?: string, messageTime: string, media?: object[],
 *   errorInfo?: {message?: string, code?: string}}} Detail
 * @typedef {{id: string, name?: string}} Reference
 * @typedef {{id: string, name?: string, purpose: string, state: string, address?: string, type?: string,
 *   startTime?: string, startAlertingTime?: string,
 *     connectedTime?: string, endTime?: string, held?: boolean, startHoldTime?: string, disconnectType?: string,
 *   user?: Reference,
 *     queue?: Reference, attributes?: Record<string, string>, wrapup?: {code?: string, name?: string},
 *   wrapupRequired?: boolean,
 *     wrapupPrompt?: string, wrapupSkipped?: boolean, wrapupTimeoutMs?: number, startAcwTime?: string,
 *   endAcwTime?: string,
 *     alertingTimeoutMs?: number, externalContact?: Reference, conversationRoutingData?: {skills?: Reference[]},
 *   authenticated?: boolean, journeyContext?: {customerSession?: {id: string}},
 *   messages: Detail[]}} Participant
 * @typedef {{id: string, participants: Participant[]}} Conversation
 * @typedef {"alerting" | "connected" | "held" | "parked" | "wrapup" | "gone"} Stage
 */

export const at = (/** @type {string | undefined} */ time) => (time ? Date.parse(time) : NaN);

/**
 * @param {Conversation} conversation
 * @param {string} userId the last assignment of this agent, which is the one that counts
 */
export const myParticipant = (conversation, userId) =>
  conversation.participants.findLast((p) => p.purpose === "agent" && p.user?.id === userId);

/** @param {Conversation} conversation the customer of the latest contact */
export const customerOf = (conversation) => conversation.participants.findLast((p) => p.purpose === "customer");

/** @param {Conversation} conversation @param {string} userId @returns {Stage} */
export function stageOf(conversation, userId) {
  const mine = myParticipant(conversation, userId);
  if (!mine) return "gone";
  if (mine.state === "alerting") return "alerting";
  if (mine.state === "connected") return mine.held ? "held" : "connected";
  if (mine.state === "parked") return "parked";
  return owesWrapUp(mine) ? "wrapup" : "gone";
}

/** What is parked waits for the customer: the last word must be ours. @param {Conversation} conversation */
export const mayPark = (conversation) => details(conversation).at(-1)?.participant.purpose === "agent";

/** @param {Participant} mine */
function owesWrapUp(mine) {
  const wasConnected = Boolean(mine.connectedTime ?? mine.startAcwTime);
  // Where the queue has after-call work last a fixed time, a wrap-up does not end it.
  const isDone = Boolean(mine.wrapup) && mine.wrapupPrompt !== "forcedTimeout";
  return Boolean(mine.wrapupRequired) && wasConnected && !isDone && !mine.wrapupSkipped && !mine.endAcwTime;
}

/** @param {Conversation} conversation @param {string} userId the queue that the work came from */
export function queueOf(conversation, userId) {
  const queued = [
    myParticipant(conversation, userId),
    ...conversation.participants.filter((p) => p.purpose === "acd").reverse(),
  ];
  return queued.find((p) => p?.queue?.id)?.queue;
}

/** @param {Conversation} conversation @returns {string} `webmessaging`, `open`, `whatsapp`… */
export const channelOf = (conversation) =>
  customerOf(conversation)?.type ?? conversation.participants.find((p) => p.type)?.type ?? "unknown";

/** @param {Conversation} conversation */
export function customerName(conversation) {
  const customer = customerOf(conversation);
  return customer?.name || customer?.attributes?.name || customer?.externalContact?.name || "";
}

/** @param {Conversation} conversation all details with the participant that they belong to, in order */
export function details(conversation) {
  let found = inOrder.get(conversation);
  if (!found) inOrder.set(conversation, (found = sortDetails(conversation)));
  return found;
}

/**
 * Every screen asks for the order, and a conversation is never changed, only replaced.
 *
 * @type {WeakMap<Conversation, {detail: Detail, participant: Participant}[]>}
 */
const inOrder = new WeakMap();

/** @param {Conversation} conversation */
function sortDetails(conversation) {
  return conversation.participants
    .flatMap((participant) =>
      participant.messages.map((detail) => ({ detail, participant, time: at(detail.messageTime) }))
    )
    .sort((a, b) => a.time - b.time || (a.detail.messageId < b.detail.messageId ? -1 : 1));
}

/**
 * Since when the customer waits for an answer by a person: the first unanswered message, but not before it reached
 * the queue (until then a bot was talking). NaN when nobody waits.
 *
 * @param {Conversation} conversation
 */
export function waitingSince(conversation) {
  let unanswered = NaN;
  for (const { detail, participant } of details(conversation)) {
    if (participant.purpose === "agent") unanswered = NaN;
    else if (participant.purpose === "customer" && Number.isNaN(unanswered)) unanswered = at(detail.messageTime);
  }
  const queued = conversation.participants.findLast((p) => p.purpose === "acd");
  const hasBot = conversation.participants.some((p) => p.purpose === "botflow" || p.purpose === "workflow");
  return hasBot && queued ? Math.max(unanswered, at(queued.startTime)) : unanswered;
}

/**
 * Who handed the conversation to this agent, where that is why it came: routing had no part in it.
 *
 * @param {Conversation} conversation
 * @param {string} userId
 * @returns {Reference | undefined}
 */
export function transferredBy(conversation, userId) {
  const agents = conversation.participants.filter((p) => p.purpose === "agent");
  agents.pop();
  const before = agents.findLast((p) => p.connectedTime);
  if (before?.disconnectType !== "transfer" || before.user?.id === userId) return undefined;
  return { id: before.user?.id ?? before.id, name: before.user?.name ?? before.name };
}

/**
 * Whether it stands in a queue now, and nobody has taken it.
 *
 * @param {Conversation} conversation
 */
export const isWaiting = (conversation) =>
  conversation.participants.some((p) => p.purpose === "acd" && p.state !== "disconnected" && p.state !== "terminated");
