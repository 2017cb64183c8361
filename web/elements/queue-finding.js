import "./queue-preferred.js";
import "./queue-rings.js";
import { choiceField, radioField, section, switchField } from "../lib/fields.js";
import { fold } from "../lib/folds.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { queueField, secondsField, wordsField } from "../lib/queue-fields.js";
import { findingDigest } from "../lib/queue-words.js";
import { ViewElement } from "../lib/view-element.js";
import { DIRECT_WAITS, EVALUATIONS, LAST_AGENTS, SCORINGS, SELECTIONS } from "../models/queue-values.js";

/** How the agent is found for what waits in a queue. */
class QueueFinding extends ViewElement {
  static properties = ["form"];

  view() {
    const { form } = this;
    return html`${fold({
      name: "finding",
      title: t("queue.finding"),
      digest: findingDigest(form),
      isWrong: form.isWrongIn("lastAgentWait", "preferred", "rings", "hasRings", "direct"),
    }, [
      section(t("queue.who"), this.#who()),
      section(t("queue.turn"), [wordsField(form, "scoring", "queue.scoring", SCORINGS)]),
      section(t("queue.returning"), this.#returning()),
      section(t("queue.preferred"), [html`<queue-preferred .form=${form} key="rules"></queue-preferred>`]),
      section(t("queue.rings"), this.#rings()),
      section(t("queue.one"), this.#one()),
      section(t("queue.hand"), [
        switchField(form, "byHand", { label: t("queue.byHand"), hint: t("queue.byHand.hint") }),
      ]),
    ])}`;
  }

  #who() {
    return [
      radioField(this.form, "evaluation", {
        label: t("queue.evaluation"),
        choices: EVALUATIONS.map((each) => [each, t(`queue.evaluation.${each}`), t(`queue.evaluation.${each}.hint`)]),
      }),
      wordsField(this.form, "selection", "queue.selection", SELECTIONS),
    ];
  }

  #returning() {
    const { form } = this;
    return [
      wordsField(form, "lastAgent", "queue.lastAgent", LAST_AGENTS),
      form.values.lastAgent !== "Disabled" && secondsField(form, "lastAgentWait", "queue.lastAgentWait"),
    ];
  }

  #rings() {
    const { form } = this;
    return [
      switchField(form, "hasRings", { label: t("queue.hasRings"), hint: t("queue.hasRings.hint") }),
      form.values.hasRings && html`<queue-rings .form=${form} key="rings"></queue-rings>`,
    ];
  }

  #one() {
    const { form } = this;
    const { isOn, wait } = form.values.direct;
    return [
      switchField(form, "direct.isOn", { label: t("queue.direct"), hint: t("queue.direct.hint") }),
      ...(isOn ? [
        choiceField(form, "direct.wait", {
          label: t("queue.direct.wait"),
          choices: DIRECT_WAITS.map((each) => [each, t(`queue.direct.wait.${each}`)]),
        }),
        wait === "time" && secondsField(form, "direct.seconds", "queue.direct.seconds"),
        queueField(form, "direct.backup", {
          label: t("queue.direct.backup"),
          none: t("queue.direct.backup.own"),
          hint: t("queue.direct.backup.hint"),
        }),
      ] : []),
    ];
  }
}

QueueFinding.define("queue-finding");
