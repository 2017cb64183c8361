import { mediaPathOf, mediaProblemsOf, mediaValuesOf, utilizationOf } from "./capacity.js";
import { Form, keeping } from "./form.js";
import { pagesOf } from "./pages.js";

/**
 * What a person can do, in which queues, and how much at once, while somebody edits it. What belongs to whom are
 * relations of their own in the API: they are saved one after the other, and what is done stays done.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {{id: string, name: string}} Named
 * @typedef {"skills" | "languages" | "queues"} Relation
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const SHOWN_MAX = 50;
/** What a skill that is given begins with: somebody who is chosen for it knows it. */
export const LEVEL_FIRST = 3;

export class PersonForm extends Form {
  /** The names of what the person has or may get. @type {Record<Relation, Map<string, string>>} */
  names = { skills: new Map(), languages: new Map(), queues: new Map() };
  /** Skills and languages to choose from. @type {{skills: Named[], languages: Named[]}} */
  all = { skills: [], languages: [] };
  /** What the server has, part by part. @type {Json} */
  #kept;

  /** @param {PlatformApi} api @param {Json} user @param {Json[]} queues @param {Json} capacity own and usual one */
  constructor(api, user, queues, capacity) {
    super(valuesOf(user, queues, capacity));
    this.api = api;
    this.user = user;
    this.capacity = capacity;
    this.#kept = this.values;
    for (const relation of /** @type {const} */ (["skills", "languages"])) this.#name(relation, user[relation] ?? []);
    this.#name("queues", queues);
  }

  /** @param {PlatformApi} api @param {string} id */
  static async open(api, id) {
    const [user, queues, skills, languages, own, usual] = await Promise.all([
      api.person(id),
      pagesOf((page) => api.queuesOfUser(id, page)).catch(() => []),
      pagesOf(api.skillPage).catch(() => []),
      pagesOf(api.languagePage).catch(() => []),
      api.utilizationOfUser(id).catch(() => undefined),
      api.utilization().catch(() => undefined),
    ]);
    const form = new PersonForm(api, user, queues, { own, usual });
    form.all = { skills, languages };
    return form;
  }

  get id() {
    return this.user.id;
  }

  /** What the person has of something, by name. @param {Relation} relation @returns {Named[]} */
  has(relation) {
    return Object.keys(this.values[relation]).map((id) => ({ id, name: this.names[relation].get(id) ?? "" }))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  /** @param {Relation} relation @param {Named} one */
  give(relation, { id, name }) {
    if (id in this.values[relation]) return;
    this.names[relation].set(id, name);
    this.write(relation, { ...this.values[relation], [id]: relation === "queues" ? true : LEVEL_FIRST });
  }

  /** @param {Relation} relation @param {string} id */
  take(relation, id) {
    const { [id]: _, ...rest } = this.values[relation];
    this.write(relation, rest);
  }

  /** What may still be given, by a part of its name. @param {Relation} relation @param {string} text */
  async find(relation, text) {
    const wanted = text.toLowerCase();
    const found = relation === "queues" ? (await this.api.queues(text)).entities ?? []
      : this.all[relation].filter(({ name }) => name.toLowerCase().includes(wanted));
    return found.filter((/** @type {Named} */ { id }) => !(id in this.values[relation])).slice(0, SHOWN_MAX)
      .map((/** @type {Named} */ { id, name }) => ({ id, name }));
  }

  get problems() {
    const { isOwn, media } = this.values.capacity;
    return isOwn === "agent" ? mediaProblemsOf(media, "capacity.media") : {};
  }

  /** @param {string | undefined} field */
  pathOf(field) {
    return mediaPathOf(field, "capacity.media");
  }

  save() {
    return this.attempt(async () => {
      let kept = "form.failed";
      for (const part of /** @type {const} */ (["skills", "languages", "capacity", "queues"])) {
        if (JSON.stringify(this.values[part]) === JSON.stringify(this.#kept[part])) continue;
        await keeping(kept, () => this.#save(part, this.values[part], this.#kept[part]));
        this.#kept = { ...this.#kept, [part]: this.values[part] };
        kept = "person.partly";
      }
      this.stored(this.values);
    });
  }

  /** @param {Relation | "capacity"} part @param {Json} wanted @param {Json} before */
  async #save(part, wanted, before) {
    const { api, id } = this;
    const levels = (/** @type {Json} */ of) => Object.entries(of).map(([each, proficiency]) => ({
      id: each,
      proficiency,
    }));
    const gone = Object.keys(before).filter((each) => !(each in wanted));
    if (part === "skills") return api.setSkills(id, levels(wanted));
    if (part === "capacity") return this.#saveCapacity(wanted);
    if (part === "languages") {
      for (const each of gone) await api.removeLanguage(id, each).catch(passWhenGone);
      return api.mergeLanguages(id, levels(wanted));
    }
    for (const each of gone) await api.removeMember(each, id).catch(passWhenGone);
    for (const each of Object.keys(wanted).filter((queue) => !(queue in before))) await api.addMember(each, id);
  }

  /** @param {Json} capacity */
  async #saveCapacity({ isOwn, media }) {
    const { own, usual } = this.capacity;
    if (isOwn !== "agent") return this.api.resetUtilizationOfUser(this.id);
    // The answer is filled with the organisation's labels; only what is the person's own is kept as such.
    const isUsual = (/** @type {string} */ label) =>
      JSON.stringify(own.labelUtilizations?.[label]) === JSON.stringify(usual?.labelUtilizations?.[label]);
    const labels = Object.entries(own.labelUtilizations ?? {}).filter(([label]) => !isUsual(label))
      .map(([label, { labelName: _, ...limit }]) => [label, limit]);
    await this.api.setUtilizationOfUser(this.id, {
      utilization: utilizationOf(media, own.utilization ?? {}),
      labelUtilizations: Object.fromEntries(labels),
    });
  }

  /** @param {Relation} relation @param {Json[]} list */
  #name(relation, list) {
    for (const { id, name } of list) this.names[relation].set(id, name);
  }
}

/** What should go and is gone. @param {any} error */
function passWhenGone(error) {
  if (error.status !== 404) throw error;
}

/** @param {Json} user @param {Json[]} queues @param {Json} capacity @returns {Json} */
function valuesOf(user, queues, { own }) {
  const levels = (/** @type {Json[]} */ list = []) =>
    Object.fromEntries(list.map(({ id, proficiency }) => [id, proficiency]));
  return {
    skills: levels(user.skills),
    languages: levels(user.languages),
    queues: Object.fromEntries(queues.map(({ id }) => [id, true])),
    capacity: {
      isOwn: own?.level === "Agent" ? "agent" : "organization",
      media: mediaValuesOf(own?.utilization ?? {}),
    },
  };
}
