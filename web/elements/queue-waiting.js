import { section, switchField, textField } from "../lib/fields.js";
import { fold } from "../lib/folds.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { policyFields, secondsField, targetField, textFields } from "../lib/queue-fields.js";
import { waitingDigest } from "../lib/queue-words.js";
import { ViewElement } from "../lib/view-element.js";

/** What happens to customers while they wait in an open queue. */
class QueueWaiting extends ViewElement {
  static properties = ["form"];

  view() {
    const { form } = this;
    return html`${fold({
      name: "waiting",
      title: t("queue.waiting"),
      digest: waitingDigest(form),
      isWrong: form.isWrongIn("treatment", "overflow", "maximum", "inactivity", "short"),
    }, [
      section(t("inQueue.treatment"), this.#treatment()),
      section(t("inQueue.overflow"), this.#overflow()),
      section(t("inQueue.maximum"), this.#maximum()),
      section(t("inQueue.leaving"), [
        secondsField(form, "inactivity", "inQueue.inactivity"),
        secondsField(form, "short", "inQueue.short"),
      ]),
    ])}`;
  }

  #treatment() {
    const { form } = this;
    return [
      switchField(form, "treatment.isOn", { label: t("inQueue.treatment.isOn") }),
      ...(form.values.treatment.isOn ? [
        secondsField(form, "treatment.delay", "inQueue.delay"),
        secondsField(form, "treatment.interval", "inQueue.interval"),
        textField(form, "treatment.times", { label: t("inQueue.times"), inputMode: "numeric" }),
        ...textFields(form, "treatment"),
      ] : []),
    ];
  }

  #overflow() {
    const { form } = this;
    return [
      switchField(form, "overflow.isOn", { label: t("inQueue.overflow.isOn"), hint: t("inQueue.overflow.hint") }),
      ...(form.values.overflow.isOn ? [
        targetField(form, "overflow.queue"),
        secondsField(form, "overflow.after", "inQueue.after"),
        secondsField(form, "overflow.estimated", "inQueue.estimated"),
        ...textFields(form, "overflow"),
      ] : []),
    ];
  }

  #maximum() {
    const { form } = this;
    return [
      switchField(form, "maximum.isOn", { label: t("inQueue.maximum.isOn") }),
      ...(form.values.maximum.isOn
        ? [secondsField(form, "maximum.seconds", "inQueue.maximum.seconds"), ...policyFields(form, "maximum")] : []),
    ];
  }
}

QueueWaiting.define("queue-waiting");
