import "./code-snippet.js";
import "./form-bar.js";
import { choiceField, linesField, section, switchField, textField } from "../lib/fields.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { channelName } from "../lib/words.js";
import { CHANNELS } from "../models/entry-form.js";

/** An entry point: where it leads and what it carries; beside it the link, the button and the code to take away. */
class EntryEditor extends ViewElement {
  static properties = ["form", "administration"];

  view() {
    const { form, administration } = this;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay}>
        <h1 id="editor-title" tabindex="-1">${form.values.name.trim() || t("entry.new")}</h1>
        ${section(t("entry.where"), this.#where())}
        ${section(t("entry.carries"), this.#carries())}
        <form-bar .form=${form} .administration=${administration} .savedLabel=${t("form.saved")}
          .saveLabel=${t(form.id ? "form.save" : "entry.create")} .removeQuestion=${t("entry.removeQuestion")}>
          </form-bar>
      </form>
      <aside class="preview" aria-label="${t("entry.takeAway")}"><h2>${t("entry.takeAway")}</h2>
        ${form.id ? this.#takeAway() : html`<p class="quiet">${t("entry.notYet")}</p>`}</aside>`;
  }

  #where() {
    const { form, administration } = this;
    const { channel } = form.values;
    const isOurs = channel === "webmessaging";
    const deployments = administration.lists.deployments ?? [];
    return [
      textField(form, "name", {
        label: t("entry.name"),
        hint: t("entry.name.hint"),
        lengthMax: 256,
        isRequired: true,
      }),
      choiceField(form, "channel", {
        label: t("entry.channel"),
        choices: CHANNELS.map((each) => [each, channelName(each)]),
      }),
      isOurs && choiceField(form, "deployment", {
        label: t("entry.deployment"),
        choices: deployments.map(({ id, name }) => [id, name]),
      }),
      !isOurs && textField(form, "address", {
        label: t(`entry.address.${channel}`),
        hint: t(`entry.address.${channel}.hint`),
        isRequired: true,
      }),
      channel === "twitter" && textField(form, "welcome", {
        label: t("entry.welcome"),
        hint: t("entry.welcome.hint"),
        inputMode: "numeric",
      }),
      switchField(form, "isActive", { label: t("entry.isActive"), hint: t("entry.isActive.hint") }),
    ];
  }

  #carries() {
    const { form } = this;
    return [
      form.carriesText && linesField(form, "text", { label: t("entry.text"), hint: t("entry.text.hint"), rows: 2 }),
      form.carriesRef && textField(form, "ref", { label: t("entry.ref"), hint: t("entry.ref.hint"), lengthMax: 250 }),
      linesField(form, "attributes", {
        label: t("entry.attributes"),
        hint: t("entry.attributes.hint"),
        placeholder: t("entry.attributes.example"),
        rows: 3,
      }),
      textField(form, "button", {
        label: t("entry.button"),
        placeholder: t("entry.button.usual"),
        lengthMax: 60,
      }),
    ];
  }

  #takeAway() {
    const { entity, qrUrl, isDirty } = this.form;
    return html`${isDirty && html`<p class="form-note">${icon("info")}<span>${t("entry.asSaved")}</span></p>`}
      ${qrUrl && html`<figure class="qr"><img src="${qrUrl}" alt="${t("entry.qr", { name: entity.name })}" width="200"
        height="200"><figcaption><a class="button" href="${qrUrl}" download="${entity.name}.svg">${icon("arrow-down")}
        ${t("entry.download")}</a></figcaption></figure>`}
      <code-snippet .label=${t("entry.link")} .text=${entity.link}></code-snippet>
      ${entity.deepLink !== entity.link && html`<code-snippet key="deep" .label=${t("entry.deepLink")}
        .text=${entity.deepLink} .hint=${t("entry.deepLink.hint")}></code-snippet>`}
      ${entity.siteQuery && html`<code-snippet key="site" .label=${t("entry.site")} .text=${`?${entity.siteQuery}`}
        .hint=${t("entry.site.hint")}></code-snippet>`}
      <code-snippet key="button" .label=${t("entry.buttonHtml")} .text=${entity.buttonHtml}></code-snippet>
      <p><a class="quiet" href="${entity.link}" target="_blank" rel="noopener">${t("entry.try")}</a></p>`;
  }
}

EntryEditor.define("entry-editor");
