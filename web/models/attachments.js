import { Model } from "../lib/model.js";

/**
 * The files that an agent has laid beside a message and not sent: each goes to the server at once, so that sending is
 * quick, and belongs to its conversation also while the agent looks at another.
 *
 * @typedef {{id: string, name: string, bytes: number}} Media a file that the server has
 * @typedef {{key: string, name: string, bytes: number, state: "sending" | "ready" | "failed", sent: number,
 *   file?: File, media?: Media, reason?: string, canRetry?: boolean, abort?: () => void}} Attachment
 *   `sent`: 0…1; `reason`: a key of our strings
 * @typedef {{begin: (conversationId: string, file: File) => Promise<{id: string, uploadUrl: string,
 *     uploadHeaders?: Record<string, string>}>,
 *   put: typeof import("../lib/put-file.js").putFile}} Transfer
 */

/** What one message may carry, by the API. */
export const FILES_MAX = 10;
export const BYTES_MAX = 10 * 1024 * 1024;
/** What a customer's computer would run when it is opened. */
const PROGRAMS =
  /\.(apk|app|bat|cmd|com|cpl|dll|dmg|exe|hta|jar|js|jse|lnk|msi|msp|pif|ps1|reg|scr|sh|vb|vbe|vbs|wsf)\s*$/i;

/** @type {readonly Attachment[]} */
const NONE = [];

export class Attachments extends Model {
  /** By conversation. @type {Map<string, readonly Attachment[]>} */
  #lists = new Map();
  #count = 0;

  /** @param {Transfer} transfer */
  constructor(transfer) {
    super();
    this.transfer = transfer;
  }

  /** @param {string} conversationId */
  of(conversationId) {
    return this.#lists.get(conversationId) ?? NONE;
  }

  get hasAny() {
    return [...this.#lists.values()].some((list) => list.some(({ state }) => state !== "failed"));
  }

  /** @param {string} conversationId */
  isSending(conversationId) {
    return this.of(conversationId).some(({ state }) => state === "sending");
  }

  /** @param {string} conversationId @param {Iterable<File>} files */
  add(conversationId, files) {
    for (const file of files) {
      const count = this.of(conversationId).filter(({ state }) => state !== "failed").length;
      const reason = count < FILES_MAX ? problemOf(file) : "attach.tooMany";
      const key = `file ${++this.#count}`;
      const { name, size: bytes } = file;
      const state = reason ? "failed" : "sending";
      this.#set(conversationId, [...this.of(conversationId), { key, name, bytes, state, sent: 0, file, reason }]);
      if (!reason) this.#send(conversationId, key, file);
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
    const back = files.map((media) => ({
      key: `file ${++this.#count}`,
      name: media.name,
      bytes: media.bytes,
      state: /** @type {const} */ ("ready"),
      sent: 1,
      media,
    }));
    this.#set(conversationId, [...this.of(conversationId), ...back]);
  }

  /** For a conversation that the agent has left. @param {string} conversationId */
  clear(conversationId) {
    const list = this.of(conversationId);
    this.#set(conversationId, []);
    for (const { abort } of list) abort?.();
  }

  /** @param {string} conversationId @param {string} key @param {File} file */
  async #send(conversationId, key, file) {
    const isGone = () => !this.#find(conversationId, key);
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
      const media = { id, name: file.name, bytes: file.size };
      this.#change(conversationId, key, { state: "ready", sent: 1, abort: undefined, media });
    } catch (error) {
      this.#change(conversationId, key, { state: "failed", abort: undefined, ...failureOf(error.status ?? 0) });
    }
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
    this.changed();
  }
}

/** @param {File} file @returns {string | undefined} */
function problemOf({ name, size }) {
  if (PROGRAMS.test(name)) return "attach.type";
  if (size === 0) return "attach.empty";
  return size > BYTES_MAX ? "attach.large" : undefined;
}

/** Without an answer, or when the server has a problem, another try may do. @param {number} status */
function failureOf(status) {
  if (status === 413) return { reason: "attach.large", canRetry: false };
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return { reason: isRefused ? "attach.refused" : "attach.failed", canRetry: !isRefused };
}
