import assert from "node:assert/strict";
import test from "node:test";
import { Memory } from "../../../web/messenger/models/memory.js";
import { Outbox } from "../../../web/messenger/models/outbox.js";
import { Session } from "../../../web/messenger/session.js";
import { answer, ended } from "./support/bodies.js";
import { FakeServer } from "./support/fake-server.js";
import { MemoryStorage } from "./support/memory-storage.js";

/** Lets everything happen that needs no waiting. */
const settle = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

/**
 * @param {import("node:test").TestContext} context
 * @param {{app?: object, server?: FakeServer, storage?: MemoryStorage, referral?: object}} [options]
 */
function visit(context, { app = {}, server = new FakeServer(), storage = new MemoryStorage(), referral } = {}) {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 0, 5) });
  const memory = new Memory(storage, "memory", () => "token");
  const outbox = new Outbox(storage, "outbox");
  const config = {
    id: "deployment",
    messenger: { apps: { conversations: { messagingEndpoint: "ws://here", ...app } } },
  };
  const { makeSocket, fetch } = server;
  const kept = { read: () => referral, forget: () => void (referral = undefined) };
  const parts = { config, memory, outbox, attributes: {}, referral: kept, makeSocket, fetch };
  const session = new Session({ origin: "http://here", ...parts });
  const pass = async (/** @type {number} */ ms) => {
    context.mock.timers.tick(ms);
    await settle();
  };
  return { session, server, storage, pass };
}

/** @param {import("node:test").TestContext} context @param {Parameters<typeof visit>[1]} [options] */
async function connected(context, options) {
  const parts = visit(context, options);
  parts.session.socket.happened("wanted");
  await settle();
  return parts;
}

const shown = (/** @type {Session} */ session) =>
  session.lines.map((line) => `${line.text}${line.isMine ? ` (${line.status})` : ""}`);
const said = (/** @type {FakeServer} */ server) => server.messages.map((body) => body.text);

test("the server's echo is what makes a message sent", async (context) => {
  const { session, server } = await connected(context);
  session.sendText("Hello");
  assert.deepEqual(shown(session), ["Hello (sending)"]);
  await settle();
  assert.deepEqual(shown(session), ["Hello (sent)"]);
  const { message, tracingId } = server.received.at(-1) ?? {};
  assert.deepEqual(message, { type: "Text", text: "Hello", metadata: { id: tracingId } });
});

test("a conversation begins with Join where the deployment wants it, once", async (context) => {
  const { session, server, pass } = await connected(context, { app: { autoStart: { enabled: true } } });
  server.dropAll();
  await pass(2_000);
  const joins = server.received.filter((request) => request.message?.events?.[0]?.presence?.type === "Join");
  assert.equal(joins.length, 1);
  assert.equal(session.phase, "live");
});

test("a session that ends while nobody did anything is followed by one that waits for a word", async (context) => {
  const { session, server } = await connected(context, { app: { autoStart: { enabled: true } } });
  server.expired.add("token");
  server.push({ class: "SessionExpiredEvent", body: {} });
  await settle();
  const joins = server.received.filter((request) => request.message?.events?.[0]?.presence?.type === "Join");
  assert.equal(joins.length, 1);
  assert.notEqual(session.memory.token, "token");
  assert.equal(session.isOver, false);
  session.sendText("At last");
  await settle();
  assert.deepEqual(shown(session), ["At last (sent)"]);
});

test("how the customer came goes with Join and with the first message, and then no more", async (context) => {
  const referral = { entryPoint: "window", source: "qr" };
  const { session, server } = await connected(context, { app: { autoStart: { enabled: true } }, referral });
  session.attributes.plan = "gold";
  session.sendText("Hello");
  await settle();
  session.sendText("Once more");
  await settle();
  const sent = server.received.filter(({ action }) => action === "onMessage").map(({ message }) => message.channel);
  const metadata = { customAttributes: { plan: "gold" }, referral };
  assert.deepEqual(sent, [{ metadata: { referral } }, { metadata }, undefined]);
});

