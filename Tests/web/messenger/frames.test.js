import assert from "node:assert/strict";
import test from "node:test";
import { HEARTBEAT_TRACE, readFrame } from "../../../web/messenger/models/frames.js";

const read = (/** @type {object} */ frame) => readFrame(JSON.stringify({ type: "message", code: 200, ...frame }));
const structured = (/** @type {object} */ body) => read({ class: "StructuredMessage", body });
const typing = (/** @type {object} */ values) => ({
  type: "Event",
  direction: "Outbound",
  events: [{ eventType: "Typing", typing: { type: "On", ...values } }],
});

test("a session is read-only when the server says so, or says that it is not connected", () => {
  const session = (/** @type {object} */ body) => read({ class: "SessionResponse", body });
  assert.deepEqual(session({ connected: true, newSession: true }), {
    type: "session",
    newSession: true,
    readOnly: false,
    media: { types: [], bytesMax: 0 },
  });
  const inbound = { fileTypes: [{ type: "image/png" }, { type: 7 }, {}], maxFileSizeKB: 10 };
  assert.deepEqual(session({ allowedMedia: { inbound } }).media, { types: ["image/png", "7"], bytesMax: 10_240 });
  assert.equal(session({ connected: true, readOnly: true }).readOnly, true);
  assert.equal(session({ connected: false }).readOnly, true);
});

test("typing of an agent shows for its duration, by either name, five seconds without one", () => {
  assert.equal(structured(typing({ duration: 3_000 })).durationMs, 3_000);
  assert.equal(structured(typing({ durationMs: 4_000 })).durationMs, 4_000);
  assert.equal(structured(typing({})).durationMs, 5_000);
  assert.equal(structured(typing({ type: "Off" })).durationMs, 0);
});

test("our own typing that comes back is not the agent's", () => {
  assert.equal(structured({ ...typing({}), direction: "Inbound" }).type, "message");
});

test("the answer to a heartbeat is no message", () => {
  const body = { type: "Text", text: "ping", direction: "Inbound", id: "x" };
  assert.deepEqual(read({ class: "StructuredMessage", body, tracingId: HEARTBEAT_TRACE }), { type: "heartbeat" });
});

test("a rate limit is one by its class, its code or its status, and asks for at least a second", () => {
  const body = { retryAfter: 3, errorCode: 4029, errorMessage: "Message rate too high for this session" };
  const limit = { type: "rateLimited", tracingId: "t", retryAfterMs: 3_000 };
  assert.deepEqual(read({ class: "TooManyRequestsErrorMessage", code: 429, body, tracingId: "t" }), limit);
  assert.deepEqual(read({ class: "string", code: 4029, body: "slow", tracingId: "t" }), {
    ...limit,
    retryAfterMs: 1_000,
  });
});

test("errors keep their number and their trace", () => {
  const error = { type: "error", code: 4011, text: "too long", tracingId: "t" };
  assert.deepEqual(read({ class: "string", code: 4011, body: "too long", tracingId: "t" }), error);
  assert.deepEqual(
    read({ class: "Error", code: 400, body: { errorCode: 4011, errorMessage: "too long" }, tracingId: "t" }),
    error,
  );
});

test("a session that is over is over, whichever way it is said", () => {
  assert.equal(read({ class: "string", code: 4006, body: "session has expired" }).type, "expired");
  assert.equal(read({ class: "SessionExpiredEvent", body: {} }).type, "expired");
});

test("what we do not understand is nothing", () => {
  assert.equal(readFrame("not json"), undefined);
  assert.equal(readFrame("null"), undefined);
  assert.equal(read({ class: "SomethingNew", body: {} }), undefined);
});
