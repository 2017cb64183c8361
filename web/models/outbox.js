import { Model } from "../lib/model.js";
import { clock } from "../lib/clock.js";
import { storage } from "../lib/storage.js";

/**
 * What this agent has written and the server has not yet confirmed. An entry is shown at once, survives a reload, is
 * sent in order per conversation, and is never dropped by itself: it ends as a message of the conversation or by the
 * agent's hand.
 *
 * When no answer came to a sending, the message may have arrived all the same. Then it is looked for in the
 * conversation first and sent again only when it is not there, so that no customer reads a sentence twice.
 *
 * @typedef {"sending" | "waiting" | "failed" | "sent"} EntryState
 * @typedef {import("./attachments.js").Media} Media
 * @typedef {{localId: string, conversationId: string, text: string, files?: Media[], at: number, state: EntryState,
 *   isUncertain?: boolean, sentence?: string,
 *   reason?: string, messageId?: string}} Entry a message has either text or files
 * @typedef {{send: (entry: Entry) => Promise<any>,
 *   reload: (conversationId: string) => Promise<{id: string, at: number, text: string, fileIds: string[]}[]>}} Delivery
 *   `reload` answers what this agent has said in the conversation
 */

const RETRY_MS = 5_000;
const SKEW_MS = 5_000;

export class Outbox extends Model {
  /** @type {Entry[]} */
  entries;
  /** Conversations that are being sent to right now. @type {Set<string>} */
  #busy = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;

  /** @param {Delivery} delivery @param {string} userId whose messages they are; nobody else sends them */
  constructor(delivery, userId) {
    super();
    this.delivery = delivery;
    this.key = `engawa.outbox.${userId}`;
    this.entries = storage.session.readJson(this.key, []).map(afterReload);
  }

  /** @param {string} conversationId */
  of(conversationId) {
    return this.entries.filter((entry) => entry.conversationId === conversationId);
  }

  get hasUnsent() {
    return this.entries.some((entry) => entry.state !== "sent");
  }

  /** @param {string} conversationId @param {string} text */
  add(conversationId, text) {
    this.#add({ conversationId, text });
  }

  /** @param {string} conversationId @param {Media[]} files that the server has; one message carries them */
  addFiles(conversationId, files) {
    this.#add({ conversationId, text: "", files });
  }

  /** @param {Pick<Entry, "conversationId" | "text" | "files">} said */
  #add(said) {
    const localId = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
    this.entries = [...this.entries, { localId, ...said, at: clock.now(), state: "waiting" }];
    this.#save();
    this.flush();
  }

  /** @param {string} localId */
  retry(localId) {
    this.#change(localId, { state: "waiting", sentence: undefined, reason: undefined });
    this.flush();
  }

  /** @param {string} localId @returns {Entry | undefined} for whoever wants to keep what it says */
  discard(localId) {
    const entry = this.entries.find((each) => each.localId === localId);
    this.entries = this.entries.filter((each) => each !== entry);
    this.#save();
    return entry;
  }

  /** Messages that the conversation shows by now. @param {Set<string>} messageIds */
  settle(messageIds) {
    const left = this.entries.filter((entry) => !entry.messageId || !messageIds.has(entry.messageId));
    if (left.length === this.entries.length) return;
    this.entries = left;
    this.#save();
  }

  /** For whoever leaves on purpose. */
  clear() {
    this.entries = [];
    this.#save();
  }

  /** Sends whatever waits, each conversation for itself. */
  flush() {
    clearTimeout(this.#retry);
    for (const id of new Set(this.entries.map((entry) => entry.conversationId))) this.#drain(id);
  }

  /** @param {string} conversationId */
  async #drain(conversationId) {
    if (this.#busy.has(conversationId)) return;
    this.#busy.add(conversationId);
    for (let entry = this.#next(conversationId); entry; entry = this.#next(conversationId)) {
      if (!(await this.#send(entry))) break;
    }
    this.#busy.delete(conversationId);
  }

  /** A failed one holds back what was written after it only while it waits by itself. @param {string} conversationId */
  #next(conversationId) {
    return this.entries.find((entry) => entry.conversationId === conversationId && entry.state === "waiting");
  }

  /** @param {Entry} entry @returns {Promise<boolean>} whether the next may follow */
  async #send(entry) {
    this.#change(entry.localId, { state: "sending" });
    try {
      const arrived = entry.isUncertain ? await this.#find(entry) : undefined;
      const messageId = arrived ?? (await this.delivery.send(entry)).id;
      this.#change(entry.localId, { state: "sent", messageId });
      return true;
    } catch (error) {
      const isTransient = error.isTransient ?? true;
      this.#change(
        entry.localId,
        isTransient
          ? { state: "waiting", isUncertain: true, sentence: error.sentence }
          : { state: "failed", isUncertain: false, sentence: error.sentence ?? "error.refused", reason: error.message },
      );
      if (isTransient) this.#retry = setTimeout(() => this.flush(), RETRY_MS);
      return !isTransient;
    }
  }

  /** @param {Entry} entry @returns {Promise<string | undefined>} the id under which it did arrive */
  async #find(entry) {
    const claimed = new Set(this.entries.map((each) => each.messageId));
    const said = await this.delivery.reload(entry.conversationId);
    return said.find((each) => each.at >= entry.at - SKEW_MS && saysTheSame(each, entry) && !claimed.has(each.id))?.id;
  }

  /** @param {string} localId @param {Partial<Entry>} change */
  #change(localId, change) {
    this.entries = this.entries.map((entry) => (entry.localId === localId ? { ...entry, ...change } : entry));
    this.#save();
  }

  #save() {
    storage.session.writeJson(this.key, this.entries);
    this.changed();
  }
}

/** @param {{text: string, fileIds?: string[]}} said @param {Entry} entry */
function saysTheSame({ text, fileIds = [] }, { text: wanted, files = [] }) {
  return text === wanted && fileIds.length === files.length && files.every(({ id }) => fileIds.includes(id));
}

/** What was being sent when the page went away may have arrived. @param {Entry} entry @returns {Entry} */
function afterReload(entry) {
  return entry.state === "sending" ? { ...entry, state: "waiting", isUncertain: true } : entry;
}
