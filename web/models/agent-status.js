import { Model } from "../lib/model.js";
import { i18n } from "../lib/i18n.js";

/**
 * Who the agent is, what they are doing (presence) and what routing makes of it (routing status).
 *
 * @typedef {{id: string, systemPresence: string, name?: string, languageLabels?: Record<string, string>,
 *   type?: string, deactivated?: boolean}} Definition
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const ORDER = ["available", "busy", "away", "break", "meal", "meeting", "training", "outofoffice"];
const NOT_OFFERED = ["onqueue", "offline", "idle"];

/**
 * "On Queue", "ON_QUEUE" and "OnQueue" are one: clients of the API have met all three.
 *
 * @param {string | undefined} presence
 */
export const plainPresence = (presence) => String(presence ?? "").toLowerCase().replace(/[\s_]/g, "");

export class AgentStatus extends Model {
  /** @type {any} */
  user;
  presence = { id: "", system: "offline", since: 0 };
  routing = { status: "OFF_QUEUE", since: 0 };
  /** @type {Definition[]} */
  definitions = [];
  isChanging = false;
  /** How often each was told, so that an answer that was overtaken is not taken for news. */
  #told = { presence: 0, routing: 0 };

  /** @param {PlatformApi} api */
  constructor(api) {
    super();
    this.api = api;
  }

  async load() {
    const before = { ...this.#told };
    const user = await this.api.me();
    this.user = user;
    if (user.presence && before.presence === this.#told.presence) this.receivePresence(user.presence);
    if (user.routingStatus && before.routing === this.#told.routing) this.receiveRouting(user.routingStatus);
    if (!this.definitions.length) {
      this.definitions = ((await this.api.presenceDefinitions())?.entities ?? []).filter((d) =>
        !d.deactivated
      );
    }
    this.changed();
  }

  /** @param {any} body UserPresence of REST or of the socket */
  receivePresence(body) {
    this.#told.presence += 1;
    const definition = body.presenceDefinition ?? {};
    const known = this.definitions.find((d) => d.id === definition.id);
    this.presence = {
      id: definition.id,
      system: plainPresence(definition.systemPresence ?? known?.systemPresence),
      since: Date.parse(body.modifiedDate) || 0,
    };
    this.changed();
  }

  /** @param {any} body RoutingStatus */
  receiveRouting(body) {
    this.#told.routing += 1;
    this.routing = { status: body.status, since: Date.parse(body.startTime) || 0 };
    this.changed();
  }

  get isOnQueue() {
    return this.presence.system === "onqueue";
  }

  get isNotResponding() {
    return this.isOnQueue && this.routing.status === "NOT_RESPONDING";
  }

  /** @returns {Definition[]} what the menu offers, in an order that does not change */
  get choices() {
    const rank = (/** @type {Definition} */ d) => (ORDER.indexOf(plainPresence(d.systemPresence)) + 1 || 99);
    return this.definitions.filter((d) => !NOT_OFFERED.includes(plainPresence(d.systemPresence))).sort((a, b) =>
      rank(a) - rank(b)
    );
  }

  /**
   * The organisation's own words where it has some, ours for the presences that every organisation has.
   *
   * @param {Definition | undefined} definition
   */
  label(definition) {
    const key = `presence.${plainPresence(definition?.systemPresence ?? this.presence.system)}`;
    const labels = Object.entries(definition?.languageLabels ?? {});
    const own = labels.find(([tag]) => tag.toLowerCase().startsWith(i18n.language))?.[1];
    if (definition?.type !== "User" && i18n.has(key)) return i18n.text(key);
    return own ?? definition?.name ?? labels[0]?.[1] ?? i18n.text(key);
  }

  get current() {
    return this.definitions.find((d) => d.id === this.presence.id);
  }

  /** @param {string} system */
  bySystem(system) {
    return this.definitions.find((d) => plainPresence(d.systemPresence) === system);
  }

  /**
   * Also for who is faster than the first answers of the server.
   *
   * @param {boolean} wanted
   */
  async setOnQueue(wanted) {
    const isKnown = this.user && this.definitions.length > 0;
    if (!isKnown) await this.#change(() => this.load());
    await this.setPresence(this.bySystem(wanted ? "onqueue" : "available"));
  }

  /** @param {Definition | undefined} definition */
  async setPresence(definition) {
    if (!definition) return;
    await this.#change(async () => {
      const answer = await this.api.setPresence(this.user.id, definition.id);
      this.receivePresence(
        answer?.presenceDefinition
          ? answer
          : { presenceDefinition: definition, modifiedDate: new Date().toISOString() },
      );
    });
  }

  /** After an alert went unanswered: says that the agent is back. */
  async backOnQueue() {
    await this.#change(async () => {
      const answer = await this.api.setRoutingStatus(this.user.id, "IDLE");
      if (answer?.status) this.receiveRouting(answer);
    });
  }

  /** @param {() => Promise<void>} change */
  async #change(change) {
    this.isChanging = true;
    this.changed();
    try {
      await change();
    } finally {
      this.isChanging = false;
      this.changed();
    }
  }
}
