import assert from "node:assert/strict";
import test from "node:test";
import { transcriptText } from "../../../web/messenger/models/transcript-text.js";
import { Memory } from "../../../web/messenger/models/memory.js";
import { Outbox } from "../../../web/messenger/models/outbox.js";
import { Transcript } from "../../../web/messenger/models/transcript.js";
import { Session } from "../../../web/messenger/session.js";
import { wholeConversation } from "../../../web/messenger/whole-conversation.js";
import { answer, mine } from "./support/bodies.js";
import { FakeServer } from "./support/fake-server.js";
import { MemoryStorage } from "./support/memory-storage.js";

const settle = async () => {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
};

/** A customer who comes back to a conversation of so many messages; `refuse` answers a read of history instead. */
async function visit(context, count, refuse = () => undefined) {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 0, 5) });
  const server = new FakeServer();
  server.isNew = false;
  for (let index = 1; index <= count; index += 1) server.messages.push(answer(index - count, String(index)));
  const storage = new MemoryStorage();
  const fetch = async (url) => refuse(url) ?? server.fetch(url);
  const config = { id: "d", messenger: { apps: { conversations: { messagingEndpoint: "ws://here" } } } };
  const memory = new Memory(storage, "memory", () => "token");
  const parts = { config, memory, outbox: new Outbox(storage, "outbox"), attributes: {} };
  const session = new Session({ origin: "http://here", ...parts, makeSocket: server.makeSocket, fetch });
  session.socket.happened("wanted");
  await settle();
  const pass = async (ms) => {
    context.mock.timers.tick(ms);
    await settle();
  };
  return { session, server, pass };
}

const texts = (conversation) => conversation.lines.map((line) => line.text);
const upTo = (count) => Array.from({ length: count }, (_, index) => String(index + 1));

test("a long conversation is read to its beginning, with what is only here at its end", async (context) => {
  const { session } = await visit(context, 450);
  assert.equal(session.lines.length, 25);
  session.sendText("Just now");
  const told = [];
  const conversation = await wholeConversation(session, (read, total) => told.push([read, total]));
  assert.equal(conversation.isWhole, true);
  assert.deepEqual(texts(conversation), [...upTo(450), "Just now"]);
  assert.deepEqual(told.slice(0, 2), [[100, 451], [200, 451]]);
  assert.equal(session.lines.length, 26, "the log is left alone");
});

test("what is known from its beginning is not asked for again, also without a connection", async (context) => {
  let asked = 0;
  const { session, server } = await visit(context, 20, () => void (asked += 1));
  server.dropAll();
  const before = asked;
  const conversation = await wholeConversation(session, () => {});
  assert.deepEqual([texts(conversation), conversation.isWhole, asked], [upTo(20), true, before]);
});

test("a server that asks for patience gets it, and a failure now and then costs nothing", async (context) => {
  let reads = 0;
  const refused = { ok: false, status: 429, headers: new Headers({ "Retry-After": "30" }) };
  const broken = { ok: false, status: 503, headers: new Headers() };
  const { session, pass } = await visit(context, 250, (url) => {
    if (!url.includes("pageSize=100")) return undefined;
    reads += 1;
    return { 1: broken, 3: refused }[reads];
  });
  const told = [];
  const made = wholeConversation(session, (read) => told.push(read));
  await settle();
  assert.deepEqual([reads, told], [1, [0]], "it says that it waits");
  await pass(2_000);
  assert.equal(reads, 3);
  await pass(29_000);
  assert.equal(reads, 3);
  await pass(1_000);
  assert.deepEqual(texts(await made), upTo(250));
});

test("what cannot be read is said above the rest", async (context) => {
  const broken = { ok: false, status: 503, headers: new Headers() };
  const { session, pass } = await visit(context, 250, (url) => (url.includes("pageNumber=2") ? broken : undefined));
  const made = wholeConversation(session, () => {});
  for (let second = 0; second < 60; second += 1) await pass(1_000);
  const conversation = await made;
  assert.equal(conversation.isWhole, false);
  assert.deepEqual(texts(conversation), upTo(250).slice(150));
  assert.equal(paragraphs(conversation)[0], "Something is missing");
});

test("no copy is made of a conversation that has become another one's", async (context) => {
  const leave = (url) => void (url.includes("pageNumber=2") && session.history.forget());
  const { session } = await visit(context, 250, leave);
  assert.equal(await wholeConversation(session, () => {}), undefined);
});

