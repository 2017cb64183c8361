import "./form-bar.js";
import "./queue-users.js";
import { clock } from "../lib/clock.js";
import { choiceField, section, textField } from "../lib/fields.js";
import { clockIn, scheduleWords, stateDot, stateWords } from "../lib/hours-words.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ticker } from "../lib/ticker.js";
import { ViewElement } from "../lib/view-element.js";
import { ROLES, zonesWith } from "../models/schedule-group-form.js";

/** A schedule group: its time zone and what each schedule says in it; beside it what it says now, and to whom. */
class GroupEditor extends ViewElement {
  static properties = ["form", "administration"];

  connected() {
    ticker.listen(this.update, this.signal);
  }

  view() {
    const { form, administration } = this;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay}>
        <h1 id="editor-title" tabindex="-1">${form.values.name.trim() || t("hours.scheduleGroups.new")}</h1>
        ${section(t("hours.what"), this.#what())}
        ${section(t("hours.schedules"), this.#schedules())}
        <form-bar .form=${form} .administration=${administration} .savedLabel=${t("form.saved")}
          .saveLabel=${t(form.id ? "form.save" : "entry.create")} .removeQuestion=${this.#removeQuestion()}></form-bar>
      </form>
      <aside class="preview" aria-label="${t("group.now")}"><h2>${t("group.now")}</h2>
        ${form.id ? this.#now() : html`<p class="quiet">${t("group.notYet")}</p>`}</aside>`;
  }

  #removeQuestion() {
    return this.administration.may("delete", "scheduleGroups") ? t("group.removeQuestion") : "";
  }

  #what() {
    const { form } = this;
    const { zone } = form.values;
    this.zones ??= zonesWith(zone);
    return [
      textField(form, "name", { label: t("entry.name"), lengthMax: 256, isRequired: true }),
      choiceField(form, "zone", {
        label: t("group.zone"),
        hint: t("group.zone.hint", { time: clockIn(zone, clock.now()) }),
        choices: this.zones.map((each) => [each, each]),
      }),
      textField(form, "description", { label: t("hours.description") }),
    ];
  }

  #schedules() {
    const { form } = this;
    const roles = ROLES.toReversed().map((role) => [role, t(`group.role.${role}`)]);
    const choices = [["", t("group.role.none")], ...roles];
    const hint = html`<p class="form-hint hours-wide" key="hint">
      ${form.schedules.length ? t("group.order") : t("group.noSchedules")}</p>`;
    return [hint, ...form.schedules.map((schedule) =>
      choiceField(form, `schedules.${schedule.id}`, { label: schedule.name, hint: scheduleWords(schedule), choices }))];
  }

  #now() {
    const { form, administration } = this;
    const evaluation = administration.hours.evaluations.get(form.id);
    const words = evaluation?.state && stateWords(evaluation, form.entity.timeZone, clock.now());
    return html`${form.isDirty && html`<p class="form-note" key="note">${icon("info")}<span>${t("group.asSaved")}
        </span></p>`}
      ${words && html`<p class="hours-now" role="status" key="now"><span
        class="dot ${stateDot(evaluation.state)}"></span><span>${words}</span></p>`}
      <queue-users .administration=${administration} .member=${"scheduleGroup"} .group=${form.id}></queue-users>`;
  }
}

GroupEditor.define("group-editor");
