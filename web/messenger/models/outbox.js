/**
 * What the customer has written and the server has not confirmed yet. It survives a reload; an entry keeps its id
 * however often it is sent, and the server takes an id once, so nothing is lost and nothing doubled. One entry is
 * under way at a time: order holds.
 *
 * @typedef {{id: string, at: number, message: Record<string, any>, state: "waiting" | "sending" | "failed", reason?:
 *   string, notBefore?: number}} Entry
 * @typedef {{readJson: <T>(key: string, fallback: T) => T, writeJson: (key: string, value: unknown) => void}} Storage
 */

/** More than this unsent is not a conversation; the composer then keeps the text. */
export const ENTRIES_MAX = 50;
/** What was written longer ago than a conversation lasts is not sent behind the customer's back. */
const FRESH_MS = 72 * 3_600_000;

export class Outbox {
  /** @param {Storage} storage @param {string} key @param {number} [now] */
  constructor(storage, key, now = Date.now()) {
    this.storage = storage;
    this.key = key;
    /** @type {Entry[]} */
    this.entries = this.#stored().map((entry) => restored(entry, now));
  }

  get isFull() {
    return this.entries.length >= ENTRIES_MAX;
  }

  /** @param {string} id @param {Record<string, any>} message @param {number} at */
  add(id, message, at) {
    this.#put({ id, at, message, state: "waiting" });
  }

  /**
   * The entry to send now, if none is under way and the first is due.
   * @param {number} now
   * @returns {Entry | undefined}
   */
  next(now) {
    if (this.entries.some((entry) => entry.state === "sending")) return undefined;
    const first = this.entries.find((entry) => entry.state === "waiting");
    return first && (first.notBefore ?? 0) <= now ? first : undefined;
  }

  /** Milliseconds until the first entry is due; nothing when none waits for its time. @param {number} now */
  dueIn(now) {
    const first = this.entries.find((entry) => entry.state === "waiting");
    return first?.notBefore && first.notBefore > now ? first.notBefore - now : undefined;
  }

  /**
   * What another tab has written, did not bring to the server and may not be there any more to bring.
   *
   * @param {number} now
   * @returns {boolean} whether there was any
   */
  takeOver(now) {
    const unknown = this.#stored()
      .filter(({ id }) => !this.entries.some((entry) => entry.id === id))
      .map((entry) => restored(entry, now))
      .filter(({ state }) => state === "waiting");
    this.entries = [...this.entries, ...unknown];
    return unknown.length > 0;
  }

  /** @param {string} id */
  sending(id) {
    this.#change(id, { state: "sending", notBefore: undefined });
  }

  /** The server has it. @param {string} id */
  confirm(id) {
    this.#remove(id);
  }

  /**
   * The server asks for patience. Without an id it means what is under way.
   * @param {string | undefined} id
   * @param {number} notBefore
   */
  postpone(id, notBefore) {
    const entry = this.entries.find((each) => (id ? each.id === id : each.state === "sending"));
    if (entry) this.#change(entry.id, { state: "waiting", notBefore });
  }

  /** @param {string} id @param {string} reason a key of our strings */
  refuse(id, reason) {
    this.#change(id, { state: "failed", reason });
  }

  /** The connection ended: what was under way may have arrived or not, and goes again under the same id. */
  connectionLost() {
    for (const entry of this.entries) if (entry.state === "sending") this.#change(entry.id, { state: "waiting" });
  }

  /** @param {string} id */
  retry(id) {
    this.#change(id, { state: "waiting", reason: undefined, notBefore: undefined });
  }

  /** @param {string} id @returns {string} its text, for whoever wants to keep it */
  discard(id) {
    const text = this.entries.find((entry) => entry.id === id)?.message.text ?? "";
    this.#remove(id);
    return text;
  }

  /** @param {string} id @param {Partial<Entry>} change */
  #change(id, change) {
    const entry = this.entries.find((each) => each.id === id);
    if (entry) this.#put({ ...entry, ...change });
  }

  /** Other tabs keep theirs under the same key, so only this entry of the stored list changes. @param {Entry} entry */
  #put(entry) {
    const put = (/** @type {Entry[]} */ list) =>
      list.some(({ id }) => id === entry.id)
        ? list.map((each) => (each.id === entry.id ? entry : each))
        : [...list, entry];
    this.entries = put(this.entries);
    this.storage.writeJson(this.key, put(this.#stored()));
  }

  /** @param {string} id */
  #remove(id) {
    this.entries = this.entries.filter((entry) => entry.id !== id);
    const stored = this.#stored();
    if (stored.some((entry) => entry.id === id))
      this.storage.writeJson(
        this.key,
        stored.filter((entry) => entry.id !== id),
      );
  }

  /** @returns {Entry[]} */
  #stored() {
    const stored = this.storage.readJson(this.key, /** @type {Entry[]} */ ([]));
    return Array.isArray(stored) ? stored : [];
  }
}

/** @param {Entry} entry @param {number} now @returns {Entry} */
function restored(entry, now) {
  if (entry.state !== "failed" && now - entry.at > FRESH_MS) return { ...entry, state: "failed", reason: "failed.old" };
  return entry.state === "sending" ? { ...entry, state: "waiting" } : entry;
}
