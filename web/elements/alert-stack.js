import "./alert-card.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { ViewElement } from "../lib/view-element.js";

/** Everything that rings. */
class AlertStack extends ViewElement {
  static properties = ["desk", "work", "actions", "messages"];

  view() {
    const { alerts } = this.work;
    return alerts.length > 0 && html`<section aria-label="${t("alert.label")}">${alerts.map((item, index) => html`
      <alert-card key=${item.conversation.id} .item=${item} .isFirst=${index === 0} .desk=${this.desk}
        .actions=${this.actions} .messages=${this.messages}></alert-card>`)}</section>` || [];
  }
}

AlertStack.define("alert-stack");
