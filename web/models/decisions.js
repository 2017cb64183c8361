import { Model } from "../lib/model.js";

/**
 * What routing decided on one conversation: why an agent got it, and why it waits.
 *
 * @typedef {{id: string, name?: string, selfUri?: string}} Reference
 * @typedef {"notJoined" | "notYetAsked" | "lackSkills" | "notOnQueue" | "atCapacity" | "labelFull" | "paused"} Obstacle
 * @typedef {{id?: string, dateDecided: string, dateLast: string, count: number, communicationId: string,
 *   queue: Reference, queueStanding?: string, dateWaitingSince: string, requestedSkills: Reference[],
 *   skills: Reference[], priority: number,
 *   method: {audience: string, skillEvaluationMethod: string, selection: string}, stage: number, stageCount: number,
 *   position?: number, memberCount: number, skilledCount?: number,
 *   skillHolders: {skill: Reference, count: number}[], excluded: Record<string, number>,
 *   excludedAgents: {agent: Reference, reason: string}[],
 *   candidates: {agent: Reference, proficiency?: number, score?: number, idleSince: string,
 *     interactionCount: number,
 *     prediction?: {value: number, factors: {name: string, value: string, effect: number}[]}}[],
 *   predictive?: {predictor: {id: string}, modelVersion: number, arm: string},
 *   nextChange?: {type: string, date: string, stage?: number},
 *   outcome: {type: string, reason?: string, agent?: Reference, participantId?: string,
 *     offer?: {state: string, date: string}}}} Decision
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const RECORDS_MAX = 25;

export class Decisions extends Model {
  /** Newest first. @type {Decision[]} */
  records = [];
  /** Why it waits, while it does. @type {{live: boolean, date: string, decision: Decision} | undefined} */
  waiting;
  isLoaded = false;
  hasFailed = false;
  #isLoading = false;
  #isWanted = false;
  /** Of which state of the conversation it was read. */
  #state = "";

  /** @param {PlatformApi} api @param {string} conversationId */
  constructor(api, conversationId) {
    super();
    this.api = api;
    this.conversationId = conversationId;
  }

  /** Reads it unless it was read of this state of the conversation. @param {string} state */
  want(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.load();
  }

  /** Reads it; who asks meanwhile gets it read once more afterwards. */
  async load() {
    this.#isWanted = true;
    if (this.#isLoading) return;
    this.#isLoading = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      await this.#read();
    }
    this.#isLoading = false;
  }

  async #read() {
    try {
      const answer = await this.api.decisions(this.conversationId, RECORDS_MAX);
      this.records = answer?.entities ?? [];
      this.waiting = answer?.waiting;
      this.hasFailed = false;
    } catch {
      // Nobody's work stops for want of an explanation.
      this.hasFailed = true;
    } finally {
      this.isLoaded = true;
      this.changed();
    }
  }

  /** Why a participant was chosen. @param {string | undefined} participantId */
  of(participantId) {
    return this.records.find(({ outcome }) => outcome.type === "assigned" && outcome.participantId === participantId);
  }

  /** The offers before the one to a participant, the latest first. @param {string | undefined} participantId */
  offersBefore(participantId) {
    const offers = this.records.filter(({ outcome }) => outcome.type === "assigned");
    const index = offers.findIndex(({ outcome }) => outcome.participantId === participantId);
    return offers.slice(index + 1);
  }
}
