/** A browser's storage that several tabs share. */
export class MemoryStorage {
  /** @type {Map<string, string>} */
  #values = new Map();

  /** @param {string} key @param {any} fallback */
  readJson(key, fallback) {
    return JSON.parse(this.#values.get(key) ?? "null") ?? fallback;
  }

  /** @param {string} key @param {unknown} value */
  writeJson(key, value) {
    this.#values.set(key, JSON.stringify(value));
  }
}
