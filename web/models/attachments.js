import { Model } from "../lib/model.js";
import { storage } from "../lib/storage.js";
import { failureOf, problemOf, readLimits } from "./file-limits.js";

/**
 * The files that an agent has laid beside a message and not sent: each goes to the server at once, so that sending is
 * quick, and belongs to its conversation also while the agent looks at another. What the server has is there again
 * after a reload, for as long as the server keeps it.
 *
 * @typedef {import("./file-limits.js").FileLimits} FileLimits
 * @typedef {{id: string, name: string, bytes: number, until?: number}} Media a file that the server has, and keeps
 *   unsent until then
 * @typedef {{key: string, name: string, bytes: number, state: "sending" | "ready" | "failed", sent: number,
 *   file?: File, media?: Media, reason?: string, bytesMax?: number, filesMax?: number, canRetry?: boolean,
 *   abort?: () => void}} Attachment `sent`: 0…1; `reason`: a key of our strings
 * @typedef {{limits: (conversationId: string) => Promise<any>,
 *   begin: (conversationId: string, file: File) => Promise<{id: string, uploadUrl: string,
 *     uploadHeaders?: Record<string, string>}>,
 *   put: typeof import("../lib/put-file.js").putFile}} Transfer
 */

/** Conversations of which ready files are kept over a reload. */
const KEPT_MAX = 100;

/** @type {readonly Attachment[]} */
const NONE = [];

export class Attachments extends Model {
  /** By conversation. @type {Map<string, readonly Attachment[]>} */
  #lists = new Map();
  #count = 0;
  /** By conversation. @type {Map<string, Promise<FileLimits | undefined>>} */
  #limits = new Map();
  /** @type {string | undefined} */
  #storeKey;

  /** @param {Transfer} transfer */
  constructor(transfer) {
    super();
    this.transfer = transfer;
  }

