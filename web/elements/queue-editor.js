import "./form-bar.js";
import "./pick-dialog.js";
import "./queue-asking.js";
import "./queue-finding.js";
import "./queue-hours.js";
import "./queue-members.js";
import "./queue-story.js";
import "./queue-waiting.js";
import { section, textField } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { ViewElement } from "../lib/view-element.js";

/** A queue, part by part in the order of a conversation; beside it the same as a story. */
class QueueEditor extends ViewElement {
  static properties = ["form", "administration"];

  view() {
    const { form, administration } = this;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay} @pick=${this.#pick}>
        <h1 id="editor-title" tabindex="-1">${form.values.name.trim() || t("admin.queues.new")}</h1>
        ${section(t("hours.what"), this.#what())}
        <queue-members .form=${form}></queue-members>
        <queue-finding .form=${form}></queue-finding>
        <queue-asking .form=${form}></queue-asking>
        <queue-hours .form=${form}></queue-hours>
        <queue-waiting .form=${form}></queue-waiting>
        <form-bar .form=${form} .administration=${administration} .savedLabel=${t("form.saved")}
          .saveLabel=${t(form.id ? "form.save" : "entry.create")} .removeQuestion=${this.#removeQuestion()}></form-bar>
      </form>
      <queue-story class="preview" .form=${form}></queue-story>
      <pick-dialog></pick-dialog>`;
  }

  #removeQuestion() {
    const { form, administration } = this;
    if (!administration.may("delete", "queues")) return "";
    const values = { name: form.entity.name, count: form.members.length };
    return t(values.count ? "queue.removeQuestion.people" : "queue.removeQuestion", values);
  }

  #what() {
    return [
      textField(this.form, "name", { label: t("entry.name"), lengthMax: 256, isRequired: true }),
      textField(this.form, "description", { label: t("hours.description"), hint: t("queue.description.hint") }),
    ];
  }

  /** A part asks for something to be picked; outside of the form, so that the sheet is no part of it. */
  #pick = (/** @type {CustomEvent} */ { detail }) => this.querySelector("pick-dialog").open(detail);
}

QueueEditor.define("queue-editor");
