import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../web/models/api-error.js";
import { Attachments } from "../../../web/models/attachments.js";

const file = (name = "oak.png", type = "image/png", size = 500) => /** @type {File} */ ({ name, type, size });
/** As the server tells them. */
const LIMITS = {
  allowedMedia: { outbound: { fileTypes: [{ type: "image/*" }, { type: "text/plain" }], maxFileSizeKB: 100 } },
  blockedExtensions: [".exe", ".svg"],
  maxFileNameLength: 20,
  maxFilesPerMessage: 3,
  unsentFileSeconds: 60,
};
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A server that takes files when the test says so. */
function server(told = () => Promise.resolve(LIMITS)) {
  const [asked, begun, puts] = [[], [], []];
  const limits = (conversationId) => {
    asked.push(conversationId);
    return told();
  };
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
  return { asked, begun, puts, limits, begin, put };
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
  const { until, ...media } = taken[0];
  assert.deepEqual(media, { id: "f1", name: "oak.png", bytes: 500 });
  assert.ok(until > Date.now());
  assert.deepEqual([attachments.take("c1"), attachments.hasAny], [[], false]);
  attachments.putBack("c1", taken);
  assert.deepEqual(states(attachments), ["ready", "ready"]);
});

test("what the server would refuse is said before anything is uploaded", async () => {
  const to = server();
  const attachments = new Attachments(to);
  const cases = [
    [file("setup.EXE", ""), "attach.type"],
    [file("oak.exe.png"), "attach.type"],
    [file("big.png", "image/png", 100 * 1024 + 1), "attach.large"],
    [file("empty.txt", "text/plain", 0), "attach.empty"],
    [file("song.mp3", "audio/mpeg"), "attach.kind"],
    [file("a-name-that-is-too-long.png"), "attach.nameLong"],
  ];
  attachments.add("c1", cases.map(([each]) => each));
  await settle();
  assert.deepEqual(states(attachments), cases.map(([, reason]) => reason));
  assert.equal(attachments.of("c1")[2].bytesMax, 100 * 1024);
  assert.deepEqual([to.begun, attachments.hasAny, to.asked], [[], false, ["c1"]]);
  attachments.add("c1", Array.from({ length: 4 }, () => file()));
  await settle();
  assert.deepEqual(states(attachments).slice(-4), ["sending", "sending", "sending", "attach.tooMany"]);
  assert.equal(attachments.of("c1").at(-1).filesMax, 3);
});

test("without an answer about the limits the server judges, and is asked again", async () => {
  const to = server(() => Promise.reject(new ApiError(0, "no.answer", "")));
  const attachments = new Attachments(to);
  attachments.add("c1", [file("song.mp3", "audio/mpeg")]);
  await settle();
  to.puts[0].fail({ status: 400, code: "file.type.not.allowed" });
  await settle();
  assert.deepEqual(states(attachments), ["attach.kind"]);
  attachments.add("c1", [file()]);
  await settle();
  assert.deepEqual([to.asked.length, to.begun.length], [2, 2]);
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

test("each refusal of the server has its words", async () => {
  const cases = {
    "file.name.invalid": "attach.name",
    "file.name.too.long": "attach.nameLong",
    "file.type.not.allowed": "attach.kind",
    "file.empty": "attach.empty",
    "file.content.mismatch": "attach.content",
    "file.infected": "attach.infected",
    "file.length.mismatch": "attach.refused",
  };
  const to = server();
  const attachments = new Attachments(to);
  for (const [code, reason] of Object.entries(cases)) {
    attachments.add("c1", [file()]);
    await settle();
    to.puts.at(-1).fail({ status: 400, code });
    await settle();
    const { reason: said, canRetry } = attachments.of("c1").at(-1);
    assert.deepEqual([said, canRetry], [reason, false]);
  }
  for (const [status, code, reason, canRetry] of [
    [503, "file.unscanned", "attach.unscanned", true], [413, "file.too.large", "attach.large", false],
    [413, "request.entity.too.large", "attach.large", false], [500, "internal.server.error", "attach.failed", true],
  ]) {
    attachments.add("c2", [file()]);
    await settle();
    to.puts.at(-1).fail({ status, code });
    await settle();
    const { reason: said, canRetry: may } = attachments.of("c2").at(-1);
    assert.deepEqual([said, may], [reason, canRetry]);
  }
});

test("files that the server has are there after a reload, until they are sent, given up or over", async () => {
  const to = server();
  const attachments = new Attachments(to);
  attachments.keepFor("hana");
  attachments.add("c1", [file("one.png"), file("two.png")]);
  attachments.add("c2", [file("three.png")]);
  await settle();
  for (const { finish } of to.puts) finish();
  await settle();
  attachments.remove("c1", attachments.of("c1")[0].key);
  const reloaded = (userId = "hana") => {
    const anew = new Attachments(server());
    anew.keepFor(userId);
    return anew;
  };
  const names = (each, id) => each.of(id).map(({ name, state }) => `${name} ${state}`);
  const anew = reloaded();
  assert.deepEqual([names(anew, "c1"), names(anew, "c2")], [["two.png ready"], ["three.png ready"]]);
  assert.equal(reloaded("kenji").hasAny, false);
  assert.equal(anew.take("c1")[0].id, "f2");
  anew.keepOnly((id) => id !== "c2");
  assert.equal(reloaded().hasAny, false);
  anew.add("c3", [file()]);
  await settle();
  anew.transfer.puts[0].finish();
  await settle();
  const now = Date.now;
  Date.now = () => now() + 61_000;
  assert.equal(reloaded().hasAny, false);
  Date.now = now;
  assert.equal(reloaded().hasAny, true);
  anew.forget();
  assert.equal(reloaded().hasAny, false);
});
