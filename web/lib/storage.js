/**
 * `localStorage` and `sessionStorage` that never throw: in a private window, with a full quota or without a browser
 * (tests) the desktop works on, it only forgets.
 */
class SafeStorage {
  /** @type {Map<string, string>} */
  #memory = new Map();
  /** @param {"localStorage" | "sessionStorage"} name */
  constructor(name) {
    this.name = name;
  }

  get #area() {
    try {
      return globalThis[this.name];
    } catch {
      return undefined;
    }
  }

  /** @param {string} key @returns {string | undefined} */
  read(key) {
    try {
      return this.#area?.getItem(key) ?? this.#memory.get(key);
    } catch {
      return this.#memory.get(key);
    }
  }

  /** @param {string} key @param {string} value */
  write(key, value) {
    this.#memory.set(key, value);
    try {
      this.#area?.setItem(key, value);
    } catch {
      // The copy in memory serves until the page is closed.
    }
  }

  /** @param {string} key */
  remove(key) {
    this.#memory.delete(key);
    try {
      this.#area?.removeItem(key);
    } catch {
      // Nothing was stored there.
    }
  }

  /** @param {string} key @template T @param {T} fallback @returns {T} */
  readJson(key, fallback) {
    try {
      return JSON.parse(this.read(key) ?? "null") ?? fallback;
    } catch {
      return fallback;
    }
  }

  /** @param {string} key @param {unknown} value */
  writeJson(key, value) {
    this.write(key, JSON.stringify(value));
  }
}

export const storage = { local: new SafeStorage("localStorage"), session: new SafeStorage("sessionStorage") };
