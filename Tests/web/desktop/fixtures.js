/** People and conversations with short names, in the shapes of the API. */

export const AKI = "aki";

/** @param {number} second of the story, which begins at noon */
export const time = (second) => new Date(Date.UTC(2026, 10, 12, 12, 0, second)).toISOString();
export const at = (second) => Date.parse(time(second));

/** A message detail; its id names its time. */
export const detail = (id, second, status = "received") => ({
  messageId: id,
  messageTime: time(second),
  messageStatus: status,
});

export const customer = (fields = {}) => ({
  id: "customer 1",
  purpose: "customer",
  name: "Hana",
  state: "connected",
  type: "webmessaging",
  startTime: time(0),
  messages: [],
  ...fields,
});
export const acd = (fields = {}) => ({
  id: "acd 1",
  purpose: "acd",
  state: "connected",
  queue: { id: "q1", name: "Support" },
  startTime: time(1),
  messages: [],
  ...fields,
});
export const agent = (fields = {}) => ({
  id: "agent 1",
  purpose: "agent",
  user: { id: AKI, name: "Aki" },
  state: "connected",
  queue: { id: "q1", name: "Support" },
  startTime: time(2),
  connectedTime: time(3),
  messages: [],
  ...fields,
});

export const conversation = (...participants) => ({ id: "c1", participants });
