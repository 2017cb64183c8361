import { backOffMs } from "../lib/back-off.js";
import { onMessage } from "./models/frames.js";

/**
 * Carries the outbox to the server, one entry at a time. The Inbound echo is the confirmation; without it in time the
 * connection is taken for dead, and the entry goes again under the same id over the next one.
 *
 * @typedef {import("./models/outbox.js").Outbox} Outbox
 */

const CONFIRM_MS = 15_000;
/** A tab that lives has brought what it has written to the server by then. */
const LEFT_BEHIND_MS = 5_000;
/** @type {Record<number, string>} */
const REASONS = { 4011: "failed.tooLong", 4013: "failed.attributes", 403: "failed.notAllowed" };

export class Delivery {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #confirmation;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #due;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #look;
  #failures = 0;

  /**
   * @param {Outbox} outbox
   * @param {{token: () => string, send: (frame: object) => boolean, isReady: () => boolean, fellSilent: () => void,
   *   onChange: () => void}} wiring
   */
  constructor(outbox, wiring) {
    this.outbox = outbox;
    this.wiring = wiring;
  }

  /** The connection stands, or another tab has written. */
  begin() {
    this.pump();
    clearTimeout(this.#look);
    this.#look = setTimeout(() => {
      if (this.wiring.isReady() && this.outbox.takeOver(Date.now())) this.#changed();
    }, LEFT_BEHIND_MS);
  }

  /** Sends the next entry if it may go now. */
  pump() {
    clearTimeout(this.#due);
    if (!this.wiring.isReady()) return;
    const entry = this.outbox.next(Date.now());
    if (entry && this.wiring.send(onMessage(this.wiring.token(), entry.message, entry.id))) {
      this.outbox.sending(entry.id);
      clearTimeout(this.#confirmation);
      this.#confirmation = setTimeout(this.wiring.fellSilent, CONFIRM_MS);
    }
    const dueIn = this.outbox.dueIn(Date.now());
    if (dueIn !== undefined) this.#due = setTimeout(() => this.pump(), dueIn);
  }

  /** @param {string} id of a message that the server has given back */
  confirm(id) {
    this.#failures = 0;
    clearTimeout(this.#confirmation);
    this.outbox.confirm(id);
    this.pump();
  }

  connectionLost() {
    clearTimeout(this.#confirmation);
    clearTimeout(this.#due);
    this.outbox.connectionLost();
  }

  /** @param {{tracingId?: string, retryAfterMs: number}} limit */
  rateLimited({ tracingId, retryAfterMs }) {
    clearTimeout(this.#confirmation);
    this.outbox.postpone(this.#idOf(tracingId), Date.now() + retryAfterMs);
    this.#changed();
  }

  /** @param {{code: number, tracingId?: string}} error */
  failed({ code, tracingId }) {
    const id = this.#idOf(tracingId);
    if (!id) return;
    clearTimeout(this.#confirmation);
    const isPassing = (code >= 500 && code < 600) || code === 5000 || code === 408;
    if (isPassing)
      this.outbox.postpone(id, Date.now() + backOffMs((this.#failures += 1), { firstMs: 2_000, longestMs: 60_000 }));
    else this.outbox.refuse(id, REASONS[code] ?? "failed.refused");
    this.#changed();
  }

  /** An error without a trace can only mean what is under way. @param {string | undefined} tracingId */
  #idOf(tracingId) {
    return this.outbox.entries.find((entry) => (tracingId ? entry.id === tracingId : entry.state === "sending"))?.id;
  }

  #changed() {
    this.pump();
    this.wiring.onChange();
  }
}
