import { storage } from "./storage.js";

/**
 * Every word on the screens. A string has placeholders in braces and may have plural forms:
 *   "waiting": {"one": "{count} customer waits", "other": "{count} customers wait"}
 * chosen by `count` with the language's own rules. Keys are whole sentences' names; sentences are never joined from
 * pieces.
 *
 * @typedef {Record<string, string | Record<string, string>>} Strings
 */

export const LANGUAGES = { en: "English", ja: "日本語" };
const STORED = "engawa.language";

class Translations extends EventTarget {
  language = "en";
  /** @type {Strings} */
  #strings = {};
  #plural = new Intl.PluralRules("en");

  /** The person's choice, else the first language of the browser that we speak. @param {readonly string[]} wishes */
  choose(wishes) {
    const stored = storage.local.read(STORED);
    const wish = [stored, ...wishes].map((tag) => String(tag).slice(0, 2).toLowerCase()).find((tag) =>
      tag in LANGUAGES
    );
    return wish ?? "en";
  }

  /** @param {string} language @param {{remember?: boolean}} [options] */
  async load(language, options = {}) {
    const response = await fetch(`/web/i18n/${language}.json`);
    this.use(language, await response.json());
    if (options.remember) storage.local.write(STORED, language);
  }

  /** @param {string} language @param {Strings} strings */
  use(language, strings) {
    this.language = language;
    this.#strings = strings;
    this.#plural = new Intl.PluralRules(language);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {string} key @param {Record<string, string | number>} [values] @returns {string} */
  text(key, values = {}) {
    const found = this.#strings[key];
    if (found === undefined) return key;
    const form = typeof found === "string" ? found : found[this.#plural.select(Number(values.count))] ?? found.other;
    return form.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  }

  /**
   * Whether a key exists; for words that depend on a value of the API which may be newer than we are.
   *
   * @param {string} key
   */
  has(key) {
    return key in this.#strings;
  }
}

export const i18n = new Translations();

/** @param {string} key @param {Record<string, string | number>} [values] */
export const t = (key, values) => i18n.text(key, values);
