/** Wire messages as the server sends them, at a minute of one day. */
const time = (/** @type {number} */ minute) => new Date(Date.UTC(2026, 0, 5, 1, minute)).toISOString();
let count = 0;
const hex = () => (count += 1).toString(16).padStart(32, "0");

/** @param {number} minute @param {string} text @param {string} [id] the customer's id of it */
export const mine = (minute, text, id = `mine-${hex()}`) => ({
  id: hex(),
  type: "Text",
  direction: "Inbound",
  text,
  content: [],
  channel: { time: time(minute), messageId: `channel-${hex()}` },
  metadata: { id },
});

/** @param {number} minute @param {string} text @param {Record<string, any>} [more] */
export const answer = (minute, text, more = {}) => ({
  id: hex(),
  type: "Text",
  direction: "Outbound",
  text,
  content: [],
  channel: { time: time(minute), from: { nickname: "Aoi" } },
  originatingEntity: "Human",
  metadata: {},
  ...more,
});

/** @param {number} minute @param {boolean} [isForGood] */
export const ended = (minute, isForGood = true) => ({
  id: hex(),
  type: "Event",
  direction: "Outbound",
  channel: { time: time(minute) },
  events: [{ eventType: "Presence", presence: { type: "Disconnect" } }],
  metadata: isForGood ? { readOnly: "true" } : {},
});
