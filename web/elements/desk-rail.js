import "./menu-button.js";
import { avatar } from "../lib/avatar.js";
import { html } from "../lib/html.js";
import { i18n, LANGUAGES, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { mayAdminister, maySeeWaiting } from "../models/permissions.js";

const THEMES = ["auto", "light", "dark"];
const DENSITIES = ["compact", "regular", "roomy"];

/** The narrow rail: where one is, the palette, whether the screen is live, and the agent's own menu. */
class DeskRail extends ViewElement {
  static properties = ["desk", "status", "live", "work", "preferences", "organization", "place"];

  connected() {
    this.setAttribute("role", "navigation");
  }

  view() {
    this.setAttribute("aria-label", t("rail.label"));
    const { user } = this.status;
    const alerts = this.work.alerts.length;
    return html`<span class="brand" title="${this.organization || "Engawa"}">${icon("mark")}</span>
      <button class="rail-button" aria-current=${this.place === "admin" ? null : "page"} aria-label="${t("rail.work")}"
        title="${t("rail.work")}"
        @click=${() => this.emit("open-conversation", {})}>
        ${icon("work")}${alerts > 0 && html`<span class="count" aria-hidden="true">${alerts}</span>`}</button>
      <button class="rail-button" aria-label="${t("rail.palette")}" title="${t("rail.palette")} (Ctrl K)"
        aria-keyshortcuts="Control+K" @click=${() => this.emit("open-palette")}>${icon("search")}</button>
      <button class="rail-button" aria-label="${t("search.label")}" title="${t("search.label")} (/)"
        aria-keyshortcuts="/" @click=${() => this.emit("open-search")}>${icon("channel-webmessaging")}</button>
      ${maySeeWaiting(user.authorization?.permissions) && html`<button class="rail-button" key="waiting"
        aria-label="${t("waiting.list")}" title="${t("waiting.list")}"
        @click=${() => this.emit("open-waiting")}>${icon("queue")}</button>`}
      ${mayAdminister(user.authorization?.permissions) && html`<button class="rail-button" key="admin"
        aria-current=${this.place === "admin" ? "page" : null} aria-label="${t("admin.label")}"
        title="${t("admin.label")}" @click=${() => this.emit("open-admin")}>${icon("admin")}</button>`}
      <span class="space"></span>
      ${this.#live()}
      <menu-button .label=${t("menu.label", { name: user.name })} .trigger=${avatar(user.name ?? "")}
        .items=${this.#items()} @choose=${this.#chosen}></menu-button>`;
  }

  #live() {
    const { isLive, isLost } = this.live;
    const words = t(isLive ? "live.yes" : isLost ? "live.no" : "live.connecting");
    return html`<span class="live" role="img" aria-label="${words}" title="${words}"><span
      class="dot ${isLive ? "good" : isLost ? "bad" : ""}"></span></span>`;
  }

  #items() {
    const { theme, density } = this.preferences.choices;
    return [
      { heading: this.status.user.email ?? this.status.user.name },
      { heading: t("menu.language") },
      ...Object.entries(LANGUAGES).map(([lang, label]) => (
        { id: `language ${lang}`, label, lang, isChecked: i18n.language === lang })),
      { heading: t("menu.theme") },
      ...THEMES.map((id) => ({ id: `theme ${id}`, label: t(`theme.${id}`), isChecked: theme === id })),
      { heading: t("menu.density") },
      ...DENSITIES.map((id) => ({ id: `density ${id}`, label: t(`density.${id}`), isChecked: density === id })),
      { heading: "" },
      { id: "signOut", label: t("menu.signOut"), icon: "signout" },
    ];
  }

  #chosen = ({ detail }) => {
    const [what, value] = detail.split(" ");
    if (what === "language") i18n.load(value, { remember: true });
    else if (what === "signOut") this.emit("sign-out");
    else this.preferences.choose({ [what]: value });
  };
}

DeskRail.define("desk-rail");
