import "./agent-desk.js";
import "./entrance-page.js";
import { html } from "../lib/html.js";
import { i18n, t } from "../lib/i18n.js";
import { loadIcons } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { ApiError } from "../models/api-error.js";
import { Desk } from "../models/desk.js";
import { PlatformApi } from "../models/platform-api.js";
import { Preferences } from "../models/preferences.js";
import { SignIn } from "../models/sign-in.js";

/** The page: speaks the agent's language, knows whether they are signed in, and shows the desk or the entrance. */
class DesktopApp extends ViewElement {
  static properties = ["signIn", "desk", "preferences"];

  /** @type {any} */
  problem;
  isStarting = true;
  isLeaving = false;

  connected() {
    this.preferences = new Preferences();
    this.signIn = new SignIn(new URL(".", location.href.split(/[?#]/)[0]).href);
    this.preferences.addEventListener("change", () => this.#applyPreferences(), { signal: this.signal });
    this.signIn.addEventListener("change", () => this.#signInChanged(), { signal: this.signal });
    i18n.addEventListener("change", () => (document.documentElement.lang = i18n.language), { signal: this.signal });
    this.#start();
  }

  async #start() {
    loadIcons().catch(() => {});
    await i18n.load(i18n.choose(navigator.languages)).catch(() => {});
    try {
      await this.signIn.configure();
      await this.#completeSignIn();
    } catch (error) {
      this.problem = error;
    }
    this.isStarting = false;
    this.#signInChanged();
  }

  async #completeSignIn() {
    const query = new URLSearchParams(location.search);
    if (query.has("code") || query.has("error")) history.replaceState(null, "", this.signIn.redirectUri);
    await this.signIn.complete(query);
  }

  #signInChanged() {
    if (this.isStarting) return;
    const { isSignedIn } = this.signIn;
    if (isSignedIn && !this.desk) this.#openDesk();
    else if (!isSignedIn && this.desk) this.#closeDesk();
    this.update();
  }

  #openDesk() {
    this.problem = undefined;
    this.desk = new Desk(new PlatformApi(this.signIn));
    this.desk.open();
  }

  #closeDesk() {
    if (!this.isLeaving) this.problem = new ApiError(401, "signed.out", "");
    this.isLeaving = false;
    this.desk.close();
    this.desk = undefined;
  }

  #applyPreferences() {
    const { theme, density } = this.preferences.choices;
    const root = document.documentElement;
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.dataset.density = density;
  }

  /** Leaving the desk on purpose: nobody is offered work any more, and the token ends on the server too. */
  signOut = async () => {
    const { desk } = this;
    if ((desk.outbox?.hasUnsent || desk.attachments.hasAny) && !confirm(t("signOut.confirmUnsent"))) return;
    this.isLeaving = true;
    const offline = desk.status.bySystem("offline");
    await Promise.allSettled([offline ? desk.status.setPresence(offline) : undefined]);
    await desk.api.revokeToken().catch(() => {});
    desk.drafts?.clear();
    desk.attachments.forget();
    desk.outbox?.clear();
    this.signIn.end();
  };

  view() {
    if (this.isStarting) return [];
    if (!this.desk) return html`<entrance-page .signIn=${this.signIn} .problem=${this.problem}></entrance-page>`;
    return html`<agent-desk .desk=${this.desk} .preferences=${this.preferences}
      .organization=${this.signIn.configuration?.organizationName ?? ""}
      @sign-out=${this.signOut}></agent-desk>`;
  }
}

DesktopApp.define("desktop-app");
