import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { storage } from "../../../web/lib/storage.js";
import { ApiError } from "../../../web/models/api-error.js";
import { Outbox } from "../../../web/models/outbox.js";
import { AKI } from "./fixtures.js";

const offline = () => new ApiError(0, "no.answer", "");
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A server that answers as told: a function for each sending. */
function server(...answers) {
  const sent = [];
  const said = [];
  return {
    sent,
    said,
    send: async ({ text, files, localId }) => {
      sent.push(files ? files.map(({ name }) => name).join() : text);
      return (answers.shift() ?? (() => ({ id: `m${sent.length}` })))(text, localId);
    },
    reload: async () => said,
  };
}

beforeEach(() => storage.session.remove("engawa.outbox.aki"));

test("messages go out in their order, one at a time", async () => {
  const to = server();
  const outbox = new Outbox(to, AKI);
  outbox.add("c1", "one");
  outbox.add("c1", "two");
  assert.deepEqual(outbox.entries.map((entry) => entry.state), ["sending", "waiting"]);
  await settled();
  assert.deepEqual(to.sent, ["one", "two"]);
  outbox.settle(new Set(["m1", "m2"]));
  assert.deepEqual(outbox.entries, []);
});

test("without an answer a message is kept and holds its place", async () => {
  const to = server(() => {
    throw offline();
  });
  const outbox = new Outbox(to, AKI);
  outbox.add("c1", "one");
  outbox.add("c1", "two");
  await settled();
  assert.deepEqual(to.sent, ["one"]);
  assert.deepEqual(outbox.entries.map((entry) => entry.state), ["waiting", "waiting"]);
  outbox.flush();
  await settled();
  assert.deepEqual(to.sent, ["one", "one", "two"]);
});

test("a message that arrived although no answer came is not sent twice", async () => {
  const to = server(() => {
    throw offline();
  });
  const outbox = new Outbox(to, AKI);
  outbox.add("c1", "one");
  await settled();
  to.said.push({ id: "m7", at: Date.now(), text: "one" });
  outbox.flush();
  await settled();
  assert.deepEqual(to.sent, ["one"]);
  assert.equal(outbox.entries[0].messageId, "m7");
});

test("the same words said before are not mistaken for it", async () => {
  const to = server(() => {
    throw offline();
  });
  const outbox = new Outbox(to, AKI);
  outbox.add("c1", "yes");
  await settled();
  to.said.push({ id: "old", at: Date.now() - 60_000, text: "yes" });
  outbox.flush();
  await settled();
  assert.deepEqual(to.sent, ["yes", "yes"]);
});

test("one message that arrived accounts for one of two with the same words", async () => {
  const to = server(() => {
    throw offline();
  });
  const outbox = new Outbox(to, AKI);
  outbox.add("c1", "yes");
  outbox.add("c1", "yes");
  await settled();
  to.said.push({ id: "m7", at: Date.now(), text: "yes" });
  outbox.flush();
  await settled();
  assert.equal(to.sent.length, 2);
  assert.equal(new Set(outbox.entries.map((entry) => entry.messageId)).size, 2);
});

test("a refusal is told in words and waits for the agent, the next one goes on", async () => {
  const to = server(() => {
    throw new ApiError(409, "general.conflict", "The communication is disconnected.");
  });
  const outbox = new Outbox(to, AKI);
  outbox.add("c1", "one");
  outbox.add("c1", "two");
  await settled();
  const [first, second] = outbox.entries;
  assert.deepEqual([first.state, first.sentence, first.reason], [
    "failed",
    "error.conflict",
    "The communication is disconnected.",
  ]);
  assert.equal(second.state, "sent");
  assert.equal(outbox.discard(first.localId)?.text, "one");
});

test("each sending of a message carries the same key", async () => {
  const keys = [];
  const to = server((_, key) => {
    keys.push(key);
    throw offline();
  }, (_, key) => {
    keys.push(key);
    return { id: "m1" };
  });
  const outbox = new Outbox(to, AKI);
  outbox.add("c1", "one");
  await settled();
  outbox.flush();
  await settled();
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
});

test("a reload in the middle of sending leaves the message uncertain, not lost", async () => {
  const outbox = new Outbox({ send: () => new Promise(() => {}), reload: async () => [] }, AKI);
  outbox.add("c1", "one");
  const [entry] = new Outbox(server(), AKI).entries;
  assert.deepEqual([entry.text, entry.state, entry.isUncertain], ["one", "waiting", true]);
  assert.deepEqual(new Outbox(server(), "ben").entries, [], "and another agent does not send it");
});

test("files go out after the words, and are found again by themselves when no answer came", async () => {
  const to = server(undefined, () => {
    throw offline();
  });
  const outbox = new Outbox(to, AKI);
  outbox.add("c1", "Here is your receipt");
  outbox.addFiles("c1", [{ id: "f1", name: "receipt.pdf", bytes: 9 }]);
  await settled();
  assert.deepEqual(to.sent, ["Here is your receipt", "receipt.pdf"]);
  to.said.push({ id: "m8", at: Date.now(), text: "", fileIds: ["f0"] });
  to.said.push({ id: "m9", at: Date.now(), text: "", fileIds: ["f1"] });
  outbox.flush();
  await settled();
  assert.deepEqual(to.sent, ["Here is your receipt", "receipt.pdf"]);
  assert.equal(outbox.entries[1].messageId, "m9");
  assert.deepEqual(outbox.discard(outbox.entries[1].localId)?.files?.[0].name, "receipt.pdf");
});
