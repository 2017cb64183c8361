import { Model } from "../lib/model.js";

const SHOWN_MS = 8_000;
const NOTICES_MAX = 4;

/**
 * Short messages of the desktop to the agent: what happened, what was kept. They go by themselves, except while they
 * are read.
 *
 * @typedef {{id: number, kind: "error" | "info", sentence: string, values?: Record<string, string>,
 *   reason?: string}} Notice
 */
export class Notices extends Model {
  /** @type {Notice[]} */
  list = [];
  #next = 1;

  /** @param {Omit<Notice, "id">} notice */
  add(notice) {
    const id = this.#next++;
    this.list = [...this.list.filter((each) => each.sentence !== notice.sentence), { ...notice, id }].slice(
      -NOTICES_MAX,
    );
    setTimeout(() => this.dismiss(id), SHOWN_MS);
    this.changed();
  }

  /** @param {any} error */
  addError(error) {
    this.add({
      kind: "error",
      sentence: error.sentence ?? "error.unexpected",
      reason: error.isOffline ? "" : error.message,
    });
  }

  /** @param {number} id */
  dismiss(id) {
    const left = this.list.filter((each) => each.id !== id);
    if (left.length === this.list.length) return;
    this.list = left;
    this.changed();
  }
}
