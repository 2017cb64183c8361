import "./alert-stack.js";
import "./command-palette.js";
import "./connection-banner.js";
import "./conversation-view.js";
import "./customer-panel.js";
import "./desk-rail.js";
import "./live-announcer.js";
import "./message-finder.js";
import "./notice-stack.js";
import "./presence-bar.js";
import "./transfer-dialog.js";
import "./waiting-list.js";
import "./waiting-room.js";
import "./work-queue.js";
import { deskKeys } from "../lib/desk-keys.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { isTyping } from "../lib/keyboard.js";
import { ViewElement } from "../lib/view-element.js";
import { DeskActions } from "../models/desk-actions.js";

/** The agent's whole screen: who stands where, and the keys that work everywhere. */
class AgentDesk extends ViewElement {
  static properties = ["desk", "preferences", "organization"];

  /** Administrators have an area of their own; it is loaded when somebody goes there. */
  place = "work";

  connected() {
    this.actions = new DeskActions(this.desk);
    const options = { signal: this.signal };
    document.addEventListener("keydown", deskKeys(this), options);
    globalThis.addEventListener("beforeunload", this.#leaving, options);
    this.addEventListener("open-conversation", (event) => this.#open(event.detail), options);
    this.addEventListener("open-admin", () => this.#openAdmin(), options);
    this.addEventListener("open-transfer", ({ detail }) => this.querySelector("transfer-dialog").open(detail), options);
    this.addEventListener("open-palette", () => this.querySelector("command-palette").open(), options);
    this.addEventListener("open-search", () => this.querySelector("message-finder").open(), options);
    this.addEventListener("open-waiting", () => this.querySelector("waiting-room").open(), options);
    this.addEventListener("accept", (event) => this.#accept(event.detail), options);
    const accept = (id) => this.#accept(id);
    this.addEventListener("take", ({ detail }) => this.desk.waiting.take(detail, this.desk, accept), options);
    this.addEventListener("end-conversation", (event) => this.#end(event.detail), options);
  }

  view() {
    const { desk, actions, preferences } = this;
    if (desk.failure) return this.#failure();
    if (!desk.isReady) return [];
    this.dataset.pane = desk.selectedId ? "talk" : "list";
    this.dataset.place = this.place;
    return html`<a class="skip-link" href="#conversation">${t("skip.conversation")}</a>
      <connection-banner .live=${desk.live} .outbox=${desk.outbox}></connection-banner>
      <desk-rail .desk=${desk} .status=${desk.status} .live=${desk.live} .work=${desk.work} .preferences=${preferences}
        .organization=${this.organization} .place=${this.place}></desk-rail>
      ${this.place === "admin" ? html`<admin-area .desk=${desk} .actions=${actions}></admin-area>` : this.#work()}
      <command-palette .desk=${desk} .work=${desk.work} .actions=${actions} .preferences=${preferences}>
        </command-palette>
      <message-finder .desk=${desk} .work=${desk.work}></message-finder>
      <transfer-dialog .desk=${desk} .actions=${actions}></transfer-dialog>
      <waiting-room .desk=${desk}></waiting-room>
      <notice-stack .notices=${desk.notices}></notice-stack>
      <live-announcer .desk=${desk} .work=${desk.work} .messages=${desk.messages}></live-announcer>`;
  }

  #work() {
    const { desk, actions, preferences } = this;
    return html`<section class="work-column" aria-label="${t("work.label")}">
        <presence-bar .status=${desk.status} .notices=${desk.notices}></presence-bar>
        <div class="work-scroll">
          <alert-stack .desk=${desk} .work=${desk.work} .actions=${actions} .messages=${desk.messages}></alert-stack>
          <work-queue .desk=${desk} .work=${desk.work} .messages=${desk.messages} .status=${desk.status}
            .typing=${desk.typing}></work-queue>
          <waiting-list .waiting=${desk.waiting} .status=${desk.status}></waiting-list>
        </div>
      </section>
      <conversation-view .desk=${desk} .work=${desk.work} .actions=${actions} .preferences=${preferences}
        .status=${desk.status}></conversation-view>
      <customer-panel .desk=${desk} .work=${desk.work} .preferences=${preferences}></customer-panel>`;
  }

  #failure() {
    const { failure } = this.desk;
    return html`<main class="empty" style=${{ "grid-column": "1 / -1", "grid-row": "1 / -1" }}><h1>${t("desk.closed")}
      </h1>
      <p role="alert">${t(failure.sentence ?? "error.unexpected")} ${failure.isOffline ? "" : failure.message}</p>
      <button class="button" @click=${() => location.reload()}>${t("action.retry")}</button>
      <button class="button plain" @click=${() => this.emit("sign-out")}>${t("menu.signOut")}</button></main>`;
  }

  updated() {
    const { length } = this.desk.work?.alerts ?? [];
    const usual = this.organization ? `${this.organization} · Engawa` : "Engawa";
    document.title = length ? t("title.alert", { count: length }) : usual;
  }

  #open = ({ id, focus }) => {
    if (!this.#leaveAdmin()) return;
    this.desk.select(id);
    if (focus) this.#focusComposer();
  };

  async #openAdmin() {
    try {
      await import("./admin-area.js");
    } catch {
      return this.desk.notices.add({ kind: "error", sentence: "error.offline" });
    }
    this.place = "admin";
    this.update();
  }

  /** @returns {boolean} whether the person is at work now */
  #leaveAdmin() {
    if (this.place === "admin" && !this.querySelector("admin-area").mayLeave()) return false;
    this.place = "work";
    this.update();
    return true;
  }

  #focusComposer() {
    // Once the models and then the elements have settled.
    setTimeout(() => this.querySelector("message-composer textarea, wrapup-panel :is(input, textarea)")?.focus());
  }

  async #accept(id) {
    if (!this.#leaveAdmin()) return;
    const wasTyping = isTyping(document.activeElement);
    await this.actions.accept(id);
    if (!wasTyping && this.desk.selectedId === id) this.#focusComposer();
  }

  async #end(id) {
    const hasDraft = Boolean(this.desk.drafts.read(id).trim()) || this.desk.attachments.of(id).length > 0;
    if (hasDraft && !confirm(t("end.confirmDraft"))) return;
    await this.actions.end(id);
    if (this.desk.selectedId === id) this.#focusComposer();
  }

  /** @param {BeforeUnloadEvent} event */
  #leaving = (event) => {
    // A reload keeps what is unsent, closing the window does not; the browser cannot tell which it is. Neither keeps
    // files that lie beside a message.
    if (this.desk.outbox?.hasUnsent || this.desk.attachments.isAnySending) event.preventDefault();
  };
}

AgentDesk.define("agent-desk");
