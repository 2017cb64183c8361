import { html } from "../lib/html.js";
import { i18n, LANGUAGES, t } from "../lib/i18n.js";
import { veranda } from "../lib/veranda.js";
import { ViewElement } from "../lib/view-element.js";

/** The entrance, for someone who is signed out. Passwords are typed on the server's own page, never here. */
class EntrancePage extends ViewElement {
  static properties = ["signIn", "problem"];

  updated() {
    document.title = "Engawa";
  }

  view() {
    const organization = this.signIn.configuration?.organizationName;
    const { problem } = this;
    return html`<div class="entrance"><main>
      ${veranda()}
      <h1>${organization || "Engawa"}</h1>
      <p class="quiet">${t("entrance.words")}</p>
      ${problem && html`<p class="problem" role="alert">${t(problem.sentence ?? "error.unexpected")}
        ${problem.status !== 401 && html` <small>${problem.message}</small>`}</p>`}
      <button class="button primary" @click=${this.#begin} ?disabled=${!this.signIn.configuration}>
        ${t("entrance.signIn")}</button>
      <div class="languages" role="group" aria-label="${t("menu.language")}">
        ${Object.entries(LANGUAGES).map(([language, name]) => html`
        <button class="button plain" key=${language} lang="${language}"
          aria-pressed="${String(language === i18n.language)}"
          @click=${() => i18n.load(language, { remember: true })}>${name}</button>`)}</div>
    </main></div>`;
  }

  #begin = () => location.assign(this.signIn.begin());
}

EntrancePage.define("entrance-page");
