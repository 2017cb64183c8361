import assert from "node:assert/strict";
import test from "node:test";
import { readFrame } from "../../../web/messenger/models/frames.js";
import { Uploads } from "../../../web/messenger/uploads.js";

const MEDIA = { types: ["image/*", "application/pdf"], bytesMax: 1_000 };
const file = (name = "oak.png", type = "image/png", size = 500) => /** @type {File} */ ({ name, type, size });
const heard = (/** @type {string} */ name, /** @type {object} */ body, code = 200) =>
  /** @type {any} */ (readFrame(JSON.stringify({ type: "message", class: name, code, body })));
const settle = () => new Promise((resolve) => setImmediate(resolve));

function visit() {
  const [sent, delivered, puts] = [[], [], []];
  let isLive = true;
  const live = (/** @type {boolean} */ now) => {
    isLive = now;
    if (isLive) uploads.goOn();
    else uploads.connectionLost();
  };
  const wiring = {
    token: () => "token",
    send: (frame) => isLive && Boolean(sent.push(frame)),
    onChange: () => {},
    deliver: (id, { name }) => delivered.push([id, name]),
  };
  const put = (_file, url, headers, onProgress) => {
    const one = { url, headers, onProgress, isAborted: false };
    puts.push(one);
    const done = new Promise((resolve, reject) => Object.assign(one, { finish: resolve, fail: reject }));
    return { abort: () => void (one.isAborted = true), done };
  };
  const uploads = new Uploads(wiring, put);
  const states = () => uploads.list.map(({ state, reason }) => reason ?? state);
  return { uploads, sent, delivered, puts, live, states };
}

test("a file is put where the server says, and sent when the server has looked at it", async () => {
  const { uploads, sent, delivered, puts, states } = visit();
  uploads.add([file()], MEDIA);
  const { attachmentId, ...request } = sent[0];
  assert.deepEqual(request, {
    action: "onAttachment",
    token: "token",
    fileName: "oak.png",
    fileType: "image/png",
    fileSize: 500,
    errorsAsJson: true,
    tracingId: attachmentId,
  });
  const place = { attachmentId, url: "https://chat.example/put", headers: { "x-amz-tagging": "a" } };
  uploads.heard(heard("PresignedUrlResponse", place));
  assert.deepEqual([puts[0].url, puts[0].headers], [place.url, place.headers]);
  puts[0].onProgress(0.4);
  assert.deepEqual([uploads.list[0].sent, ...states()], [0.4, "sending"]);
  puts[0].finish();
  await settle();
  assert.deepEqual([delivered, states()], [[], ["checking"]]);
  uploads.heard(heard("UploadSuccessEvent", { attachmentId }));
  assert.deepEqual([delivered, states()], [[[attachmentId, "oak.png"]], []]);
});

test("what cannot be sent is said before anybody is asked", () => {
  const { uploads, sent, states } = visit();
  uploads.add([file("a.exe", "application/x-msdownload"), file("b.pdf", "application/pdf", 2_000)], MEDIA);
  uploads.add([file("c.png", "image/png", 0)], MEDIA);
  uploads.add([file()], { types: [], bytesMax: 0 });
  assert.deepEqual(states(), ["upload.type", "upload.large", "upload.empty", "upload.type"]);
  assert.deepEqual(sent, []);
});

test("the server's refusals and a broken upload are said in words", async () => {
  const { uploads, sent, puts, states } = visit();
  uploads.add([file(), file(), file(), file()], MEDIA);
  const ids = sent.map(({ attachmentId }) => attachmentId);
  uploads.heard(heard("GenerateUrlError", { attachmentId: ids[0], errorCode: 4001 }, 4001));
  uploads.heard(heard("UploadFailureEvent", { attachmentId: ids[1], errorCode: 4003 }));
  uploads.heard(heard("PresignedUrlResponse", { attachmentId: ids[2], url: "https://chat.example/put", headers: {} }));
  puts[0].fail();
  await settle();
  assert.deepEqual(states(), ["upload.type", "upload.type", "upload.failed", "asking"]);
});

