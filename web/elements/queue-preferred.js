import { textField } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { secondsField } from "../lib/queue-fields.js";
import { ViewElement } from "../lib/view-element.js";
import { RULES_MAX } from "../models/queue-values.js";

/** Preferred agents of a queue: for how long only those with a score are asked. */
class QueuePreferred extends ViewElement {
  static properties = ["form"];

  view() {
    const { preferred } = this.form.values;
    return html`<p class="form-hint">${t("queue.preferred.hint")}</p>
      ${preferred.map((rule, index) => this.#rule(rule, index))}
      ${preferred.length < RULES_MAX && html`<button type="button" class="button" key="add" id="add-rule"
        @click=${() => this.form.addRule()}>${icon("add")}${t("queue.rule.add")}</button>`}`;
  }

  /** @param {{isForAll: boolean}} rule @param {number} index */
  #rule({ isForAll }, index) {
    const number = index + 1;
    return html`<fieldset class="ring" key=${index}><legend>${t("queue.rule", { number })}</legend>
      <button type="button" class="button plain icon-only ring-remove" title="${t("queue.rule.remove", { number })}"
        aria-label="${t("queue.rule.remove", { number })}" @click=${() => this.#remove(index)}>${icon("close")}</button>
      ${isForAll ? html`<p class="form-hint" key="all">${t("queue.rule.all")}</p>` : [
        textField(this.form, `preferred.${index}.threshold`, {
          label: t("queue.rule.threshold"),
          hint: t("queue.rule.threshold.hint"),
          inputMode: "numeric",
        }),
        secondsField(this.form, `preferred.${index}.wait`, "queue.rule.wait"),
      ]}</fieldset>`;
  }

  /** @param {number} index */
  #remove(index) {
    this.form.write("preferred", this.form.values.preferred.toSpliced(index, 1));
    setTimeout(() => this.querySelector("#add-rule")?.focus());
  }
}

QueuePreferred.define("queue-preferred");
