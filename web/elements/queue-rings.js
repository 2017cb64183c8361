import { fieldId } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { peoplePick, secondsField } from "../lib/queue-fields.js";
import { whoWords } from "../lib/queue-words.js";
import { ViewElement } from "../lib/view-element.js";
import { pagesOf } from "../models/pages.js";
import { findIn } from "../models/picker.js";
import { REMOVED_MAX, RINGS_MAX } from "../models/queue-values.js";

/** Rings of a queue: who is asked one after the other, for how long, and what is not asked for any more. */
class QueueRings extends ViewElement {
  static properties = ["form"];

  view() {
    const { rings } = this.form.values;
    return html`${rings.map((ring, index) => this.#ring(ring, index, index === rings.length - 1))}
      ${rings.length < RINGS_MAX && html`<button type="button" class="button" key="add" id="add-ring"
        @click=${() => this.form.addRing()}>${icon("add")}${t("queue.ring.add")}</button>`}`;
  }

  /** @param {any} ring @param {number} index @param {boolean} isLast */
  #ring(ring, index, isLast) {
    const number = index + 1;
    return html`<fieldset class="ring" key=${index}><legend>${t("queue.ring", { ring: number })}</legend>
      <p class="ring-people"><span>${whoWords(this.form, number)}</span><button type="button" class="button plain"
        id="fill-ring-${number}" @click=${() => this.#fill(number)}>${icon("add")}${t("queue.ring.fill")}</button></p>
      ${this.form.values.rings.length > 1 && html`<button type="button" class="button plain icon-only ring-remove"
        key="remove" aria-label="${t("queue.ring.remove", { ring: number })}"
        title="${t("queue.ring.remove", { ring: number })}" @click=${() => this.#remove(index)}>${icon("close")}
        </button>`}
      ${isLast ? html`<p class="form-hint" key="last">${t("queue.ring.last")}</p>`
        : [secondsField(this.form, `rings.${index}.timeout`, "queue.ring.timeout"), this.#removed(ring, index)]}
      </fieldset>`;
  }

  /** @param {any} ring @param {number} index */
  #removed({ removed }, index) {
    const path = `rings.${index}.removed`;
    const problem = this.form.problem(path);
    return html`<div class="ring-removed" key="removed" role="group" aria-label="${t("queue.ring.removed")}">
      <span class="ring-label">${t("queue.ring.removed")}</span>
      <div class="chips">${removed.map((/** @type {any} */ skill) => html`<span class="chip" key=${skill.id}>
        ${skill.name}<button type="button" aria-label="${t("queue.person.remove", { name: skill.name })}"
        @click=${() => this.#keep(path, removed, skill.id)}>${icon("close")}</button></span>`)}
      <button type="button" class="button" id="${fieldId(path)}" aria-describedby="${fieldId(path)}-hint"
        @click=${() => this.#pick(path, removed)}>${icon("add")}${t("queue.ring.removed.add")}</button></div>
      <p class="form-hint" id="${fieldId(path)}-hint">${t("queue.ring.removed.hint")}</p>
      ${problem && html`<p class="form-problem" key="problem">${icon("alert")}<span>${t(problem)}</span></p>`}</div>`;
  }

  /** @param {number} ring */
  #fill(ring) {
    const { form } = this;
    this.emit("pick", peoplePick(form, {
      title: t("queue.ring.fill.title", { ring }),
      isTaken: (row) => row.isByGroup || (row.ring === ring && !row.isRemoved),
      onPick: (people) => form.addPeople(people, { ring }),
    }));
  }

  /** @param {number} index */
  #remove(index) {
    this.form.removeRing(index);
    setTimeout(() => this.querySelector("#add-ring")?.focus());
  }

  /** @param {string} path @param {any[]} removed @param {string} id */
  #keep(path, removed, id) {
    this.form.write(path, removed.filter((skill) => skill.id !== id));
    setTimeout(() => document.getElementById(fieldId(path))?.focus());
  }

  /** @param {string} path @param {any[]} removed */
  #pick(path, removed) {
    const { form } = this;
    const isIn = new Set(removed.map(({ id }) => id));
    this.emit("pick", {
      title: t("queue.ring.removed.add"),
      search: t("queue.skills.find"),
      none: t("queue.skills.none"),
      confirm: (/** @type {number} */ count) => t("queue.skills.confirm", { count }),
      isTaken: (/** @type {any} */ { id }) => isIn.has(id),
      onPick: (/** @type {any[]} */ skills) => {
        const picked = skills.map(({ id, name }) => ({ id, name }));
        form.write(path, [...removed, ...picked].slice(0, REMOVED_MAX));
      },
      find: findIn(async () => (await pagesOf(form.api.skillPage)).map(({ id, name }) => ({ id, name, sign: "tag" }))),
    });
  }
}

QueueRings.define("queue-rings");
