import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../web/models/api-error.js";
import { Attachments, BYTES_MAX, FILES_MAX } from "../../../web/models/attachments.js";

const file = (name = "oak.png", type = "image/png", size = 500) => /** @type {File} */ ({ name, type, size });
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A server that takes files when the test says so. */
function server() {
  const [begun, puts] = [[], []];
  const begin = async (conversationId, { name }) => {
    begun.push([conversationId, name]);
    return { id: `f${begun.length}`, uploadUrl: `/uploads/f${begun.length}`, uploadHeaders: { "Content-Type": "x/y" } };
  };
  const put = (_file, url, headers, onProgress) => {
    const one = { url, headers, onProgress, isAborted: false };
    puts.push(one);
    const done = new Promise((resolve, reject) => Object.assign(one, { finish: resolve, fail: reject }));
    return { abort: () => void (one.isAborted = true), done };
  };
  return { begun, puts, begin, put };
}

const states = (attachments, id = "c1") => attachments.of(id).map(({ state, reason }) => reason ?? state);

test("a file goes to the server at once, and is taken once", async () => {
  const to = server();
  const attachments = new Attachments(to);
  attachments.add("c1", [file(), file("letter.docx", "")]);
  await settle();
  assert.deepEqual(to.begun, [["c1", "oak.png"], ["c1", "letter.docx"]]);
  assert.deepEqual(to.puts.map(({ url, headers }) => [url, headers["Content-Type"]]), [
    ["/uploads/f1", "image/png"], ["/uploads/f2", "x/y"],
  ]);
  to.puts[0].onProgress(0.4);
  assert.equal(attachments.of("c1")[0].sent, 0.4);
  assert.ok(attachments.isSending("c1") && attachments.hasAny && !attachments.isSending("c2"));
  to.puts[0].finish();
  to.puts[1].finish();
  await settle();
  assert.deepEqual(states(attachments), ["ready", "ready"]);
  const taken = attachments.take("c1");
  assert.deepEqual(taken[0], { id: "f1", name: "oak.png", bytes: 500 });
  assert.deepEqual([attachments.take("c1"), attachments.hasAny], [[], false]);
  attachments.putBack("c1", taken);
  assert.deepEqual(states(attachments), ["ready", "ready"]);
});

test("what cannot be sent is said before anything is uploaded", async () => {
  const to = server();
  const attachments = new Attachments(to);
  attachments.add("c1", [file("setup.EXE"), file("big.mov", "video/mp4", BYTES_MAX + 1), file("empty.txt", "", 0)]);
  await settle();
  assert.deepEqual(states(attachments), ["attach.type", "attach.large", "attach.empty"]);
  assert.deepEqual([to.begun, attachments.hasAny], [[], false]);
  attachments.add("c1", Array.from({ length: FILES_MAX + 1 }, () => file()));
  assert.equal(states(attachments).at(-1), "attach.tooMany");
  assert.equal(states(attachments).filter((state) => state === "sending").length, FILES_MAX);
});

test("who thinks better of it sends nothing", async () => {
  const to = server();
  const attachments = new Attachments(to);
  attachments.add("c1", [file(), file()]);
  await settle();
  attachments.remove("c1", attachments.of("c1")[0].key);
  attachments.clear("c1");
  assert.ok(to.puts.every(({ isAborted }) => isAborted));
  for (const { fail } of to.puts) fail({ status: 0 });
  await settle();
  assert.deepEqual(attachments.of("c1"), []);
});

test("a failure is said, and where another try may do it is offered", async () => {
  const to = server();
  const attachments = new Attachments(to);
  attachments.add("c1", [file()]);
  await settle();
  to.puts[0].fail({ status: 0 });
  await settle();
  const [failed] = attachments.of("c1");
  assert.deepEqual([failed.reason, failed.canRetry], ["attach.failed", true]);
  attachments.retry("c1", failed.key);
  await settle();
  to.puts[1].finish();
  await settle();
  assert.deepEqual(states(attachments), ["ready"]);
  const refusing = new Attachments({ ...to, begin: () => Promise.reject(new ApiError(400, "invalid.value", "")) });
  refusing.add("c1", [file()]);
  await settle();
  assert.deepEqual(refusing.of("c1").map(({ reason, canRetry }) => [reason, canRetry]), [["attach.refused", false]]);
});
