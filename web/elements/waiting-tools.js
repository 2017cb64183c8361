import "./pick-one.js";
import { fieldId, textField } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { presenceDot, routingName } from "../lib/words.js";

/** What a supervisor does about one that waits: give it to somebody by hand, change what it asks for. */
class WaitingTools extends ViewElement {
  static properties = ["form", "directory", "mayAssign", "mayChange"];

  view() {
    return html`${this.mayAssign && this.#assigning()}${this.mayChange && this.#changing()}`;
  }

  #assigning() {
    const { form } = this;
    const { queue, offeredTo } = form.item;
    const settings = this.directory.queue(queue.id);
    const name = queue.name ?? "";
    const heading = html`<h3 key="assign">${t("assign.title")}</h3>`;
    if (!settings) return html`${heading}<span class="skeleton" key="wait"></span>`;
    if (!settings.enableManualAssignment) {
      return html`${heading}<p class="quiet" key="no">${t("assign.notAllowed", { queue: name })}</p>`;
    }
    return html`${heading}<div class="assign-line" key="line"><pick-one .name=${`agent-${form.id}`}
        .label=${t("assign.to")} .hint=${t("assign.hint")} .keeps=${true} .problem=${this.#problem()}
        .find=${this.#agents} @pick=${({ detail }) => form.choose(detail)}></pick-one>
      <button type="button" class="button primary" aria-busy="${String(form.isAssigning)}"
        ?disabled=${form.isAssigning || Boolean(offeredTo)} @click=${this.#assign}>${t("assign.do")}</button></div>
      <p class="tool-state quiet" key="state" role="status">${this.#state()}</p>`;
  }

  #problem() {
    const { refusal } = this.form;
    return refusal && `${t(refusal.sentence, refusal.values)} ${refusal.reason}`.trim();
  }

  #state() {
    const { assignedTo, item } = this.form;
    if (item.offeredTo) return t("waiting.offered", { name: item.offeredTo.name ?? "" });
    return assignedTo && html`${icon("check")} ${t("assign.done", { name: assignedTo })}`;
  }

  /** @param {string} text */
  #agents = async (text) => (await this.form.findAgents(text)).map((/** @type {any} */ one) => ({
    ...one,
    dot: presenceDot(one.presence, one.status),
    note: [one.email, one.presence === "onqueue" ? routingName(one.status) : t(`presence.${one.presence}`)]
      .filter(Boolean).join(" · "),
  }));

  #assign = async () => {
    const isDone = await this.form.assign();
    if (isDone) this.emit("changed");
    else document.getElementById(`pick-agent-${this.form.id}`)?.focus();
  };

  #changing() {
    const { form } = this;
    const { id } = form;
    return html`<h3 key="change">${t("assign.change")}</h3><form class="change-line" key="form" novalidate
      @submit=${this.#change}>
      ${textField(form, `${id}.priority`, {
        label: t("assign.priority"),
        hint: t("assign.priority.hint"),
        inputMode: "numeric",
        lengthMax: 8,
      })}
      <div class="asked-skills" key="skills" role="group" aria-label="${t("assign.skills")}">
        <span class="asked-label">${t("assign.skills")}</span>
        <ul>${form.skills.map((skill) => this.#skill(skill))}</ul>
        ${!form.skills.length && html`<p class="quiet">${t("assign.skills.none")}</p>`}</div>
      ${form.item.language && html`<p class="quiet" key="language">
        ${t("assign.language", { name: form.item.language.name ?? "" })}</p>`}
      <pick-one key="more" .name=${`skill-${id}`} .label=${t("assign.skills.add")} .problem=${this.#skillProblem()}
        .find=${(text) => form.findSkills(text)} @pick=${({ detail }) => form.ask(detail)}></pick-one>
      ${form.failure && html`<p class="form-problem" key="failure" role="alert">${icon("alert")}<span>
        ${t(form.failure.sentence)} ${form.failure.isOffline ? t("error.offline") : form.failure.reason}</span></p>`}
      <p class="change-bar" key="bar"><button class="button" aria-busy="${String(form.isSaving)}"
        ?disabled=${!form.isDirty || form.isSaving}>${t("form.save")}</button><span class="tool-state quiet"
        role="status">${form.wasSaved && !form.isDirty && html`${icon("check")} ${t("assign.changed")}`}</span></p>
      </form>`;
  }

  #skillProblem() {
    const problem = this.form.problem(`${this.form.id}.skills`);
    return problem && t(problem);
  }

  /** @param {{id: string, name: string}} skill */
  #skill({ id, name }) {
    return html`<li class="tag" key=${id}><span class="clip">${name}</span><button type="button"
      aria-label="${t("assign.skills.drop", { name })}" title="${t("assign.skills.drop", { name })}"
      @click=${() => this.#drop(id)}>${icon("close")}</button></li>`;
  }

  /** @param {string} id */
  #drop(id) {
    document.getElementById(`pick-skill-${this.form.id}`)?.focus();
    this.form.drop(id);
  }

  /** @param {Event} event */
  #change = async (event) => {
    event.preventDefault();
    const { form } = this;
    if (await form.save()) this.emit("changed");
    else if (form.firstProblem) document.getElementById(fieldId(form.firstProblem))?.focus();
  };
}

WaitingTools.define("waiting-tools");
