import "./code-snippet.js";
import "./form-bar.js";
import "./messenger-preview.js";
import * as sections from "../lib/deployment-sections.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { ViewElement } from "../lib/view-element.js";

/** A web deployment: what it is, how it looks, what it can do; beside it the messenger as it would be. */
class DeploymentEditor extends ViewElement {
  static properties = ["form", "administration"];

  view() {
    const { form, administration } = this;
    const { snippet } = form.deployment;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay}>
        <h1 id="editor-title" tabindex="-1">${form.values.name.trim() || t("deployment.new")}</h1>
        ${snippet && html`<section class="form-section"><code-snippet .label=${t("deployment.snippet")} .text=${snippet}
          .hint=${t("deployment.snippet.hint")}></code-snippet></section>`}
        ${sections.placeSection(form, administration.queues)}
        ${sections.lookSection(form)}
        ${sections.wordsSection(form)}
        ${sections.botSection(form)}
        ${sections.conversationSection(form)}
        ${sections.fileSection(form)}
        ${sections.journeySection(form)}
        ${sections.signInSection(form, administration.integrations)}
        <form-bar .form=${form} .administration=${administration} .saveLabel=${t("deployment.publish")}
          .savedLabel=${t("deployment.published")} .removeQuestion=${t("deployment.removeQuestion")}></form-bar>
      </form>
      <aside class="preview" aria-label="${t("preview.label")}">
        <h2>${t("preview.label")}</h2><messenger-preview .form=${form}></messenger-preview></aside>`;
  }
}

DeploymentEditor.define("deployment-editor");
