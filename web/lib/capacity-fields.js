import { severalField, textField } from "./fields.js";
import { html } from "./html.js";
import { t } from "./i18n.js";
import { MEDIA } from "../models/capacity.js";

/**
 * The fields of a capacity: of messages first, which is what conversations are; other media are folded, they count for
 * what other programs of the platform handle.
 *
 * @param {import("../models/form.js").Form} form @param {string} path of the values by medium
 */
export function capacityFields(form, path) {
  const [first, ...others] = MEDIA.map((medium) => mediumFields(form, path, medium));
  return [
    first,
    html`<details class="capacity-others" key="others"><summary>${t("capacity.others")}</summary>
      <p class="form-hint">${t("capacity.others.hint")}</p>${others}</details>`,
  ];
}

/** @param {import("../models/form.js").Form} form @param {string} path @param {string} medium */
function mediumFields(form, path, medium) {
  const choices = MEDIA.filter((other) => other !== medium)
    .map((other) => [other, t(`medium.${other}`), t(`medium.${other}`)]);
  return html`<div class="capacity-medium" key=${medium} role="group" aria-label="${t(`medium.${medium}`)}">
    <h2>${t(`medium.${medium}`)}</h2>
    ${textField(form, `${path}.${medium}.maximum`, {
      label: t("capacity.maximum"),
      hint: medium === MEDIA[0] ? t("capacity.maximum.hint") : undefined,
      unit: t("capacity.unit"),
      inputMode: "numeric",
      lengthMax: 2,
    })}
    ${severalField(form, `${path}.${medium}.interrupts`, {
      label: t("capacity.interrupts"),
      hint: medium === MEDIA[0] ? t("capacity.interrupts.hint") : undefined,
      choices: /** @type {[string, string, string][]} */ (choices),
    })}</div>`;
}
