import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { ViewElement } from "../../lib/view-element.js";
import { avatar, nameOf } from "../views/author.js";
import { hasFocus, lostFocus } from "../views/focus.js";
import { icon } from "../views/icons.js";
import "./composer.js";
import "./log.js";
import "./menu.js";
import "./survey.js";

/**
 * The messenger's window: who answers, how the connection stands, the conversation, the composer. Emits `shut`;
 * closing ends nothing.
 */
class Panel extends ViewElement {
  static properties = ["session", "context", "attention", "isVisible"];

  #noticeTimer;
  /** A notice waits a moment: most interruptions are over before anybody could read about them. */
  #showsNotice = false;
  #hadFocus = false;
  /** How far the copy of the conversation is, while one is made. */
  #copying = "";

  connected() {
    this.addEventListener("copying", (event) => this.#copies(event), { signal: this.signal });
    this.addEventListener("focuslost", () => this.takeFocus(), { signal: this.signal });
    this.addEventListener("keydown", (event) => this.#key(event), { signal: this.signal });
    for (const type of ["keydown", "pointerdown", "focusin"])
      this.addEventListener(type, () => this.session.socket.happened("wanted"), { signal: this.signal });
  }

  /**
   * @param {{keepsFocus?: boolean}} options on phones the keyboard would hide the conversation, so there the window
   *   itself takes the focus
   */
  takeFocus({ keepsFocus = false } = {}) {
    if (keepsFocus) return;
    const composer = this.context.isTouch ? undefined : this.querySelector("textarea");
    (composer ?? this).focus({ preventScroll: true });
  }

  view() {
    const { session, context } = this;
    this.#hadFocus = hasFocus(this);
    return html`
      <div class="head">
        ${this.#who()}
        <engawa-menu .session=${session} .context=${context} .attention=${this.attention}></engawa-menu>
        <button type="button" class="round" aria-label=${t("panel.close")} @click=${() => this.emit("shut")}>
          ${icon("close")}</button>
      </div>
      <div class="notice" role="status">${this.#notice()}${this.#copy()}</div>
      <engawa-log .session=${session} .context=${context} .isVisible=${this.isVisible}></engawa-log>
      ${session.survey.isShown && html`<engawa-survey .session=${session}></engawa-survey>`}
      ${session.isOver ? this.#over() : this.#composer()}`;
  }

  updated() {
    // A composer that has just been put in draws itself after us.
    if (this.#hadFocus && lostFocus(this)) queueMicrotask(() => this.takeFocus());
  }

  #who() {
    const { author } = this.session;
    const mark = author ? avatar(author, this.context) : html`<span class="avatar machine">${icon("chat")}</span>`;
    const name = author ? nameOf(author, this.context) : t("home.title");
    const role = author ? t(author.isBot ? "who.bot" : "who.person") : t("home.subtitle");
    return html`${mark}<div class="who"><h2 id="engawa-title">${name}</h2><p>${role}</p></div>`;
  }

  #notice() {
    const { phase } = this.session;
    const isWell = ["live", "resting"].includes(phase);
    const isFirstAttempt = ["opening", "configuring"].includes(phase);
    if (isWell || (isFirstAttempt && !this.#showsNotice)) {
      this.#calm(isWell);
      return [];
    }
    if (phase === "refused") return html`<p>${icon("alert")}<span>${t("notice.refused")}</span></p>`;
    if (phase === "displaced") return html`<p>${icon("chat")}<span>${t("notice.displaced")}</span></p>`;
    if (phase === "offline") return html`<p>${icon("cloud")}<span>${t("notice.offline")}</span></p>`;
    this.#noticeTimer ??= setTimeout(() => this.#raise(), 1_200);
    return this.#showsNotice ? html`<p>${icon("cloud")}<span>${t("notice.waiting")}</span></p>` : [];
  }

  #copy() {
    return this.#copying && html`<p>${icon("download")}<span>${this.#copying}</span></p>`;
  }

  /** @param {any} event */
  #copies({ detail }) {
    this.#copying = detail;
    this.update();
  }

  #raise() {
    this.#showsNotice = true;
    this.update();
  }

  /** @param {boolean} isWell */
  #calm(isWell) {
    if (!isWell) return;
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = undefined;
    this.#showsNotice = false;
  }

  #composer() {
    return html`<engawa-composer .session=${this.session} .context=${this.context}></engawa-composer>`;
  }

  #over() {
    const startNew = () => this.session.startNew();
    return html`<div class="over">
      <p>${t("over.text")}</p>
      <button type="button" class="primary" @click=${startNew}>${t("over.startNew")}</button>
    </div>`;
  }

  /** Keys pressed here are not shortcuts of the page around us. @param {KeyboardEvent} event */
  #key(event) {
    event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) this.emit("shut");
    if (event.key === "Tab" && this.getAttribute("aria-modal") === "true") this.#stayInside(event);
  }

  /** @param {KeyboardEvent} event */
  #stayInside(event) {
    const stops = [
      ...this.querySelectorAll("button:not(:disabled), a[href], input, select, textarea, [tabindex='0'], video, audio"),
    ].filter((stop) => stop.checkVisibility?.() ?? true);
    const active = /** @type {ShadowRoot} */ (this.getRootNode()).activeElement;
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (active !== from && !(event.shiftKey && active === this)) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (to).focus();
  }
}

Panel.define("engawa-panel");
