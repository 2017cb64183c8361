import { Model } from "../lib/model.js";
import { at, customerName, details, myParticipant, queueOf, stageOf, waitingSince } from "./conversation.js";
import { mayHaveGap, merge, normalise } from "./merge.js";

/**
 * The conversations on this agent's desk, fed by REST and by the socket alike.
 *
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("./conversation.js").Stage} Stage
 * @typedef {{conversation: Conversation, stage: Stage, since: number, dueAt: number}} WorkItem `since` is NaN when
 *   nobody waits
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

export const SERVICE_LEVEL_MS = 20_000;
const STAGE_RANK = { alerting: 0, connected: 1, held: 1, wrapup: 2, parked: 3, gone: 4 };
const CONVERSATIONS_MAX = 200;
const RINGS_MS = 3_000;

export class WorkList extends Model {
  /** @type {Map<string, Conversation>} */
  #conversations = new Map();
  /** Conversations whose whole list of details has been read. @type {Set<string>} */
  #complete = new Set();
  isLoaded = false;

  /** @param {PlatformApi} api @param {string} userId @param {(queueId: string) => number} serviceLevelMs */
  constructor(api, userId, serviceLevelMs) {
    super();
    this.api = api;
    this.userId = userId;
    this.serviceLevelMs = serviceLevelMs;
  }

  /** Reads the list anew; what is no longer on it has left the desk. */
  async refresh() {
    const before = new Set(this.#conversations.keys());
    const listing = await this.api.conversations();
    const present = new Set((listing.entities ?? []).map((raw) => this.#take(normalise(raw)).id));
    for (const id of before) {
      if (!present.has(id) && this.stage(id) !== "gone") {
        await this.load(id).catch(() => this.#conversations.delete(id));
      }
    }
    this.isLoaded = true;
    this.changed();
  }

  /** Reads one conversation with all its details. @param {string} id */
  async load(id) {
    const conversation = this.#take(normalise(await this.api.conversation(id)));
    this.#complete.add(id);
    return conversation;
  }

  /** @param {string} id */
  isComplete(id) {
    return this.#complete.has(id);
  }

  /** A body from the socket. @param {any} raw */
  receive(raw) {
    const fresh = normalise(raw);
    const hasGap = mayHaveGap(this.#conversations.get(fresh.id), fresh);
    this.#take(fresh);
    if (hasGap) this.load(fresh.id).catch(() => this.#complete.delete(fresh.id));
  }

  /** The connection was down: what we have may lack something. */
  suspect() {
    this.#complete.clear();
  }

  /** @param {Conversation} fresh */
  #take(fresh) {
    const merged = merge(this.#conversations.get(fresh.id), fresh);
    this.#conversations.set(fresh.id, merged);
    if (this.#conversations.size > CONVERSATIONS_MAX) this.#dropOldest();
    this.changed();
    return merged;
  }

  #dropOldest() {
    const gone = [...this.#conversations.keys()].find((id) => this.stage(id) === "gone");
    if (gone) this.#conversations.delete(gone);
  }

  /** @param {string | undefined} id @returns {Conversation | undefined} */
  find(id) {
    return id ? this.#conversations.get(id) : undefined;
  }

  /** @param {string} id @returns {Stage} */
  stage(id) {
    const conversation = this.find(id);
    return conversation ? stageOf(conversation, this.userId) : "gone";
  }

  /**
   * Whether a conversation rings at this desk before long; reads the list when nobody said so.
   *
   * @param {string} id
   */
  rings(id) {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.removeEventListener("change", look);
        resolve(this.stage(id) === "alerting");
      };
      const look = () => this.stage(id) === "alerting" && finish();
      const timer = setTimeout(() => this.refresh().catch(() => {}).then(finish), RINGS_MS);
      this.addEventListener("change", look);
      look();
    });
  }

  /** @returns {WorkItem[]} what is on the desk, whoever waits the longest first */
  get items() {
    return [...this.#conversations.values()].map((each) => this.#item(each)).filter((item) => item.stage !== "gone")
      .sort(byUrgency);
  }

  /** @returns {WorkItem[]} */
  get alerts() {
    return this.items.filter((item) => item.stage === "alerting");
  }

  /** @param {Conversation} conversation @returns {WorkItem} */
  #item(conversation) {
    const stage = stageOf(conversation, this.userId);
    const mine = myParticipant(conversation, this.userId);
    const since = stage === "wrapup" ? at(mine?.startAcwTime ?? mine?.endTime) : waitingSince(conversation);
    return {
      conversation,
      stage,
      since,
      dueAt: since + this.serviceLevelMs(queueOf(conversation, this.userId)?.id ?? ""),
    };
  }
}

/** @param {WorkItem} a @param {WorkItem} b */
function byUrgency(a, b) {
  const waiting = (/** @type {WorkItem} */ item) => (Number.isNaN(item.since) ? Infinity : item.since);
  const [first, second] = [waiting(a), waiting(b)];
  return STAGE_RANK[a.stage] - STAGE_RANK[b.stage] ||
    (first === second ? lastActivity(b) - lastActivity(a) : first - second) ||
    customerName(a.conversation).localeCompare(customerName(b.conversation));
}

/** @param {WorkItem} item */
function lastActivity({ conversation }) {
  return at(details(conversation).at(-1)?.detail.messageTime) || 0;
}
