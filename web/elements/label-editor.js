import "./form-bar.js";
import { section, severalField, switchField, textField } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { ViewElement } from "../lib/view-element.js";

/** A label: its name, and how many conversations with it somebody may have at once. */
class LabelEditor extends ViewElement {
  static properties = ["form", "administration"];

  view() {
    const { form, administration } = this;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay}>
        <h1 id="editor-title" tabindex="-1">${form.values.name.trim() || t("label.new")}</h1>
        ${form.peopleCount > 0 && html`<p class="quiet person-facts" key="people">
          ${t("label.people", { count: form.peopleCount })}</p>`}
        ${section(t("hours.what"), [textField(form, "name", {
          label: t("entry.name"),
          hint: t("label.name.hint"),
          lengthMax: 256,
          isRequired: true,
        })])}
        ${section(t("person.capacity"), this.#limit())}
        <form-bar .form=${form} .administration=${administration} .savedLabel=${t("form.saved")}
          .saveLabel=${t(form.id ? "form.save" : "entry.create")} .removeQuestion=${this.#removeQuestion()}></form-bar>
      </form>`;
  }

  #removeQuestion() {
    const { administration, form } = this;
    if (!administration.may("delete", "labels")) return "";
    const { peopleCount: count } = form;
    return count ? t("label.removeFrom", { count }) : t("label.removeQuestion");
  }

  #limit() {
    const { form } = this;
    const on = switchField(form, "isLimited", { label: t("label.isLimited"), hint: t("label.isLimited.hint") });
    if (!form.values.isLimited) return [on];
    return [
      on,
      textField(form, "maximum", {
        label: t("capacity.maximum"),
        hint: t("capacity.maximum.hint"),
        unit: t("capacity.unit"),
        inputMode: "numeric",
        lengthMax: 2,
      }),
      form.others.length > 0 && severalField(form, "interrupting", {
        label: t("capacity.interrupts"),
        hint: t("label.interrupts.hint"),
        choices: form.others.map((/** @type {any} */ { id, name }) => [id, name, name]),
      }),
    ];
  }
}

LabelEditor.define("label-editor");
