import "./why-panel.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { ViewElement } from "../lib/view-element.js";
import { isWaiting, transferredBy } from "../models/conversation.js";

/** Beside a conversation: why it waits, or why the last agent got it. */
class WhySection extends ViewElement {
  static properties = ["desk", "conversation", "decisions"];

  view() {
    const { conversation, desk } = this;
    const { id } = desk.status.user;
    const agent = conversation.participants.findLast((participant) => participant.purpose === "agent");
    const waits = isWaiting(conversation);
    if (!waits && !agent) return [];
    this.decisions = desk.decisions(conversation);
    const from = waits ? undefined : transferredBy(conversation, agent.user?.id ?? "");
    const isRouted = waits || !from || this.decisions.of(agent.id);
    const title = waits ? "waiting.title" : agent.user?.id === id ? "why.title.you" : "why.title.agent";
    return html`<section class="panel-section"><h3>${t(title)}</h3>
      ${from && html`<p>${t("why.transfer", { name: from.name ?? "" })}</p>`}
      ${isRouted && html`<why-panel .userId=${id} .decisions=${this.decisions}
        .participantId=${waits ? undefined : agent.id}></why-panel>`}</section>`;
  }
}

WhySection.define("why-section");
