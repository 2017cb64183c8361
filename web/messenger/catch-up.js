import { backOffMs } from "../lib/back-off.js";
import { History } from "./history.js";
import { Transcript } from "./models/transcript.js";

/**
 * Brings the transcript up to the server's after every connection, without gap or double: pages of history are read
 * from the newest backwards until one touches what was known when the connection was lost.
 *
 * @typedef {Record<string, any>} Json
 */

/** History allows ten reads a minute (reference B.12); beyond this gap the older part is left to scrolling. */
const PAGES_MAX = 6;

export class CatchUp {
  hasEarlier = false;
  /** Whether the transcript is known to go back to the first message. */
  isFromBeginning = false;
  isLoading = false;
  /** The newest line that was said before this visit, if any: it, and what stands above it, is no news. */
  pastKey = "";
  /** What was known when the connection was lost. @type {Set<string>} */
  #known = new Set();
  #isDone = true;
  /** Live frames that came while pages were read. @type {Json[]} */
  #live = [];
  #run = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;

  /** @param {Transcript} transcript @param {History} history @param {() => void} onChange */
  constructor(transcript, history, onChange) {
    this.transcript = transcript;
    this.history = history;
    this.onChange = onChange;
  }

  connectionLost() {
    clearTimeout(this.#retry);
    this.#run += 1;
    if (this.#isDone) this.#known = this.transcript.names();
    this.#isDone = false;
    this.isLoading = false;
  }

  /** A new session has no past. */
  startedNew() {
    this.#run += 1;
    clearTimeout(this.#retry);
    Object.assign(this, { isLoading: false, pastKey: "" });
    this.#found(false);
    this.#isDone = true;
    this.#known = new Set();
  }

  /** Whether everything up to now is known. */
  get isDone() {
    return this.#isDone && !this.isLoading;
  }

  /** @param {Json} body */
  live(body) {
    if (this.isLoading) this.#live.push(body);
  }

  async start(attempt = 0) {
    const run = (this.#run += 1);
    this.#load(true);
    try {
      const { pages, isWhole, hasMore } = await this.#readBack(() => run === this.#run);
      if (run !== this.#run) return;
      // A page that was open before is told what it has missed, unless that is more than anybody would listen to.
      const isPast = this.#known.size === 0 || !isWhole;
      if (!isWhole) this.transcript.clear();
      const added = this.transcript.merge(pages);
      if (isPast) this.pastKey = added.at(-1)?.key ?? "";
      if (!isWhole) this.transcript.merge(this.#live);
      if (hasMore !== undefined) this.#found(hasMore);
      this.#isDone = true;
    } catch (error) {
      if (run !== this.#run) return;
      this.#retry = setTimeout(
        () => this.start(attempt + 1),
        error.retryAfterMs ?? backOffMs(attempt, { firstMs: 2_000, longestMs: 60_000 }),
      );
    }
    this.#load(false);
  }

  /** @param {() => boolean} isWanted */
  async #readBack(isWanted) {
    /** @type {Json[]} */
    let pages = [];
    for (let number = 1; number <= PAGES_MAX && isWanted(); number += 1) {
      const { entities, hasMore } = await this.history.page(number);
      pages = [...entities, ...pages];
      if (this.#known.size === 0 || !hasMore) return { pages, isWhole: true, hasMore };
      if (Transcript.touches(entities, this.#known)) return { pages, isWhole: true, hasMore: undefined };
    }
    return { pages, isWhole: false, hasMore: true };
  }

  /** One step further into the past. */
  async earlier() {
    if (this.isLoading || !this.hasEarlier) return;
    const run = this.#run;
    this.#load(true);
    try {
      const first = History.pageNumber(this.transcript.lines.length);
      for (let number = first; number < first + 3; number += 1) {
        const { entities, hasMore } = await this.history.page(number);
        if (run !== this.#run) return;
        this.#found(hasMore);
        if (this.transcript.merge(entities).length || !hasMore) break;
      }
    } catch {
      // Scrolling up once more asks again.
    } finally {
      if (run === this.#run) this.#load(false);
    }
  }

  /** @param {boolean} hasMore */
  #found(hasMore) {
    this.hasEarlier = hasMore;
    this.isFromBeginning = !hasMore;
  }

  /** @param {boolean} isLoading */
  #load(isLoading) {
    this.isLoading = isLoading;
    if (!isLoading) this.#live = [];
    this.onChange();
  }
}
