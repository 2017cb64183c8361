import { Model } from "../lib/model.js";
import { DeploymentForm } from "./deployment-form.js";
import { EntryForm } from "./entry-form.js";
import { holds, VIEWS } from "./permissions.js";
import { QueueForm } from "./queue-form.js";

/**
 * What an administrator looks at: one of the sections, its list, and what is being edited.
 *
 * @typedef {{id: string, name: string, status?: string, channel?: {type: string}}} Entity
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const SECTIONS = {
  deployments: { view: VIEWS.deployments, add: "webDeployments:deployment:add", form: DeploymentForm },
  entryPoints: { view: VIEWS.entryPoints, add: "messaging:entryPoint:add", form: EntryForm },
  queues: { view: VIEWS.queues, form: QueueForm },
};
const PAGES_MAX = 20;

export class Administration extends Model {
  section = "";
  /** @type {Record<string, Entity[] | undefined>} */
  lists = {};
  /** @type {{id: string, name: string}[]} */
  queues = [];
  /** @type {DeploymentForm | EntryForm | QueueForm | undefined} */
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
    this.sections = Object.keys(SECTIONS).filter((section) => holds(permissions, SECTIONS[section].view));
  }

  get list() {
    return this.lists[this.section];
  }

  get mayAdd() {
    const { add } = SECTIONS[this.section] ?? {};
    return Boolean(add) && holds(this.permissions, add);
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
      else this.queues = (await this.api.queues("").catch(() => undefined))?.entities ?? [];
      this.lists[section] = await this.#read(section);
    } catch (error) {
      this.failure = error;
    }
    this.changed();
  }

  /** @param {string} section */
  async #read(section) {
    if (section === "queues") return (await this.api.queues("")).entities;
    return section === "entryPoints" ? this.#entryPoints() : this.#deployments();
  }

  async #deployments() {
    if (!holds(this.permissions, SECTIONS.deployments.view)) return [];
    return (await this.api.webDeployments()).entities;
  }

  async #entryPoints() {
    /** @type {Entity[]} */
    const found = [];
    for (let page = 1; page <= PAGES_MAX; page += 1) {
      const answer = await this.api.entryPoints(page);
      found.push(...answer.entities);
      if (page >= answer.pageCount) break;
    }
    return found;
  }

  /** Opens one of the list. @param {string} id */
  async choose(id) {
    this.#close();
    const turn = (this.#wanted += 1);
    this.isOpening = true;
    this.changed();
    try {
      const form = await SECTIONS[this.section].form.open(this.api, id);
      if (turn === this.#wanted) this.#edit(form);
    } catch (error) {
      if (turn === this.#wanted) this.failure = error;
    }
    this.isOpening = false;
    this.changed();
  }

  create() {
    this.#close();
    const first = this.section === "deployments" ? this.queues[0]?.id : this.lists.deployments?.[0]?.id;
    this.#edit(SECTIONS[this.section].form.blank(this.api, first));
  }

  async save() {
    const isDone = await this.form?.save();
    if (isDone) await this.refresh();
    return Boolean(isDone);
  }

  /** @returns {Promise<boolean>} whether it is gone */
  async remove() {
    const { form, api } = this;
    const isDone = await form?.run(async () => {
      if (form instanceof EntryForm) await api.deleteEntryPoint(form.id);
      else await this.#removeDeployment(form);
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

  /** @param {DeploymentForm | EntryForm | QueueForm} form */
  #edit(form) {
    this.form = form;
    this.changed();
  }

  #close() {
    this.#wanted += 1;
    if (this.form instanceof EntryForm) this.form.release();
    this.form = undefined;
    this.isOpening = false;
  }
}
