import { Model } from "../lib/model.js";

/**
 * What a person is editing: values by path, whether they differ from what is stored, what is wrong with them. A
 * problem is shown once the person has left the field or has tried to save.
 *
 * @typedef {Record<string, any>} Values
 */
export class Form extends Model {
  /** @type {Values} */
  values;
  isSaving = false;
  /**
   * The last attempt: what happened, and what was kept. `isStale`: somebody else has saved it meanwhile.
   *
   * @type {{sentence: string, reason: string, isOffline: boolean, values?: Record<string, string>, isStale?: boolean}
   *   | undefined}
   */
  failure;
  wasSaved = false;
  #stored = "";
  /** @type {Set<string>} */
  #left = new Set();
  #hasTried = false;
  /** What the server refused, until it is changed. @type {string | undefined} */
  #refused;
  #refusedSentence = "form.refused";

  /** @param {Values} values */
  constructor(values) {
    super();
    this.values = values;
    this.#stored = JSON.stringify(values);
  }

  /** @param {string} path as `labels.en.title` @returns {any} */
  read(path) {
    return path.split(".").reduce((value, name) => value?.[name], /** @type {any} */ (this.values));
  }

  /** @param {string} path @param {unknown} value */
  write(path, value) {
    this.values = replaced(this.values, path.split("."), value);
    if (this.#refused === path) this.#refused = undefined;
    this.wasSaved = false;
    this.changed();
  }

  /** The person has left a field. @param {string} path */
  leave(path) {
    this.#left.add(path);
    this.changed();
  }

  get isDirty() {
    return JSON.stringify(this.values) !== this.#stored;
  }

  /** What is wrong by path; subclasses know. @returns {Record<string, string | undefined>} */
  get problems() {
    return {};
  }

  /** What the screen says of a field. @param {string} path */
  problem(path) {
    if (this.#refused === path) return this.#refusedSentence;
    return this.#hasTried || this.#left.has(path) ? this.problems[path] : undefined;
  }

  /** Whether the screen says that something is wrong at or below one of the paths. @param {string[]} paths */
  isWrongIn(...paths) {
    const names = [...Object.keys(this.problems), this.#refused ?? ""];
    return names.some((name) => paths.some((path) => `${name}.`.startsWith(`${path}.`)) && Boolean(this.problem(name)));
  }

  /** The first field that must be looked at, in the order of the problems. */
  get firstProblem() {
    return Object.entries(this.problems).find(([, sentence]) => sentence)?.[0] ?? this.#refused;
  }

  /** What is written is what is stored now. @param {Values} values */
  stored(values) {
    this.values = values;
    this.#stored = JSON.stringify(values);
    this.#left.clear();
    this.#hasTried = false;
    this.failure = undefined;
    this.wasSaved = true;
    this.changed();
  }

  /**
   * Saves, if nothing is wrong.
   *
   * @param {() => Promise<void>} work throws what went wrong, with a sentence about what was kept in `kept`
   * @returns {Promise<boolean>}
   */
  async attempt(work) {
    this.#hasTried = true;
    if (this.isSaving || this.firstProblem) {
      this.changed();
      return false;
    }
    return this.run(work);
  }

  /** Does something with the entity, whatever is written in the form. @param {() => Promise<void>} work */
  async run(work) {
    if (this.isSaving) return false;
    this.isSaving = true;
    this.failure = undefined;
    this.changed();
    try {
      await work();
      return this.#done(true);
    } catch (error) {
      const isTaken = isNameTaken(error);
      this.#refused = this.pathOf(isTaken ? "name" : error.field);
      this.#refusedSentence = isTaken ? "form.taken" : "form.refused";
      this.failure = failureOf(error);
      return this.#done(false);
    }
  }

  /** Where a field of the API stands in the form. @param {string | undefined} field @returns {string | undefined} */
  pathOf(field) {
    return field;
  }

  /** @param {boolean} isDone */
  #done(isDone) {
    this.isSaving = false;
    this.changed();
    return isDone;
  }
}

/** @param {any} error what the server says of a name that another one has */
const isNameTaken = ({ status, params }) => status === 409 && Boolean(params?.kind && params.name);

/** @param {any} error */
function failureOf(error) {
  const { kept = "form.failed", message: reason, isOffline = false, code, status, params } = error;
  if (code === "version.mismatch") return { sentence: "form.stale", reason: "", isOffline, isStale: true };
  // What else uses it is named by the server.
  const isInUse = status === 409 && params?.names;
  if (isInUse) return { sentence: "form.inUse", values: { names: params.names }, reason: "", isOffline };
  return { sentence: kept, reason, isOffline };
}

/** Lists stay lists. @param {any} object @param {string[]} path @param {unknown} value @returns {any} */
function replaced(object, [name, ...rest], value) {
  const inner = rest.length ? replaced(object?.[name] ?? {}, rest, value) : value;
  return Array.isArray(object) ? object.with(Number(name), inner) : { ...object, [name]: inner };
}

/**
 * Does a part of a longer work; when it fails, the error says what was kept.
 *
 * @param {string} kept a sentence @param {() => any} part
 */
export async function keeping(kept, part) {
  try {
    return await part();
  } catch (error) {
    error.kept = kept;
    throw error;
  }
}

const COLOUR = /^#[0-9a-f]{6}$/i;
export const isColour = (/** @type {string} */ text) => COLOUR.test(text);

/** Whether a text is the address of something on the web, or nothing at all. @param {string} text */
export function isAddressOrNothing(text) {
  if (!text) return true;
  return /^https?:\/\/[^\s/]+/i.test(text) && URL.canParse(text);
}
