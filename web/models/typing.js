import { Model } from "../lib/model.js";

const SAY_EVERY_MS = 5_000;
const DURATION_MS = 5_000;

/** Who is typing: the customers towards us, and this agent towards them, said at most every five seconds. */
export class Typing extends Model {
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #customers = new Map();
  /** @type {Map<string, number>} */
  #saidAt = new Map();

  /** @param {(conversationId: string, durationMs: number) => Promise<unknown>} say */
  constructor(say) {
    super();
    this.say = say;
  }

  /** @param {string} conversationId */
  isCustomerTyping(conversationId) {
    return this.#customers.has(conversationId);
  }

  /** @param {any} body event of `v2.users.{id}.conversations.inbound.typing.event` */
  receive(body) {
    const typing = body.normalizedMessage?.events?.find((event) => event.eventType === "Typing")?.typing;
    if (typing) this.#show(body.conversationId, typing.duration || DURATION_MS);
  }

  /** A message came: the typing it announced is over. @param {string} conversationId */
  stop(conversationId) {
    clearTimeout(this.#customers.get(conversationId));
    if (this.#customers.delete(conversationId)) this.changed();
  }

  /** @param {string} conversationId @param {number} durationMs */
  #show(conversationId, durationMs) {
    clearTimeout(this.#customers.get(conversationId));
    this.#customers.set(conversationId, setTimeout(() => this.stop(conversationId), Math.min(durationMs, 30_000)));
    this.changed();
  }

  /** @param {string} conversationId @param {number} now */
  keyPressed(conversationId, now) {
    if (now - (this.#saidAt.get(conversationId) ?? -Infinity) < SAY_EVERY_MS) return;
    this.#saidAt.set(conversationId, now);
    // A lost typing indicator harms nobody.
    this.say(conversationId, DURATION_MS).catch(() => {});
  }
}
