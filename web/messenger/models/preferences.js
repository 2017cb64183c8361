/**
 * What the customer has switched on in this browser: sound and notifications, both off until asked for.
 *
 * @typedef {{hasSound: boolean, hasNotifications: boolean}} Wishes
 */
export class Preferences {
  /** @param {import("./outbox.js").Storage} storage @param {string} key */
  constructor(storage, key) {
    this.storage = storage;
    this.key = key;
  }

  /** Another tab may have changed them. @returns {Wishes} */
  get wishes() {
    const stored = this.storage.readJson(this.key, /** @type {Partial<Wishes>} */ ({}));
    return { hasSound: stored.hasSound === true, hasNotifications: stored.hasNotifications === true };
  }

  /** @param {Partial<Wishes>} change */
  change(change) {
    this.storage.writeJson(this.key, { ...this.wishes, ...change });
  }
}
