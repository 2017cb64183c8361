import { scheduleWords, stateDot, stateWords } from "../lib/hours-words.js";
import { clock } from "../lib/clock.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ticker } from "../lib/ticker.js";
import { ViewElement } from "../lib/view-element.js";

/** What opening hours are made of: emergencies first, then what groups say now, then schedules in words. */
class HoursList extends ViewElement {
  static properties = ["administration"];

  connected() {
    ticker.listen(() => this.administration.keepCurrent(), this.signal);
  }

  view() {
    return html`${this.administration.hourKinds.map((/** @type {string} */ kind) => this.#part(kind))}`;
  }

  /** @param {string} kind */
  #part(kind) {
    const { administration } = this;
    const entities = administration.hours[kind];
    return html`<section class="hours-part" key=${kind} aria-labelledby="hours-${kind}"><div class="hours-head">
      <h2 id="hours-${kind}">${t(`hours.${kind}`)}</h2>${administration.may("add", kind) && html`<button
        type="button" class="button plain" aria-label="${t(`hours.${kind}.new`)}" title="${t(`hours.${kind}.new`)}"
        @click=${() => this.emit("create", { kind })}>${icon("add")}</button>`}</div>
      ${entities.length === 0 && html`<p class="form-hint">${t(`hours.${kind}.none`)}</p>`}
      <ul>${entities.map((/** @type {any} */ entity) => html`<li key=${entity.id}><button type="button"
        class="admin-row" aria-current=${this.#isOpen(kind, entity) ? "true" : null}
        @click=${() => this.emit("choose", { id: entity.id, kind })}>${this.#sign(kind, entity)}
        <span class="hours-names"><span class="clip">${entity.name}</span>
          <small>${this.#words(kind, entity)}</small></span>
        ${kind === "emergencyGroups" && entity.enabled && html`<span class="tag on">${t("emergency.on")}</span>`}
        </button></li>`)}</ul></section>`;
  }

  /** @param {string} kind @param {any} entity */
  #isOpen(kind, entity) {
    const { form, kind: open } = this.administration;
    return open === kind && form?.id === entity.id;
  }

  /** @param {string} kind @param {any} entity */
  #sign(kind, { id }) {
    if (kind === "emergencyGroups") return icon("alert");
    if (kind === "schedules") return icon("calendar");
    return html`<span class="dot ${stateDot(this.administration.hours.evaluations.get(id)?.state)}"></span>`;
  }

  /** @param {string} kind @param {any} entity */
  #words(kind, entity) {
    const { hours } = this.administration;
    if (kind === "schedules") return scheduleWords(entity);
    if (kind === "emergencyGroups") {
      const count = hours.queuesOf("emergencyGroup", entity.id).length;
      return count ? t("hours.queues", { count }) : t("hours.noQueue");
    }
    const evaluation = hours.evaluations.get(entity.id);
    return evaluation?.state ? stateWords(evaluation, entity.timeZone, clock.now()) : "";
  }
}

HoursList.define("hours-list");
