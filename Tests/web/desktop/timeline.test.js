import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "../../../web/models/merge.js";
import { pendingLines, timelineOf } from "../../../web/models/timeline.js";
import { acd, agent, AKI, at, conversation, customer, detail, time } from "./fixtures.js";

const words = (lines) =>
  lines.map((
    line,
  ) => (line.kind === "system" ? `${line.event} ${line.name}`.trim() : line.kind === "message" ? line.key : "──"));

test("a story reads in its order: contact, queue, answer, messages, end, and the return", () => {
  const story = conversation(
    customer({ messages: [detail("hello", 0)], endTime: time(60), disconnectType: "peer" }),
    acd(),
    agent({
      messages: [detail("hi", 10, "read")],
      state: "disconnected",
      disconnectType: "client",
      endTime: time(60),
      wrapup: { code: "w" },
    }),
    customer({ id: "customer 2", startTime: time(600), messages: [detail("again", 600)] }),
    acd({ id: "acd 2", startTime: time(601) }),
    agent({ id: "agent 2", startTime: time(602), connectedTime: time(603) }),
  );
  const lines = timelineOf(story, AKI);
  assert.deepEqual(words(lines), [
    "──",
    "hello",
    "queued Support",
    "answered Aki",
    "hi",
    "ended Aki",
    "──",
    "again",
    "queued Support",
    "answered Aki",
  ]);
  const [first, second] = lines.filter((line) => line.kind === "separator");
  assert.deepEqual([first.isReturn, first.wrapup?.code, second.isReturn, second.wrapup], [false, "w", true, undefined]);
});

test("an unanswered alert, a decline, a transfer and a hold are told", () => {
  const never = (fields) => agent({ connectedTime: undefined, state: "disconnected", endTime: time(9), ...fields });
  const lines = timelineOf(
    conversation(
      customer(),
      never({ id: "a1", disconnectType: "system" }),
      never({ id: "a2", disconnectType: "client", endTime: time(10) }),
      agent({
        id: "a3",
        connectedTime: time(11),
        state: "disconnected",
        disconnectType: "transfer",
        endTime: time(20),
      }),
      agent({ id: "a4", connectedTime: time(21), held: true, startHoldTime: time(30) }),
    ),
    AKI,
  );
  assert.deepEqual(words(lines).slice(1), [
    "notAnswered Aki",
    "declined Aki",
    "answered Aki",
    "transferred Aki",
    "answered Aki",
    "held Aki",
  ]);
});

test("messages of one author stand together for five minutes", () => {
  const [, one, two, three] = timelineOf(
    conversation(customer({ messages: [detail("a", 1), detail("b", 2), detail("c", 400)] })),
    AKI,
  );
  assert.deepEqual([one.startsRun, one.endsRun], [true, false]);
  assert.deepEqual([two.startsRun, two.endsRun], [false, true]);
  assert.equal(three.startsRun, true);
});

test("authors are the customer, me, a colleague or a bot", () => {
  const lines = timelineOf(
    conversation(
      customer({ messages: [detail("a", 1)] }),
      agent({ messages: [detail("b", 5)] }),
      agent({ id: "x", user: { id: "ben", name: "Ben" }, messages: [detail("c", 6)] }),
      { id: "bot", purpose: "botflow", messages: [detail("d", 7)] },
    ),
    AKI,
  );
  assert.deepEqual(lines.filter((line) => line.kind === "message").map((line) => line.author), [
    "customer",
    "me",
    "agent",
    "bot",
  ]);
});

test("the same conversation gives the same lines, so that nothing is drawn again", () => {
  const talk = conversation(customer({ messages: [detail("a", 1)] }));
  assert.equal(timelineOf(talk, AKI), timelineOf(talk, AKI));
});

test("a new message leaves the lines of the others as they are, save its neighbour", () => {
  const before = conversation(customer({ messages: [detail("a", 1), detail("b", 2)] }));
  const after = merge(before, conversation(customer({ messages: [detail("b", 2), detail("c", 3)] })));
  const [old, fresh] = [timelineOf(before, AKI), timelineOf(after, AKI)];
  assert.equal(fresh[1], old[1]);
  assert.notEqual(fresh[2], old[2], "it does not end the run any more");
});

test("what is not sent yet stands below until the conversation shows it", () => {
  const talk = conversation(customer(), agent({ messages: [detail("m1", 5)] }));
  const entries = [{ localId: "l1", messageId: "m1", at: at(5), state: "sent" }, {
    localId: "l2",
    at: at(6),
    state: "waiting",
  }];
  assert.deepEqual(pendingLines(talk, entries, "Aki").map((line) => line.key), ["l2"]);
});