test("written while away: kept, sent in order on return, each once", async (context) => {
  const { session, server, pass } = await connected(context);
  session.socket.happened("wentOffline");
  session.sendText("one");
  session.sendText("two");
  assert.deepEqual(shown(session), ["one (waiting)", "two (waiting)"]);
  session.socket.happened("wentOnline");
  await pass(0);
  assert.deepEqual(shown(session), ["one (sent)", "two (sent)"]);
  assert.deepEqual(said(server), ["one", "two"]);
});

test("what a tab wrote before it was closed is sent by another, once", async (context) => {
  const { session, server, storage, pass } = await connected(context);
  session.socket.happened("wentOffline");
  const closed = new Outbox(storage, "outbox");
  for (const text of ["one", "two"]) closed.add(text, { type: "Text", text, metadata: { id: text } }, Date.now());
  session.socket.happened("wentOnline");
  await pass(0);
  await pass(4_900);
  assert.deepEqual(said(server), []);
  await pass(100);
  assert.deepEqual(shown(session), ["one (sent)", "two (sent)"]);
  assert.deepEqual(said(server), ["one", "two"]);
  assert.deepEqual(storage.readJson("outbox", []), []);
});

test("what a tab writes without a connection is sent by one that has it, unless it goes after all", async (context) => {
  const { session, server, storage, pass } = await connected(context);
  const other = new Outbox(storage, "outbox");
  other.add("one", { type: "Text", text: "one", metadata: { id: "one" } }, Date.now());
  other.add("two", { type: "Text", text: "two", metadata: { id: "two" } }, Date.now());
  session.delivery.begin();
  await pass(4_000);
  other.confirm("one");
  session.delivery.begin();
  await pass(4_000);
  assert.deepEqual(said(server), []);
  await pass(1_000);
  assert.deepEqual(said(server), ["two"]);
});

test("an echo that was lost with the connection makes no double", async (context) => {
  const { session, server, pass } = await connected(context);
  server.interfere = () => "silence";
  session.sendText("once");
  await settle();
  server.interfere = () => undefined;
  server.dropAll();
  await pass(2_000);
  assert.deepEqual(shown(session), ["once (sent)"]);
  assert.deepEqual(said(server), ["once"]);
});

test("a message that was lost with the connection goes again", async (context) => {
  const { session, server, pass } = await connected(context);
  server.interfere = () => "loss";
  session.sendText("into the dark");
  await settle();
  server.interfere = () => undefined;
  server.dropAll();
  await pass(2_000);
  assert.deepEqual(shown(session), ["into the dark (sent)"]);
});

test("a message that nobody confirms shows that the connection is dead", async (context) => {
  const { session, server, pass } = await connected(context);
  server.interfere = () => "silence";
  session.sendText("anyone?");
  await pass(15_000);
  assert.equal(session.phase, "waiting");
});

test("what was said while the connection was lost is there afterwards, without gap or double", async (context) => {
  const { session, server, pass } = await connected(context);
  server.say(answer(1, "before"));
  await settle();
  server.dropAll();
  for (let index = 0; index < 60; index += 1) server.say(answer(2 + index, `missed ${index}`), { silently: true });
  await pass(2_000);
  assert.deepEqual(shown(session), ["before", ...Array.from({ length: 60 }, (_, index) => `missed ${index}`)]);
});

test("a gap beyond what history gives at once leaves the newest part, and the way back", async (context) => {
  const { session, server, pass } = await connected(context);
  server.say(answer(1, "before"));
  await settle();
  server.dropAll();
  for (let index = 0; index < 400; index += 1) server.say(answer(2 + index, `missed ${index}`), { silently: true });
  await pass(2_000);
  assert.equal(shown(session).at(-1), "missed 399");
  assert.equal(shown(session).includes("before"), false);
  assert.equal(session.catchUp.hasEarlier, true);
  while (session.catchUp.hasEarlier) await session.catchUp.earlier();
  assert.equal(shown(session)[0], "before");
  assert.equal(shown(session).length, 401);
});

