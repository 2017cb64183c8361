import { Model } from "../lib/model.js";

/**
 * One of many, found by its name: what a field offers while somebody types. Only the answer to the newest question
 * counts.
 *
 * @typedef {{id: string, name: string, note?: string, dot?: string}} Pick
 */

const PAUSE_MS = 150;

export class Picks extends Model {
  text = "";
  isOpen = false;
  isLoading = false;
  hasFailed = false;
  /** @type {Pick[]} */
  results = [];
  /** Which would be taken. @type {Pick | undefined} */
  active;
  #question = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /** @param {(text: string) => Promise<Pick[]>} find */
  constructor(find) {
    super();
    this.find = find;
  }

  /** Shows what there is. */
  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    return this.#ask();
  }

  close() {
    this.isOpen = false;
    this.#question += 1;
    clearTimeout(this.#pause);
    this.changed();
  }

  /** @param {string} text */
  type(text) {
    this.text = text;
    this.isOpen = true;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#ask(), PAUSE_MS);
    this.changed();
  }

  /** @param {1 | -1} by */
  move(by) {
    const { results, active } = this;
    if (!results.length) return;
    const here = results.findIndex(({ id }) => id === active?.id);
    this.active = results[(here + by + results.length) % results.length];
    this.changed();
  }

  /** Takes one; the field is empty then, or shows its name. @param {string} text */
  took(text) {
    this.text = text;
    this.results = [];
    this.active = undefined;
    this.close();
  }

  async #ask() {
    const question = ++this.#question;
    this.isLoading = true;
    this.hasFailed = false;
    this.changed();
    const found = await this.find(this.text.trim()).catch(() => undefined);
    if (question !== this.#question) return;
    this.isLoading = false;
    this.hasFailed = !found;
    this.results = found ?? [];
    this.active = this.results.find(({ id }) => id === this.active?.id) ?? this.results[0];
    this.changed();
  }
}
