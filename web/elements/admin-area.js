import "./alert-stack.js";
import "./hours-list.js";
import { editorOf, iconOf, pageOf } from "../lib/admin-editors.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { moveFocus } from "../lib/keyboard.js";
import { veranda } from "../lib/veranda.js";
import { ViewElement } from "../lib/view-element.js";
import { Administration } from "../models/administration.js";

/** What administrators set up: sections, the list of one, and one of the list to edit. */
class AdminArea extends ViewElement {
  static properties = ["desk", "actions", "administration"];

  connected() {
    const options = { signal: this.signal };
    this.administration = new Administration(this.desk.api, this.desk.status.user.authorization?.permissions ?? []);
    this.administration.addEventListener("removed", () => this.#focus(".admin-list button"), options);
    globalThis.addEventListener("beforeunload", (event) => this.#isDirty && event.preventDefault(), options);
    this.administration.show(this.administration.sections[0]);
  }

  get #isDirty() {
    const { form } = this.administration;
    return Boolean(form?.isDirty);
  }

  /** Whether the person lets go of what is not saved. */
  mayLeave() {
    return !this.#isDirty || confirm(t("form.confirmLeave"));
  }

  view() {
    const { administration, desk } = this;
    this.dataset.pane = administration.form || administration.isOpening ? "form" : "list";
    return html`<nav class="admin-side" aria-label="${t("admin.label")}">
        <div class="admin-sections" role="tablist" aria-orientation="vertical"
          aria-label="${t("admin.sections")}" @keydown=${this.#moved}>
        ${administration.sections.map((section) => html`<button role="tab" type="button" key=${section}
          aria-selected="${String(section === administration.section)}" id="admin-${section}" aria-controls="admin-list"
          tabindex="${section === administration.section ? 0 : -1}" @click=${() => this.#show(section)}>
          ${t(`admin.${section}`)}</button>`)}</div>
        <alert-stack .desk=${desk} .work=${desk.work} .actions=${this.actions} .messages=${desk.messages}></alert-stack>
        <div class="admin-list" id="admin-list" role="tabpanel" aria-labelledby="admin-${administration.section}">
          ${this.#list()}</div></nav>
      <main class="admin-main" id="conversation" @choose=${this.#chosen} @go=${this.#went}>${this.#main()}</main>`;
  }

  #list() {
    const { administration } = this;
    const { list, section } = administration;
    if (!list && !administration.failure) return html`<span class="skeleton"></span><span class="skeleton"></span>`;
    if (pageOf(administration)) return html`<p class="form-hint">${t(`admin.${section}.words`)}</p>`;
    if (section === "people") {
      return html`<people-list .people=${administration.people} .administration=${administration}
        @choose=${this.#chosen}></people-list>`;
    }
    if (section === "capacity") {
      return html`<capacity-list .administration=${administration} @choose=${this.#chosen} @create=${this.#create}>
        </capacity-list>`;
    }
    if (section === "hours") {
      return html`<hours-list .administration=${administration} @choose=${this.#chosen} @create=${this.#create}>
        </hours-list>`;
    }
    return html`${administration.may("add") && html`<button type="button" class="button admin-new"
        @click=${this.#create}>${icon("add")}${t(`admin.${section}.new`)}</button>`}
      <ul>${(list ?? []).map((entity) => html`<li key=${entity.id}><button type="button" class="admin-row"
        aria-current=${entity.id === administration.form?.id ? "true" : null} @click=${() => this.#choose(entity.id)}>
        ${icon(iconOf(section, entity))}
        <span class="clip">${entity.name}</span>
        ${entity.status === "Inactive" && html`<span class="tag">${t("admin.inactive")}</span>`}</button></li>`)}</ul>`;
  }

  #main() {
    const { administration } = this;
    const { form, section, failure } = administration;
    if (failure) return this.#failure(failure);
    if (!form && administration.isOpening) return html`<div class="editor"><span class="skeleton"></span></div>`;
    if (form) return html`${this.#back()}${editorOf(administration)}`;
    const page = administration.list && pageOf(administration);
    if (page) return page;
    return html`<div class="empty">${veranda()}<h1>${t(`admin.${section || "deployments"}`)}</h1>
      <p>${t(`admin.${section || "deployments"}.words`)}</p></div>`;
  }

  #back() {
    return html`<button type="button" class="button plain admin-back" @click=${this.#leave}>${icon("back")}
      ${t(`admin.${this.administration.section}`)}</button>`;
  }

  /** @param {any} failure */
  #failure(failure) {
    return html`<div class="empty"><h1>${t("admin.failed")}</h1><p role="alert">
      ${t(failure.sentence ?? "error.unexpected")}</p><button type="button" class="button"
      @click=${() => this.administration.show(this.administration.section)}>${t("action.retry")}</button></div>`;
  }

  /** @param {string} section */
  #show(section) {
    if (section !== this.administration.section && this.mayLeave()) this.administration.show(section);
  }

  /** @param {KeyboardEvent} event */
  #moved = (event) => moveFocus(event, [...this.querySelectorAll("[role=tab]")]);

  /** @param {string} id @param {string} [kind] */
  async #choose(id, kind) {
    if (!this.mayLeave()) return;
    await this.administration.choose(id, kind);
    this.#focus("#editor-title");
  }

  /** @param {CustomEvent} event */
  #chosen = ({ detail }) => this.#choose(detail.id, detail.kind);

  /** @param {CustomEvent} event */
  #went = async ({ detail }) => {
    if (!this.mayLeave()) return;
    await this.administration.goTo(detail.section, detail.id);
    this.#focus("#editor-title");
  };

  /** @param {CustomEvent | PointerEvent} event */
  #create = ({ detail }) => {
    if (!this.mayLeave()) return;
    this.administration.create(detail.kind);
    this.#focus("#field-name");
  };

  #leave = () => {
    if (!this.mayLeave()) return;
    this.administration.leave();
    this.#focus(".admin-row, .admin-new");
  };

  /** Once the models and then the elements have settled. @param {string} selector */
  #focus(selector) {
    setTimeout(() => this.querySelector(selector)?.focus());
  }
}

AdminArea.define("admin-area");
