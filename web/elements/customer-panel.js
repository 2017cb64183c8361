import "./why-section.js";
import { avatar } from "../lib/avatar.js";
import { clock } from "../lib/clock.js";
import { day, moment, timeOfDay } from "../lib/format.js";
import { html } from "../lib/html.js";
import { i18n, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { channelIcon, channelName, nameOf } from "../lib/words.js";
import { channelOf, customerOf } from "../models/conversation.js";

/** Pages that are shown; what came before is counted. */
const STEPS_SHOWN = 8;
/** What the customer thought of the conversation, of 5. @param {string | undefined} score */
const scoreWords = (score) =>
  /^[1-5]$/.test(score ?? "") ? t("survey.of", { score, words: t(`survey.${score}`) }) : "";
const WIDE = globalThis.matchMedia?.("(min-width: 1181px)");

/** Who the customer is: identities, what the channel told about them, what was talked about before. */
class CustomerPanel extends ViewElement {
  static properties = ["desk", "work", "preferences", "history", "directory", "journey"];

  connected() {
    this.setAttribute("role", "complementary");
    WIDE?.addEventListener("change", this.#widthChanged, { signal: this.signal });
    this.#widthChanged();
  }

  /** Where it would cover the conversation it stays away until it is asked for. */
  #widthChanged = () => {
    const covers = WIDE && !WIDE.matches;
    if (covers && this.preferences.choices.showsCustomer) this.preferences.choose({ showsCustomer: false });
    this.update();
  };

  view() {
    const conversation = this.work.find(this.desk.selectedId);
    this.hidden = !conversation || !this.preferences.choices.showsCustomer;
    this.setAttribute("aria-label", t("customer.label"));
    if (this.hidden || !conversation) return [];
    this.history = this.desk.history(conversation.id);
    this.directory = this.desk.directory;
    this.journey = this.desk.journey(conversation);
    const name = nameOf(conversation);
    return html`<div class="customer-head">${avatar(name, "large")}<h2>${name}</h2><span class="quiet">
      ${channelName(channelOf(conversation))}</span>
        <button class="button plain icon-only close" aria-label="${t("customer.hide")}" title="${t("customer.hide")}"
          @click=${() => this.preferences.choose({ showsCustomer: false })}>${icon("close")}</button></div>
      ${this.#identity(conversation)}${this.#attributes(conversation)}${this.#visit()}
      <why-section key="why" .desk=${this.desk} .conversation=${conversation}></why-section>${this.#earlier()}`;
  }

  /** @param {import("../models/conversation.js").Conversation} conversation */
  #identity(conversation) {
    const customer = customerOf(conversation);
    const { addressDisplayable, addressNormalized } = customer?.fromAddress ?? {};
    const facts = [
      [t("customer.address"), addressDisplayable || addressNormalized || customer?.address],
      [t("customer.channel"), channelName(channelOf(conversation))],
      [t("customer.authenticated"), customer?.authenticated ? t("customer.yes") : ""],
    ];
    return this.#section("customer.identity", facts);
  }

  /** @param {import("../models/conversation.js").Conversation} conversation */
  #attributes(conversation) {
    const contacts = conversation.participants.filter((participant) => participant.purpose === "customer");
    const attributes = Object.assign({}, ...contacts.map((contact) => contact.attributes));
    const others = Object.entries(attributes).filter(([name]) => !/^(referral|survey)\./.test(name));
    return html`${this.#survey(attributes)}${this.#referral(attributes)}
      ${this.#section("customer.attributes", others.sort(([a], [b]) => a.localeCompare(b)))}`;
  }

  /** What the customer thought of it. @param {Record<string, string>} attributes */
  #survey({ "survey.score": score, "survey.comment": comment }) {
    return this.#section("customer.survey", [
      [t("survey.score"), scoreWords(score)],
      [t("survey.comment"), comment],
    ]);
  }

  /** By which entry point the customer came. @param {Record<string, string>} attributes */
  #referral({ "referral.name": name, "referral.source": source, "referral.ref": ref }) {
    return this.#section("customer.referral", [
      [t("customer.referral.name"), name],
      [t("customer.referral.source"), i18n.has(`referral.${source}`) ? t(`referral.${source}`) : source],
      [t("customer.referral.ref"), ref],
    ]);
  }

  /** @param {string} title @param {any[][]} facts */
  #section(title, facts) {
    const known = facts.filter(([, value]) => value);
    return known.length > 0 && html`<section class="panel-section" key=${title}><h3>${t(title)}</h3><dl class="facts">
      ${known.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
  }

  /** Where the customer came from, and the pages on the way here, the latest first. */
  #visit() {
    const { steps = [], referrer, campaign } = this.journey ?? {};
    if (!steps.length) return false;
    const facts = [[t("journey.campaign"), campaign], [t("journey.referrer"), referrer]].filter(([, value]) => value);
    return html`<section class="panel-section" key="journey"><h3>${t("journey.title")}</h3>
      ${facts.length > 0 && html`<dl class="facts">${
        facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`}
      <ol class="steps">${steps.slice(0, STEPS_SHOWN).map((step) => html`<li key=${step.key}><span class="clip"
        title="${step.url}">${step.title}</span><small>${moment(step.at, clock.now())}</small></li>`)}</ol>
      ${steps.length > STEPS_SHOWN && html`<p class="quiet">${
        t("journey.more", { count: steps.length - STEPS_SHOWN })}</p>`}</section>`;
  }

  #earlier() {
    const { summaries, isListed, isLoading, hasFailed } = this.history;
    return html`<section class="panel-section" key="earlier"><h3>${t("customer.earlier")}</h3>
      ${summaries.map((summary) => this.#talk(summary))}
      ${!summaries.length && (isListed ? html`<p class="quiet">${t("customer.first")}</p>` : hasFailed ? html`<p
        class="quiet">${t("history.failed")}</p>` : isLoading && html`<span class="skeleton"></span>`)}</section>`;
  }

  /** @param {import("../models/history.js").Summary} summary */
  #talk(summary) {
    const { wrapUpCodeId, queueId, channel } = summary;
    const queue = this.directory.queue(queueId)?.name;
    const about = this.directory.codeName(wrapUpCodeId, queueId) ?? queue ?? channelName(channel);
    const when = `${day(summary.startedAt, clock.now())}, ${timeOfDay(summary.startedAt)}`;
    return html`<button class="talk" key=${summary.id} @click=${() => this.#show(summary.id)}>
      ${icon(channelIcon(summary.channel))}<span class="clip">${about}</span>
      <small class="clip">${summary.agent ? t("customer.talk", { when, agent: summary.agent }) : when}</small>
        </button>`;
  }

  /** @param {string} id */
  #show(id) {
    document.querySelector("transcript-view")?.show(id);
  }
}

CustomerPanel.define("customer-panel");
