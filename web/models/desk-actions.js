import { Model } from "../lib/model.js";
import { myParticipant, queueOf } from "./conversation.js";

/**
 * What an agent does to a conversation. The API answers 202 and tells the result by the socket; until then the action
 * is
 * `busy`, and should the word not come (a socket that died in this moment), the conversation is read again.
 *
 * @typedef {import("./desk.js").Desk} Desk
 */

const LOOK_AGAIN_MS = 1_500;

export class DeskActions extends Model {
  /** `<action> <conversation id>` @type {Set<string>} */
  #busy = new Set();

  /** @param {Desk} desk */
  constructor(desk) {
    super();
    this.desk = desk;
  }

  /** @param {string} action @param {string} id */
  isBusy(action, id) {
    return this.#busy.has(`${action} ${id}`);
  }

  /** @param {string} id */
  async accept(id) {
    if (await this.#change("accept", id, { state: "connected" })) this.desk.select(id);
  }

  /** @param {string} id */
  decline(id) {
    return this.#change("decline", id, { state: "disconnected" });
  }

  /** @param {string} id @param {boolean} held */
  hold(id, held) {
    return this.#change("hold", id, { held });
  }

  /** Lays a conversation aside until the customer writes. @param {string} id */
  async park(id) {
    const done = await this.#act(
      "park",
      id,
      (participantId) => this.desk.api.parkingState(id, participantId, "parked"),
    );
    if (done) this.#leave(id, { keepsDraft: true });
    return done;
  }

  /** Takes a parked conversation back, which waits for room. @param {string} id */
  async unpark(id) {
    const done = await this.#act(
      "park",
      id,
      (participantId) => this.desk.api.parkingState(id, participantId, "connected"),
    );
    if (done && this.desk.work.stage(id) === "parked") {
      this.desk.notices.add({ kind: "info", sentence: "parked.wanted" });
    }
    return done;
  }

  /** @param {string} id */
  end(id) {
    return this.#change("end", id, { state: "disconnected" });
  }

  /** @param {string} id @param {{queueId: string} | {userId: string}} target */
  async transfer(id, target) {
    const done = await this.#act("transfer", id, (participantId) => this.desk.api.replace(id, participantId, target));
    if (done) this.#leave(id);
    return done;
  }

  /** @param {string} id @param {{code: string, notes: string}} wrapup */
  async wrapUp(id, wrapup) {
    const done = await this.#act("wrapup", id, async (participantId) => {
      const communicationId = await this.desk.communications.idOf(id, participantId);
      await this.desk.api.wrapUp(id, participantId, communicationId, wrapup);
    });
    if (done) this.#leave(id);
    return done;
  }

  /** Where the queue asks for a wrap-up without insisting. @param {string} id */
  async skipWrapUp(id) {
    if (await this.#change("wrapup", id, { wrapupSkipped: true })) this.#leave(id);
  }

  /** @param {string} id @returns {Promise<import("./directory.js").Named[]>} */
  async wrapUpCodes(id) {
    const { work, status, directory, api } = this.desk;
    const conversation = work.find(id);
    const mine = conversation && myParticipant(conversation, status.user.id);
    if (!mine) return [];
    const queue = queueOf(conversation, status.user.id);
    const codes = queue ? await directory.wrapUpCodes(queue.id) : [];
    return codes.length ? codes : (await api.participantWrapUpCodes(id, mine.id)) ?? [];
  }

  /** On to whoever waits the longest. @param {string} id @param {{keepsDraft?: boolean}} [options] */
  #leave(id, { keepsDraft = false } = {}) {
    if (!keepsDraft) {
      this.desk.drafts.write(id, "");
      this.desk.attachments.clear(id);
    }
    const next = this.desk.work.items.find(({ stage, conversation }) =>
      stage !== "alerting" && stage !== "parked" && conversation.id !== id
    );
    if (this.desk.selectedId === id) this.desk.select(next?.conversation.id);
  }

  /** @param {string} action @param {string} id @param {object} change of the agent's own participant */
  #change(action, id, change) {
    return this.#act(action, id, (participantId) => this.desk.api.changeParticipant(id, participantId, change));
  }

  /** @param {string} action @param {string} id @param {(participantId: string) => Promise<unknown>} request */
  async #act(action, id, request) {
    const conversation = this.desk.work.find(id);
    const mine = conversation && myParticipant(conversation, this.desk.status.user.id);
    if (!mine || this.isBusy(action, id)) return false;
    const before = this.#signature(id);
    this.#setBusy(action, id, true);
    try {
      await request(mine.id);
      await this.#settled(id, before);
      return true;
    } catch (error) {
      this.desk.notices.addError(error);
      if (!error.isOffline) this.desk.work.load(id).catch(() => {});
      return false;
    } finally {
      this.#setBusy(action, id, false);
    }
  }

  /**
   * Resolves when the conversation has changed for this agent; reads it when nobody said so.
   *
   * @param {string} id
   * @param {string} before
   */
  async #settled(id, before) {
    const { work } = this.desk;
    if (this.#signature(id) !== before) return;
    await new Promise((resolve) => {
      const timer = setTimeout(() => work.load(id).catch(() => {}).then(finish), LOOK_AGAIN_MS);
      const look = () => this.#signature(id) !== before && finish();
      const finish = () => {
        clearTimeout(timer);
        work.removeEventListener("change", look);
        resolve(undefined);
      };
      work.addEventListener("change", look);
    });
  }

  /** @param {string} id */
  #signature(id) {
    const conversation = this.desk.work.find(id);
    const mine = conversation && myParticipant(conversation, this.desk.status.user.id);
    return JSON.stringify([mine?.id, mine?.state, mine?.held, mine?.wrapup, mine?.wrapupSkipped, mine?.endAcwTime]);
  }

  /** @param {string} action @param {string} id @param {boolean} busy */
  #setBusy(action, id, busy) {
    if (busy) this.#busy.add(`${action} ${id}`);
    else this.#busy.delete(`${action} ${id}`);
    this.changed();
  }
}
