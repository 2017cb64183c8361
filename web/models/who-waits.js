import { Model } from "../lib/model.js";
import { Decisions } from "./decisions.js";

/**
 * Who waits for an agent, over all queues, whoever waits longest first; and of each, when somebody asks, why.
 *
 * @typedef {{id: string, queue: {id: string, name?: string}, customer?: {name?: string}, dateWaitingSince: string,
 *   offeredTo?: {name?: string}}} Waiting
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const WAITING_MAX = 50;

export class WhoWaits extends Model {
  /** @type {Waiting[]} */
  items = [];
  /** How many wait in all; the list shows the first of them. */
  total = 0;
  isLoaded = false;
  /** @type {any} */
  failure;
  /** @type {Map<string, Decisions>} */
  #decisions = new Map();

  /** @param {PlatformApi} api */
  constructor(api) {
    super();
    this.api = api;
  }

  async load() {
    try {
      const answer = await this.api.waitingConversations(WAITING_MAX);
      this.items = answer?.entities ?? [];
      this.total = answer?.total ?? 0;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    } finally {
      this.isLoaded = true;
      const ids = new Set(this.items.map(({ id }) => id));
      for (const id of this.#decisions.keys()) if (!ids.has(id)) this.#decisions.delete(id);
      this.changed();
    }
  }

  /** Why one of them waits. @param {string} id */
  why(id) {
    let decisions = this.#decisions.get(id);
    if (!decisions) {
      this.#decisions.set(id, decisions = new Decisions(this.api, id));
      decisions.load();
    }
    return decisions;
  }
}
