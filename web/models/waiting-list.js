import { Model } from "../lib/model.js";

/**
 * What waits in the agent's queues and may be taken from them: those in which interactions may be assigned by hand.
 * Where there is none, nothing is asked for again.
 *
 * @typedef {{id: string, name?: string, messageType: string, waitingSince: string, isOffered: boolean,
 *   skills: {id: string, name?: string}[], queue: {id: string, name: string}}} Waiting
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const LOOK_MS = 5_000;
const QUEUES_LOOK_MS = 60_000;
/** Queues that are looked at, and rows that are shown: what is further behind is not the next to be taken. */
const QUEUES_MAX = 10;
const SHOWN_MAX = 20;
/** What the server says to a hand that came too late or is full, or reaches into a closed queue. */
const SENTENCES = {
  "agent.at.capacity": "waiting.full",
  "agent.not.on.queue": "waiting.offQueue",
  "conversation.not.waiting": "waiting.gone",
  "queue.closed": "waiting.queueClosed",
};

export class WaitingList extends Model {
  /** The longest wait first; those that an agent is asked for right now are left out. @type {Waiting[]} */
  items = [];
  /** @type {{id: string, name: string}[]} */
  queues = [];
  /** Being taken. @type {Set<string>} */
  taking = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #queuesAt = -Infinity;
  #isOver = false;

  /** @param {PlatformApi} api */
  constructor(api) {
    super();
    this.api = api;
  }

  /** Looks now, and again and again. */
  async start() {
    await this.look();
    clearTimeout(this.#timer);
    if (!this.#isOver) this.#timer = setTimeout(() => this.start(), this.queues.length ? LOOK_MS : QUEUES_LOOK_MS);
  }

  stop() {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /** Reads it; what cannot be read stays as it was, the desk's banner says that the connection is lost. */
  async look() {
    if (globalThis.document?.hidden) return;
    try {
      if (performance.now() - this.#queuesAt >= QUEUES_LOOK_MS) await this.#readQueues();
      const lists = await Promise.all(this.queues.map(async (queue) => {
        const { entities } = await this.api.waiting(queue.id, SHOWN_MAX);
        return (entities ?? []).map((each) => ({ ...each, queue }));
      }));
      this.items = lists.flat().filter((each) => !each.isOffered)
        .sort((a, b) => Date.parse(a.waitingSince) - Date.parse(b.waitingSince)).slice(0, SHOWN_MAX);
    } catch {
      this.#queuesAt = -Infinity;
    }
    this.changed();
  }

  async #readQueues() {
    const { entities } = await this.api.myQueues();
    this.queues = (entities ?? []).filter((queue) => queue.enableManualAssignment).slice(0, QUEUES_MAX)
      .map(({ id, name }) => ({ id, name }));
    this.#queuesAt = performance.now();
  }

  /**
   * Takes one: it is asked for, and answered as soon as it rings.
   *
   * @param {string} id
   * @param {import("./desk.js").Desk} desk
   * @param {(id: string) => Promise<void>} accept
   */
  async take(id, desk, accept) {
    if (this.taking.has(id)) return;
    this.taking.add(id);
    this.changed();
    try {
      await this.api.assign(id, desk.status.user.id);
      if (await desk.work.rings(id)) await accept(id);
    } catch (error) {
      const sentence = SENTENCES[error.code];
      if (sentence) desk.notices.add({ kind: "error", sentence });
      else desk.notices.addError(error);
    } finally {
      this.taking.delete(id);
      await this.look();
    }
  }
}
