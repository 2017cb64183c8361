import { Model } from "../lib/model.js";
import { normalise } from "./merge.js";

/**
 * The earlier conversations of one customer, newest first: a list of summaries, and the conversations themselves as
 * they are scrolled to.
 *
 * @typedef {{id: string, startedAt: number, channel: string, queueId: string, wrapUpCodeId: string, agent: string}}
 *   Summary
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const PAGE_SIZE = 25;
const SINCE = "2000-01-01T00:00:00.000Z";

export class History extends Model {
  /** @type {Summary[]} */
  summaries = [];
  /** Opened ones, newest first. @type {Conversation[]} */
  opened = [];
  isLoading = false;
  hasFailed = false;
  #page = 0;
  #isWhole = false;
  #interval;

  /**
   * @param {PlatformApi} api
   * @param {string} externalContactId
   * @param {string} currentId the conversation that they are earlier than
   * @param {number} now
   */
  constructor(api, externalContactId, currentId, now) {
    super();
    this.api = api;
    this.externalContactId = externalContactId;
    this.currentId = currentId;
    // Fixed once, so that pages stay pages of the same list.
    this.#interval = `${SINCE}/${new Date(now + 86_400_000).toISOString()}`;
    if (!externalContactId) this.#isWhole = true;
  }

  get hasMore() {
    return !this.#isWhole || this.opened.length < this.summaries.length;
  }

  get isListed() {
    return this.#page > 0 || this.#isWhole;
  }

  /** The next page of summaries. */
  loadSummaries() {
    return this.#load(() => this.#readSummaries());
  }

  async #readSummaries() {
    if (this.#isWhole) return;
    const answer = await this.api.conversationsOfContact({
      interval: this.#interval,
      externalContactId: this.externalContactId,
      pageNumber: this.#page + 1,
      pageSize: PAGE_SIZE,
    });
    const conversations = answer?.conversations ?? [];
    this.#page += 1;
    this.#isWhole = conversations.length < PAGE_SIZE;
    const known = new Set([this.currentId, ...this.summaries.map((each) => each.id)]);
    this.summaries.push(...conversations.map(summaryOf).filter((each) => !known.has(each.id)));
  }

  /** One more conversation above what is shown. */
  openNext() {
    return this.#load(async () => {
      if (this.opened.length >= this.summaries.length) await this.#readSummaries();
      const next = this.summaries[this.opened.length];
      if (next) this.opened.push(normalise(await this.api.conversation(next.id)));
    });
  }

  /** Everything down to one conversation, so that it can be scrolled to. @param {string} id */
  async openUntil(id) {
    while (this.hasMore && !this.hasFailed && !this.opened.some((each) => each.id === id)) await this.openNext();
  }

  /** @param {() => Promise<void>} read */
  async #load(read) {
    if (this.isLoading) return;
    this.isLoading = true;
    this.hasFailed = false;
    this.changed();
    try {
      await read();
    } catch {
      this.hasFailed = true;
    } finally {
      this.isLoading = false;
      this.changed();
    }
  }
}

/** @param {any} conversation AnalyticsConversationWithoutAttributes @returns {Summary} */
function summaryOf(conversation) {
  const participants = conversation.participants ?? [];
  const sessions = participants.flatMap((participant) => participant.sessions ?? []);
  const segments = sessions.flatMap((session) => session.segments ?? []);
  const agent = participants.findLast((participant) => participant.purpose === "agent" && participant.participantName);
  return {
    id: conversation.conversationId,
    startedAt: Date.parse(conversation.conversationStart),
    channel: sessions.find((session) => session.messageType)?.messageType ?? "unknown",
    queueId: segments.find((segment) => segment.queueId)?.queueId ?? "",
    wrapUpCodeId: segments.findLast((segment) => segment.wrapUpCode)?.wrapUpCode ?? "",
    agent: agent?.participantName ?? "",
  };
}
