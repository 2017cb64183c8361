import { Model } from "../lib/model.js";
import { backOffMs } from "../lib/back-off.js";
import { initialState, step } from "./live-machine.js";

/**
 * Carries out what the machine decides: makes the notification channel, holds its socket, notices silence, renews it.
 * Events of the platform arrive at `onEvent`, and `onCatchUp` is called whenever frames may have been missed, once
 * the socket is open, so that what is read then and what arrives from then on leave no gap.
 *
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const CHECK_MS = 5_000;
const QUIET_MS = 10_000;
const ANSWER_MS = 10_000;
const RENEW_MS = 6 * 3_600_000;

export class LiveChannel extends Model {
  #state = initialState;
  /** @type {WebSocket | undefined} */
  #socket;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  #lastFrameAt = 0;
  #pingedAt = 0;
  /** @type {AbortController | undefined} */
  #running;

  /**
   * @param {PlatformApi} api
   * @param {string[]} topics
   * @param {{onEvent: (topic: string, body: any) => void, onCatchUp: () => void}} handlers
   */
  constructor(api, topics, handlers) {
    super();
    this.api = api;
    this.topics = topics;
    this.handlers = handlers;
  }

  get phase() {
    return this.#state.phase;
  }

  get isLive() {
    return this.#state.phase === "live" || this.#state.phase === "moving";
  }

  /** Before the first connection nothing is lost yet, so nothing is said yet. */
  get isLost() {
    return this.#state.phase === "offline" || this.#state.phase === "waiting" ||
      (this.#state.attempt > 0 && !this.isLive);
  }

  start() {
    this.#running = new AbortController();
    const options = { signal: this.#running.signal };
    globalThis.addEventListener?.("online", () => this.#happened({ type: "wentOnline" }), options);
    globalThis.addEventListener?.("offline", () => this.#happened({ type: "wentOffline" }), options);
    const check = setInterval(() => this.#check(), CHECK_MS);
    const renew = setInterval(() => this.#renew(), RENEW_MS);
    options.signal.addEventListener("abort", () => [check, renew].forEach(clearInterval));
    this.#happened({ type: "started" });
  }

  stop() {
    this.#running?.abort();
    this.#happened({ type: "stopped" });
  }

  /** The person does not want to wait for the next attempt. */
  retryNow() {
    clearTimeout(this.#retry);
    this.#happened({ type: "wentOnline" });
  }

  /** @param {import("./live-machine.js").LiveEvent} event */
  #happened(event) {
    const { state, actions } = step(this.#state, event);
    this.#state = state;
    for (const action of actions) this.#perform(action);
    this.changed();
  }

  /** @param {import("./live-machine.js").Action} action */
  #perform(action) {
    if (action.do === "create") this.#create();
    else if (action.do === "open") this.#open(action.uri);
    else if (action.do === "close") this.#close();
    else if (action.do === "catchUp") this.handlers.onCatchUp();
    else if (action.do === "wait") {
      this.#retry = setTimeout(() => this.#happened({ type: "waited" }), backOffMs(action.attempt));
    }
  }

  async #create() {
    try {
      const channel = await this.api.createChannel();
      await this.api.subscribe(channel.id, this.topics);
      this.#happened({ type: "created", channel });
    } catch {
      this.#happened({ type: "createFailed" });
    }
  }

  /** @param {string} uri */
  #open(uri) {
    clearTimeout(this.#retry);
    const previous = this.#socket;
    const socket = new WebSocket(uri);
    this.#socket = socket;
    this.#lastFrameAt = Date.now();
    this.#pingedAt = 0;
    const ifCurrent = (/** @type {(event: any) => void} */ handle) => (/** @type {any} */ event) =>
      socket === this.#socket && handle(event);
    socket.onopen = ifCurrent(() => {
      previous?.close();
      this.#happened({ type: "opened" });
    });
    socket.onclose = ifCurrent(() => this.#happened({ type: "closed" }));
    socket.onmessage = (event) => this.#received(event.data, socket === this.#socket);
  }

  #close() {
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  /**
   * A socket that is being replaced still tells what happens until the next one is open; what the system says on it,
   * concerns it alone.
   * @param {string} frame @param {boolean} isCurrent
   */
  #received(frame, isCurrent) {
    if (this.#state.phase === "off") return;
    this.#lastFrameAt = Date.now();
    let event;
    try {
      event = JSON.parse(frame);
    } catch {
      return;
    }
    const topic = String(event.topicName ?? "");
    if (topic.startsWith("v2.system.") && !isCurrent) return;
    if (topic === "v2.system.socket_closing") this.#happened({ type: "closingSoon" });
    else if (topic.startsWith("v2.system.no_longer_subscribed")) this.#happened({ type: "expired" });
    else if (topic && topic !== "channel.metadata") this.handlers.onEvent(topic, event.eventBody);
  }

  /** A dead network closes no socket. So a quiet one is asked, and one that does not answer is given up. */
  #check() {
    if (!this.isLive || this.#socket?.readyState !== WebSocket.OPEN) return;
    const now = Date.now();
    const isUnanswered = this.#pingedAt > this.#lastFrameAt;
    if (isUnanswered && now - this.#pingedAt > ANSWER_MS) {
      this.#close();
      this.#happened({ type: "closed" });
    } else if (!isUnanswered && now - this.#lastFrameAt > QUIET_MS) {
      this.#pingedAt = now;
      this.#socket.send(JSON.stringify({ message: "ping" }));
    }
  }

  /** Any write of subscriptions extends the channel's life of 24 hours. */
  async #renew() {
    if (!this.isLive || !this.#state.channel) return;
    await this.api.subscribe(this.#state.channel.id, this.topics).catch((error) => {
      if (!error.isTransient) this.#happened({ type: "expired" });
    });
  }
}
