import assert from "node:assert/strict";
import { test } from "node:test";
import { backOffMs } from "../../../web/lib/back-off.js";
import { initialState, step } from "../../../web/models/live-machine.js";

const channel = { id: "ch", connectUri: "ws://here/channels/ch" };

/** Runs past events and tells the phases and actions. */
function run(...types) {
  let state = initialState;
  const actions = [];
  for (const type of types) {
    const result = step(state, type === "created" ? { type, channel } : { type });
    state = result.state;
    actions.push(...result.actions.map((action) => action.do));
  }
  return { state, actions, phase: state.phase };
}

test("it makes a channel, opens its socket and catches up", () => {
  assert.deepEqual(run("started", "created", "opened").actions, ["create", "open", "catchUp"]);
  assert.equal(run("started", "created", "opened").phase, "live");
});

test("a lost socket comes back on the same channel, and what was missed is read", () => {
  const { actions, phase } = run("started", "created", "opened", "closed", "waited", "opened");
  assert.deepEqual(actions, ["create", "open", "catchUp", "wait", "open", "catchUp"]);
  assert.equal(phase, "live");
});

test("a channel whose socket does not open any more is replaced", () => {
  const { actions } = run("started", "created", "opened", "closed", "waited", "closed", "waited");
  assert.deepEqual(actions.slice(3), ["wait", "open", "wait", "create"]);
});

test("each failure waits longer, and success forgets them", () => {
  assert.equal(run("started", "createFailed", "waited", "createFailed").state.attempt, 2);
  assert.equal(run("started", "createFailed", "waited", "created", "opened").state.attempt, 0);
});

test("without a network it waits for the network, then goes at once", () => {
  assert.equal(run("started", "created", "opened", "wentOffline").phase, "offline");
  assert.equal(run("started", "created", "opened", "wentOffline", "waited", "closed").phase, "offline");
  assert.deepEqual(run("started", "created", "opened", "wentOffline", "wentOnline").actions.slice(3), [
    "close",
    "open",
  ]);
});

test("a server that closes soon is left in time, without being lost in between", () => {
  const { phase, actions } = run("started", "created", "opened", "closingSoon");
  assert.equal(phase, "moving");
  assert.equal(actions.at(-1), "open");
  assert.equal(run("started", "created", "opened", "closingSoon", "opened").phase, "live");
});

test("an expired channel is replaced", () => {
  assert.deepEqual(run("started", "created", "opened", "expired").actions.slice(3), ["close", "create"]);
});

test("after stop nothing begins again", () => {
  for (const late of ["waited", "closed", "created", "wentOnline", "opened"]) {
    const { phase, actions } = run("started", "created", "opened", "stopped", late);
    assert.equal(phase, "off", late);
    assert.equal(actions.at(-1), "close", late);
  }
});

test("no order of events leads out of the machine", () => {
  const types = [
    "started",
    "stopped",
    "createFailed",
    "opened",
    "closed",
    "waited",
    "closingSoon",
    "wentOffline",
    "wentOnline",
    "expired",
    "created",
  ];
  const phases = new Set(["off", "creating", "connecting", "live", "moving", "waiting", "offline"]);
  let seed = 7;
  for (let round = 0; round < 300; round++) {
    const story = Array.from(
      { length: 30 },
      () => types[(seed = (seed * 1103515245 + 12345) % 2147483648) % types.length],
    );
    assert.ok(phases.has(run("started", ...story).phase));
  }
});

test("pauses double, are spread over their second half, and end at twenty seconds", () => {
  assert.equal(backOffMs(0, { random: () => 0 }), 250);
  assert.equal(backOffMs(0, { random: () => 1 }), 500);
  assert.equal(backOffMs(3, { random: () => 1 }), 4000);
  assert.equal(backOffMs(40, { random: () => 1 }), 20_000);
});
