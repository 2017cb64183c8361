import "../elements/capacity-editor.js";
import "../elements/capacity-list.js";
import "../elements/deployment-editor.js";
import "../elements/emergency-editor.js";
import "../elements/entry-editor.js";
import "../elements/group-editor.js";
import "../elements/queue-editor.js";
import "../elements/label-editor.js";
import "../elements/people-list.js";
import "../elements/person-editor.js";
import "../elements/schedule-editor.js";
import "../elements/skills-page.js";
import { html } from "./html.js";
import { channelIcon } from "./words.js";

/** The editor for what is being edited; another one is another element. */
const EDITORS = {
  deployments: (form, administration) => html`<deployment-editor key=${form.id ?? "new"} .form=${form}
    .administration=${administration}></deployment-editor>`,
  entryPoints: (form, administration) => html`<entry-editor key=${form.id ?? "new"} .form=${form}
    .administration=${administration}></entry-editor>`,
  queues: (form, administration) => html`<queue-editor key=${form.id ?? "new"} .form=${form}
    .administration=${administration}></queue-editor>`,
  people: (form, administration) => html`<person-editor key=${form.id} .form=${form}
    .administration=${administration}></person-editor>`,
  capacity: (form, administration) => html`<capacity-editor key="capacity" .form=${form}
    .administration=${administration}></capacity-editor>`,
  labels: (form, administration) => html`<label-editor key=${form.id ?? "new"} .form=${form}
    .administration=${administration}></label-editor>`,
  emergencyGroups: (form, administration) => html`<emergency-editor key=${form.id ?? "new"} .form=${form}
    .administration=${administration}></emergency-editor>`,
  scheduleGroups: (form, administration) => html`<group-editor key=${form.id ?? "new"} .form=${form}
    .administration=${administration}></group-editor>`,
  schedules: (form, administration) => html`<schedule-editor key=${form.id ?? "new"} .form=${form}
    .administration=${administration}></schedule-editor>`,
};

/** Sections that are one page, without a list beside it. */
const PAGES = {
  skills: (administration) => html`<skills-page key="skills" .page=${administration.page}
    .administration=${administration}></skills-page>`,
};

/** @param {import("../models/administration.js").Administration} administration */
export const pageOf = (administration) => PAGES[administration.section]?.(administration);

/** @param {import("../models/administration.js").Administration} administration */
export const editorOf = (administration) => EDITORS[administration.kind](administration.form, administration);

const ICONS = { queues: "queue" };

/** The sign of one in its section's list. @param {string} section @param {any} entity */
export const iconOf = (section, entity) => ICONS[section] ?? channelIcon(entity.channel?.type ?? "webmessaging");
