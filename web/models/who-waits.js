import { Model } from "../lib/model.js";
import { Decisions } from "./decisions.js";
import { WaitingForm } from "./waiting-form.js";

/**
 * Who waits for an agent, over all queues, whoever waits longest first, a page at a time; and of each, when somebody
 * asks, why, and what can be done about it.
 *
 * @typedef {{id: string, queue: {id: string, name?: string}, customer?: {name?: string}, dateWaitingSince: string,
 *   offeredTo?: {name?: string}, priority?: number, skills?: {id: string, name?: string}[],
 *   language?: {name?: string}}} Waiting
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const PAGE_SIZE = 50;

export class WhoWaits extends Model {
  /** @type {Waiting[]} */
  items = [];
  /** How many wait in all; the list shows the first of them. */
  total = 0;
  isLoaded = false;
  isReadingOn = false;
  /** @type {any} */
  failure;
  #pages = 1;
  #question = 0;
  /** @type {Map<string, Decisions>} */
  #decisions = new Map();
  /** @type {Map<string, WaitingForm>} */
  #forms = new Map();

  /** @param {PlatformApi} api */
  constructor(api) {
    super();
    this.api = api;
  }

  get hasMore() {
    return this.items.length < this.total;
  }

  /** Shows a page more. */
  async more() {
    if (this.isReadingOn) return;
    this.isReadingOn = true;
    this.#pages += 1;
    this.changed();
    await this.load();
    this.isReadingOn = false;
    this.changed();
  }

  /** Reads what is shown anew; of two that are on their way the later one counts. */
  async load() {
    const question = ++this.#question;
    try {
      const numbers = Array.from({ length: this.#pages }, (_, index) => index + 1);
      const answers = await Promise.all(numbers.map((page) => this.api.waitingConversations(PAGE_SIZE, page)));
      if (question !== this.#question) return;
      // Who moves up between two answers may stand in both.
      const found = new Map(answers.flatMap((answer) => answer?.entities ?? []).map((item) => [item.id, item]));
      this.items = [...found.values()];
      this.total = Math.max(answers[0]?.total ?? 0, this.items.length);
      // Once fewer wait there is nothing behind them.
      this.#pages = Math.max(1, Math.min(this.#pages, Math.ceil(this.total / PAGE_SIZE)));
      this.failure = undefined;
    } catch (error) {
      if (question !== this.#question) return;
      this.failure = error;
    }
    this.isLoaded = true;
    this.#keepCurrent();
    this.changed();
  }

  #keepCurrent() {
    const items = new Map(this.items.map((item) => [item.id, item]));
    for (const id of this.#decisions.keys()) if (!items.has(id)) this.#decisions.delete(id);
    for (const [id, form] of this.#forms) {
      const item = items.get(id);
      if (item) form.follow(item);
      else this.#forms.delete(id);
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

  /** What is done about one of them. @param {Waiting} item */
  form(item) {
    let form = this.#forms.get(item.id);
    if (!form) this.#forms.set(item.id, form = new WaitingForm(this.api, item));
    return form;
  }
}
