import { choiceField, colourField, linesField, section, switchField, textField } from "./fields.js";
import { i18n, LANGUAGES, t } from "./i18n.js";
import { LABELS } from "../models/deployment-values.js";

/**
 * What can be said of a deployment, part by part.
 *
 * @typedef {import("../models/deployment-form.js").DeploymentForm} DeploymentForm
 * @typedef {{id: string, name: string}} Named
 */

const LABEL_LENGTH_MAX = 200;
/** The button stands on somebody else's page, on phones too. */
const BUTTON_LENGTH_MAX = 40;

/** @param {string} prefix @param {string[]} values @returns {[string, string][]} */
const named = (prefix, values) => values.map((value) => [value, t(`${prefix}.${value}`)]);

/** @param {DeploymentForm} form @param {Named[]} queues */
export function placeSection(form, queues) {
  const isKnown = queues.some(({ id }) => id === form.values.queue);
  /** @type {[string, string][]} */
  const choices = queues.map(({ id, name }) => [id, name]);
  const none = isKnown ? [] : [[form.values.queue, form.values.queue ? t("deployment.queue.other") : "–"]];
  return section(t("deployment.place"), [
    textField(form, "name", { label: t("deployment.name"), lengthMax: 256, isRequired: true }),
    choiceField(form, "queue", {
      label: t("deployment.queue"),
      hint: t("deployment.queue.hint"),
      choices: /** @type {[string, string][]} */ ([...none, ...choices]),
    }),
    switchField(form, "allowAll", { label: t("deployment.allowAll") }),
    !form.values.allowAll && linesField(form, "domains", {
      label: t("deployment.domains"),
      hint: t("deployment.domains.hint"),
      placeholder: "shop.example.com\n*.example.org",
      rows: 3,
    }),
    switchField(form, "isActive", { label: t("deployment.isActive"), hint: t("deployment.isActive.hint") }),
  ]);
}

/** @param {DeploymentForm} form */
export function lookSection(form) {
  const { values } = form;
  return section(t("deployment.look"), [
    colourField(form, "colour", { label: t("deployment.colour"), hint: t("deployment.colour.hint") }),
    choiceField(form, "alignment", {
      label: t("deployment.alignment"),
      choices: named("deployment.alignment", ["Auto", "Left", "Right"]),
    }),
    textField(form, "sideSpace", { label: t("deployment.sideSpace"), inputMode: "numeric", unit: "px" }),
    textField(form, "bottomSpace", { label: t("deployment.bottomSpace"), inputMode: "numeric", unit: "px" }),
    choiceField(form, "launcher", {
      label: t("deployment.launcher"),
      choices: named("deployment.launcher", ["On", "OnDemand", "Off"]),
    }),
    choiceField(form, "launcherStyle", {
      label: t("deployment.launcherStyle"),
      choices: named("deployment.launcherStyle", ["Icon", "Text", "IconAndText"]),
    }),
    textField(form, "launcherIcon", {
      label: t("deployment.launcherIcon"),
      hint: t("deployment.launcherIcon.hint"),
      inputMode: "url",
      placeholder: "https://",
    }),
    switchField(form, "isHeadless", { label: t("deployment.isHeadless"), hint: t("deployment.isHeadless.hint") }),
    switchField(form, "hasHome", { label: t("deployment.hasHome"), hint: t("deployment.hasHome.hint") }),
    values.hasHome && textField(form, "logo", {
      label: t("deployment.logo"),
      inputMode: "url",
      placeholder: "https://",
    }),
  ]);
}

/** @param {DeploymentForm} form */
export function botSection(form) {
  return section(t("deployment.bot"), [
    switchField(form, "hasBot", { label: t("deployment.hasBot"), hint: t("deployment.hasBot.hint") }),
    form.values.hasBot && textField(form, "botName", { label: t("deployment.botName"), lengthMax: 100 }),
    form.values.hasBot && textField(form, "botAvatar", {
      label: t("deployment.botAvatar"),
      inputMode: "url",
      placeholder: "https://",
    }),
  ]);
}

