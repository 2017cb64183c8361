import assert from "node:assert/strict";
import test from "node:test";
import { Attention } from "../../../web/messenger/attention.js";
import { Preferences } from "../../../web/messenger/models/preferences.js";
import { transcriptText } from "../../../web/messenger/models/transcript-text.js";
import { lineFromWire } from "../../../web/messenger/models/message.js";
import { answer, mine } from "./support/bodies.js";
import { MemoryStorage } from "./support/memory-storage.js";

/** A browser that notes what is asked of it. */
function browser({ permission = "default", answers = "granted", isHidden = true } = {}) {
  const asked = [];
  class FakeNotification {
    static permission = permission;
    static async requestPermission() {
      asked.push("permission");
      FakeNotification.permission = answers;
    }
    constructor(title, { body }) {
      asked.push(`${title}: ${body}`);
    }
  }
  globalThis.Notification = /** @type {any} */ (FakeNotification);
  globalThis.document = /** @type {any} */ ({ title: "Tea", hidden: isHidden });
  return asked;
}

function attention(notifications = { enabled: true }) {
  const config = { id: "d", messenger: { apps: { conversations: { notifications } } } };
  return new Attention(config, new Preferences(new MemoryStorage(), "p"), () => {});
}

const line = /** @type {any} */ ({ text: "Your tea is here" });

test("permission is asked only by the press, and nothing is shown before", async () => {
  const asked = browser();
  const calls = attention({ enabled: true, notificationContentType: "IncludeMessagesContent" });
  calls.called(line, false);
  assert.deepEqual(asked, []);
  await calls.toggleNotifications();
  calls.called(line, false);
  assert.deepEqual(asked, ["permission", "notify.title: Your tea is here"]);
  await calls.toggleNotifications();
  calls.called(line, false);
  assert.equal(asked.length, 2);
});

test("a notification tells no content unless the deployment wants it, and none is shown to who looks", async () => {
  const asked = browser({ permission: "granted" });
  const calls = attention();
  await calls.toggleNotifications();
  calls.called(line, true);
  assert.deepEqual(asked, []);
  calls.called(line, false);
  assert.deepEqual(asked, ["notify.title: notify.body"]);
});

test("what was refused stays off, and so does what the deployment does not offer", async () => {
  browser({ answers: "denied" });
  const refused = attention();
  await refused.toggleNotifications();
  assert.equal(refused.wishes.hasNotifications, false);
  assert.equal(attention({ enabled: false }).permission, "off");
});

test("the title counts and goes back to what the page calls itself now", () => {
  browser();
  const calls = attention();
  document.title = "(3) Tea";
  calls.title(0);
  assert.equal(document.title, "(3) Tea");
  document.title = "Tea";
  calls.title(2);
  assert.equal(document.title, "(2) Tea");
  calls.title(30);
  assert.equal(document.title, "(9+) Tea");
  document.title = "(9+) Tea, again";
  calls.title(0);
  assert.equal(document.title, "Tea, again");
});

test("a copy of the conversation says who said what and when, in words", () => {
  const read = (/** @type {any} */ body) => /** @type {any} */ (lineFromWire(body, 0));
  const file = { contentType: "Attachment", attachment: { filename: "oak.jpg" } };
  const choice = { contentType: "ButtonResponse", buttonResponse: { text: "Take one" } };
  const lines = [
    read(answer(1, "Look:\nhere", { content: [file] })),
    { ...read(mine(2, "no")), status: "failed" },
    read({ ...mine(3, ""), content: [choice] }),
  ];
  const words = { nameOf: (/** @type {any} */ one) => one.author?.name ?? "You", timeText: () => "now" };
  assert.equal(transcriptText(lines, words), "now  Aoi\r\nLook:\r\nhere\r\n[oak.jpg]\r\n\r\nnow  You\r\nTake one\r\n");
});
