import { backOffMs } from "../lib/back-off.js";
import { initialState, step } from "./models/connection.js";
import { heartbeat, readFrame } from "./models/frames.js";

/**
 * Drives one guest socket by the connection's state machine: opens, configures, keeps alive, notices silence, returns
 * with jittered back-off. Says what it hears to `onEvent` and how it stands to `onPhase`.
 *
 * @typedef {import("./models/frames.js").GuestEvent} GuestEvent
 * @typedef {{url: string, token: () => string, configuration: () => object, onEvent: (event: GuestEvent) => void,
 *   onPhase: (phase: string) => void, mend?: (error: {code: number, text: string}) => boolean,
 *   onLive: () => void, makeSocket?: (url: string) => WebSocket}} Wiring
 */

const CONFIGURE_MS = 10_000;
const HEARTBEAT_MS = 30_000;
const SILENCE_MS = 10_000;
const SETTLED_MS = 10_000;
const BACK_OFF = { firstMs: 1_000, longestMs: 30_000 };

export class GuestSocket {
  #state = initialState;
  /** @type {WebSocket | undefined} */
  #socket;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();
  #heardAt = 0;

  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.wiring = wiring;
  }

  get phase() {
    return this.#state.phase;
  }

  get isLive() {
    return this.phase === "live";
  }

  /** @param {import("./models/connection.js").ConnectionEvent["type"]} type */
  happened(type) {
    const { state, actions } = step(this.#state, { type });
    const isNew = state.phase !== this.#state.phase;
    this.#state = state;
    for (const action of actions) this.#perform(action);
    if (isNew) this.wiring.onPhase(state.phase);
  }

  /** @param {object} frame @returns {boolean} whether it went onto the wire */
  send(frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** After a sleep of the device a dead socket looks alive: ask now instead of at the next heartbeat. */
  lookedAt() {
    this.happened("lookedAt");
    if (this.isLive && Date.now() - this.#heardAt > HEARTBEAT_MS) this.#beat();
  }

  /** @param {import("./models/connection.js").Action} action */
  #perform(action) {
    if (action.do === "open") this.#open();
    else if (action.do === "close") this.#close();
    else if (action.do === "wait") this.#after("wait", backOffMs(action.attempt, BACK_OFF), "waited");
    else if (action.do === "configure") {
      this.send(this.wiring.configuration());
      this.#after("silence", CONFIGURE_MS, "fellSilent");
    } else {
      this.#after("settled", SETTLED_MS, "settled");
      this.#awaitHeartbeat();
      this.wiring.onLive();
    }
  }

  #open() {
    this.#close();
    const socket = (this.wiring.makeSocket ?? ((url) => new WebSocket(url)))(this.wiring.url);
    this.#socket = socket;
    const isCurrent = () => this.#socket === socket;
    socket.onopen = () => isCurrent() && this.happened("opened");
    socket.onmessage = ({ data }) => isCurrent() && this.#hear(String(data));
    socket.onclose = () => {
      if (!isCurrent()) return;
      this.#close();
      this.happened("closed");
    };
    this.#after("silence", CONFIGURE_MS, "fellSilent");
  }

  #close() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(1000);
  }

  /** @param {string} data */
  #hear(data) {
    this.#heardAt = Date.now();
    if (this.isLive) this.#awaitHeartbeat();
    const event = readFrame(data);
    if (!event) return;
    if (event.type === "displaced") this.happened("displaced");
    else if (event.type === "error" && this.wiring.mend?.(event)) this.#after("silence", CONFIGURE_MS, "fellSilent");
    else if (event.type === "error" && this.phase === "configuring")
      this.happened(event.code < 500 && event.code !== 408 ? "refused" : "fellSilent");
    else if (event.type === "rateLimited" && this.phase === "configuring") this.happened("fellSilent");
    else this.wiring.onEvent(event);
    if (event.type === "session" || event.type === "expired") this.happened("configured");
  }

  /**
   * Whatever is heard shows that the connection lives; only a quiet one is asked, at most twice a minute (reference
   * B.12).
   */
  #awaitHeartbeat() {
    this.#drop("silence");
    this.#drop("heartbeat");
    this.#timers.set(
      "heartbeat",
      setTimeout(() => this.#beat(), HEARTBEAT_MS),
    );
  }

  #beat() {
    this.send(heartbeat(this.wiring.token()));
    this.#after("silence", SILENCE_MS, "fellSilent");
  }

  /**
   * @param {string} name
   * @param {number} delayMs
   * @param {import("./models/connection.js").ConnectionEvent["type"]} type
   */
  #after(name, delayMs, type) {
    this.#drop(name);
    this.#timers.set(
      name,
      setTimeout(() => this.happened(type), delayMs),
    );
  }

  /** @param {string} name */
  #drop(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
