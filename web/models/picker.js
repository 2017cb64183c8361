import { Model } from "../lib/model.js";

/**
 * What a person picks several of: people, groups, skills. Only the answer to the newest question counts.
 *
 * @typedef {{id: string, name: string, detail?: string, sign?: string}} Item `sign`: an icon; without one an avatar
 * @typedef {{items: Item[], total: number}} Found the first of `total`
 * @typedef {{title: string, search: string, none: string, confirm: (count: number) => string,
 *   find: (text: string) => Promise<Found>, isTaken: (item: Item) => boolean, onPick: (items: any[]) => void}} Pick
 */

const PAUSE_MS = 150;
/** Shown at once; who looks for another one writes more of the name. */
const SHOWN_MAX = 100;

/** Without regard to case and width. @param {string} text */
const plain = (text) => text.normalize("NFKC").toLowerCase();

/** @param {{name: string, detail?: string}} item @param {string} text */
export const matches = ({ name, detail = "" }, text) => plain(`${name} ${detail}`).includes(plain(text.trim()));

/** Finds in a list that is read once. @param {() => Promise<Item[]>} read @returns {Pick["find"]} */
export function findIn(read) {
  /** @type {Item[] | undefined} */
  let list;
  return async (text) => {
    list ??= (await read()).sort((one, other) => one.name.localeCompare(other.name));
    const found = list.filter((item) => matches(item, text));
    return { items: found.slice(0, SHOWN_MAX), total: found.length };
  };
}

export class Picker extends Model {
  text = "";
  /** @type {Item[]} */
  items = [];
  /** How many there are beyond those that are shown. */
  hiddenCount = 0;
  /** @type {Map<string, Item>} */
  chosen = new Map();
  isLoading = true;
  hasFailed = false;
  #question = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /** @param {Pick} pick */
  constructor(pick) {
    super();
    this.pick = pick;
  }

  /** @param {string} text */
  search(text) {
    this.text = text;
    // Until the answer is there, nothing can be taken that was found for other words.
    this.isLoading = true;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.load(), PAUSE_MS);
    this.changed();
  }

  async load() {
    const question = ++this.#question;
    const found = await this.pick.find(this.text.trim()).catch(() => undefined);
    if (question !== this.#question) return;
    this.hasFailed = !found;
    this.items = (found?.items ?? []).filter((item) => !this.pick.isTaken(item));
    this.hiddenCount = found ? found.total - found.items.length : 0;
    this.isLoading = false;
    this.changed();
  }

  /** @param {Item} item */
  toggle(item) {
    if (!this.chosen.delete(item.id)) this.chosen.set(item.id, item);
    this.changed();
  }

  /** Enter takes what is found, where that is one alone. */
  takeOnly() {
    const [item, other] = this.items;
    const isOne = !this.isLoading && this.text.trim() && item && !other && !this.chosen.has(item.id);
    if (isOne) this.toggle(item);
    return Boolean(isOne);
  }

  finish() {
    this.pick.onPick([...this.chosen.values()]);
  }
}