test("without a connection a file waits, and is asked for again when there is one", async () => {
  const { uploads, sent, delivered, puts, live, states } = visit();
  const placed = (/** @type {string} */ attachmentId) =>
    uploads.heard(heard("PresignedUrlResponse", { attachmentId, url: "https://chat.example/put", headers: {} }));
  uploads.add([file("asked.png"), file("put.png"), file("broken.png"), file("bad.exe", "application/exe")], MEDIA);
  const [, put, broken] = sent.map(({ attachmentId }) => attachmentId);
  placed(put);
  placed(broken);
  // The line breaks under the upload before anybody knows that the session has lost it, too.
  puts[1].fail({ status: 0 });
  await settle();
  assert.deepEqual(states(), ["asking", "sending", "upload.failed", "upload.type"]);
  live(false);
  uploads.add([file("late.png")], MEDIA);
  assert.deepEqual(states(), ["waiting", "waiting", "waiting", "upload.type", "waiting"]);
  puts[0].fail({ status: 0 });
  await settle();
  assert.deepEqual([puts[0].isAborted, states()[1]], [true, "waiting"]);
  uploads.cancel(uploads.list[0].id);
  live(true);
  assert.deepEqual(
    sent.slice(3).map(({ action, attachmentId, fileName }) => fileName ?? [action, attachmentId]),
    [["deleteAttachment", put], ["deleteAttachment", broken], "put.png", "broken.png", "late.png"],
  );
  assert.equal(new Set(sent.map(({ attachmentId }) => attachmentId)).size, 6);
  const { attachmentId } = sent.at(-1);
  placed(attachmentId);
  uploads.heard(heard("UploadSuccessEvent", { attachmentId }));
  assert.deepEqual(delivered, [[attachmentId, "late.png"]]);
});

test("what could not be sent goes once more when the customer says so", async () => {
  const { uploads, sent, puts, states } = visit();
  uploads.add([file()], MEDIA);
  const { attachmentId } = sent[0];
  uploads.heard(heard("PresignedUrlResponse", { attachmentId, url: "https://chat.example/put", headers: {} }));
  puts[0].fail({ status: 500 });
  await settle();
  uploads.connectionLost();
  assert.deepEqual(states(), ["upload.failed"]);
  uploads.retry(attachmentId);
  assert.deepEqual([states(), sent.map(({ action }) => action)], [
    ["asking"],
    ["onAttachment", "deleteAttachment", "onAttachment"],
  ]);
  assert.notEqual(sent[2].attachmentId, attachmentId);
});

test("a refusal is said in the same words, whether the upload's answer or the event comes first", async () => {
  const { uploads, sent, puts, states } = visit();
  uploads.add([file(), file()], MEDIA);
  const ids = sent.map(({ attachmentId }) => attachmentId);
  for (const attachmentId of ids)
    uploads.heard(heard("PresignedUrlResponse", { attachmentId, url: "https://chat.example/put", headers: {} }));
  const refuse = (/** @type {number} */ at) =>
    uploads.heard(heard("UploadFailureEvent", { attachmentId: ids[at], errorCode: 4003 }));
  puts[0].fail({ status: 400 });
  await settle();
  refuse(0);
  refuse(1);
  puts[1].fail({ status: 400 });
  await settle();
  assert.deepEqual(states(), ["upload.type", "upload.type"]);
});

test("what is given up is taken back from the server", () => {
  const { uploads, sent, puts } = visit();
  uploads.add([file()], MEDIA);
  const [{ attachmentId }] = sent;
  uploads.heard(heard("PresignedUrlResponse", { attachmentId, url: "https://chat.example/put", headers: {} }));
  uploads.cancel(attachmentId);
  assert.equal(puts[0].isAborted, true);
  assert.deepEqual(sent[1], {
    action: "deleteAttachment",
    token: "token",
    attachmentId,
    tracingId: attachmentId,
  });
  assert.deepEqual(uploads.list, []);
});