test("a returning visitor sees the newest page of what was said", async (context) => {
  const server = new FakeServer();
  server.isNew = false;
  for (let index = 0; index < 30; index += 1) server.say(answer(index, String(index)));
  const { session } = await connected(context, { server });
  assert.equal(shown(session).length, 25);
  await session.catchUp.earlier();
  assert.equal(shown(session).length, 30);
  assert.equal(session.catchUp.hasEarlier, false);
});

test("what was said before a visit is past; what comes in it, or is missed in it, is news", async (context) => {
  const server = new FakeServer();
  server.isNew = false;
  for (let index = 0; index < 30; index += 1) server.say(answer(index, String(index)));
  const { session, pass } = await connected(context, { server });
  const past = () => session.lines.find(({ key }) => key === session.catchUp.pastKey)?.text;
  assert.equal(past(), "29");
  server.say(answer(30, "live"));
  await session.catchUp.earlier();
  server.dropAll();
  server.say(answer(31, "missed"), { silently: true });
  await pass(2_000);
  assert.deepEqual([session.lines.length, past()], [32, "29"]);
  server.dropAll();
  for (let index = 32; index < 300; index += 1) server.say(answer(index, String(index)), { silently: true });
  await pass(2_000);
  assert.equal(past(), "299");
});

test("a rate limit is waited for, then the same message goes again", async (context) => {
  const { session, server, pass } = await connected(context);
  const limit = { class: "TooManyRequestsErrorMessage", code: 429, body: { retryAfter: 3, errorCode: 4029 } };
  server.interfere = () => limit;
  session.sendText("patience");
  await settle();
  server.interfere = () => undefined;
  await pass(2_900);
  assert.deepEqual(said(server), []);
  await pass(200);
  assert.deepEqual(shown(session), ["patience (sent)"]);
});

test("a refused message says why, and may be tried again or taken back", async (context) => {
  const { session, server } = await connected(context);
  server.interfere = () => ({ class: "string", code: 4011, body: "too long" });
  session.sendText("long");
  await settle();
  const [line] = session.lines;
  assert.deepEqual([line.status, line.reason], ["failed", "failed.tooLong"]);
  server.interfere = () => undefined;
  session.retry(line.key);
  await settle();
  assert.deepEqual(shown(session), ["long (sent)"]);
});

test("a tab that has lost its place to others takes it again to send", async (context) => {
  const { session, server } = await connected(context);
  server.push({ class: "ConnectionClosedEvent", body: {} });
  await settle();
  assert.equal(session.phase, "displaced");
  session.sendText("Me again");
  await settle();
  assert.deepEqual(shown(session), ["Me again (sent)"]);
});

test("a read-only conversation takes nothing; a new one takes what was kept", async (context) => {
  const { session, server } = await connected(context);
  session.sendText("first");
  await settle();
  server.readOnly = true;
  server.say(ended(101));
  await settle();
  assert.equal(session.isOver, true);
  session.sendText("too late");
  await settle();
  assert.deepEqual(said(server), ["first", undefined]);
  session.startNew();
  await settle();
  assert.equal(session.isOver, false);
  assert.deepEqual(shown(session), ["first (sent)", "", "too late (sent)"]);
});

test("an end that is not for good leaves the way open", async (context) => {
  const { session, server } = await connected(context);
  server.say(ended(1, false));
  await settle();
  assert.equal(session.isOver, false);
  assert.deepEqual(
    session.lines.map((line) => line.kind),
    ["ended"],
  );
});

