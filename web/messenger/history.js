import { getJwt } from "./models/frames.js";
import { newUuid } from "./models/memory.js";

/**
 * What goes by REST: the conversation's past (reference B.8), newest page first, newest message first; previews of
 * links; the survey. The key for it is asked over the socket and lives about a minute.
 *
 * @typedef {{entities: Record<string, any>[], hasMore: boolean, total: number}} Page `entities` turned to oldest first;
 *   `total` of all pages, 0 where it is not known
 */

const PAGE_SIZE = 25;
const JWT_WAIT_MS = 10_000;
const JWT_MARGIN_MS = 5_000;
const FETCH_WAIT_MS = 20_000;

export class History {
  /** @type {{jwt: string, expiresAt: number} | undefined} */
  #key;
  /** @type {Set<(key: {jwt: string, expiresAt: number}) => void>} */
  #waiting = new Set();
  /** Moves on with every session that is left; what was read before belongs to another one. */
  turn = 0;
  /** What is being asked. @type {Set<AbortController>} */
  #underway = new Set();

  /** @param {{origin: string, token: () => string, send: (frame: object) => boolean, fetch?: typeof fetch}} wiring */
  constructor(wiring) {
    this.wiring = wiring;
  }

  /** @param {{jwt: string, expiresAt: number}} key an answer to `getJwt` */
  receive(key) {
    this.#key = key;
    for (const resolve of this.#waiting) resolve(key);
    this.#waiting.clear();
  }

  /** The session is another now, or is about to be: its key opens nothing any more. */
  forget() {
    this.#key = undefined;
    this.turn += 1;
    for (const request of this.#underway) request.abort();
  }

  /** The page on which a message lies that has so many newer ones. @param {number} newer */
  static pageNumber(newer) {
    return Math.floor(newer / PAGE_SIZE) + 1;
  }

  /**
   * @param {number} pageNumber from 1, newest @param {number} [pageSize] messages, 100 at most
   * @returns {Promise<Page>}
   * @throws as `ask`
   */
  async page(pageNumber, pageSize = PAGE_SIZE) {
    return read(await this.ask(`messages?pageSize=${pageSize}&pageNumber=${pageNumber}`), pageNumber, pageSize);
  }

  /**
   * Asks the guests' part of the server's API.
   *
   * @param {string} path @param {RequestInit} [options]
   * @returns {Promise<any>} the answer's body; nothing where it has none
   * @throws with `status`, and `retryAfterMs` when the server asks for patience
   */
  async ask(path, options) {
    const { jwt } = await this.#jwt();
    const request = new AbortController();
    const timer = setTimeout(() => request.abort(), FETCH_WAIT_MS);
    this.#underway.add(request);
    try {
      const response = await (this.wiring.fetch ?? fetch)(`${this.wiring.origin}/api/v2/webmessaging/${path}`, {
        ...options,
        headers: { Authorization: `bearer ${jwt}`, ...(options?.body && { "Content-Type": "application/json" }) },
        signal: request.signal,
      });
      if (!response.ok) throw this.#failure(response);
      return response.status === 204 ? undefined : await response.json();
    } finally {
      clearTimeout(timer);
      this.#underway.delete(request);
    }
  }

  /** @param {Response} response */
  #failure({ status, headers }) {
    if (status === 401) this.#key = undefined;
    const retryAfterMs = Number(headers.get("Retry-After")) * 1000 || undefined;
    return Object.assign(new Error(`the server answered ${status}`), { status, retryAfterMs });
  }

  async #jwt() {
    if (this.#key && this.#key.expiresAt - JWT_MARGIN_MS > Date.now()) return this.#key;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("no key for the history came")), JWT_WAIT_MS);
      this.#waiting.add((key) => {
        clearTimeout(timer);
        resolve(key);
      });
      if (!this.wiring.send(getJwt(this.wiring.token(), newUuid()))) reject(new Error("the connection is closed"));
    });
  }
}

/** @param {Record<string, any>} list @param {number} pageNumber @param {number} pageSize @returns {Page} */
function read(list, pageNumber, pageSize) {
  const entities = Array.isArray(list.entities) ? list.entities : [];
  const hasMore = typeof list.pageCount === "number" ? pageNumber < list.pageCount : entities.length === pageSize;
  return { entities: [...entities].reverse(), hasMore, total: Number(list.total) || 0 };
}
