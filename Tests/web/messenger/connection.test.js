import assert from "node:assert/strict";
import test from "node:test";
import { initialState, step } from "../../../web/messenger/models/connection.js";

/** @param {string[]} events @returns what was to be done, event by event, and where it ended */
function live(...events) {
  let state = initialState;
  const done = [];
  for (const type of events) {
    const result = step(state, { type });
    state = result.state;
    done.push(result.actions.map((action) => (action.do === "wait" ? `wait ${action.attempt}` : action.do)).join(" "));
  }
  return { phase: state.phase, attempt: state.attempt, done };
}

test("opening, configuring, then catching up: a connection is live only when the server knows who we are", () => {
  assert.deepEqual(live("wanted", "opened", "configured"), {
    phase: "live",
    attempt: 0,
    done: ["open", "configure", "catchUp"],
  });
});

test("a lost connection is tried again, each time later", () => {
  const { done } = live("wanted", "closed", "waited", "closed", "waited", "closed");
  assert.deepEqual(done, ["open", "wait 0", "open", "wait 1", "open", "wait 2"]);
});

test("a server that accepts and drops at once is backed off from too; one that stays is forgiven", () => {
  const dropped = ["opened", "configured", "closed", "waited"];
  assert.equal(live("wanted", ...dropped, ...dropped).attempt, 2);
  assert.equal(live("wanted", ...dropped, "opened", "configured", "settled").attempt, 0);
});

test("without a network nothing is tried; with it, at once", () => {
  assert.deepEqual(live("wanted", "opened", "configured", "wentOffline", "waited", "lookedAt").phase, "offline");
  assert.deepEqual(live("wanted", "wentOffline", "wentOnline").done, ["open", "close", "open"]);
  assert.equal(live("wanted", "closed", "wentOnline").phase, "opening");
});

test("a silent socket is closed before the next is opened", () => {
  assert.deepEqual(live("wanted", "opened", "configured", "fellSilent").done.at(-1), "close wait 0");
});

test("a tab that lost its place to another returns when it is looked at or used, not before", () => {
  const displaced = ["wanted", "opened", "configured", "displaced", "closed", "waited", "wentOnline"];
  assert.equal(live(...displaced).phase, "displaced");
  assert.equal(live(...displaced, "lookedAt").phase, "opening");
  assert.equal(live(...displaced, "wanted").phase, "opening");
});

test("a refusal is final", () => {
  const refused = ["wanted", "opened", "refused"];
  assert.equal(live(...refused, "closed", "waited", "wentOnline", "lookedAt", "wanted").phase, "refused");
});

test("no order of events leaves the machine without a way on", () => {
  const events =
    "wanted opened configured settled closed fellSilent waited wentOffline wentOnline displaced lookedAt".split(" ");
  let seed = 20_261;
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  for (let run = 0; run < 2_000; run += 1) {
    const walk = Array.from({ length: 30 }, () => events[Math.floor(random() * events.length)]);
    const end = live("wanted", ...walk, "wentOnline", "lookedAt", "opened", "configured");
    assert.equal(end.phase, "live", walk.join(" "));
  }
});
