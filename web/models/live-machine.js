/**
 * The life of the notification channel as a pure state machine: inputs are past events, outputs are what to do. Time,
 * timers and sockets are outside (live-channel.js).
 *
 * @typedef {{id: string, connectUri: string}} Channel
 * @typedef {"off" | "creating" | "connecting" | "live" | "moving" | "waiting" | "offline"} Phase `moving`: the
 *   server closes this socket soon,
 *   the next one is being opened and nothing is lost meanwhile
 * @typedef {{phase: Phase, attempt: number, channel?: Channel}} State
 * @typedef {{type: "started" | "stopped" | "createFailed" | "opened" | "closed" | "waited" | "closingSoon" |
 *   "wentOffline" | "wentOnline" | "expired"}
 *   | {type: "created", channel: Channel}} LiveEvent
 * @typedef {{do: "create" | "close" | "catchUp"} | {do: "open", uri: string} | {do: "wait", attempt: number}} Action
 */

/** @type {State} */
export const initialState = { phase: "off", attempt: 0 };

/** @param {State} state @param {LiveEvent} event @returns {{state: State, actions: Action[]}} */
export function step(state, event) {
  if (event.type === "stopped") return to({ phase: "off", attempt: 0 }, { do: "close" });
  if (state.phase === "off" && event.type !== "started") return to(state);
  const reaction = REACTIONS[event.type];
  return reaction ? reaction(state, event) : to(state);
}

/** @param {State} state @param {...Action} actions */
const to = (state, ...actions) => ({ state, actions });

/** @param {State} state a known channel is tried first: subscriptions outlive the socket */
function connect(state) {
  if (!state.channel) return to({ ...state, phase: "creating" }, { do: "create" });
  return to({ ...state, phase: "connecting" }, { do: "open", uri: state.channel.connectUri });
}

/** @param {State} state */
function wait(state) {
  return to({ ...state, phase: "waiting", attempt: state.attempt + 1 }, { do: "wait", attempt: state.attempt });
}

/** @type {Record<string, (state: State, event: any) => {state: State, actions: Action[]}>} */
const REACTIONS = {
  started: (state) => (state.phase === "off" ? connect({ ...state, attempt: 0 }) : to(state)),
  created: (state, { channel }) => (state.phase === "creating" ? connect({ ...state, channel }) : to(state)),
  createFailed: (state) => (state.phase === "creating" ? wait(state) : to(state)),
  opened: (
    state,
  ) => (["connecting", "moving"].includes(state.phase)
    ? to({ ...state, phase: "live", attempt: 0 }, { do: "catchUp" })
    : to(state)),
  // A socket that closed before it opened: the channel is probably gone, the next attempt makes a new one.
  closed: (state) => {
    if (["connecting", "moving"].includes(state.phase)) return wait({ ...state, channel: undefined });
    return state.phase === "live" ? wait(state) : to(state);
  },
  waited: (state) => (state.phase === "waiting" ? connect(state) : to(state)),
  closingSoon: (
    state,
  ) => (state.phase === "live" && state.channel
    ? to({ ...state, phase: "moving" }, { do: "open", uri: state.channel.connectUri })
    : to(state)),
  wentOffline: (state) => to({ ...state, phase: "offline" }, { do: "close" }),
  wentOnline: (state) => (["offline", "waiting"].includes(state.phase) ? connect({ ...state, attempt: 0 }) : to(state)),
  expired: (
    state,
  ) => (state.phase === "live"
    ? to({ ...state, phase: "creating", channel: undefined }, { do: "close" }, { do: "create" })
    : to(state)),
};
