import { Model } from "../lib/model.js";

/**
 * What a customer did on the site before writing: the visit, and its latest pages or screens.
 *
 * @typedef {{key: string, title: string, url: string, at: number}} Step
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const STEPS_MAX = 50;

export class Journey extends Model {
  /** Newest first. @type {Step[]} */
  steps = [];
  /** Where the customer came from, as a host; empty when nobody said. */
  referrer = "";
  /** The advertisement or letter that led here, in the business's own words. */
  campaign = "";
  startedAt = NaN;
  isLoading = false;
  isLoaded = false;

  /** @param {PlatformApi} api @param {string} id the visit's */
  constructor(api, id) {
    super();
    this.api = api;
    this.id = id;
  }

  /** Reads it; a visit that is forgotten by now is one of which nothing is shown. */
  async load() {
    if (this.isLoading) return;
    this.isLoading = true;
    try {
      const [visit, events] = await Promise.all([
        this.api.journey(this.id),
        this.api.journeyEvents(this.id, STEPS_MAX),
      ]);
      const { mktCampaign, referrer } = visit;
      this.campaign = [mktCampaign?.name, mktCampaign?.source, mktCampaign?.medium].filter(Boolean).join(" · ");
      this.referrer = referrer?.medium === "internal" ? "" : (referrer?.hostname ?? "");
      this.startedAt = Date.parse(visit.createdDate);
      this.steps = (events?.entities ?? []).map(stepOf).filter(Boolean);
    } catch {
      // The conversation is what the agent is here for; it goes on without.
    } finally {
      this.isLoaded = true;
      this.isLoading = false;
      this.changed();
    }
  }
}

/** @param {any} event a journey's Event @returns {Step | undefined} */
function stepOf({ id, createdDate, webEvent, appEvent }) {
  const at = Date.parse(createdDate);
  const page = webEvent?.page;
  if (page) return { key: id, title: page.title || page.pathname || page.url, url: page.url, at };
  return appEvent && { key: id, title: appEvent.screenName ?? appEvent.eventName, url: "", at };
}
