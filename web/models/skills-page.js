import { Model } from "../lib/model.js";
import { Form } from "./form.js";
import { pagesOf } from "./pages.js";

/**
 * What agents can be good at: skills and languages, to add and to delete. How many people have each is known where one
 * answer holds everybody.
 *
 * @typedef {{id: string, name: string}} Named
 * @typedef {"skills" | "languages"} Kind
 * @typedef {{sentence: string, values?: Record<string, string>, reason: string}} Refusal
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

/** @type {Kind[]} */
export const KINDS = ["skills", "languages"];

/** How the API reads, makes and deletes one of a kind. */
const METHODS = {
  skills: { pages: "skillPage", create: "createSkill", remove: "deleteSkill" },
  languages: { pages: "languagePage", create: "createLanguage", remove: "deleteLanguage" },
};

export class SkillsPage extends Model {
  /** By name. @type {Record<Kind, Named[]>} */
  lists = { skills: [], languages: [] };
  /** How many people have each, by id; nothing where that is not known. @type {Map<string, number> | undefined} */
  holders;
  /** Only what holds these words is shown. */
  text = "";
  /** Why one could not be deleted, by its id. @type {Map<string, Refusal>} */
  refusals = new Map();
  /** Being deleted. @type {Set<string>} */
  leaving = new Set();

  /** @param {PlatformApi} api */
  constructor(api) {
    super();
    this.api = api;
    /** @type {Record<Kind, NameForm>} */
    this.forms = { skills: new NameForm("skills", this), languages: new NameForm("languages", this) };
  }

  /** @param {PlatformApi} api */
  static async read(api) {
    const page = new SkillsPage(api);
    await Promise.all(KINDS.map((kind) => page.load(kind)));
    page.count();
    return page;
  }

  /** @param {Kind} kind */
  async load(kind) {
    const found = await pagesOf((number) => this.api[METHODS[kind].pages](number));
    this.lists[kind] = found.map(({ id, name }) => ({ id, name }));
    this.changed();
  }

  /** Counts who has what. Of more people than one answer holds it is not told: that would be many questions. */
  async count() {
    const answer = await this.api.peopleWithSkills().catch(() => undefined);
    if (!answer || (answer.pageCount ?? 1) > 1) return;
    const holders = new Map();
    for (const { skills = [], languages = [] } of answer.entities) {
      for (const { id } of [...skills, ...languages]) holders.set(id, (holders.get(id) ?? 0) + 1);
    }
    this.holders = holders;
    this.changed();
  }

  /** @param {string} text */
  find(text) {
    this.text = text;
    this.changed();
  }

  /** What is shown of a kind. @param {Kind} kind */
  shown(kind) {
    const wanted = this.text.trim().toLowerCase();
    return this.lists[kind].filter(({ name }) => name.toLowerCase().includes(wanted));
  }

  /** Makes one of this name. @param {Kind} kind @param {string} name */
  async create(kind, name) {
    const { id } = await this.api[METHODS[kind].create](name);
    this.lists[kind] = [...this.lists[kind], { id, name }].sort((one, other) => one.name.localeCompare(other.name));
    this.text = "";
    this.changed();
  }

  /** @param {Kind} kind @param {string} id @returns {Promise<boolean>} whether it is gone */
  async remove(kind, id) {
    if (this.leaving.has(id)) return false;
    this.leaving.add(id);
    this.refusals.delete(id);
    this.changed();
    try {
      await this.api[METHODS[kind].remove](id);
      this.#gone(kind, id);
    } catch (error) {
      if (error.status === 404) this.#gone(kind, id);
      else this.refusals.set(id, refusalOf(error));
    }
    this.leaving.delete(id);
    this.changed();
    return !this.refusals.has(id);
  }

  /** @param {Kind} kind @param {string} id */
  #gone(kind, id) {
    this.lists[kind] = this.lists[kind].filter((one) => one.id !== id);
  }
}

/** The line in which a name is written, until one of that name is there. */
export class NameForm extends Form {
  /** The last one that was made. */
  made = "";

  /** @param {Kind} kind @param {SkillsPage} page */
  constructor(kind, page) {
    super({ [kind]: "" });
    this.kind = kind;
    this.page = page;
  }

  get problems() {
    return { [this.kind]: this.values[this.kind].trim() ? undefined : "form.missing" };
  }

  /** A name is refused where it is written. */
  pathOf() {
    return this.kind;
  }

  save() {
    return this.attempt(async () => {
      const name = this.values[this.kind].trim();
      await this.page.create(this.kind, name);
      this.made = name;
      this.stored({ [this.kind]: "" });
    });
  }
}

/** @param {any} error @returns {Refusal} */
function refusalOf({ status, params = {}, message, isOffline, sentence }) {
  if (isOffline) return { sentence: "skills.kept.offline", reason: "" };
  if (status !== 409) return { sentence: sentence ?? "error.unexpected", reason: message };
  if (params.group) return { sentence: "skills.kept.group", values: { group: params.group }, reason: "" };
  if (params.names) return { sentence: "form.inUse", values: { names: params.names }, reason: "" };
  return { sentence: "skills.kept", reason: message };
}
