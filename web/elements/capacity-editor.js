import "./form-bar.js";
import { capacityFields } from "../lib/capacity-fields.js";
import { section } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { ViewElement } from "../lib/view-element.js";

/** How much everybody takes at once who has no capacity of their own. */
class CapacityEditor extends ViewElement {
  static properties = ["form", "administration"];

  view() {
    const { form, administration } = this;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay}>
        <h1 id="editor-title" tabindex="-1">${t("capacity.everybody")}</h1>
        <p class="quiet person-facts">${t("capacity.everybody.hint")}</p>
        ${section(t("person.capacity"), capacityFields(form, "media"))}
        <form-bar .form=${form} .administration=${administration} .savedLabel=${t("form.saved")}
          .saveLabel=${t("form.save")}></form-bar>
      </form>`;
  }
}

CapacityEditor.define("capacity-editor");
