import { putFile } from "../lib/put-file.js";
import { deleteAttachment, onAttachment } from "./models/frames.js";
import { newUuid } from "./models/memory.js";

/**
 * Files on their way (reference B.2, B.3): the server is asked where to put one, it is put there, the server says that
 * it has looked at it, and then a message carries it. The server announces success, not the upload's own answer.
 *
 * @typedef {{types: string[], bytesMax: number}} Media what may be sent; nothing while `types` is empty
 * @typedef {{id: string, file: File, sent: number, state: "asking" | "sending" | "checking" | "failed",
 *   reason?: string, abort?: () => void}} Upload `sent`: 0…1; `reason`: a key of our strings
 */

/** More at a time is a mistake of the hand. */
const FILES_MAX = 10;
/** @type {Record<number, string>} */
const REASONS = { 4001: "upload.type", 4002: "upload.large", 4003: "upload.type", 4102: "upload.empty" };

export class Uploads {
  /** @type {Upload[]} */
  list = [];

  /**
   * @param {{token: () => string, send: (frame: object) => boolean, onChange: () => void,
   *   deliver: (id: string, file: File) => void}} wiring
   * @param {typeof putFile} [put]
   */
  constructor(wiring, put = putFile) {
    this.wiring = wiring;
    this.put = put;
  }

  /** @param {Iterable<File>} files @param {Media} media */
  add(files, media) {
    for (const file of [...files].slice(0, FILES_MAX)) {
      const id = newUuid();
      const reason = problemOf(file, media);
      this.list = [...this.list, { id, file, sent: 0, state: reason ? "failed" : "asking", reason }];
      if (!reason && !this.wiring.send(onAttachment(this.wiring.token(), id, file)))
        this.#change(id, { state: "failed", reason: "upload.failed" });
    }
    this.wiring.onChange();
  }

  /** @param {{id: string, stage: "placed" | "taken" | "refused", code: number, url: string, headers: object}} event */
  heard({ id, stage, code, url, headers }) {
    const upload = this.list.find((one) => one.id === id);
    if (!upload) return;
    if (stage === "placed") this.#put(upload, url, headers);
    else if (stage === "refused") this.#change(id, { state: "failed", reason: REASONS[code] ?? "upload.failed" });
    else {
      this.#remove(id);
      this.wiring.deliver(id, upload.file);
    }
  }

  /** Given up, or a failure that was read. @param {string} id */
  cancel(id) {
    const upload = this.list.find((one) => one.id === id);
    upload?.abort?.();
    if (upload && upload.state !== "failed") this.wiring.send(deleteAttachment(this.wiring.token(), id));
    this.#remove(id);
  }

  /** Whether the server has heard of them is not known any more. */
  connectionLost() {
    for (const { id, abort } of this.list) {
      abort?.();
      this.#change(id, { state: "failed", reason: "upload.failed" });
    }
  }

  /** @param {Upload} upload @param {string} url @param {object} headers */
  #put({ id, file }, url, headers) {
    const { abort, done } = this.put(file, url, headers, (sent) => this.#change(id, { sent }));
    this.#change(id, { state: "sending", abort });
    done.then(
      () => this.#change(id, { state: "checking", sent: 1 }),
      () => this.#change(id, { state: "failed", reason: "upload.failed" }),
    );
  }

  /**
   * What has failed stays so; why may be known later only: the upload's own answer, which does not say it in words,
   * and the session's event come by two connections.
   *
   * @param {string} id
   * @param {Partial<Upload>} change
   */
  #change(id, change) {
    const isOpen = (/** @type {Upload} */ one) =>
      one.state !== "failed" || (one.reason === "upload.failed" && change.reason);
    this.list = this.list.map((one) => (one.id === id && isOpen(one) ? { ...one, ...change } : one));
    this.wiring.onChange();
  }

  /** @param {string} id */
  #remove(id) {
    this.list = this.list.filter((one) => one.id !== id);
    this.wiring.onChange();
  }
}

/** @param {File} file @param {Media} media @returns {string | undefined} */
function problemOf({ size, type }, { types, bytesMax }) {
  const fits = (/** @type {string} */ allowed) =>
    allowed === "*/*" || allowed === type || (allowed.endsWith("/*") && type.startsWith(allowed.slice(0, -1)));
  if (!types.some(fits)) return "upload.type";
  if (size === 0) return "upload.empty";
  return bytesMax && size > bytesMax ? "upload.large" : undefined;
}