test("an expired session begins anew by itself when there is nothing to look back at", async (context) => {
  const server = new FakeServer();
  server.expired.add("token");
  const { session } = await connected(context, { server });
  assert.equal(session.phase, "live");
  assert.equal(session.isOver, false);
  assert.notEqual(session.memory.token, "token");
  session.sendText("Hello again");
  await settle();
  assert.deepEqual(shown(session), ["Hello again (sent)"]);
});

test("a session that expires under the customer's eyes says so and keeps what is written", async (context) => {
  const { session, server } = await connected(context);
  session.sendText("Hello");
  await settle();
  server.expired.add("token");
  session.sendText("Still there?");
  await settle();
  assert.equal(session.isOver, true);
  assert.deepEqual(shown(session), ["Hello (sent)", "Still there? (waiting)"]);
  session.startNew();
  await settle();
  assert.equal(session.isOver, false);
  assert.deepEqual(shown(session), ["Hello (sent)", "Still there? (sent)"]);
});

test("a session that is told to have expired is over before the customer writes", async (context) => {
  const { session, server } = await connected(context);
  session.sendText("Hello");
  await settle();
  server.expired.add("token");
  server.push({ class: "SessionExpiredEvent", body: {} });
  await settle();
  assert.equal(session.isOver, true);
  session.sendText("Still there?");
  session.startNew();
  await settle();
  assert.deepEqual(shown(session), ["Hello (sent)", "Still there? (sent)"]);
});

test("a customer who left for good in another tab has left in this one", async (context) => {
  const { session, server } = await connected(context);
  session.sendText("Hello");
  await settle();
  server.say({ ...ended(101), direction: "Inbound" });
  await settle();
  assert.equal(session.isOver, true);
});

test("a tab follows when another tab began a new session", async (context) => {
  const { session, server, storage } = await connected(context);
  session.sendText("Hello");
  await settle();
  server.expired.add("token");
  new Memory(storage, "memory", () => "").change({ token: "the other tab's" });
  session.socket.send({ action: "getJwt", token: "token" });
  await settle();
  assert.equal(session.isOver, false);
  assert.equal(session.memory.token, "the other tab's");
});

test("typing is said at most every five seconds, and only into a conversation that exists", async (context) => {
  const { session, server, pass } = await connected(context);
  const typed = () => server.received.filter((request) => request.message?.events?.[0]?.eventType === "Typing").length;
  session.keyPressed();
  assert.equal(typed(), 0);
  server.say(answer(1, "Hello"));
  await settle();
  for (let key = 0; key < 40; key += 1) {
    session.keyPressed();
    await pass(250);
  }
  assert.equal(typed(), 2);
});

test("the agent's typing shows for its duration, and ends with the message", async (context) => {
  const { session, server, pass } = await connected(context);
  const typing = () => ({
    type: "Event",
    direction: "Outbound",
    originatingEntity: "Human",
    channel: { from: { nickname: "Aoi" } },
    events: [{ eventType: "Typing", typing: { type: "On", duration: 4_000 } }],
  });
  server.push({ class: "StructuredMessage", body: typing() });
  await settle();
  assert.equal(session.typing?.name, "Aoi");
  await pass(4_000);
  assert.equal(session.typing, undefined);
  server.push({ class: "StructuredMessage", body: typing() });
  await settle();
  server.say(answer(1, "Here"));
  await settle();
  assert.equal(session.typing, undefined);
});

test("a quiet connection is asked every thirty seconds, a dead one is left", async (context) => {
  const { session, server, pass } = await connected(context);
  await pass(10_000);
  for (let minute = 0; minute < 3; minute += 1) await pass(30_000);
  assert.equal(server.received.filter((request) => request.action === "echo").length, 3);
  assert.equal(session.phase, "live");
  server.answersHeartbeats = false;
  await pass(30_000);
  await pass(10_000);
  assert.equal(session.phase, "waiting");
});

