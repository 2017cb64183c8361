import { Model } from "../lib/model.js";

/**
 * The people of the business, by name, a page at a time. Only the answer to the newest question counts.
 *
 * @typedef {{id: string, name: string, email?: string}} Person
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const PAUSE_MS = 200;

export class PeopleList extends Model {
  text = "";
  /** @type {Person[]} */
  items = [];
  /** How many there are of what is asked for. */
  total = 0;
  isLoading = false;
  /** @type {any} */
  failure;
  #page = 0;
  #question = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /** @param {PlatformApi} api */
  constructor(api) {
    super();
    this.api = api;
  }

  /** The first page; what goes wrong is thrown. @param {PlatformApi} api */
  static async read(api) {
    const list = new PeopleList(api);
    await list.#ask(1);
    if (list.failure) throw list.failure;
    return list;
  }

  /** @param {string} text a part of a name */
  find(text) {
    this.text = text;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#ask(1), PAUSE_MS);
    this.changed();
  }

  get hasMore() {
    return this.items.length < this.total;
  }

  /** The next page, or the same again after a failure. */
  more() {
    return this.isLoading ? undefined : this.#ask(this.#page + 1);
  }

  /** @param {number} page */
  async #ask(page) {
    const question = ++this.#question;
    this.isLoading = true;
    this.failure = undefined;
    this.changed();
    try {
      const { entities, total } = await this.api.people(this.text.trim(), page);
      if (question !== this.#question) return;
      const earlier = page === 1 ? [] : this.items;
      const known = new Set(earlier.map(({ id }) => id));
      this.items = [...earlier, ...entities.filter((/** @type {Person} */ { id }) => !known.has(id))];
      this.total = Math.max(total ?? 0, this.items.length);
      // Who came between two pages may stand twice: then the last page is shorter than the sum says.
      if (!entities.length) this.total = this.items.length;
      this.#page = page;
    } catch (error) {
      if (question !== this.#question) return;
      this.failure = error;
    }
    this.isLoading = false;
    this.changed();
  }
}
