import { fieldId } from "../lib/fields.js";
import { unfold } from "../lib/folds.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";

/** Once the models and then the elements have settled. @param {string} id */
const focusOn = (id) => setTimeout(() => {
  const element = document.getElementById(id);
  unfold(element);
  element?.focus();
});

/** The end of a form: save, delete, and what became of it. Ctrl+S saves from anywhere in the form. */
class FormBar extends ViewElement {
  static properties = ["form", "administration", "saveLabel", "savedLabel", "removeQuestion"];

  connected() {
    this.closest("form")?.addEventListener("keydown", this.#keyPressed, { signal: this.signal });
  }

  view() {
    const { form } = this;
    return html`${form.failure && html`<div class="form-failure" role="alert">${icon("alert")}
        <p>${t(form.failure.sentence, form.failure.values)} <small>${form.failure.isOffline ? t("error.offline")
          : form.failure.reason}</small></p>${form.failure.isStale && html`<button type="button" class="button"
          @click=${this.#reopen}>${t("form.showLatest")}</button>`}</div>`}
      <div class="form-bar"><button type="button" class="button primary" aria-busy="${String(form.isSaving)}"
        ?disabled=${form.isSaving || (Boolean(form.id) && !form.isDirty)} aria-keyshortcuts="Control+S"
        @click=${this.#save}>${this.saveLabel}</button>
      <span class="quiet" role="status">${this.#state()}</span>
      ${form.id && this.removeQuestion && html`<button type="button" class="button plain danger"
        ?disabled=${form.isSaving} @click=${this.#remove}>${icon("discard")}${t("form.remove")}</button>`}</div>`;
  }

  #state() {
    const { form } = this;
    if (form.isSaving) return t("form.saving");
    if (form.wasSaved && !form.isDirty) return html`${icon("check")} ${this.savedLabel}`;
    return form.isDirty && form.id ? t("form.unsaved") : "";
  }

  #save = async () => {
    const isNew = !this.form.id;
    const isDone = await this.administration.save();
    const path = this.form.firstProblem;
    if (!isDone && path) focusOn(fieldId(path));
    // What was new has another editor now.
    if (isDone && isNew) focusOn("editor-title");
  };

  #reopen = async () => {
    await this.administration.reopen();
    focusOn("editor-title");
  };

  #remove = () => confirm(this.removeQuestion) && this.administration.remove();

  /** @param {KeyboardEvent} event */
  #keyPressed = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (!this.form.id || this.form.isDirty) this.#save();
  };
}

FormBar.define("form-bar");