const WORDS = {
  nameOf: (line) => line.author?.name ?? "You",
  timeText: (at) => new Date(at).toISOString().slice(0, 16),
  kindText: (kind) => `a ${kind}`,
  unshown: "Not shown",
  missing: "Something is missing",
};
const paragraphs = (conversation) => transcriptText(conversation, WORDS, "http://here").trimEnd().split("\r\n\r\n");

/** What the copy says of messages, each without who said it and when. */
function copied(...bodies) {
  const transcript = new Transcript();
  transcript.merge(bodies);
  const told = paragraphs({ lines: transcript.lines, isWhole: true });
  return told.map((paragraph) => paragraph.split("\r\n").slice(1));
}

test("a message is its words, who said it and when; what was not sent is left out", () => {
  const transcript = new Transcript();
  const chosen = { contentType: "ButtonResponse", buttonResponse: { text: "Take one" } };
  transcript.merge([mine(1, "Hello\nAre you there?"), answer(2, "Yes."), { ...mine(3, ""), content: [chosen] }]);
  const lost = { ...transcript.lines[0], status: "failed", text: "lost" };
  assert.equal(
    transcriptText({ lines: [...transcript.lines, lost], isWhole: true }, WORDS, "http://here"),
    [
      "2026-01-05T01:01  You\r\nHello\r\nAre you there?",
      "2026-01-05T01:02  Aoi\r\nYes.",
      "2026-01-05T01:03  You\r\nTake one\r\n",
    ].join("\r\n\r\n"),
  );
});

test("questions are kept with what could be chosen", () => {
  const content = (contentType, name, data) => ({ type: "Structured", content: [{ contentType, [name]: data }] });
  const reply = (text) => ({ contentType: "QuickReply", quickReply: { text, payload: text } });
  const times = [{ dateTime: "2026-02-01T01:00:00Z" }, { dateTime: "2026-02-01T03:00:00Z" }];
  const items = [{ id: "1", title: "Gyokuro", subtitle: "Dark" }, { id: "2", title: "Sencha" }];
  const sections = [{ title: "Green", items }];
  const pages = [{
    title: "About you",
    pageComponents: [
      { formComponentType: "Input", input: { id: "n", title: "Your name" } },
      { formComponentType: "ListPicker", listPicker: { id: "t", receivedMessage: { title: "Your tea" }, sections } },
    ],
  }];
  assert.deepEqual(
    copied(
      answer(1, "How much?", { type: "Structured", content: [reply("40 g"), reply("100 g")] }),
      answer(2, "", content("DatePicker", "datePicker", { title: "When?", subtitle: "Soon", availableTimes: times })),
      answer(3, "", content("ListPicker", "listPicker", { receivedMessage: { title: "Which?" }, sections })),
      answer(4, "", content("Form", "form", { introduction: { title: "A tasting" }, formPages: pages })),
    ),
    [
      ["How much?", "- 40 g", "- 100 g"],
      ["When?", "Soon", "- 2026-02-01T01:00", "- 2026-02-01T03:00"],
      ["Which?", "Green", "- Gyokuro: Dark", "- Sencha"],
      ["A tasting", "About you", "Your name", "Your tea", "Green", "- Gyokuro: Dark", "- Sencha"],
    ],
  );
});

test("files, links, places and cards are kept by name and address, and what is not known by its words", () => {
  const file = (data) => ({ contentType: "Attachment", attachment: { url: "https://files.example/1", ...data } });
  const app = { name: "Order", url: "https://shop.example/order" };
  const card = {
    title: "Yudachi",
    description: "A green tea",
    actions: [{ type: "Link", text: "Look", url: "https://shop.example/y" }, { type: "Postback", text: "I want it" }],
  };
  const place = { text: "By the well", address: "1 Well Street", url: "https://maps.example/x" };
  const of = (...content) => answer(1, "", { type: "Structured", content });
  assert.deepEqual(
    copied(
      of(file({ mediaType: "Image", filename: "oak.png" }), file({ mediaType: "Audio" })),
      of({ contentType: "InteractiveApplication", interactiveApplication: app }),
      of({ contentType: "Card", card }),
      of({ contentType: "Location", location: place }),
      of({ contentType: "Riddle", riddle: { title: "Who?" } }),
    ),
    [
      ["[oak.png]", "[a audio]"],
      ["Order", "https://shop.example/order"],
      ["Yudachi", "A green tea", "- Look: https://shop.example/y", "- I want it"],
      ["By the well", "1 Well Street", "https://maps.example/x"],
      ["Who?", "Not shown"],
    ],
  );
});
