import { Model } from "../lib/model.js";

/**
 * What a person picks several of: people, groups, skills.
 *
 * @typedef {{id: string, name: string, detail?: string, sign?: string}} Item `sign`: an icon; without one an avatar
 * @typedef {{title: string, search: string, none: string, confirm: (count: number) => string,
 *   read: () => Promise<Item[]>, isTaken: (item: Item) => boolean, onPick: (items: any[]) => void}} Pick
 */

/** Shown at once; who looks for somebody else writes more of the name. */
const SHOWN_MAX = 100;

/** Without regard to case and width. @param {string} text */
const plain = (text) => text.normalize("NFKC").toLowerCase();

/** @param {{name: string, detail?: string}} item @param {string} text */
export const matches = ({ name, detail = "" }, text) => plain(`${name} ${detail}`).includes(plain(text.trim()));

export class Picker extends Model {
  text = "";
  /** @type {Item[]} */
  items = [];
  /** @type {Map<string, Item>} */
  chosen = new Map();
  isLoading = true;
  hasFailed = false;

  /** @param {Pick} pick */
  constructor(pick) {
    super();
    this.pick = pick;
  }

  async load() {
    const found = await this.pick.read().catch(() => undefined);
    this.hasFailed = !found;
    this.items = (found ?? []).filter((item) => !this.pick.isTaken(item));
    this.items.sort((one, other) => one.name.localeCompare(other.name));
    this.isLoading = false;
    this.changed();
  }

  /** @param {string} text */
  search(text) {
    this.text = text;
    this.changed();
  }

  get found() {
    return this.items.filter((item) => matches(item, this.text));
  }

  get shown() {
    return this.found.slice(0, SHOWN_MAX);
  }

  /** @param {Item} item */
  toggle(item) {
    if (!this.chosen.delete(item.id)) this.chosen.set(item.id, item);
    this.changed();
  }

  finish() {
    this.pick.onPick([...this.chosen.values()]);
  }
}
