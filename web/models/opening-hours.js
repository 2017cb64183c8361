import { pagesOf } from "./pages.js";
import { roleIn } from "./schedule-group-form.js";

/**
 * All that opening hours are made of: schedules, groups of them with what the server says they say now, emergency
 * groups, and the queues that use them.
 *
 * @typedef {{id: string, name: string} & Record<string, any>} Entity
 * @typedef {{state?: string, nextChangeAt: number}} Evaluation
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

/** A state that ends now may still be told for a moment; not more often is it asked for again. */
const AGAIN_MS_MIN = 10_000;

export class OpeningHours {
  /** @type {Entity[]} */
  schedules = [];
  /** @type {Entity[]} */
  scheduleGroups = [];
  /** @type {Entity[]} */
  emergencyGroups = [];
  /** @type {Entity[]} */
  queues = [];
  /** What groups say, by their ids. @type {Map<string, Evaluation>} */
  evaluations = new Map();
  #askedAt = 0;

  /**
   * Reads everything that one may see.
   *
   * @param {PlatformApi} api @param {(kind: string) => boolean} maySee @param {number} now
   */
  static async read(api, maySee, now) {
    const hours = new OpeningHours();
    const part = (/** @type {string} */ kind, /** @type {(page: number) => Promise<any>} */ read) =>
      maySee(kind) ? pagesOf(read) : Promise.resolve([]);
    [hours.schedules, hours.scheduleGroups, hours.emergencyGroups, hours.queues] = await Promise.all([
      part("schedules", api.schedules),
      part("scheduleGroups", api.scheduleGroups),
      part("emergencyGroups", api.emergencyGroups),
      // Without them everything else is still there.
      pagesOf(api.queuePage).catch(() => []),
      maySee("scheduleGroups") && hours.evaluate(api, now).catch(() => {}),
    ]);
    return hours;
  }

  /** What each group says now. @param {PlatformApi} api @param {number} now */
  async evaluate(api, now) {
    this.#askedAt = now;
    const found = await pagesOf(api.scheduleGroupEvaluations);
    this.evaluations = new Map(found.map((each) => [each.scheduleGroup.id, evaluationOf(each)]));
  }

  /** Whether a group may say something else by now. @param {number} now */
  isOutdated(now) {
    if (now < this.#askedAt + AGAIN_MS_MIN) return false;
    return [...this.evaluations.values()].some(({ nextChangeAt }) => nextChangeAt > 0 && nextChangeAt <= now);
  }

  /** Queues that name a group. @param {"scheduleGroup" | "emergencyGroup"} member @param {string} id */
  queuesOf(member, id) {
    return this.queues.filter((queue) => queue.inQueue?.[member]?.id === id);
  }

  /** Groups in which a schedule says something, with what. @param {string} id */
  groupsOf(id) {
    return this.scheduleGroups.map((group) => ({ group, role: roleIn(group, id) })).filter(({ role }) => role);
  }
}

/** @param {Record<string, any>} wire @returns {Evaluation} */
export const evaluationOf = (wire) => ({
  state: wire.standing ?? wire.state,
  nextChangeAt: Date.parse(wire.dateNextChange ?? "") || 0,
});
