import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { initialsOf } from "../../../web/lib/avatar.js";
import { sha256 } from "../../../web/lib/sha256.js";
import { AgentStatus, plainPresence } from "../../../web/models/agent-status.js";
import { matching } from "../../../web/models/commands.js";
import { History } from "../../../web/models/history.js";
import { MessageStore } from "../../../web/models/message-store.js";
import { base64Url } from "../../../web/models/sign-in.js";
import { Targets } from "../../../web/models/targets.js";
import { Typing } from "../../../web/models/typing.js";
import { WorkList } from "../../../web/models/work-list.js";
import { acd, agent, AKI, at, customer, detail, time } from "./fixtures.js";

const settled = () => new Promise((resolve) => setTimeout(resolve));
const talk = (id, waitsSince, fields = {}) => ({
  id,
  participants: [
    customer({ messages: waitsSince === undefined ? [] : [detail(`${id} m`, waitsSince)] }),
    acd(),
    agent(fields),
  ],
});

test("whoever waits the longest stands first, what rings above, what owes a wrap-up below", () => {
  const work = new WorkList({}, AKI, () => 20_000);
  work.receive(talk("late", 30));
  work.receive(talk("early", 10));
  work.receive(talk("nobody"));
  work.receive(talk("wrap", 1, { state: "disconnected", wrapupRequired: true, startAcwTime: time(9) }));
  work.receive(talk("ring", 40, { state: "alerting", connectedTime: undefined }));
  work.receive(talk("gone", 1, { state: "disconnected" }));
  assert.deepEqual(work.items.map((item) => item.conversation.id), ["ring", "early", "late", "nobody", "wrap"]);
  assert.equal(work.items[1].dueAt, at(10) + 20_000);
});

test("what is no longer listed is looked at once more and leaves the desk", async () => {
  const api = {
    conversations: async () => ({ entities: [] }),
    conversation: async (id) => talk(id, 1, { state: "disconnected" }),
  };
  const work = new WorkList(api, AKI, () => 20_000);
  work.receive(talk("c1", 1));
  await work.refresh();
  assert.deepEqual(work.items, []);
});

test("a frame that may hide messages is followed by a reading", async () => {
  const read = [];
  const work = new WorkList({ conversation: async (id) => (read.push(id), talk(id, 1)) }, AKI, () => 20_000);
  const ten = Array.from({ length: 10 }, (_, n) => detail(`m${n}`, n));
  work.receive({ id: "c1", participants: [customer({ messages: ten })] });
  await settled();
  assert.deepEqual(read, ["c1"]);
});

test("texts are asked for once, together, and again only after a failure is forgotten", async () => {
  const asked = [];
  let isDown = true;
  const store = new MessageStore({
    messages: async (_, ids) => {
      asked.push(ids);
      if (isDown) throw new Error("down");
      return { entities: ids.map((id) => ({ id, textBody: id })) };
    },
  });
  store.want("c1", ["a"]);
  store.want("c1", ["a", "b"]);
  await settled();
  store.want("c1", ["a"]);
  await settled();
  assert.deepEqual(asked, [["a", "b"]]);
  assert.equal(store.hasFailed("a"), true);
  isDown = false;
  store.forgetFailures();
  store.want("c1", ["a"]);
  await settled();
  assert.equal(store.find("a")?.text, "a");
});

test("presence is one word in three spellings, and the menu leaves out what is not chosen by hand", () => {
  assert.deepEqual(["On Queue", "ON_QUEUE", "OnQueue"].map(plainPresence), ["onqueue", "onqueue", "onqueue"]);
  const status = new AgentStatus({});
  status.definitions = ["Offline", "Break", "On Queue", "Available", "Idle", "Busy"].map((systemPresence) => ({
    id: systemPresence,
    systemPresence,
  }));
  assert.deepEqual(status.choices.map((each) => each.id), ["Available", "Busy", "Break"]);
  status.receivePresence({ presenceDefinition: { id: "On Queue", systemPresence: "ON_QUEUE" } });
  status.receiveRouting({ status: "NOT_RESPONDING", startTime: time(1) });
  assert.deepEqual([status.isOnQueue, status.isNotResponding], [true, true]);
});

