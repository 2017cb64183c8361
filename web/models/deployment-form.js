import { configurationOf, deploymentOf, NEW_CONFIGURATION, valuesOf } from "./deployment-values.js";
import { Form, isAddressOrNothing, isColour, keeping } from "./form.js";

/**
 * A web deployment with its configuration, while somebody edits it. Saving stores the draft, publishes it, and stores
 * the deployment; each step that fails says what the earlier ones have kept.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const HOURS = [0.25, 12_960];
const SPACE_MAX = 1_000;
const KB_MAX = 102_400;
const FIELDS = { "configuration.id": "name", name: "name", "defaultQueue.id": "queue" };

export class DeploymentForm extends Form {
  /** @param {PlatformApi} api @param {Json} deployment @param {Json} configuration */
  constructor(api, deployment, configuration) {
    super(valuesOf(deployment, configuration));
    this.api = api;
    this.deployment = deployment;
    this.configuration = configuration;
  }

  /** @param {PlatformApi} api @param {string} id */
  static async open(api, id) {
    const deployment = await api.webDeployment(id);
    return new DeploymentForm(api, deployment, await api.configurationDraft(deployment.configuration.id));
  }

  /** @param {PlatformApi} api @param {string | undefined} queue where conversations go at first */
  static blank(api, queue) {
    const deployment = { allowAllDomains: false, ...(queue && { defaultQueue: { id: queue } }) };
    return new DeploymentForm(api, deployment, NEW_CONFIGURATION);
  }

  get id() {
    return this.deployment.id;
  }

  get problems() {
    const { values } = this;
    return {
      name: values.name.trim() ? undefined : "form.missing",
      domains: domainProblem(values),
      colour: isColour(values.colour) ? undefined : "deployment.colour.bad",
      sideSpace: isBetween(values.sideSpace, 0, SPACE_MAX) ? undefined : "deployment.space.bad",
      bottomSpace: isBetween(values.bottomSpace, 0, SPACE_MAX) ? undefined : "deployment.space.bad",
      launcherIcon: addressProblem(values.launcherIcon),
      logo: addressProblem(values.logo),
      botAvatar: addressProblem(values.botAvatar),
      "speaks.en": values.speaks.en || values.speaks.ja ? undefined : "deployment.languages.none",
      language: values.speaks[values.language] ? undefined : "deployment.language.bad",
      hours: !values.hours || isBetween(values.hours, ...HOURS) ? undefined : "deployment.hours.bad",
      fileTypes: fileProblem(values),
      fileKB: isBetween(values.fileKB, 1, KB_MAX) ? undefined : "deployment.fileKB.bad",
      previewHosts: previewProblem(values),
      authIntegration: values.auth && !values.authIntegration.trim() ? "form.missing" : undefined,
    };
  }

  /** @param {string | undefined} field */
  pathOf(field) {
    return field && FIELDS[field];
  }

  /** The configuration as the messenger would get it, for the preview. @returns {Json} */
  get preview() {
    return { ...configurationOf(this.values, this.configuration), id: this.id ?? "preview" };
  }

  save() {
    return this.attempt(async () => {
      const { api } = this;
      const wanted = configurationOf(this.values, this.configuration);
      if (this.configuration.id) await this.#publish(wanted);
      else this.configuration = await keeping("deployment.failed.draft", () => api.createConfiguration(wanted));
      const configuration = { id: this.configuration.id };
      const deployment = { ...deploymentOf(this.values, this.deployment), configuration };
      this.deployment = await keeping("deployment.failed.deployment", () =>
        this.id ? api.changeWebDeployment(this.id, deployment) : api.createWebDeployment(deployment));
      this.stored(valuesOf(this.deployment, this.configuration));
    });
  }

  /** @param {Json} wanted */
  async #publish(wanted) {
    const { id } = this.configuration;
    this.configuration = await keeping("deployment.failed.draft", () => this.api.saveDraft(id, wanted));
    await keeping("deployment.failed.publish", () => this.api.publishDraft(id));
  }
}

const addressProblem = (/** @type {string} */ text) => (isAddressOrNothing(text) ? undefined : "form.badAddress");

/** @param {string} text @param {number} min @param {number} max */
const isBetween = (text, min, max) => text.trim() !== "" && Number(text) >= min && Number(text) <= max;

const hostLines = (/** @type {string} */ text) => text.split(/[\n,]/).map((line) => line.trim()).filter(Boolean);

/** With or without its beginnings left open, as `*.example.org`; no path. @param {string} text */
const isHost = (text) => /^(https?:\/\/)?(\*\.)?[^\s/*:]+(:\d+)?$/i.test(text);

/** Hosts of previews are asked by `https` at its own port. @param {Json} values */
function previewProblem({ hasPreviews, previewHosts }) {
  const isBare = hostLines(previewHosts).every((text) => /^(\*\.)?[^\s/*:]+$/.test(text));
  return isBare || !hasPreviews ? undefined : "deployment.domains.bad";
}

/** @param {Json} values */
function domainProblem({ allowAll, domains }) {
  const list = hostLines(domains);
  if (!allowAll && !list.length) return "deployment.domains.none";
  return list.every(isHost) ? undefined : "deployment.domains.bad";
}

/** @param {Json} values */
function fileProblem({ hasFiles, fileTypes }) {
  const list = fileTypes.split(/[\n,]/).map((type) => type.trim()).filter(Boolean);
  if (hasFiles && !list.length) return "form.missing";
  return list.every((type) => /^[\w.+*-]+\/[\w.+*-]+$/.test(type)) ? undefined : "deployment.fileTypes.bad";
}
