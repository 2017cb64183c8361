import { Model } from "../lib/model.js";
import { storage } from "../lib/storage.js";

/**
 * How this person likes the screen, kept on this computer.
 *
 * @typedef {{theme: "auto" | "light" | "dark", density: "compact" | "regular" | "roomy", showsCustomer: boolean}}
 *   Choices
 */

const STORED = "engawa.preferences";
/** @type {Choices} */
const DEFAULTS = { theme: "auto", density: "regular", showsCustomer: true };

export class Preferences extends Model {
  /** @type {Choices} */
  choices = { ...DEFAULTS, ...storage.local.readJson(STORED, {}) };

  /** @param {Partial<Choices>} choice */
  choose(choice) {
    this.choices = { ...this.choices, ...choice };
    storage.local.writeJson(STORED, this.choices);
    this.changed();
  }
}
