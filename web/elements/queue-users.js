import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";

/** The queues that use a group, each leading to its settings; how to add one where there is none. */
class QueueUsers extends ViewElement {
  static properties = ["administration", "member", "group"];

  view() {
    const queues = this.administration.hours.queuesOf(this.member, this.group);
    const mayGo = this.administration.sections.includes("queues");
    return html`<h3>${t("hours.usedBy")}</h3>
      ${queues.length === 0 && html`<p>${t("hours.unused")}</p>`}
      <ul class="hours-users">${queues.map(({ id, name }) => html`<li key=${id}>${mayGo
        ? html`<button type="button" class="button plain" @click=${() => this.emit("go", { section: "queues", id })}>
          ${icon("queue")}${name}</button>` : name}</li>`)}</ul>
      <p class="form-hint">${t("hours.chooseInQueue")}</p>`;
  }
}

QueueUsers.define("queue-users");
