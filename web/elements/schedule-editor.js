import "./form-bar.js";
import { choiceField, section, severalField, switchField, textField } from "../lib/fields.js";
import { scheduleWords, weekdayName, yearlyDay } from "../lib/hours-words.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { isDay, repeatsOn, WEEKDAYS } from "../models/recurrence.js";

/** A schedule: which days, which times, and how often; beside it the same in words, and the groups that use it. */
class ScheduleEditor extends ViewElement {
  static properties = ["form", "administration"];

  view() {
    const { form, administration } = this;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay}>
        <h1 id="editor-title" tabindex="-1">${form.values.name.trim() || t("hours.schedules.new")}</h1>
        ${section(t("hours.what"), this.#what())}
        ${section(t("schedule.when"), this.#when())}
        ${section(t("schedule.times.title"), this.#times())}
        <form-bar .form=${form} .administration=${administration} .savedLabel=${t("form.saved")}
          .saveLabel=${t(form.id ? "form.save" : "entry.create")} .removeQuestion=${this.#removeQuestion()}></form-bar>
      </form>
      <aside class="preview" aria-label="${t("schedule.inWords")}"><h2>${t("schedule.inWords")}</h2>
        <p class="hours-now">${icon("calendar")}<span>${this.#words()}</span></p>
        <p class="form-hint">${t("schedule.noZone")}</p>
        ${form.id && this.#users()}</aside>`;
  }

  #removeQuestion() {
    return this.administration.may("delete", "schedules") ? t("schedule.removeQuestion") : "";
  }

  #what() {
    return [
      textField(this.form, "name", { label: t("entry.name"), lengthMax: 256, isRequired: true }),
      textField(this.form, "description", { label: t("hours.description") }),
    ];
  }

  #when() {
    const { form } = this;
    const { repeats, ends } = form.values;
    const weekdays = WEEKDAYS.map((day) => [day, weekdayName(day, "short"), weekdayName(day, "long")]);
    return [
      choiceField(form, "repeats", { label: t("schedule.repeats"), choices: this.#choices() }),
      textField(form, "day", { label: t(this.#firstLabel()), type: "date", isRequired: true }),
      repeats === "weekly" && severalField(form, "weekdays", { label: t("schedule.weekdays"), choices: weekdays }),
      repeats === "other" && html`<p class="form-note hours-wide" key="rule">${icon("info")}<span>
        ${t("schedule.other")} <code>${form.entity.rrule}</code></span></p>`,
      form.hasLastDay && textField(form, "lastDay", {
        label: t(repeats === "once" ? "schedule.lastDay" : "schedule.lastDay.each"),
        type: "date",
        isRequired: true,
      }),
      !["once", "other"].includes(repeats) && switchField(form, "ends", { label: t("schedule.ends") }),
      ends && !["once", "other"].includes(repeats)
        && textField(form, "until", { label: t("schedule.untilDay"), type: "date", isRequired: true }),
    ];
  }

  #firstLabel() {
    return this.form.values.repeats === "weekly" ? "schedule.from.weekly" : "schedule.day";
  }

  /** What can be said of this first day, and what is chosen or was. */
  #choices() {
    const { form } = this;
    const { day, repeats } = form.values;
    const kinds = new Set([...repeatsOn(day), repeats, ...(form.isOther ? ["other"] : [])]);
    return [...kinds].map((kind) => [kind, this.#choice(kind, day)]);
  }

  /** @param {string} kind @param {string} day */
  #choice(kind, day) {
    const isByWeekday = kind === "yearlyWeekday" || kind === "yearlyLast";
    if (!isByWeekday || !isDay(day)) return t(`schedule.repeats.${kind}`);
    return t("schedule.repeats.onDay", { day: yearlyDay(kind, day) });
  }

  #times() {
    const { form } = this;
    const { isWholeDays, repeats, from, to } = form.values;
    const isOverNight = repeats === "weekly" && from && to && to <= from;
    return [
      switchField(form, "isWholeDays", { label: t("schedule.isWholeDays") }),
      !isWholeDays && textField(form, "from", { label: t("schedule.from"), type: "time", isRequired: true }),
      !isWholeDays && textField(form, "to", {
        label: t("schedule.to"),
        type: "time",
        isRequired: true,
        hint: isOverNight ? t("schedule.overNight") : undefined,
      }),
    ];
  }

  #words() {
    const isRight = Object.entries(this.form.problems).every(([path, problem]) => path === "name" || !problem);
    return isRight ? scheduleWords(this.form.wanted) : t("schedule.notYet");
  }

  #users() {
    const groups = this.administration.hours.groupsOf(this.form.id);
    return html`<h3>${t("schedule.usedBy")}</h3>${groups.length === 0 && html`<p>${t("schedule.unused")}</p>`}
      <ul class="hours-users">${groups.map(({ group, role }) => html`<li key=${group.id}><button type="button"
        class="button plain" @click=${() => this.emit("choose", { id: group.id, kind: "scheduleGroups" })}>
        ${group.name}</button><span class="quiet">${t(`group.role.${role}`)}</span></li>`)}</ul>`;
  }
}

ScheduleEditor.define("schedule-editor");
