/**
 * What this browser remembers of the customer's conversation, per deployment: the session token (which is the
 * identity, so it never leaves this store but to the server), how far was read, and whether there is a conversation
 * worth reconnecting for.
 *
 * @typedef {{token: string, seenAt: number, isActive: boolean, unread: number, surveyedAt: number,
 *   proof: {jwt?: string, refreshToken?: string}}} Remembered
 * @typedef {import("./outbox.js").Storage} Storage
 */
export class Memory {
  /** @param {Storage} storage @param {string} key @param {() => string} newToken */
  constructor(storage, key, newToken) {
    this.storage = storage;
    this.key = key;
    if (!this.#read().token) this.change({ token: newToken() });
  }

  get token() {
    return this.#read().token;
  }

  get seenAt() {
    return this.#read().seenAt ?? 0;
  }

  get unread() {
    return this.#read().unread ?? 0;
  }

  /** When the end was that the customer was asked about, and answered or would not; 0 for none. */
  get surveyedAt() {
    return this.#read().surveyedAt ?? 0;
  }

  get isActive() {
    return this.#read().isActive === true;
  }

  /** Who has signed in, if anybody. */
  get proof() {
    return this.#read().proof ?? {};
  }

  /** @param {Partial<Remembered>} change */
  change(change) {
    this.storage.writeJson(this.key, { ...this.#read(), ...change });
  }

  /** Always from the storage: another tab may have changed it. @returns {Partial<Remembered>} */
  #read() {
    return this.storage.readJson(this.key, /** @type {Partial<Remembered>} */ ({}));
  }
}

/** `crypto.randomUUID` exists on secure pages only; customers' sites are not always. */
export function newUuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
