import { section, switchField, textField } from "../lib/fields.js";
import { fold } from "../lib/folds.js";
import { html } from "../lib/html.js";
import { i18n, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { secondsField, wordsField } from "../lib/queue-fields.js";
import { askingDigest, isTimed } from "../lib/queue-words.js";
import { ViewElement } from "../lib/view-element.js";
import { channelName } from "../lib/words.js";
import { DECLINES, WRAPUPS } from "../models/queue-values.js";

/** How an agent is asked, what is expected, and what comes after. */
class QueueAsking extends ViewElement {
  static properties = ["form"];

  view() {
    const { form } = this;
    const paths = ["alert", "percentage", "levelSeconds", "wrapupSeconds", "parkAfter", "returnWait"];
    return html`${fold({
      name: "asking",
      title: t("queue.asking"),
      digest: askingDigest(form),
      isWrong: form.isWrongIn(...paths),
    }, [
      section(t("queue.alerting"), this.#alerting()),
      section(t("queue.level"), this.#level()),
      section(t("queue.after"), this.#after()),
      section(t("queue.parking"), [
        secondsField(form, "parkAfter", "queue.parkAfter"),
        secondsField(form, "returnWait", "queue.returnWait"),
      ]),
    ])}`;
  }

  #alerting() {
    const { form } = this;
    return [
      secondsField(form, "alert", "queue.alert"),
      wordsField(form, "decline", "queue.decline", DECLINES),
      switchField(form, "autoAnswer", { label: t("queue.autoAnswer"), hint: t("queue.autoAnswer.hint") }),
      this.#byChannel(),
    ];
  }

  /** Channels that have it otherwise; set up elsewhere, and kept. */
  #byChannel() {
    const settings = Object.entries(this.form.entity.mediaSettings?.message?.subTypeSettings ?? {});
    const others = settings.filter(([, { enableAutoAnswer }]) =>
      enableAutoAnswer !== undefined && enableAutoAnswer !== this.form.values.autoAnswer);
    if (!others.length) return "";
    const channels = new Intl.ListFormat(i18n.language).format(others.map(([channel]) => channelName(channel)));
    return html`<p class="form-note hours-wide" key="channels">${icon("info")}<span>
      ${t("queue.autoAnswer.otherwise", { channels })}</span></p>`;
  }

  #level() {
    const { form } = this;
    return [
      textField(form, "percentage", {
        label: t("queue.percentage"),
        hint: t("queue.percentage.hint"),
        inputMode: "decimal",
        unit: "%",
      }),
      secondsField(form, "levelSeconds", "queue.levelSeconds"),
    ];
  }

  #after() {
    const { form } = this;
    return [
      wordsField(form, "wrapup", "queue.wrapup", WRAPUPS),
      isTimed(form.values.wrapup) && secondsField(form, "wrapupSeconds", "queue.wrapupSeconds"),
    ];
  }
}

QueueAsking.define("queue-asking");
