import { fieldId, textField } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { KINDS } from "../models/skills-page.js";

/** Skills and languages: add one after the other, see how many people have each, delete what nobody needs. */
class SkillsPageElement extends ViewElement {
  static properties = ["page", "administration", "skillsForm", "languagesForm"];

  connected() {
    // Each of the two lines is a model of its own, to be watched as well.
    this.skillsForm = this.page.forms.skills;
    this.languagesForm = this.page.forms.languages;
  }

  view() {
    const { page } = this;
    const isEmpty = KINDS.every((kind) => !page.lists[kind].length);
    return html`<div class="admin-page"><header class="admin-page-head"><h1 id="editor-title" tabindex="-1">
      ${t("admin.skills")}</h1>
      <label class="find-field"><span class="hidden-text">${t("skills.find")}</span>${icon("search")}<input
        type="search" class="field" placeholder="${t("skills.find")}" .value=${page.text} ?disabled=${isEmpty}
        autocomplete="off" @input=${(event) => page.find(event.target.value)}></label></header>
      <div class="skill-kinds">${KINDS.map((kind) => this.#kind(kind))}</div></div>`;
  }

  /** @param {"skills" | "languages"} kind */
  #kind(kind) {
    const { page } = this;
    const form = page.forms[kind];
    const shown = page.shown(kind);
    const count = page.lists[kind].length;
    return html`<section class="form-section skill-kind" key=${kind} aria-labelledby="skills-${kind}">
      <h2 id="skills-${kind}">${t(`skills.${kind}`)}<span class="quiet">${count || ""}</span></h2>
      <p class="form-hint">${t(`skills.${kind}.hint`)}</p>
      <form class="add-line" novalidate @submit=${(event) => this.#add(event, form)}>
        ${textField(form, kind, { label: t(`skills.${kind}.name`), lengthMax: 256 })}
        <button class="button" aria-busy="${String(form.isSaving)}">${icon("add")}${t("skills.add")}</button></form>
      <p class="add-state" role="status">${form.wasSaved && !form.isDirty && html`${icon("check")}<span class="clip">
        ${t("skills.added", { name: form.made })}</span>`}</p>
      ${form.failure && !form.problem(kind) && html`<p class="form-problem" role="alert">${icon("alert")}<span>
        ${t(form.failure.isOffline ? "error.offline" : form.failure.sentence)} ${form.failure.reason}</span></p>`}
      ${!shown.length && html`<p class="form-hint">${t(count ? "skills.noneFound" : `skills.${kind}.none`)}</p>`}
      <ul class="skill-rows">${shown.map((one) => this.#row(kind, one))}</ul></section>`;
  }

  /** @param {"skills" | "languages"} kind @param {{id: string, name: string}} one */
  #row(kind, { id, name }) {
    const { page } = this;
    const refusal = page.refusals.get(id);
    return html`<li key=${id}><span class="clip" title="${name}">${name}</span>
      ${page.holders && html`<small class="quiet">${this.#holders(id)}</small>`}
      <button type="button" class="button plain icon-only" aria-label="${t("skills.delete", { name })}"
        title="${t("skills.delete", { name })}" aria-busy="${String(page.leaving.has(id))}"
        aria-describedby=${refusal ? `kept-${id}` : null}
        @click=${() => this.#remove(kind, id, name)}>${icon("discard")}</button>
      ${refusal && html`<p class="form-problem" id="kept-${id}" role="alert">${icon("alert")}<span>
        ${t(refusal.sentence, refusal.values)} ${refusal.reason}</span></p>`}</li>`;
  }

  /** @param {string} id */
  #holders(id) {
    const count = this.page.holders.get(id) ?? 0;
    return count ? t("skills.holders", { count }) : t("skills.nobody");
  }

  /** Ready for the next one, or where it is wrong. @param {Event} event @param {any} form */
  async #add(event, form) {
    event.preventDefault();
    await form.save();
    document.getElementById(fieldId(form.kind))?.focus();
  }

  /** @param {"skills" | "languages"} kind @param {string} id @param {string} name */
  async #remove(kind, id, name) {
    const count = this.page.holders?.get(id) ?? 0;
    const question = count ? t("skills.deleteFrom", { name, count }) : t("skills.deleteQuestion", { name });
    if (!confirm(question)) return;
    const rows = [...this.querySelectorAll(`[aria-labelledby="skills-${kind}"] .skill-rows button`)];
    const next = rows[rows.indexOf(/** @type {any} */ (document.activeElement)) + 1];
    if (await this.page.remove(kind, id)) (next ?? document.getElementById(fieldId(kind)))?.focus();
  }
}

SkillsPageElement.define("skills-page");
