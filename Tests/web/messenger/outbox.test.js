import assert from "node:assert/strict";
import test from "node:test";
import { ENTRIES_MAX, Outbox } from "../../../web/messenger/models/outbox.js";
import { MemoryStorage } from "./support/memory-storage.js";

const states = (/** @type {Outbox} */ outbox) => outbox.entries.map((entry) => `${entry.id} ${entry.state}`);

/** @param {...string} ids */
function holding(...ids) {
  const storage = new MemoryStorage();
  const outbox = new Outbox(storage, "outbox", 0);
  ids.forEach((id, index) => outbox.add(id, { type: "Text", text: id }, index));
  return { storage, outbox };
}

test("one entry is under way at a time, in the order of writing", () => {
  const { outbox } = holding("a", "b");
  outbox.sending(outbox.next(0)?.id ?? "");
  assert.equal(outbox.next(0), undefined);
  outbox.confirm("a");
  assert.equal(outbox.next(0)?.id, "b");
});

test("what was under way when the connection ended goes again under the same id", () => {
  const { outbox } = holding("a");
  outbox.sending("a");
  outbox.connectionLost();
  assert.equal(outbox.next(0)?.id, "a");
});

test("a reload keeps what was written, and sends again what may not have arrived", () => {
  const { outbox, storage } = holding("a", "b");
  outbox.sending("a");
  assert.deepEqual(states(new Outbox(storage, "outbox", 0)), ["a waiting", "b waiting"]);
});

test("two tabs do not lose each other's entries", () => {
  const { storage, outbox } = holding();
  const other = new Outbox(storage, "outbox", 0);
  outbox.add("here", { text: "here" }, 1);
  other.add("there", { text: "there" }, 2);
  outbox.sending("here");
  assert.deepEqual(states(new Outbox(storage, "outbox", 0)), ["here waiting", "there waiting"]);
  other.confirm("there");
  assert.deepEqual(states(new Outbox(storage, "outbox", 0)), ["here waiting"]);
});

test("what another tab has left behind is taken over, except what waits for a word of the customer", () => {
  const { storage, outbox } = holding("here");
  const other = new Outbox(storage, "outbox", 0);
  for (const id of ["sent", "refused", "under way", "waiting"]) other.add(id, { text: id }, 1);
  other.refuse("refused", "failed.tooLong");
  other.sending("under way");
  other.confirm("sent");
  assert.equal(outbox.takeOver(2), true);
  assert.deepEqual(states(outbox), ["here waiting", "under way waiting", "waiting waiting"]);
  assert.equal(outbox.takeOver(3), false);
});

test("a rate limit holds back the entry, and everything behind it, until its time", () => {
  const { outbox } = holding("a", "b");
  outbox.sending("a");
  outbox.postpone(undefined, 5_000);
  assert.equal(outbox.next(4_999), undefined);
  assert.equal(outbox.dueIn(4_000), 1_000);
  assert.equal(outbox.next(5_000)?.id, "a");
  assert.equal(outbox.dueIn(5_000), undefined);
});

test("a refused entry stays, says why, and does not hold back the next", () => {
  const { outbox } = holding("a", "b");
  outbox.sending("a");
  outbox.refuse("a", "failed.tooLong");
  assert.equal(outbox.next(0)?.id, "b");
  assert.equal(outbox.entries[0].reason, "failed.tooLong");
  outbox.retry("a");
  assert.equal(outbox.next(0)?.id, "a");
});

test("a discarded entry gives its text back", () => {
  const { outbox } = holding("a");
  assert.equal(outbox.discard("a"), "a");
  assert.deepEqual(outbox.entries, []);
});

test("what was written days ago waits for a word of the customer", () => {
  const { storage } = holding("a");
  const later = new Outbox(storage, "outbox", 73 * 3_600_000);
  assert.equal(later.next(Number.MAX_SAFE_INTEGER), undefined);
  assert.equal(later.entries[0].reason, "failed.old");
  later.retry("a");
  assert.equal(later.next(0)?.id, "a");
});

test("the outbox is bounded", () => {
  const { outbox } = holding(...Array.from({ length: ENTRIES_MAX }, (_, index) => String(index)));
  assert.ok(outbox.isFull);
});

test("storage that holds something else is no outbox", () => {
  const storage = new MemoryStorage();
  storage.writeJson("outbox", { not: "a list" });
  assert.deepEqual(new Outbox(storage, "outbox", 0).entries, []);
});
