import { ApiError } from "./api-error.js";
import { Form, keeping } from "./form.js";
import { storyOf } from "./in-queue-values.js";
import { evaluationOf } from "./opening-hours.js";
import { pagesOf } from "./pages.js";
import { carryOut, edited, memberOf, planOf, rowsOf } from "./queue-members.js";
import { pathOfMember, problemsOf } from "./queue-problems.js";
import { NEW_RING, NEW_RULE, queueOf, RINGS_MAX, RULES_MAX, valuesOf } from "./queue-values.js";

/**
 * A queue while somebody edits it: what it is called, who works in it, how the agent is found and asked, what happens
 * while customers wait.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 * @typedef {{id: string, name: string, detail?: string}} Person
 */
export class QueueForm extends Form {
  /** @type {{id: string, name: string}[]} */
  queues = [];
  /** Who is in it now. @type {import("./queue-members.js").Member[]} */
  members = [];
  /** Whether it serves now. @type {import("./opening-hours.js").Evaluation | undefined} */
  standing;
  /** @type {{id: string, name: string, timeZone?: string}[]} */
  scheduleGroups = [];
  /** @type {{id: string, name: string}[]} */
  emergencyGroups = [];

  /** @param {PlatformApi} api @param {Json} entity */
  constructor(api, entity) {
    super(valuesOf(entity));
    this.api = api;
    this.entity = entity;
  }

  /** @param {PlatformApi} api @param {string} id */
  static async open(api, id) {
    const form = new QueueForm(api, await api.queue(id));
    await Promise.all([form.#readMembers(), form.#readOthers(), form.ask()]);
    return form;
  }

  /** @param {PlatformApi} api */
  static blank(api) {
    const form = new QueueForm(api, {});
    form.#readOthers().then(() => form.changed(), () => {});
    return form;
  }

  async #readMembers() {
    const found = await pagesOf((page) => this.api.queueMembers(this.id, page));
    this.members = found.map(memberOf);
  }

  /** What a queue may name. */
  async #readOthers() {
    const [queues, scheduleGroups, emergencyGroups] = await Promise.all([
      pagesOf(this.api.queuePage),
      pagesOf(this.api.scheduleGroups).catch(() => []),
      pagesOf(this.api.emergencyGroups).catch(() => []),
    ]);
    this.queues = queues;
    this.scheduleGroups = scheduleGroups;
    this.emergencyGroups = emergencyGroups;
  }

  /** Asks whether it serves now. Without an answer, everything else is still there. */
  async ask() {
    const standing = await this.api.queueStanding(this.id).catch(() => undefined);
    this.standing = standing && evaluationOf(standing);
  }

  /** The time zone of the hours that are stored. */
  get zone() {
    const id = this.entity.inQueue?.scheduleGroup?.id;
    return this.scheduleGroups.find((group) => group.id === id)?.timeZone;
  }

  get id() {
    return this.entity.id;
  }

  /** Other queues, to which somebody may be passed on. */
  get others() {
    return this.queues.filter(({ id }) => id !== this.id);
  }

  get problems() {
    return problemsOf(this.values);
  }

  /** @param {string | undefined} field */
  pathOf(field) {
    return pathOfMember(field);
  }

  /** What a customer is told, in the order of time. @param {string} language */
  story(language) {
    return storyOf(this.values, language);
  }

  // Who works in it

  /** Kept until something changes: several parts of the page ask for it. */
  get rows() {
    const [members, edits] = [this.members, this.values.members];
    if (this.#rows?.members !== members || this.#rows.edits !== edits) {
      this.#rows = { members, edits, found: rowsOf(members, edits) };
    }
    return this.#rows.found;
  }

  /** @type {{members: any, edits: any, found: import("./queue-members.js").Row[]} | undefined} */
  #rows;

  /** @param {Person} person @param {Partial<import("./queue-members.js").Edit>} change */
  changeMember(person, change) {
    this.write("members", edited(this.members, this.values.members, person, change));
  }

  /** Puts people in, or those who are in into a ring. @param {Person[]} people @param {{ring?: number}} [where] */
  addPeople(people, where = {}) {
    const add = (/** @type {any} */ edits, /** @type {Person} */ person) =>
      edited(this.members, edits, person, { isIn: true, ...where });
    this.write("members", people.reduce(add, this.values.members));
  }

  // Groups, preferred agents and rings

  /** @param {Json[]} groups */
  addGroups(groups) {
    const added = groups.map(({ id, type, name, memberCount = 0 }) => ({ id, type, name, memberCount, ring: 0 }));
    this.write("groups", [...this.values.groups, ...added]);
  }

  /** @param {number} index */
  removeGroup(index) {
    this.write("groups", this.values.groups.toSpliced(index, 1));
  }

  addRule() {
    const { preferred } = this.values;
    if (preferred.length < RULES_MAX) this.write("preferred", [...preferred, NEW_RULE]);
  }

  addRing() {
    const { rings } = this.values;
    if (rings.length < RINGS_MAX) this.write("rings", [...rings, NEW_RING]);
  }

  /** Takes a ring away; its people and groups go one ring to the inside. @param {number} index */
  removeRing(index) {
    const inside = (/** @type {number} */ ring) => ring > Math.max(index, 1) ? ring - 1 : ring;
    const moved = this.rows.filter((row) => !row.isByGroup && !row.isRemoved && inside(row.ring) !== row.ring);
    for (const row of moved) this.changeMember(row, { ring: inside(row.ring) });
    const { groups } = this.values;
    this.write("groups", groups.map((/** @type {Json} */ group) => ({ ...group, ring: inside(group.ring) })));
    this.write("rings", this.values.rings.toSpliced(index, 1));
  }

  // Storing

  /** The queue first, so that nobody is put into a ring that is not there. */
  save() {
    return this.attempt(async () => {
      const { api, id } = this;
      if (id) await this.#checkNobodyElse();
      const wanted = queueOf(this.values, this.entity);
      this.entity = id ? await api.changeQueue(id, wanted) : await api.createQueue(wanted);
      await keeping("queue.failed.members", () => this.#saveMembers());
      await this.ask();
      this.stored(valuesOf(this.entity));
    });
  }

  /** A queue carries no version to be checked by the server, and all of it is written. */
  async #checkNobodyElse() {
    const { dateModified } = await this.api.queue(this.id);
    if (dateModified !== this.entity.dateModified) throw new ApiError(409, "version.mismatch", "");
  }

  /** Who belongs to it by a group is known to the server alone. */
  async #saveMembers() {
    try {
      await carryOut(this.api, this.id, planOf(this.members, this.values.members));
    } finally {
      await this.#readMembers().catch(() => {});
    }
  }

  /** Its members leave it; whoever waits in it stays, and so does the queue. */
  async remove() {
    await keeping("queue.failed.remove", () => this.#delete());
  }

  /** Forced only for its members: what other queues say of it keeps it, and is not wiped without a word. */
  async #delete() {
    try {
      await this.api.deleteQueue(this.id, false);
    } catch (error) {
      if (error.status !== 409 || error.params?.names) throw error;
      await this.api.deleteQueue(this.id, true);
    }
  }
}
