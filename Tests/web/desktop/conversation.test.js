import assert from "node:assert/strict";
import { test } from "node:test";
import {
  customerName,
  isWaiting,
  mayPark,
  queueOf,
  stageOf,
  transferredBy,
  waitingSince,
} from "../../../web/models/conversation.js";
import { laterStatus, mayHaveGap, merge, normalise } from "../../../web/models/merge.js";
import { acd, agent, AKI, at, conversation, customer, detail, time } from "./fixtures.js";

test("the stage follows the agent's last assignment", () => {
  const stage = (fields) => stageOf(conversation(customer(), acd(), agent(fields)), AKI);
  assert.equal(stage({ state: "alerting", connectedTime: undefined }), "alerting");
  assert.equal(stage({}), "connected");
  assert.equal(stage({ held: true }), "held");
  assert.equal(stage({ state: "parked" }), "parked");
  assert.equal(stage({ state: "disconnected", wrapupRequired: true, startAcwTime: time(9) }), "wrapup");
  assert.equal(
    stage({ state: "disconnected", wrapupRequired: true, startAcwTime: time(9), wrapup: { code: "x" } }),
    "gone",
  );
  assert.equal(
    stage({ state: "disconnected", wrapupRequired: true, startAcwTime: time(9), endAcwTime: time(10) }),
    "gone",
  );
  assert.equal(stage({ state: "disconnected", wrapupRequired: true, connectedTime: undefined }), "gone");
  assert.equal(stageOf(conversation(customer(), agent({ user: { id: "ben" } })), AKI), "gone");
  const again = conversation(agent({ state: "disconnected" }), agent({ id: "agent 2", state: "alerting" }));
  assert.equal(stageOf(again, AKI), "alerting");
});

test("a customer waits since the first message that nobody answered", () => {
  const talk = conversation(
    customer({ messages: [detail("m1", 5), detail("m3", 30), detail("m4", 40)] }),
    acd(),
    agent({ messages: [detail("m2", 20, "sent")] }),
  );
  assert.equal(waitingSince(talk), at(30));
  const answered = merge(talk, conversation(agent({ messages: [detail("m5", 50, "queued")] })));
  assert.ok(Number.isNaN(waitingSince(answered)));
});

test("what is parked comes back: the newer of both counts, and only what waits for the customer is parked", () => {
  const mine = (state) => conversation(customer({ messages: [detail("m1", 5)] }), agent({ state }));
  assert.equal(stageOf(merge(mine("connected"), mine("parked")), AKI), "parked");
  assert.equal(stageOf(merge(mine("parked"), mine("connected")), AKI), "connected");
  assert.equal(stageOf(merge(mine("disconnected"), mine("parked")), AKI), "gone");
  assert.equal(mayPark(mine("connected")), false);
  assert.equal(mayPark(merge(mine("connected"), conversation(agent({ messages: [detail("m2", 9, "sent")] })))), true);
});

test("while a bot talked nobody waited for a person", () => {
  const talk = conversation(customer({ messages: [detail("m1", 5)] }), {
    id: "b",
    purpose: "botflow",
    messages: [detail("m2", 6, "sent")],
  }, acd({ startTime: time(25) }));
  assert.equal(waitingSince(talk), at(25));
});

test("who handed it over, where routing had no part, and whether it waits", () => {
  const mine = agent({ id: "mine" });
  const before = agent({ id: "before", state: "disconnected", disconnectType: "client" });
  const ben = agent({ id: "ben", user: { id: "ben", name: "Ben" }, state: "disconnected", disconnectType: "transfer" });
  assert.equal(transferredBy(conversation(customer(), before, mine), AKI), undefined);
  assert.equal(transferredBy(conversation(customer(), before, ben, mine), AKI)?.name, "Ben");
  assert.equal(isWaiting(conversation(customer(), acd({ state: "connected" }))), true);
  assert.equal(isWaiting(conversation(customer(), acd({ state: "disconnected" }), mine)), false);
});

test("names and queues are found where the API puts them", () => {
  assert.equal(
    customerName(conversation(customer({ name: "", externalContact: { id: "x", name: "Hana Sato" } }))),
    "Hana Sato",
  );
  assert.equal(queueOf(conversation(customer(), acd(), agent({ queue: undefined })), AKI)?.name, "Support");
});

test("a frame and an answer of REST are the same conversation", () => {
  const frame = normalise({
    id: "c1",
    participants: [
      customer({ messages: [{ message: { id: "m1" }, messageTime: time(5), messageStatus: "received" }] }),
    ],
  });
  const rest = normalise({ id: "c1", participants: [customer({ messages: [detail("m1", 5), detail("m2", 6)] })] });
  for (const [one, other] of [[frame, rest], [rest, frame]]) {
    assert.deepEqual(merge(one, other).participants[0].messages.map((each) => each.messageId), ["m1", "m2"]);
  }
});

test("a late frame takes nothing back", () => {
  const now = conversation(
    customer(),
    agent({ state: "disconnected", disconnectType: "client", messages: [detail("m1", 5, "read")] }),
  );
  const late = conversation(customer(), agent({ state: "connected", messages: [detail("m1", 5, "sent")] }));
  const [, mine] = merge(now, late).participants;
  assert.equal(mine.state, "disconnected");
  assert.equal(mine.messages[0].messageStatus, "read");
});

test("participants stand in the order of their start, whoever came in which frame", () => {
  const merged = merge(conversation(agent()), conversation(customer(), acd()));
  assert.deepEqual(merged.participants.map((each) => each.purpose), ["customer", "acd", "agent"]);
});

test("receipts move forward only, and a failure is the last word", () => {
  const table = [
    ["queued", "sent", "sent"],
    ["read", "sent", "read"],
    ["delivery-success", "read", "read"],
    ["sent", "failed", "failed"],
    ["failed", "sent", "failed"],
    [undefined, "sent", "sent"],
    ["read", "removed", "removed"],
  ];
  for (const [before, next, expected] of table) {
    assert.equal(laterStatus(before, next), expected, `${before} then ${next}`);
  }
});

test("ten unknown details in a frame may hide others", () => {
  const ten = Array.from({ length: 10 }, (_, n) => detail(`m${n + 20}`, n + 20));
  assert.equal(
    mayHaveGap(conversation(customer({ messages: [detail("m1", 1)] })), conversation(customer({ messages: ten }))),
    true,
  );
  assert.equal(
    mayHaveGap(conversation(customer({ messages: [detail("m20", 20)] })), conversation(customer({ messages: ten }))),
    false,
  );
  assert.equal(mayHaveGap(undefined, conversation(customer({ messages: ten.slice(1) }))), false);
});