  /** From here on files are this agent's, on this computer only. @param {string} userId */
  keepFor(userId) {
    this.#storeKey = `engawa.files.${userId}`;
    const now = Date.now();
    for (const [id, files] of Object.entries(storage.local.readJson(this.#storeKey, {}))) {
      const kept = files.filter(({ until }) => until > now);
      if (kept.length) this.#lists.set(id, kept.map((media) => this.#ready(media)));
    }
  }

  /** What lies beside a conversation that is not the agent's any more goes. @param {(id: string) => boolean} isMine */
  keepOnly(isMine) {
    for (const id of [...this.#lists.keys()].filter((each) => !isMine(each))) this.clear(id);
  }

  /** For whoever leaves on purpose. */
  forget() {
    if (this.#storeKey) storage.local.remove(this.#storeKey);
    this.#storeKey = undefined;
  }

  /** @param {string} conversationId */
  of(conversationId) {
    return this.#lists.get(conversationId) ?? NONE;
  }

  get hasAny() {
    return [...this.#lists.values()].some((list) => list.some(({ state }) => state !== "failed"));
  }

  /** What a reload would lose. */
  get isAnySending() {
    return [...this.#lists.keys()].some((id) => this.isSending(id));
  }

  /** @param {string} conversationId */
  isSending(conversationId) {
    return this.of(conversationId).some(({ state }) => state === "sending");
  }

  /** @param {string} conversationId @param {Iterable<File>} files */
  add(conversationId, files) {
    for (const file of files) {
      const key = this.#newKey();
      const { name, size: bytes } = file;
      this.#set(conversationId, [...this.of(conversationId), { key, name, bytes, state: "sending", sent: 0, file }]);
      this.#send(conversationId, key, file);
    }
  }

  /** @param {string} conversationId @param {string} key */
  retry(conversationId, key) {
    const file = this.#find(conversationId, key)?.file;
    if (!file) return;
    this.#change(conversationId, key, { state: "sending", sent: 0, reason: undefined });
    this.#send(conversationId, key, file);
  }

  /** Given up, or a failure that was read. @param {string} conversationId @param {string} key */
  remove(conversationId, key) {
    const gone = this.#find(conversationId, key);
    this.#set(conversationId, this.of(conversationId).filter((each) => each !== gone));
    gone?.abort?.();
  }

  /** The files that are ready, which are somebody else's from here on. @param {string} conversationId */
  take(conversationId) {
    const list = this.of(conversationId);
    this.#set(conversationId, list.filter(({ media }) => !media));
    return list.flatMap(({ media }) => media ?? []);
  }

  /** What could not be sent lies beside the message again. @param {string} conversationId @param {Media[]} files */
  putBack(conversationId, files) {
    this.#set(conversationId, [...this.of(conversationId), ...files.map((media) => this.#ready(media))]);
  }

  /** For a conversation that the agent has left. @param {string} conversationId */
  clear(conversationId) {
    const list = this.of(conversationId);
    this.#set(conversationId, []);
    for (const { abort } of list) abort?.();
  }

  #newKey() {
    return `file ${++this.#count}`;
  }

  /** @param {Media} media @returns {Attachment} */
  #ready(media) {
    return { key: this.#newKey(), name: media.name, bytes: media.bytes, state: "ready", sent: 1, media };
  }

  /** @param {string} conversationId @param {string} key @param {File} file */
  async #send(conversationId, key, file) {
    const isGone = () => !this.#find(conversationId, key);
    const limits = await this.#limitsOf(conversationId);
    if (isGone()) return;
    const problem = limits && (problemOf(file, limits) ?? this.#tooMany(conversationId, key, limits));
    if (problem) return this.#change(conversationId, key, { state: "failed", ...problem });
    try {
      const { id, uploadUrl, uploadHeaders = {} } = await this.transfer.begin(conversationId, file);
      if (isGone()) return;
      // The browser knows more kinds of files than the names that the server knows.
      const headers = file.type ? { ...uploadHeaders, "Content-Type": file.type } : uploadHeaders;
      const { abort, done } = this.transfer.put(
        file,
        uploadUrl,
        headers,
        (sent) => this.#change(conversationId, key, { sent }),
      );
      this.#change(conversationId, key, { abort });
      await done;
      const media = { id, name: file.name, bytes: file.size, until: Date.now() + (limits?.unsentMs ?? 0) };
      this.#change(conversationId, key, { state: "ready", sent: 1, abort: undefined, media });
    } catch (error) {
      this.#change(conversationId, key, { state: "failed", abort: undefined, ...failureOf(error, limits) });
    }
  }

  /** Asked for once; without an answer the server's own judgement does. @param {string} conversationId */
  #limitsOf(conversationId) {
    const known = this.#limits.get(conversationId);
    if (known) return known;
    const asked = this.transfer.limits(conversationId).then(readLimits).catch(() => {
      this.#limits.delete(conversationId);
      return undefined;
    });
    this.#limits.set(conversationId, asked);
    return asked;
  }

  /** @param {string} conversationId @param {string} key @param {FileLimits} limits */
  #tooMany(conversationId, key, { filesMax }) {
    const counted = this.of(conversationId).filter(({ state }) => state !== "failed");
    const isWithin = counted.findIndex((each) => each.key === key) < filesMax;
    return isWithin ? undefined : { reason: "attach.tooMany", filesMax };
  }

  /** @param {string} conversationId @param {string} key */
  #find(conversationId, key) {
    return this.of(conversationId).find((each) => each.key === key);
  }

  /** @param {string} conversationId @param {string} key @param {Partial<Attachment>} change */
  #change(conversationId, key, change) {
    if (!this.#find(conversationId, key)) return;
    this.#set(
      conversationId,
      this.of(conversationId).map((each) => (each.key === key ? { ...each, ...change } : each)),
    );
  }

  /** @param {string} conversationId @param {readonly Attachment[]} list */
  #set(conversationId, list) {
    if (list.length) this.#lists.set(conversationId, list);
    else this.#lists.delete(conversationId);
    this.#store(conversationId, list);
    this.changed();
  }

  /** @param {string} conversationId @param {readonly Attachment[]} list */
  #store(conversationId, list) {
    if (!this.#storeKey) return;
    const { [conversationId]: before, ...others } = storage.local.readJson(this.#storeKey, {});
    const ready = list.flatMap(({ media }) => media ?? []);
    if (!ready.length && !before) return;
    const kept = Object.entries(others).slice(-(KEPT_MAX - 1));
    storage.local.writeJson(
      this.#storeKey,
      Object.fromEntries(ready.length ? [...kept, [conversationId, ready]] : kept),
    );
  }
}
