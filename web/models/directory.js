import { Model } from "../lib/model.js";
import { SERVICE_LEVEL_MS } from "./work-list.js";

/**
 * Queues, colleagues and wrap-up codes: things that change rarely, read once and kept for the session.
 *
 * @typedef {{id: string, name: string}} Named
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const USER_PAGES_MAX = 10;

export class Directory extends Model {
  /** @type {Map<string, any>} */
  #queues = new Map();
  /** @type {Map<string, Named[]>} */
  #codes = new Map();

  /** @param {PlatformApi} api */
  constructor(api) {
    super();
    this.api = api;
  }

  /** The queue when it is known; the first question for it starts reading it. @param {string} id */
  queue(id) {
    if (id && !this.#queues.has(id)) {
      this.#queues.set(id, undefined);
      this.api.queue(id).then((queue) => this.#keep(id, queue)).catch(() => {});
    }
    return this.#queues.get(id);
  }

  /** @param {string} id @param {any} queue */
  #keep(id, queue) {
    this.#queues.set(id, queue);
    this.changed();
  }

  /** @param {string} queueId milliseconds within which a customer of this queue should be answered */
  serviceLevelMs(queueId) {
    return this.queue(queueId)?.mediaSettings?.message?.serviceLevel?.durationMs || SERVICE_LEVEL_MS;
  }

  /** @param {string} queueId @returns {Promise<Named[]>} */
  async wrapUpCodes(queueId) {
    const known = this.#codes.get(queueId);
    if (known?.length) return known;
    const codes = (await this.api.wrapUpCodes(queueId))?.entities ?? [];
    this.#codes.set(queueId, codes);
    this.changed();
    return codes;
  }

  /**
   * The code's name when it is known; the first question for a queue's codes starts reading them.
   *
   * @param {string | undefined} id
   * @param {string | undefined} queueId
   */
  codeName(id, queueId) {
    const name = [...this.#codes.values()].flat().find((code) => code.id === id)?.name;
    if (!name && id && queueId && !this.#codes.has(queueId)) {
      this.#codes.set(queueId, []);
      this.wrapUpCodes(queueId).catch(() => {});
    }
    return name;
  }

  /** @param {string} text @returns {Promise<Named[]>} */
  async findQueues(text) {
    return (await this.api.queues(text))?.entities ?? [];
  }

  /** Everybody, with what they are doing now: that is why it is read anew each time. @returns {Promise<any[]>} */
  async listUsers() {
    /** @type {any[]} */
    const users = [];
    for (let page = 1; page <= USER_PAGES_MAX; page++) {
      const listing = await this.api.users(page);
      users.push(...(listing?.entities ?? []));
      if (page >= (listing?.pageCount ?? 1)) break;
    }
    return users;
  }
}
