import { mediaPathOf, mediaProblemsOf, mediaValuesOf, utilizationOf } from "./capacity.js";
import { Form } from "./form.js";

/**
 * How much everybody takes at once who has no capacity of their own, by medium, while somebody edits it.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

/** It has no id in the API, and there is one. */
export const ORGANIZATION = "organization";

export class CapacityForm extends Form {
  id = ORGANIZATION;

  /** @param {PlatformApi} api @param {Json} capacity */
  constructor(api, capacity) {
    super(valuesOf(capacity));
    this.api = api;
  }

  /** @param {PlatformApi} api */
  static async open(api) {
    return new CapacityForm(api, await api.utilization());
  }

  get problems() {
    return mediaProblemsOf(this.values.media, "media");
  }

  /** @param {string | undefined} field */
  pathOf(field) {
    return mediaPathOf(field, "media");
  }

  save() {
    return this.attempt(async () => {
      // What labels may take is saved in the same place, by another form: it stays as it is now.
      const now = await this.api.utilization();
      const wanted = { ...bodyOf(now), utilization: utilizationOf(this.values.media, now.utilization ?? {}) };
      this.stored(valuesOf(await this.api.setUtilization(wanted)));
    });
  }
}

/** @param {Json} capacity @returns {Json} */
const valuesOf = ({ utilization = {} }) => ({ media: mediaValuesOf(utilization) });

/** A capacity as the API takes it back: the names of labels are told only. @param {Json} capacity @returns {Json} */
export function bodyOf({ utilization = {}, labelUtilizations = {}, maxInboundCalls }) {
  const labels = Object.entries(labelUtilizations).map(([id, { labelName: _, ...limit }]) => [id, limit]);
  const body = { utilization, labelUtilizations: Object.fromEntries(labels) };
  return maxInboundCalls === undefined ? body : { ...body, maxInboundCalls };
}
