import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { pagesOf, placesOf } from "../models/pages.js";
import { findIn } from "../models/picker.js";

/** Groups of people of a queue, each from the start or from a ring on; and those that a condition lets in. */
class QueueGroups extends ViewElement {
  static properties = ["form"];

  view() {
    const { form } = this;
    const { groups } = form.values;
    return html`<h3>${t("queue.groups")}</h3><p class="form-hint">${t("queue.groups.hint")}</p>
      ${groups.length > 0 && html`<ul class="member-list" key="groups" aria-label="${t("queue.groups")}">
        ${groups.map((group, index) => this.#group(group, index))}</ul>`}
      <div class="fold-tools"><button type="button" class="button" id="add-groups" @click=${this.#add}>${icon("add")}
        ${t("queue.groups.add")}</button></div>
      ${this.#conditional()}`;
  }

  /** @param {any} group @param {number} index */
  #group({ id, type, name, memberCount, ring }, index) {
    return html`<li class="member" key=${`${id} ${ring}`}>${icon("person")}
      <span class="member-name"><span class="clip">${name || id}</span>
        <small>${t(`queue.group.${type}`)} · ${t("queue.people", { count: memberCount })}</small></span>
      ${this.form.values.hasRings && this.#place(name, index, ring)}
      <button type="button" class="button plain icon-only" aria-label="${t("queue.person.remove", { name })}"
        title="${t("queue.person.remove", { name })}" @click=${() => this.form.removeGroup(index)}>${icon("close")}
        </button></li>`;
  }

  /** @param {string} name @param {number} index @param {number} ring */
  #place(name, index, ring) {
    const places = Array.from({ length: this.form.values.rings.length + 1 }, (_, place) => place)
      .filter((place) => place !== 1 || ring === 1);
    return html`<select class="field member-ring" aria-label="${t("queue.person.ring", { name })}"
      .value=${String(ring)} @change=${(event) => this.form.write(`groups.${index}.ring`, Number(event.target.value))}>
      ${places.map((place) => html`<option key=${place} value="${place}" ?selected=${place === ring}>
      ${place ? t("queue.ring", { ring: place }) : t("queue.group.start")}</option>`)}</select>`;
  }

  /** Set up elsewhere, and kept. */
  #conditional() {
    const { conditionalGroupRouting, conditionalGroupActivation } = this.form.entity;
    const rules = [...conditionalGroupRouting?.rules ?? [], ...conditionalGroupActivation?.rules ?? []];
    const names = rules.flatMap((rule) => rule.groups ?? []).map(({ id, name }) => name ?? id);
    if (!names.length) return "";
    return html`<p class="form-note" key="conditional">${icon("info")}<span>
      ${t("queue.conditional", { names: [...new Set(names)].join(", ") })}</span></p>`;
  }

  #add = () => {
    const { form } = this;
    const isIn = new Set(form.values.groups.map((/** @type {any} */ { id }) => id));
    this.emit("pick", {
      title: t("queue.groups.add"),
      search: t("queue.groups.find"),
      none: t("queue.groups.none"),
      confirm: (/** @type {number} */ count) => t("queue.groups.confirm", { count }),
      isTaken: (/** @type {any} */ { id }) => isIn.has(id),
      onPick: (/** @type {any[]} */ groups) => form.addGroups(groups),
      find: findIn(() => this.#read()),
    });
  };

  /** Whoever may not see one kind still sees the others. */
  async #read() {
    const { api } = this.form;
    const kinds = /** @type {[string, Promise<any[]>][]} */ ([
      ["SKILLGROUP", placesOf(api.skillGroups)], ["GROUP", pagesOf(api.groups)], ["TEAM", placesOf(api.teams)],
    ]);
    const lists = await Promise.allSettled(kinds.map(([, list]) => list));
    if (lists.every(({ status }) => status === "rejected")) throw new Error("no list");
    return lists.flatMap((list, index) => list.status === "rejected" ? [] : list.value.map((group) => ({
      id: group.id,
      name: group.name,
      type: kinds[index][0],
      memberCount: group.memberCount,
      sign: "person",
      detail: t(`queue.group.${kinds[index][0]}`),
    })));
  }
}

QueueGroups.define("queue-groups");
