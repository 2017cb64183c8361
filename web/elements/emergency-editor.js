import "./form-bar.js";
import "./queue-users.js";
import { section, textField } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { i18n, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";

/** An emergency group: the switch that closes queues at once, and which. */
class EmergencyEditor extends ViewElement {
  static properties = ["form", "administration"];

  view() {
    const { form, administration } = this;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay}>
        <h1 id="editor-title" tabindex="-1">${form.values.name.trim() || t("hours.emergencyGroups.new")}</h1>
        ${form.id && this.#switch()}
        ${section(t("hours.what"), this.#what())}
        <form-bar .form=${form} .administration=${administration} .savedLabel=${t("form.saved")}
          .saveLabel=${t(form.id ? "form.save" : "entry.create")} .removeQuestion=${this.#removeQuestion()}></form-bar>
      </form>
      <aside class="preview" aria-label="${t("emergency.closes")}"><h2>${t("emergency.closes")}</h2>
        ${form.id ? html`<queue-users .administration=${administration} .member=${"emergencyGroup"}
          .group=${form.id}></queue-users>` : html`<p class="quiet">${t("emergency.notYet")}</p>`}</aside>`;
  }

  #removeQuestion() {
    return this.administration.may("delete", "emergencyGroups") ? t("emergency.removeQuestion") : "";
  }

  get #queues() {
    return this.administration.hours.queuesOf("emergencyGroup", this.form.id);
  }

  /** Beside the form: it acts at once. */
  #switch() {
    const { form } = this;
    return html`<section class="emergency" data-on="${String(form.isOn)}"><button type="button" role="switch"
        id="emergency-switch" class="queue-switch" aria-checked="${String(form.isOn)}"
        aria-busy="${String(form.isSaving)}" aria-describedby="emergency-words" @click=${this.#toggle}>
        <span class="switch-track"></span>${t("emergency.label")}</button>
      <p id="emergency-words" role="status">${form.isOn && icon("alert")}<span>${this.#words()}</span></p></section>`;
  }

  #words() {
    const count = this.#queues.length;
    if (!this.form.isOn) return t("emergency.isOff");
    return count ? t("emergency.isOn", { count, queues: this.#names() }) : t("emergency.isOnForNobody");
  }

  #names() {
    return new Intl.ListFormat(i18n.language).format(this.#queues.map(({ name }) => name));
  }

  #toggle = () => {
    const { form, administration } = this;
    if (form.isSaving) return;
    const question = this.#queues.length ? t("emergency.question", { queues: this.#names() })
      : t("emergency.questionForNobody");
    if (form.isOn || confirm(question)) administration.toggle();
  };

  #what() {
    return [
      textField(this.form, "name", { label: t("entry.name"), lengthMax: 256, isRequired: true }),
      textField(this.form, "description", { label: t("hours.description") }),
    ];
  }
}

EmergencyEditor.define("emergency-editor");