/** Words of the business instead of ours, in each language that it speaks. @param {DeploymentForm} form */
export function wordsSection(form) {
  const spoken = Object.entries(LANGUAGES).filter(([language]) => form.values.speaks[language]);
  return section(t("deployment.words"), [
    ...Object.entries(LANGUAGES).map(([language, name]) => switchField(form, `speaks.${language}`, { label: name })),
    choiceField(form, "language", {
      label: t("deployment.language"),
      hint: t("deployment.language.hint"),
      choices: Object.entries(LANGUAGES),
    }),
    ...spoken.flatMap(([language, name]) =>
      LABELS.map((key) =>
        textField(form, `labels.${language}.${key}`, {
          label: t(`deployment.label.${key}`, { language: name }),
          lengthMax: key === "MessengerLauncherButtonText" ? BUTTON_LENGTH_MAX : LABEL_LENGTH_MAX,
          lang: language === i18n.language ? undefined : language,
        })
      )
    ),
  ]);
}

/** @param {DeploymentForm} form */
export function conversationSection(form) {
  const on = (/** @type {string} */ path) =>
    switchField(form, path, { label: t(`deployment.${path}`), hint: t(`deployment.${path}.hint`) });
  return section(t("deployment.conversation"), [
    on("autoStart"),
    on("clear"),
    choiceField(form, "disconnect", {
      label: t("deployment.disconnect"),
      choices: named("deployment.disconnect", ["off", "Send", "ReadOnly"]),
    }),
    on("agentTyping"),
    on("userTyping"),
    on("markdown"),
    on("survey"),
    on("hasPreviews"),
    form.values.hasPreviews && linesField(form, "previewHosts", {
      label: t("deployment.previewHosts"),
      hint: t("deployment.previewHosts.hint"),
      placeholder: "shop.example.com\n*.example.org",
      rows: 2,
    }),
    choiceField(form, "notifications", {
      label: t("deployment.notifications"),
      choices: named("deployment.notifications", ["off", "ExcludeMessagesContent", "IncludeMessagesContent"]),
    }),
    textField(form, "hours", {
      label: t("deployment.hours"),
      hint: t("deployment.hours.hint"),
      inputMode: "decimal",
      placeholder: "72",
      unit: t("deployment.hours.unit"),
    }),
  ]);
}

/** @param {DeploymentForm} form */
export function fileSection(form) {
  return section(t("deployment.files"), [
    switchField(form, "hasFiles", { label: t("deployment.hasFiles") }),
    form.values.hasFiles && textField(form, "fileTypes", {
      label: t("deployment.fileTypes"),
      hint: t("deployment.fileTypes.hint"),
    }),
    form.values.hasFiles && textField(form, "fileKB", {
      label: t("deployment.fileKB"),
      hint: t("deployment.fileKB.hint"),
      inputMode: "numeric",
      unit: "KB",
    }),
  ]);
}

/** @param {DeploymentForm} form */
export function journeySection(form) {
  const on = (/** @type {string} */ name) =>
    switchField(form, `journey.${name}`, {
      label: t(`deployment.journey.${name}`),
      hint: t(`deployment.journey.${name}.hint`),
    });
  const parameters = (/** @type {string} */ name, /** @type {string} */ placeholder) =>
    linesField(form, `journey.${name}`, {
      label: t(`deployment.journey.${name}`),
      hint: t(`deployment.journey.${name}.hint`),
      placeholder,
      rows: 2,
    });
  const more = () => [
    choiceField(form, "journey.pages", {
      label: t("deployment.journey.pages"),
      choices: named("deployment.journey.pages", ["Auto", "Once", "Off"]),
    }),
    parameters("excluded", "session\ntoken"),
    parameters("searches", "q\nquery"),
    on("keepsFragment"),
  ];
  return section(t("deployment.journey"), [on("isOn"), ...(form.values.journey.isOn ? more() : [])]);
}

/** @param {DeploymentForm} form @param {Named[]} integrations identity providers for the messenger */
export function signInSection(form, integrations) {
  const { auth, authIntegration: chosen } = form.values;
  const isKnown = integrations.some(({ id }) => id === chosen);
  const choices = integrations.map(({ id, name }) => [id, name]);
  const none = isKnown ? [] : [[chosen, chosen ? t("deployment.authIntegration.other") : "–"]];
  return section(t("deployment.signIn"), [
    switchField(form, "auth", { label: t("deployment.auth"), hint: t("deployment.auth.hint") }),
    auth && choiceField(form, "authIntegration", {
      label: t("deployment.authIntegration"),
      hint: integrations.length ? undefined : t("deployment.authIntegration.none"),
      choices: /** @type {[string, string][]} */ ([...none, ...choices]),
    }),
    auth && switchField(form, "authUpgrade", { label: t("deployment.authUpgrade") }),
  ]);
}
