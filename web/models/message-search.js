import { Model } from "../lib/model.js";

/**
 * Messages by their words, as one types. Only the answer to the newest question counts.
 *
 * @typedef {{conversationId: string, messageId: string, direction: string, startTime: string, transcript: string,
 *   highlights: {offset: number, length: number}[]}} Result
 */

const PAUSE_MS = 250;
const PAGE_SIZE = 25;
const RESULTS_MAX = 1_000;
export const CHARACTERS_MAX = 256;

export class MessageSearch extends Model {
  text = "";
  /** Newest first. @type {Result[]} */
  results = [];
  isLoading = false;
  /** Every message was considered. */
  isComplete = true;
  /** @type {any} */
  failure = undefined;
  /** The text that `results` answer. */
  answered = "";
  #page = 0;
  #question = 0;
  #timer;

  /** @param {{searchMessages: (text: string, pageNumber: number, pageSize: number) => Promise<any>}} api */
  constructor(api) {
    super();
    this.api = api;
  }

  /** Letters, digits and emoji are what can be found. @param {string} text */
  type(text) {
    this.text = text;
    this.#question += 1;
    clearTimeout(this.#timer);
    this.results = [];
    this.#page = 0;
    this.answered = "";
    this.failure = undefined;
    this.isComplete = true;
    this.isLoading = /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text);
    if (this.isLoading) this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
    this.changed();
  }

  get hasMore() {
    return this.#page > 0 && !this.isComplete && (this.#page + 1) * PAGE_SIZE <= RESULTS_MAX;
  }

  /** The next page, or the same again after a failure. */
  more() {
    if (this.isLoading || !(this.hasMore || this.failure)) return;
    this.isLoading = true;
    this.failure = undefined;
    this.changed();
    return this.#ask();
  }

  async #ask() {
    const question = this.#question;
    const text = this.text.trim();
    try {
      const answer = await this.api.searchMessages(text, this.#page + 1, PAGE_SIZE);
      if (question !== this.#question) return;
      const known = new Set(this.results.map((each) => each.messageId));
      this.results = [...this.results, ...answer.results.filter((each) => !known.has(each.messageId))];
      this.isComplete = answer.isComplete;
      this.answered = text;
      this.#page += 1;
    } catch (error) {
      if (question !== this.#question) return;
      this.failure = error;
    }
    this.isLoading = false;
    this.changed();
  }
}

/**
 * A text in pieces, hits apart from the rest. Offsets count UTF-16, as strings here do.
 *
 * @param {string} text
 * @param {{offset: number, length: number}[]} highlights
 * @returns {{text: string, isHit: boolean}[]}
 */
export function piecesOf(text, highlights) {
  const pieces = [];
  let end = 0;
  for (const { offset, length } of highlights.toSorted((a, b) => a.offset - b.offset)) {
    const from = Math.max(offset, end);
    const to = Math.min(offset + length, text.length);
    if (to <= from) continue;
    if (from > end) pieces.push({ text: text.slice(end, from), isHit: false });
    pieces.push({ text: text.slice(from, to), isHit: true });
    end = to;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isHit: false });
  return pieces;
}
