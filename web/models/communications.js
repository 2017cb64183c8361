import { ApiError } from "./api-error.js";

/**
 * The communication of each participant. The messages shape of the API leaves its id out; `GET /conversations/{id}`
 * has it, and it never changes, so it is asked for once a participant.
 *
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */
export class Communications {
  /** @type {Map<string, Promise<string>>} */
  #byParticipant = new Map();

  /** @param {PlatformApi} api */
  constructor(api) {
    this.api = api;
  }

  /** @param {string} conversationId @param {string | undefined} participantId @returns {Promise<string>} */
  idOf(conversationId, participantId) {
    if (!participantId) return Promise.reject(new ApiError(404, "not.found", ""));
    const known = this.#byParticipant.get(participantId);
    if (known) return known;
    const found = this.#read(conversationId, participantId);
    this.#byParticipant.set(participantId, found);
    found.catch(() => this.#byParticipant.delete(participantId));
    return found;
  }

  /** @param {string} conversationId @param {string} participantId */
  async #read(conversationId, participantId) {
    const conversation = await this.api.fullConversation(conversationId);
    const participant = conversation.participants?.find((each) => each.id === participantId);
    const communication = participant?.messages?.at(-1);
    if (!communication?.id) throw new ApiError(404, "not.found", "");
    return communication.id;
  }
}
