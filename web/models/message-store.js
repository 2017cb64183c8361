import { Model } from "../lib/model.js";
import { contentOf } from "./message-content.js";

/**
 * The texts behind the message ids of conversations. Asked for in batches, kept for the session, at most
 * `MESSAGES_MAX` of them
 * (the oldest go first; they are fetched again when needed).
 *
 * @typedef {import("./message-content.js").MessageContent} MessageContent
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const BATCH_MAX = 200;
const MESSAGES_MAX = 20_000;

export class MessageStore extends Model {
  /** @type {Map<string, MessageContent>} */
  #contents = new Map();
  /** Ids that were asked for, by conversation. @type {Map<string, Set<string>>} */
  #wanted = new Map();
  /** @type {Set<string>} */
  #inFlight = new Set();
  /** @type {Set<string>} */
  #failed = new Set();
  #scheduled = false;

  /** @param {PlatformApi} api */
  constructor(api) {
    super();
    this.api = api;
  }

  /** @param {string} id @returns {MessageContent | undefined} */
  find(id) {
    return this.#contents.get(id);
  }

  /** @param {string} id */
  hasFailed(id) {
    return this.#failed.has(id);
  }

  /** @param {any} data a message that we have in hand anyway, for example the answer to sending it */
  put(data) {
    this.#keep(data);
    this.changed();
  }

  /** @param {string} conversationId @param {string[]} ids */
  want(conversationId, ids) {
    const missing = ids.filter((id) => !this.#contents.has(id) && !this.#inFlight.has(id) && !this.#failed.has(id));
    if (!missing.length) return;
    const wanted = this.#wanted.get(conversationId) ?? new Set();
    for (const id of missing) wanted.add(id);
    this.#wanted.set(conversationId, wanted);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#fetchWanted());
  }

  /**
   * Reads a message again, for links to its files that are good now.
   *
   * @param {string} conversationId
   * @param {string} id
   * @returns {Promise<MessageContent | undefined>}
   */
  async renew(conversationId, id) {
    if (!this.#inFlight.has(id)) await this.#fetch(conversationId, [id]);
    return this.find(id);
  }

  /** After a lost connection everything that failed may be asked for again. */
  forgetFailures() {
    this.#failed.clear();
    this.changed();
  }

  #fetchWanted() {
    this.#scheduled = false;
    for (const [conversationId, ids] of this.#wanted) {
      const all = [...ids];
      for (let from = 0; from < all.length; from += BATCH_MAX) {
        this.#fetch(conversationId, all.slice(from, from + BATCH_MAX));
      }
    }
    this.#wanted.clear();
  }

  /** @param {string} conversationId @param {string[]} ids */
  async #fetch(conversationId, ids) {
    for (const id of ids) this.#inFlight.add(id);
    try {
      const answer = await this.api.messages(conversationId, ids);
      for (const data of answer?.entities ?? []) this.#keep(data);
    } catch {
      // Shown as "could not be loaded" beside its time; forgetFailures() opens the way for another try.
    }
    for (const id of ids) {
      this.#inFlight.delete(id);
      if (!this.#contents.has(id)) this.#failed.add(id);
    }
    this.changed();
  }

  #keep(data) {
    if (!data?.id) return;
    this.#failed.delete(data.id);
    this.#contents.set(data.id, contentOf(data));
    if (this.#contents.size > MESSAGES_MAX) this.#contents.delete(this.#contents.keys().next().value);
  }
}
