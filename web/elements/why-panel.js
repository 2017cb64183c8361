import "./elapsed-time.js";
import { clock } from "../lib/clock.js";
import { moment } from "../lib/format.js";
import { html } from "../lib/html.js";
import { i18n, t } from "../lib/i18n.js";
import { say } from "../lib/sentence.js";
import { ViewElement } from "../lib/view-element.js";
import { factorSentences } from "../models/prediction-words.js";
import { assignedSentences, waitingSentences } from "../models/decision-words.js";

/** While something waits, agents come and go: how often it is asked again. */
const REFRESH_MS = 5000;
/** How often a record is looked for that is not there yet: it is written a moment after the agent is asked. */
const LOOKS_MAX = 3;
/** One decimal: a mean of whole stars. */
const proficiency = (/** @type {number | undefined} */ value) =>
  value === undefined ? "" : new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format(value);

/**
 * Why an agent got a conversation (`participantId`), or why it waits (without one): sentences, and on demand the agents
 * one by one.
 */
class WhyPanel extends ViewElement {
  static properties = ["decisions", "participantId", "userId", "isShort"];

  connected() {
    const timer = setInterval(() => this.#refresh(), REFRESH_MS);
    this.signal?.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  #looks = 0;

  #refresh() {
    const { participantId, decisions } = this;
    if (!decisions?.isLoaded || document.hidden) return;
    const isMissing = participantId && !decisions.of(participantId) && this.#looks++ < LOOKS_MAX;
    if (isMissing || (!participantId && decisions.waiting)) decisions.load();
  }

  view() {
    const { decisions, participantId } = this;
    if (!decisions?.isLoaded) return html`<span class="skeleton"></span>`;
    const { waiting } = decisions;
    const decision = participantId ? decisions.of(participantId) : waiting?.decision;
    if (!decision) {
      return html`<p class="quiet">${t(decisions.hasFailed ? "why.failed" : "why.unknown")}</p>`;
    }
    const sentences = participantId ? assignedSentences(decision, this.userId) : waitingSentences(decision);
    // The card that is short says the reason itself above.
    if (participantId && this.isShort) sentences.shift();
    const style = `why-sentences ${participantId && !this.isShort ? "led" : ""}`;
    return html`<ul class=${style}>${sentences.map((sentence, index) => html`<li key=${index}>${say(sentence)}</li>`)}
      </ul>
      ${!participantId && !waiting.live && html`<p class="quiet">${
        t("waiting.recorded", { time: moment(Date.parse(waiting.date), clock.now()) })}</p>`}
      ${!this.isShort && html`${this.#offers()}${this.#candidates(decision)}${this.#excluded(decision)}`}`;
  }

  /** Who was asked before, and what became of it. */
  #offers() {
    const offers = this.decisions.offersBefore(this.participantId).filter(({ outcome }) => outcome.offer);
    return offers.length > 0 && html`<ul class="why-offers">${offers.map(({ id, outcome }) => html`<li key=${id}>
      <span>${t(offerKey(outcome.offer.state), { name: outcome.agent?.name ?? "" })}</span>
      <small>${moment(Date.parse(outcome.offer.date), clock.now())}</small></li>`)}</ul>`;
  }

  /** @param {import("../models/decisions.js").Decision} decision */
  #candidates(decision) {
    const { candidates, skills } = decision;
    if (!candidates.length) return false;
    const hasScores = candidates.some(({ score }) => score !== undefined);
    const hasSkills = skills.length > 0;
    return html`<details class="why-table"><summary data-own-enter>${t("candidates.caption")}</summary><table>
      <caption class="hidden-text">${t("candidates.caption")}</caption>
      <thead><tr><th scope="col">${t("candidates.agent")}</th><th scope="col">${t("candidates.idle")}</th>
        <th scope="col">${t("candidates.inHand")}</th>
        ${hasSkills && html`<th scope="col">${t("candidates.proficiency")}</th>`}
        ${hasScores && html`<th scope="col">${t("candidates.score")}</th>`}</tr></thead>
      <tbody>${candidates.map((each) => html`<tr key=${each.agent.id}><th scope="row">${each.agent.name ?? ""}</th>
        <td>${moment(Date.parse(each.idleSince), clock.now())}</td><td>${each.interactionCount}</td>
        ${hasSkills && html`<td>${proficiency(each.proficiency)}</td>`}
        ${hasScores && html`<td>${each.score ?? ""}</td>`}</tr>`)}</tbody></table>${this.#factors(decision)}</details>`;
  }

  /** What speaks for and against the others; of who was chosen it is said above. */
  #factors(decision) {
    const chosen = decision.outcome.agent?.id;
    const said = decision.candidates.filter(({ agent }) => agent.id !== chosen)
      .map(({ agent }) => ({ agent, sentences: factorSentences(decision, agent.id, this.userId) }))
      .filter(({ sentences }) => sentences.length > 0);
    return said.length > 0 && html`<ul class="why-factors">${said.map(({ agent, sentences }) =>
      html`<li key=${agent.id}>${
        sentences.map((sentence) => html`<p key=${sentence.key}>${say(sentence)}</p>`)}</li>`)}</ul>
      <p class="quiet why-note">${t("prediction.note")}</p>`;
  }

  /** @param {import("../models/decisions.js").Decision} decision */
  #excluded({ excludedAgents, excluded }) {
    if (!excludedAgents.length) return false;
    const rest = Object.values(excluded).reduce((sum, count) => sum + count, 0) - excludedAgents.length;
    return html`<details class="why-table"><summary data-own-enter>${t("excluded.caption")}</summary><table>
      <caption class="hidden-text">${t("excluded.caption")}</caption>
      <thead><tr><th scope="col">${t("candidates.agent")}</th><th scope="col">${t("excluded.reason")}</th></tr></thead>
      <tbody>${excludedAgents.map(({ agent, reason }) => html`<tr key=${agent.id}><th scope="row">${agent.name ?? ""}
        </th><td>${t(i18n.has(`obstacle.${reason}`) ? `obstacle.${reason}` : "obstacle.other")}</td></tr>`)}</tbody>
        </table>${rest > 0 && html`<p class="quiet">${t("excluded.more", { count: rest })}</p>`}</details>`;
  }
}

/** @param {string} state */
const offerKey = (state) => (i18n.has(`offer.${state}`) ? `offer.${state}` : "offer.withdrawn");

WhyPanel.define("why-panel");
