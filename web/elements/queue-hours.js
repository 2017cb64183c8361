import { clock } from "../lib/clock.js";
import { choiceField, switchField } from "../lib/fields.js";
import { fold } from "../lib/folds.js";
import { stateDot, stateWords } from "../lib/hours-words.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { policyFields } from "../lib/queue-fields.js";
import { hoursDigest } from "../lib/queue-words.js";
import { ViewElement } from "../lib/view-element.js";
import { CLOSURES } from "../models/in-queue-values.js";

/** When a queue serves, and what it does while it does not. */
class QueueHours extends ViewElement {
  static properties = ["form"];

  view() {
    const { form } = this;
    const isWrong = form.isWrongIn("scheduleGroup", "emergencyGroup", ...CLOSURES);
    return html`${fold({ name: "hours", title: t("inQueue.hours"), digest: hoursDigest(form), isWrong }, html`
      <div class="form-section">${this.#fields()}</div>`)}`;
  }

  #fields() {
    const { form } = this;
    const none = [["", t("inQueue.always")]];
    return [
      this.#standing(),
      choiceField(form, "scheduleGroup", {
        label: t("inQueue.scheduleGroup"),
        choices: [...none, ...form.scheduleGroups.map(({ id, name }) => [id, name])],
      }),
      choiceField(form, "emergencyGroup", {
        label: t("inQueue.emergencyGroup"),
        choices: [["", t("inQueue.none")], ...form.emergencyGroups.map(({ id, name }) => [id, name])],
      }),
      ...CLOSURES.flatMap((closure) => [
        switchField(form, `${closure}.isOn`, { label: t(`inQueue.${closure}`), hint: t(`inQueue.${closure}.hint`) }),
        ...(form.values[closure].isOn ? policyFields(form, closure) : []),
      ]),
    ];
  }

  #standing() {
    const { standing, zone } = this.form;
    return standing?.state && html`<p class="hours-now hours-wide" key="now"><span
      class="dot ${stateDot(standing.state)}"></span><span>${stateWords(standing, zone, clock.now())}</span></p>`;
  }
}

QueueHours.define("queue-hours");
