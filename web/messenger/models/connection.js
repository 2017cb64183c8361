/**
 * The life of the guest socket as a pure state machine: inputs are past events, outputs are what to do. Time, timers
 * and sockets are outside (guest-socket.js).
 *
 * @typedef {"resting" | "opening" | "configuring" | "live" | "waiting" | "offline" | "displaced" | "refused"} Phase
 *   `waiting`: the next attempt is due later. `displaced`: the server gave this tab's place to another; this one
 *   returns when it is looked at or used. `refused`: the deployment does not exist or does not serve this page; trying
 *   again would not help.
 * @typedef {{phase: Phase, attempt: number}} State
 * @typedef {{type: "wanted" | "unwanted" | "opened" | "configured" | "settled" | "closed" | "fellSilent" | "waited" |
 *   "wentOffline" | "wentOnline"
 *   | "displaced" | "lookedAt" | "refused"}} ConnectionEvent
 * @typedef {{do: "open" | "configure" | "close" | "catchUp"} | {do: "wait", attempt: number}} Action
 */

/** @type {State} */
export const initialState = { phase: "resting", attempt: 0 };

/** @param {State} state @param {ConnectionEvent} event @returns {{state: State, actions: Action[]}} */
export function step(state, event) {
  return REACTIONS[event.type](state);
}

/** @param {State} state @param {...Action} actions */
const to = (state, ...actions) => ({ state, actions });

/** @param {State} state */
const hasSocket = (state) => ["opening", "configuring", "live"].includes(state.phase);

/** @param {State} state */
const open = (state) => to({ ...state, phase: "opening" }, { do: "open" });

/** @param {State} state @param {...Action} before */
function wait(state, ...before) {
  return to({ phase: "waiting", attempt: state.attempt + 1 }, ...before, { do: "wait", attempt: state.attempt });
}

/** @type {Record<ConnectionEvent["type"], (state: State) => {state: State, actions: Action[]}>} */
const REACTIONS = {
  wanted: (state) => (["resting", "displaced"].includes(state.phase) ? open(state) : to(state)),
  unwanted: (state) => to({ phase: "resting", attempt: 0 }, { do: "close" }),
  opened: (state) =>
    state.phase === "opening" ? to({ ...state, phase: "configuring" }, { do: "configure" }) : to(state),
  configured: (state) =>
    state.phase === "configuring" ? to({ ...state, phase: "live" }, { do: "catchUp" }) : to(state),
  // Only a connection that has lasted makes earlier failures forgotten: a server that accepts and drops at once is
  // backed off from too.
  settled: (state) => (state.phase === "live" ? to({ ...state, attempt: 0 }) : to(state)),
  closed: (state) => (hasSocket(state) ? wait(state) : to(state)),
  fellSilent: (state) => (hasSocket(state) ? wait(state, { do: "close" }) : to(state)),
  waited: (state) => (state.phase === "waiting" ? open(state) : to(state)),
  wentOffline: (state) =>
    hasSocket(state) || state.phase === "waiting" ? to({ ...state, phase: "offline" }, { do: "close" }) : to(state),
  wentOnline: (state) => (["offline", "waiting"].includes(state.phase) ? open({ ...state, attempt: 0 }) : to(state)),
  displaced: (state) => (hasSocket(state) ? to({ ...state, phase: "displaced" }, { do: "close" }) : to(state)),
  lookedAt: (state) => (["displaced", "waiting"].includes(state.phase) ? open(state) : to(state)),
  refused: (state) => (hasSocket(state) ? to({ ...state, phase: "refused" }, { do: "close" }) : to(state)),
};
