import { clock } from "../lib/clock.js";
import { Model } from "../lib/model.js";
import { KINDS } from "./admin-kinds.js";
import { DeploymentForm } from "./deployment-form.js";
import { EntryForm } from "./entry-form.js";
import { OpeningHours } from "./opening-hours.js";
import { pagesOf } from "./pages.js";
import { PeopleList } from "./people-list.js";
import { holds, VIEWS } from "./permissions.js";
import { SkillsPage } from "./skills-page.js";

/**
 * What an administrator looks at: one of the sections, its list, and what is being edited. A section is a list of one
 * kind; that of opening hours has three.
 *
 * @typedef {{id: string, name: string, status?: string, channel?: {type: string}}} Entity
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

/** The type of integration that is an identity provider for the messenger. */
const SIGN_IN = "openid-connect-messenger";
const HOURS = ["emergencyGroups", "scheduleGroups", "schedules"];

export class Administration extends Model {
  section = "";
  /** What is being edited is one of these. */
  kind = "";
  /** @type {Record<string, Entity[] | undefined>} */
  lists = {};
  /** @type {{id: string, name: string}[]} */
  queues = [];
  /** Identity providers at which customers can sign in. @type {{id: string, name: string}[]} */
  integrations = [];
  hours = new OpeningHours();
  /** What a section shows that is one page. @type {any} */
  page;
  /** @type {any} */
  people;
  /** The organisation's, with the limits of labels. @type {any} */
  capacity;
  /** @type {any} */
  form;
  isOpening = false;
  /** Why nothing can be shown. @type {any} */
  failure;
  #wanted = 0;

  /** @param {PlatformApi} api @param {string[]} permissions */
  constructor(api, permissions) {
    super();
    this.api = api;
    this.permissions = permissions;
    this.sections = Object.keys(VIEWS).filter((section) => holds(permissions, VIEWS[section]));
    this.hourKinds = HOURS.filter((kind) => this.may("view", kind));
  }

  get list() {
    return this.lists[this.section];
  }

  /** @param {"view" | "add" | "delete"} what @param {string} kind */
  may(what, kind = this.section) {
    const { may, manage } = KINDS[kind] ?? {};
    if (manage) return holds(this.permissions, manage);
    return Boolean(may) && holds(this.permissions, `${may}:${what}`);
  }

  /** @param {string} section */
  async show(section) {
    this.section = section;
    this.#close();
    await this.refresh();
  }

  async refresh() {
    const { section } = this;
    try {
      this.failure = undefined;
      // What an entry point may lead to is read with it.
      if (section === "entryPoints") this.lists.deployments = await this.#deployments();
      else if (section === "deployments") await this.#readChoices();
      this.lists[section] = await this.#read(section);
    } catch (error) {
      this.failure = error;
    }
    this.changed();
  }

  /** @param {string} section */
  async #read(section) {
    const { list } = KINDS[section] ?? {};
    if (list) return list(this.api);
    if (section === "deployments") return this.#deployments();
    if (section === "people") {
      // A person who is saved stands where one found her.
      if (!this.form) this.people = await PeopleList.read(this.api);
      return this.people.items;
    }
    if (section === "capacity") {
      const [labels, capacity] = await Promise.all([pagesOf(this.api.labels), this.api.utilization()]);
      this.capacity = capacity;
      return labels;
    }
    if (section === "skills") {
      this.page = await SkillsPage.read(this.api);
      return [];
    }
    this.hours = await OpeningHours.read(this.api, (kind) => this.hourKinds.includes(kind), clock.now());
    return this.hours.scheduleGroups;
  }

  /** Asks again what groups say, once one of them may say something else. */
  async keepCurrent() {
    const { hours } = this;
    const now = clock.now();
    if (!hours.isOutdated(now)) return;
    await hours.evaluate(this.api, now).catch(() => {});
    this.changed();
  }

  /** What a deployment may name. Not everybody may see all of it; then what it names already stays. */
  async #readChoices() {
    const read = async (/** @type {Promise<any>} */ list) => (await list.catch(() => ({}))).entities ?? [];
    const [queues, integrations] = await Promise.all([read(this.api.queues("")), read(this.api.integrations())]);
    this.queues = queues;
    this.integrations = integrations.filter(({ integrationType }) => integrationType?.id === SIGN_IN);
  }

  async #deployments() {
    if (!holds(this.permissions, VIEWS.deployments)) return [];
    return (await this.api.webDeployments()).entities;
  }

  /** Opens one of the list. @param {string} id */
  async choose(id, kind = this.section) {
    this.#close();
    const turn = (this.#wanted += 1);
    this.isOpening = true;
    this.changed();
    try {
      const form = await KINDS[kind].form.open(this.api, id, this.hours);
      if (turn === this.#wanted) this.#edit(form, kind);
    } catch (error) {
      if (turn === this.#wanted) this.failure = error;
    }
    this.isOpening = false;
    this.changed();
  }

  /** Goes to one of another section. @param {string} section @param {string} id */
  async goTo(section, id) {
    await this.show(section);
    if (!this.failure) await this.choose(id);
  }

  /** Shows what is being edited as it is stored now. */
  async reopen() {
    await this.choose(this.form.id, this.kind);
    await this.refresh();
  }

  create(kind = this.section) {
    this.#close();
    const begin = {
      deployments: this.queues[0]?.id,
      entryPoints: this.lists.deployments?.[0]?.id,
      scheduleGroups: this.hours,
      labels: this.lists.capacity,
    };
    this.#edit(KINDS[kind].form.blank(this.api, begin[kind]), kind);
  }

  async save() {
    const { form } = this;
    const { id } = form ?? {};
    const isDone = await form?.save();
    // Of what is done in several steps the first may be done alone.
    if (!isDone && form?.id !== id) await this.refresh();
    return this.#after(isDone);
  }

  /** Switches an emergency on or off. */
  async toggle() {
    return this.#after(await this.form?.toggle());
  }

  /** The lists follow what was done. @param {boolean | undefined} isDone */
  async #after(isDone) {
    if (isDone) await this.refresh();
    return Boolean(isDone);
  }

  /** @returns {Promise<boolean>} whether it is gone */
  async remove() {
    const { form, api } = this;
    const isDone = await form?.run(async () => {
      if (form instanceof EntryForm) await api.deleteEntryPoint(form.id);
      else if (form instanceof DeploymentForm) await this.#removeDeployment(form);
      else await form.remove();
    });
    if (!isDone) return false;
    this.#close();
    await this.refresh();
    this.dispatchEvent(new Event("removed"));
    return true;
  }

  /** Its configuration goes with it, unless another deployment shows the same. @param {any} form */
  async #removeDeployment(form) {
    await this.api.deleteWebDeployment(form.id);
    await this.api.deleteConfiguration(form.configuration.id).catch(() => {});
  }

  leave() {
    this.#close();
    this.changed();
  }

  /** @param {any} form @param {string} kind */
  #edit(form, kind) {
    this.form = form;
    this.kind = kind;
    this.changed();
  }

  #close() {
    this.#wanted += 1;
    if (this.form instanceof EntryForm) this.form.release();
    this.form = undefined;
    this.isOpening = false;
  }
}
