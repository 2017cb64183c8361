import { at, details } from "./conversation.js";

/**
 * The transcript of one conversation as a flat list: a separator where a contact starts, system lines for what
 * happened to it, and the messages, all in the order of time. Pure; texts are looked up when shown.
 *
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("./conversation.js").Participant} Participant
 * @typedef {import("./conversation.js").Detail} Detail
 * @typedef {{kind: "separator", key: string, at: number, channel: string, queue?: {id: string, name?: string},
 *   wrapup?: {code?: string, name?: string}, isReturn: boolean}} Separator
 * @typedef {{kind: "system", key: string, at: number, event: string, name: string}} SystemLine
 * @typedef {{kind: "message", key: string, at: number, detail: Detail, author: "customer" | "me" | "agent" | "bot",
 *   name: string,
 *   conversationId: string, startsRun: boolean, endsRun: boolean}} MessageLine
 * @typedef {Separator | SystemLine | MessageLine} Line
 */

const RUN_MS = 5 * 60_000;

/** @param {Conversation} conversation @param {string} userId @returns {Line[]} */
export function timelineOf(conversation, userId) {
  let lines = timelines.get(conversation);
  if (!lines) timelines.set(conversation, (lines = makeTimeline(conversation, userId)));
  return lines;
}

/**
 * A conversation is never changed, only replaced, and each desk has one agent; so lines that stay the same objects
 * tell their bubbles that there is nothing to do.
 *
 * @type {WeakMap<Conversation, Line[]>}
 */
const timelines = new WeakMap();

/** @param {Conversation} conversation @param {string} userId @returns {Line[]} */
function makeTimeline(conversation, userId) {
  const lines = [
    ...separators(conversation),
    ...conversation.participants.flatMap((p) => systemLines(p)),
    ...messageLines(conversation, userId),
  ];
  const rank = { separator: 0, system: 1, message: 2 };
  lines.sort((a, b) => a.at - b.at || rank[a.kind] - rank[b.kind]);
  return markRuns(lines).map(asBefore);
}

/** @type {WeakMap<Detail, MessageLine>} */
const lineOf = new WeakMap();

/** The line that a message had before, while it says the same. @param {Line} line @returns {Line} */
function asBefore(line) {
  if (line.kind !== "message") return line;
  const before = lineOf.get(line.detail);
  const isSame = before && ["author", "name", "startsRun", "endsRun"].every((key) => before[key] === line[key]);
  if (isSame) return before;
  lineOf.set(line.detail, line);
  return line;
}

/** @param {Conversation} conversation @returns {Separator[]} */
function separators(conversation) {
  const contacts = conversation.participants.filter((p) => p.purpose === "customer");
  return contacts.map((contact, index) => {
    const [from, until] = [at(contact.startTime), at(contacts[index + 1]?.startTime) || Infinity];
    const during = conversation.participants.filter((p) => at(p.startTime) >= from && at(p.startTime) < until);
    return {
      kind: "separator",
      key: `separator ${contact.id}`,
      at: startOf(contact),
      channel: contact.type ?? "unknown",
      isReturn: index > 0,
      queue: during.find((p) => p.queue?.name)?.queue,
      wrapup: during.findLast((p) => p.wrapup)?.wrapup,
    };
  });
}

/** A message may be stamped a moment before the contact that it starts. @param {Participant} contact */
function startOf(contact) {
  const first = Math.min(...contact.messages.map((detail) => at(detail.messageTime)));
  return Math.min(at(contact.startTime) || first, first);
}

const ENDINGS = {
  transfer: "transferred",
  "transfer.noanswer": "notAnswered",
  client: "ended",
  endpoint: "ended",
  peer: "closed",
  inactivity: "inactive",
};

/** @param {Participant} participant @returns {SystemLine[]} */
function systemLines(participant) {
  const name = participant.user?.name ?? participant.name ?? "";
  const line = (/** @type {string} */ event, /** @type {string | undefined} */ time, who = name) => ({
    kind: /** @type {const} */ ("system"),
    key: `${event} ${participant.id}`,
    at: at(time),
    event,
    name: who,
  });
  /** @type {SystemLine[]} */
  let lines = [];
  if (participant.purpose === "acd") lines = [line("queued", participant.startTime, participant.queue?.name ?? "")];
  else if (participant.purpose === "agent") lines = agentLines(participant, line);
  else if (participant.purpose === "customer" && ["client", "endpoint"].includes(participant.disconnectType ?? "")) {
    lines = [line("customerLeft", participant.endTime)];
  }
  return lines.filter((each) => !Number.isNaN(each.at));
}

/** @param {Participant} agent @param {(event: string, time: string | undefined) => SystemLine} line */
function agentLines(agent, line) {
  if (!agent.connectedTime) {
    return agent.state === "disconnected"
      ? [line(agent.disconnectType === "client" ? "declined" : "notAnswered", agent.endTime)]
      : [];
  }
  const lines = [line("answered", agent.connectedTime)];
  if (agent.held) lines.push(line("held", agent.startHoldTime));
  if (agent.state === "disconnected" && agent.disconnectType !== "peer") {
    lines.push(line(ENDINGS[agent.disconnectType ?? ""] ?? "left", agent.endTime ?? agent.startAcwTime));
  }
  return lines;
}

/** @param {Conversation} conversation @param {string} userId @returns {MessageLine[]} */
function messageLines(conversation, userId) {
  return details(conversation).map(({ detail, participant }) => ({
    kind: "message",
    key: detail.messageId,
    at: at(detail.messageTime),
    detail,
    conversationId: conversation.id,
    author: authorOf(participant, userId),
    name: participant.user?.name ?? participant.name ?? "",
    startsRun: true,
    endsRun: true,
  }));
}

/** @param {Participant} participant @param {string} userId */
function authorOf(participant, userId) {
  if (participant.purpose === "customer") return "customer";
  if (participant.purpose !== "agent") return "bot";
  return participant.user?.id === userId ? "me" : "agent";
}

/** Messages of one author within five minutes stand together under one name. @param {Line[]} lines */
function markRuns(lines) {
  lines.forEach((line, index) => {
    const next = lines[index + 1];
    if (line.kind !== "message" || next?.kind !== "message") return;
    const together = line.author === next.author && line.name === next.name && next.at - line.at < RUN_MS;
    line.endsRun = !together;
    next.startsRun = !together;
  });
  return lines;
}

/**
 * What the agent has written and the conversation does not show yet, as lines below it.
 *
 * @param {Conversation} conversation
 * @param {import("./outbox.js").Entry[]} entries
 * @param {string} name
 */
export function pendingLines(conversation, entries, name) {
  const shown = new Set(details(conversation).map(({ detail }) => detail.messageId));
  return entries.filter((entry) => !entry.messageId || !shown.has(entry.messageId)).map((entry, index, all) => ({
    kind: "message",
    key: entry.messageId ?? entry.localId,
    at: entry.at,
    entry,
    author: "me",
    name,
    conversationId: conversation.id,
    startsRun: index === 0,
    endsRun: index === all.length - 1,
    detail: undefined,
  }));
}
