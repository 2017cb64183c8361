import "./form-bar.js";
import "./pick-one.js";
import { capacityFields } from "../lib/capacity-fields.js";
import { choiceField, section } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { holds } from "../models/permissions.js";

/** Who may give and take what of a person; any of them is enough. */
const PERMISSIONS = {
  skills: ["routing:skill:assign"],
  languages: ["routing:skill:assign", "routing:language:assign"],
  queues: ["routing:queueMember:manage", "routing:queue:edit"],
  capacity: ["routing:utilization:manage"],
};
const LEVELS = [0, 1, 2, 3, 4, 5];

/** One person: skills and languages with how good, queues, and how much at once. */
class PersonEditor extends ViewElement {
  static properties = ["form", "administration"];

  view() {
    const { form, administration } = this;
    const { user } = form;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay}>
        <h1 id="editor-title" tabindex="-1">${user.name}
          ${user.state === "inactive" && html`<span class="tag">${t("person.inactive")}</span>`}</h1>
        <p class="quiet person-facts">${[user.email, user.title, user.department].filter(Boolean).join(" · ")}</p>
        ${section(t("skills.skills"), this.#levels("skills"))}
        ${section(t("skills.languages"), this.#levels("languages"))}
        ${section(t("person.queues"), this.#queues())}
        ${form.capacity.own && section(t("person.capacity"), this.#capacity())}
        <form-bar .form=${form} .administration=${administration} .savedLabel=${t("form.saved")}
          .saveLabel=${t("form.save")}></form-bar>
      </form>`;
  }

  /** @param {keyof PERMISSIONS} part */
  #may(part) {
    return PERMISSIONS[part].some((permission) => holds(this.administration.permissions, permission));
  }

  /** @param {"skills" | "languages"} relation */
  #levels(relation) {
    const { form } = this;
    const owned = form.has(relation);
    return [
      html`<p class="form-hint hours-wide" key="hint">
        ${t(owned.length ? "person.level.hint" : `person.${relation}.none`)}</p>`,
      html`<div class="person-rows" key="rows" data-part=${relation}>${owned.map((one) =>
        html`<fieldset class="person-row" key=${one.id}><legend class="clip" title="${one.name}">${one.name}</legend>
          <div class="levels">${this.#levelsOf(form.values[relation][one.id]).map((level) =>
            this.#level(relation, one, level))}</div>${this.#takeAway(relation, one)}</fieldset>`)}</div>`,
      this.#give(relation),
    ];
  }

  /** Whole ones, and what the person has by another program. @param {number} own */
  #levelsOf(own) {
    return LEVELS.includes(own) ? LEVELS : [...LEVELS, own].sort((one, other) => one - other);
  }

  /** @param {"skills" | "languages"} relation @param {{id: string, name: string}} one @param {number} level */
  #level(relation, { id, name }, level) {
    const { form } = this;
    return html`<label key=${level}><input type="radio" name="level-${id}" value="${level}"
      ?disabled=${!this.#may(relation)} .checked=${form.values[relation][id] === level}
      aria-label="${t("person.level", { name, level })}"
      @change=${() => form.write(`${relation}.${id}`, level)}>${level}</label>`;
  }

  #queues() {
    const { form } = this;
    const owned = form.has("queues");
    return [
      html`<p class="form-hint hours-wide" key="hint">${t(owned.length ? "person.queues.hint" : "person.queues.none")}
        </p>`,
      html`<ul class="person-rows" key="rows" data-part="queues">${owned.map((one) =>
        html`<li class="person-row" key=${one.id}><span class="clip" title="${one.name}">${one.name}</span>
          ${this.#takeAway("queues", one)}</li>`)}</ul>`,
      this.#give("queues"),
    ];
  }

  /** @param {"skills" | "languages" | "queues"} relation @param {{id: string, name: string}} one */
  #takeAway(relation, { id, name }) {
    const words = t(relation === "queues" ? "person.leave" : "person.take", { name });
    return this.#may(relation) && html`<button type="button" class="button plain icon-only" aria-label="${words}"
      title="${words}" @click=${(event) => this.#take(event, relation, id)}>${icon("close")}</button>`;
  }

  /** @param {"skills" | "languages" | "queues"} relation */
  #give(relation) {
    const { form } = this;
    return this.#may(relation) && html`<pick-one class="hours-wide" key="give" data-part=${relation} .name=${relation}
      .label=${t(`person.give.${relation}`)} .find=${(text) => form.find(relation, text)}
      @pick=${({ detail }) => form.give(relation, detail)}></pick-one>`;
  }

  #capacity() {
    const { form } = this;
    const { usual } = form.capacity;
    const count = usual?.utilization?.message?.maximumCapacity;
    if (!this.#may("capacity")) {
      const { maximum } = form.values.capacity.media.message;
      return [html`<p key="own">${t("person.capacity.now", { count: Number(maximum) })}</p>`];
    }
    return [
      choiceField(form, "capacity.isOwn", {
        label: t("person.capacity.whose"),
        hint: t(`person.capacity.${form.values.capacity.isOwn}.hint`),
        choices: [
          ["organization", count === undefined ? t("person.capacity.organization")
            : t("person.capacity.organizationOf", { count })],
          ["agent", t("person.capacity.agent")],
        ],
      }),
      ...(form.values.capacity.isOwn === "agent" ? capacityFields(form, "capacity.media") : []),
    ];
  }

  /** The focus goes to the next one, else to the field below. @param {Event} event */
  #take(event, /** @type {"skills" | "languages" | "queues"} */ relation, /** @type {string} */ id) {
    const rows = /** @type {HTMLElement} */ (event.currentTarget).closest(".person-rows");
    const buttons = [...(rows?.querySelectorAll("button") ?? [])];
    const here = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.currentTarget));
    const next = buttons[here + 1] ?? buttons[here - 1] ?? document.getElementById(`pick-${relation}`);
    next?.focus();
    this.form.take(relation, id);
  }
}

PersonEditor.define("person-editor");
