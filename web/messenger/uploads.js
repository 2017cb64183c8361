import { putFile } from "../lib/put-file.js";
import { deleteAttachment, onAttachment } from "./models/frames.js";
import { newUuid } from "./models/memory.js";

/**
 * Files on their way (reference B.2, B.3): the server is asked where to put one, it is put there, the server says that
 * it has looked at it, and then a message carries it. The server announces success, not the upload's own answer.
 * Without a connection they wait, for as long as the page lives; whatever it broke off begins anew, under another id.
 *
 * @typedef {{types: string[], bytesMax: number}} Media what may be sent; nothing while `types` is empty
 * @typedef {{id: string, file: File, sent: number, state: "waiting" | "asking" | "sending" | "checking" |
 *   "failed", reason?: string, isBroken?: boolean, abort?: () => void}} Upload `sent`: 0…1; `reason`: a key of our
 *   strings; `isBroken`: no answer came to what was put; `abort` from when the server has given it a place
 */

/** More at a time is a mistake of the hand. */
const FILES_MAX = 10;
/** @type {Record<number, string>} */
const REASONS = { 4001: "upload.type", 4002: "upload.large", 4003: "upload.type", 4102: "upload.empty" };

export class Uploads {
  /** @type {Upload[]} */
  list = [];
  /** Places that are not wanted any more, and of which the server has not been told. @type {string[]} */
  #left = [];

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
      const reason = problemOf(file, media);
      this.list = [...this.list, { ...begun(file), ...(reason && { state: "failed", reason }) }];
    }
    this.goOn();
  }

  /** The session stands, or may stand: asks for a place for what waits. */
  goOn() {
    const send = (/** @type {object} */ frame) => this.wiring.send(frame);
    this.#left = this.#left.filter((id) => !send(deleteAttachment(this.wiring.token(), id)));
    for (const { id, file, state } of this.list)
      if (state === "waiting" && send(onAttachment(this.wiring.token(), id, file)))
        this.#change(id, { state: "asking" });
    this.wiring.onChange();
  }

  /** Once more. @param {string} id */
  retry(id) {
    this.#anew((one) => one.id === id);
    this.goOn();
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
    const isUnderWay = upload && !["waiting", "failed"].includes(upload.state);
    if (isUnderWay) this.wiring.send(deleteAttachment(this.wiring.token(), id));
    this.#remove(id);
  }

  /** Whose they are, or what they belong to, is no more. */
  forget() {
    for (const { id } of this.list) this.cancel(id);
    this.#left = [];
  }

  /** Whether the server has heard of them is not known any more. */
  connectionLost() {
    this.#anew(({ state, isBroken }) => state !== "failed" || isBroken);
  }

  /** @param {(one: Upload) => boolean | undefined} isMeant */
  #anew(isMeant) {
    this.list = this.list.map((one) => {
      if (!isMeant(one)) return one;
      one.abort?.();
      if (one.abort) this.#left.push(one.id);
      return begun(one.file);
    });
    this.wiring.onChange();
  }

  /** @param {Upload} upload @param {string} url @param {object} headers */
  #put({ id, file }, url, headers) {
    const { abort, done } = this.put(file, url, headers, (sent) => this.#change(id, { sent }));
    this.#change(id, { state: "sending", abort });
    done.then(
      () => this.#change(id, { state: "checking", sent: 1 }),
      (error) => this.#change(id, { state: "failed", reason: "upload.failed", isBroken: !error?.status }),
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

/** @param {File} file @returns {Upload} */
const begun = (file) => ({ id: newUuid(), file, sent: 0, state: "waiting" });

/** @param {File} file @param {Media} media @returns {string | undefined} */
function problemOf({ size, type }, { types, bytesMax }) {
  const fits = (/** @type {string} */ allowed) =>
    allowed === "*/*" || allowed === type || (allowed.endsWith("/*") && type.startsWith(allowed.slice(0, -1)));
  if (!types.some(fits)) return "upload.type";
  if (size === 0) return "upload.empty";
  return bytesMax && size > bytesMax ? "upload.large" : undefined;
}