test("a choice goes as a button's response to its message", async (context) => {
  const { session, server } = await connected(context);
  session.choose({ type: "QuickReply", text: "Yes", payload: "yes", messageId: "m" });
  const { message } = server.received.at(-1) ?? {};
  const buttonResponse = { type: "QuickReply", text: "Yes", payload: "yes", originatingMessageId: "m" };
  assert.equal(message.type, "Structured");
  assert.deepEqual(message.content, [{ contentType: "ButtonResponse", buttonResponse }]);
});

test("unread counts what came since the customer last looked, also in another tab", async (context) => {
  const { session, server, storage } = await connected(context);
  server.say(answer(1, "one"));
  server.say(answer(2, "two"));
  await settle();
  assert.equal(session.unread, 2);
  new Memory(storage, "memory", () => "token").change({ seenAt: session.lines[0].at });
  assert.equal(session.unread, 1);
  session.markSeen();
  assert.equal(session.unread, 0);
});

test("a reload in the middle of sending loses nothing and doubles nothing", async (context) => {
  const first = await connected(context);
  first.server.interfere = () => "silence";
  first.session.sendText("through the reload");
  await settle();
  first.session.socket.happened("unwanted");
  first.server.interfere = () => undefined;
  context.mock.timers.reset();
  const { session } = await connected(context, { server: first.server, storage: first.storage });
  await settle();
  assert.deepEqual(shown(session), ["through the reload (sent)"]);
  assert.deepEqual(said(first.server), ["through the reload"]);
});

test("a chosen answer names what it answers, and is there at once", async (context) => {
  const { session, server } = await connected(context);
  session.choose({ type: "QuickReply", text: "Large", payload: "L", messageId: "m1" });
  assert.equal(session.lines[0].parent, "m1");
  await settle();
  const { message, tracingId } = server.received.at(-1) ?? {};
  assert.deepEqual(message, {
    type: "Structured",
    text: "Large",
    content: [
      {
        contentType: "ButtonResponse",
        buttonResponse: { type: "QuickReply", text: "Large", payload: "L", originatingMessageId: "m1" },
      },
    ],
    metadata: { id: tracingId, parentMessageId: "m1" },
  });
  assert.deepEqual([session.lines.length, session.lines[0].parent, session.lines[0].status], [1, "m1", "sent"]);
});

const clears = (/** @type {FakeServer} */ server) =>
  server.received.filter(({ message }) => message?.events?.[0]?.presence?.type === "Clear").length;

test("what is deleted is gone here and there, also what was not sent yet", async (context) => {
  const { session, server } = await connected(context, { app: { conversationClear: { enabled: true } } });
  session.sendText("secret");
  await settle();
  server.interfere = () => "loss";
  session.sendText("on its way");
  session.clear();
  assert.equal(clears(server), 1);
  server.push({ class: "SessionClearedEvent", body: {} });
  await settle();
  assert.deepEqual(session.lines, []);
  assert.equal(session.memory.isActive, false);
});

test("deleted while away: said once, as soon as somebody listens", async (context) => {
  const { session, server, pass } = await connected(context);
  session.socket.happened("wentOffline");
  session.clear();
  session.socket.happened("wentOnline");
  await pass(0);
  server.dropAll();
  await pass(2_000);
  assert.equal(clears(server), 1);
});

test("a link that is over is asked for again and stands in the conversation", async (context) => {
  const { session, server } = await connected(context);
  const attachment = { id: "f", mediaType: "Image", url: "http://here/downloads/m/1/x", filename: "oak.png" };
  server.say(answer(1, "", { content: [{ contentType: "Attachment", attachment }] }));
  await settle();
  const fresh = session.renew(attachment.url);
  assert.deepEqual(server.received.at(-1), { action: "getAttachment", token: "token", attachmentId: "f" });
  const url = "http://here/downloads/m/9/y";
  server.push({ class: "PresignedUrlResponse", code: 200, body: { attachmentId: "f", headers: {}, url } });
  assert.equal(await fresh, url);
  assert.deepEqual(session.lines[0].content[0].attachment, { ...attachment, url });
});
