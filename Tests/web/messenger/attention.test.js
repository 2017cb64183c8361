import assert from "node:assert/strict";
import test from "node:test";
import { Attention } from "../../../web/messenger/attention.js";
import { Preferences } from "../../../web/messenger/models/preferences.js";
import { MemoryStorage } from "./support/memory-storage.js";

/** Time that passes when the test says so. @param {import("node:test").TestContext} context */
function clock(context) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  return async (/** @type {number} */ ms) => {
    context.mock.timers.tick(ms);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
}

/** The locks that all tabs of a site share, those of them that are only asked for when they are free. */
class FakeLocks {
  #held = new Set();

  async request(name, _options, action) {
    if (this.#held.has(name)) return action(null);
    this.#held.add(name);
    await action({ name });
    this.#held.delete(name);
  }
}

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
  const tone = () => ({ frequency: {}, connect: () => tone(), start: () => {}, stop: () => {} });
  const gain = { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} };
  globalThis.AudioContext = /** @type {any} */ (class {
    resume = () => asked.push("sound");
    createOscillator = tone;
    createGain = () => ({ gain, connect: () => {} });
  });
  Object.defineProperty(globalThis, "navigator", { value: { locks: new FakeLocks() }, configurable: true });
  return asked;
}

function attention(notifications = { enabled: true }) {
  const config = { id: "d", messenger: { apps: { conversations: { notifications } } } };
  return new Attention(config, new Preferences(new MemoryStorage(), "p"), () => {});
}

const line = /** @type {any} */ ({ key: "m", text: "Your tea is here" });
const isSeen = () => true;
const isUnseen = () => false;

test("permission is asked only by the press, and nothing is shown before", async (context) => {
  const [asked, pass] = [browser(), clock(context)];
  const calls = attention({ enabled: true, notificationContentType: "IncludeMessagesContent" });
  calls.called(line, isUnseen);
  await pass(600);
  assert.deepEqual(asked, []);
  await calls.toggleNotifications();
  calls.called(line, isUnseen);
  await pass(600);
  assert.deepEqual(asked, ["permission", "notify.title: Your tea is here"]);
  await calls.toggleNotifications();
  calls.called(line, isUnseen);
  await pass(600);
  assert.equal(asked.length, 2);
});

test("a notification tells content only where the deployment wants it, and nothing to who looks", async (context) => {
  const [asked, pass] = [browser({ permission: "granted" }), clock(context)];
  const calls = attention();
  await calls.toggleNotifications();
  calls.called(line, isSeen);
  await pass(600);
  assert.deepEqual(asked, []);
  calls.called(line, isUnseen);
  await pass(600);
  assert.deepEqual(asked, ["notify.title: notify.body"]);
});

test("what is seen in another tab in the meantime calls nobody", async (context) => {
  const [asked, pass] = [browser({ permission: "granted" }), clock(context)];
  const calls = attention();
  await calls.toggleNotifications();
  let seenAt = 0;
  calls.called(line, () => seenAt > 0);
  await pass(500);
  seenAt = 1;
  await pass(10_000);
  assert.deepEqual(asked, []);
});

test("of several tabs one sounds, rather one that was touched", async (context) => {
  const [asked, pass] = [browser(), clock(context)];
  const tabs = [attention(), attention()];
  for (const calls of tabs) calls.preferences.change({ hasSound: true });
  for (const calls of tabs) calls.called(line, isUnseen);
  await pass(600);
  await pass(0);
  await pass(2_000);
  assert.deepEqual(asked, ["sound"]);
  const { locks } = navigator;
  Object.defineProperty(globalThis, "navigator", { value: { locks, userActivation: { hasBeenActive: false } } });
  tabs[0].called({ ...line, key: "n" }, isUnseen);
  await pass(600);
  await pass(1_400);
  assert.deepEqual(asked, ["sound"]);
  await pass(100);
  assert.deepEqual(asked, ["sound", "sound"]);
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