test("my typing is said at most every five seconds a conversation", () => {
  const said = [];
  const typing = new Typing(async (id) => said.push(id));
  for (const [id, now] of [["a", 0], ["a", 4999], ["b", 100], ["a", 5000]]) typing.keyPressed(id, now);
  assert.deepEqual(said, ["a", "b", "a"]);
});

test("the customer's typing ends with their message", () => {
  const typing = new Typing(async () => {});
  typing.receive({
    conversationId: "c1",
    normalizedMessage: { events: [{ eventType: "Typing", typing: { type: "On", duration: 5000 } }] },
  });
  assert.equal(typing.isCustomerTyping("c1"), true);
  typing.stop("c1");
  assert.equal(typing.isCustomerTyping("c1"), false);
});

test("earlier conversations open one by one, newest first, without the present one", async () => {
  const summaries = ["c9", "c8", "c7"].map((conversationId) => ({
    conversationId,
    conversationStart: time(0),
    participants: [],
  }));
  const api = {
    conversationsOfContact: async () => ({ conversations: summaries }),
    conversation: async (id) => ({ id, participants: [] }),
  };
  const history = new History(api, "contact", "c9", at(0));
  await history.openNext();
  assert.deepEqual([history.summaries.map((each) => each.id), history.opened.map((each) => each.id)], [["c8", "c7"], [
    "c8",
  ]]);
  await history.openUntil("c7");
  assert.deepEqual([history.opened.length, history.hasMore], [2, false]);
});

test("a customer without a contact has no earlier conversations to ask for", () => {
  const history = new History({}, "", "c1", at(0));
  assert.deepEqual([history.hasMore, history.isListed], [false, true]);
});

test("only the answer to the latest search counts, and I am not among the targets", async () => {
  const answers = [new Promise((resolve) => setTimeout(() => resolve([{ id: "1", name: "Alpha" }]), 20)), [{
    id: "2",
    name: "Abacus",
  }, { id: "3", name: "Abbey" }]];
  const directory = {
    findQueues: async () => answers.shift(),
    listUsers:
      async () => [{ id: AKI, name: "Aki" }, { id: "off", name: "Off" }, {
        id: "on",
        name: "On",
        presence: { presenceDefinition: { systemPresence: "ON_QUEUE" } },
        routingStatus: { status: "IDLE" },
      }],
  };
  const targets = new Targets(directory, AKI, "2");
  await Promise.all([targets.show("queue"), targets.show("queue")]);
  assert.deepEqual(targets.results.map((each) => each.id), ["3", "2"], "the queue that it is in comes last");
  await targets.show("agent");
  assert.deepEqual(targets.results.map((each) => each.id), ["on", "off"]);
});

test("commands are found by any of their words, the beginning first", () => {
  const commands = ["Dark appearance", "Go off queue", "Appearance like the system"].map((label, id) => ({
    id: String(id),
    label,
  }));
  const found = (typed) => matching(commands, typed, (command) => command.label).map((command) => command.id);
  assert.deepEqual(found("appea"), ["2", "0"]);
  assert.deepEqual(found("queue go"), ["1"]);
  assert.deepEqual(found("nothing"), []);
});

test("SHA-256 is SHA-256, also across blocks and in Japanese", () => {
  for (const text of ["", "abc", "縁側", "x".repeat(55), "x".repeat(56), "x".repeat(64), "x".repeat(1000)]) {
    assert.equal(base64Url(sha256(text)), createHash("sha256").update(text).digest("base64url"), text.slice(0, 9));
  }
});

test("initials are two letters of a Latin name, one character of another", () => {
  assert.deepEqual(["Hana Sato", "鈴木 健", "lina", "", "Åsa Öberg"].map(initialsOf), ["HS", "鈴", "L", "?", "ÅÖ"]);
});
