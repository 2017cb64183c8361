import assert from "node:assert/strict";
import test from "node:test";
import { lineFromEntry, quickRepliesOf, rowsOf } from "../../../web/messenger/models/timeline.js";
import { Transcript } from "../../../web/messenger/models/transcript.js";
import { answer, ended, mine } from "./support/bodies.js";

const texts = (/** @type {Transcript} */ transcript) => transcript.lines.map((line) => line.text);

test("a message that comes live, in the history and again after a reconnection is there once", () => {
  const transcript = new Transcript();
  const [question, reply] = [mine(1, "Are you open?"), answer(2, "Yes.")];
  transcript.merge([question]);
  transcript.merge([reply]);
  assert.deepEqual(transcript.merge([question, reply]), []);
  transcript.merge([{ ...question, id: "another server id" }]);
  assert.deepEqual(texts(transcript), ["Are you open?", "Yes."]);
});

test("lines stand in the order of their time, however they arrive", () => {
  const transcript = new Transcript();
  for (const at of [5, 1, 4, 2, 3]) transcript.merge([answer(at, String(at))]);
  assert.deepEqual(texts(transcript), ["1", "2", "3", "4", "5"]);
});

test("equal times keep the order in which the server tells them", () => {
  const transcript = new Transcript();
  transcript.merge(["a", "b", "c"].map((id) => ({ ...answer(1, id), id })));
  assert.deepEqual(texts(transcript), ["a", "b", "c"]);
});

test("a page touches what was known by the server's id or by ours", () => {
  const question = mine(1, "?");
  assert.ok(Transcript.touches([question], new Set([question.metadata.id])));
  assert.ok(Transcript.touches([question], new Set([question.id])));
  assert.ok(!Transcript.touches([question], new Set(["another"])));
});

test("events that are not for the eye leave no line; the end of the conversation does", () => {
  const transcript = new Transcript();
  const join = {
    id: "j",
    type: "Event",
    direction: "Inbound",
    events: [{ eventType: "Presence", presence: { type: "Join" } }],
  };
  transcript.merge([
    join,
    ended(3),
    { id: "r", type: "Receipt", direction: "Outbound" },
    { id: "e", type: "Text", text: "" },
  ]);
  assert.deepEqual(
    transcript.lines.map((line) => line.kind),
    ["ended"],
  );
});

test("only what a person wrote is a person's", () => {
  const transcript = new Transcript();
  transcript.merge([answer(1, "Hi", { originatingEntity: "Human" }), answer(2, "Hi", { originatingEntity: "Bot" })]);
  transcript.merge([answer(3, "Hi", { originatingEntity: undefined })]);
  assert.deepEqual(
    transcript.lines.map((line) => line.author?.isBot),
    [false, true, true],
  );
});

test("a line keeps its key from writing to confirmation", () => {
  const question = mine(1, "?");
  const entry = { id: question.metadata.id, at: 0, message: { text: "?" }, state: /** @type {const} */ ("sending") };
  const transcript = new Transcript();
  transcript.merge([question]);
  assert.equal(lineFromEntry(entry, true).key, transcript.lines[0].key);
});

test("rows: a separator for each day, and lines of one author that follow closely drawn together", () => {
  const transcript = new Transcript();
  const day = 24 * 60;
  transcript.merge([
    answer(1, "a"),
    answer(2, "b"),
    answer(20, "c"),
    mine(21, "d"),
    answer(2 * day, "e"),
    ended(2 * day + 1),
  ]);
  const rows = rowsOf(transcript.lines).map((row) =>
    row.kind === "message" ? `${row.line.text}${row.isFirst ? " first" : ""}${row.isLast ? " last" : ""}` : row.kind,
  );
  assert.deepEqual(rows, ["day", "a first", "b last", "c first last", "d first last", "day", "e first last", "ended"]);
});

test("quick replies are offered until somebody says something", () => {
  const content = [{ contentType: "QuickReply", quickReply: { text: "Yes", payload: "yes" } }];
  const transcript = new Transcript();
  transcript.merge([answer(1, "Wrapped?", { type: "Structured", content })]);
  assert.deepEqual(
    quickRepliesOf(transcript.lines).map((reply) => reply.payload),
    ["yes"],
  );
  transcript.merge([mine(2, "Yes")]);
  assert.deepEqual(quickRepliesOf(transcript.lines), []);
});
