import { Model } from "../lib/model.js";
import { clock } from "../lib/clock.js";
import { putFile } from "../lib/put-file.js";
import { storage } from "../lib/storage.js";
import { AgentStatus } from "./agent-status.js";
import { Attachments } from "./attachments.js";
import { Communications } from "./communications.js";
import { customerOf, details, myParticipant } from "./conversation.js";
import { Decisions } from "./decisions.js";
import { Directory } from "./directory.js";
import { Drafts } from "./drafts.js";
import { History } from "./history.js";
import { Journey } from "./journey.js";
import { LiveChannel } from "./live-channel.js";
import { MessageStore } from "./message-store.js";
import { Notices } from "./notices.js";
import { Outbox } from "./outbox.js";
import { Typing } from "./typing.js";
import { WaitingList } from "./waiting-list.js";
import { WorkList } from "./work-list.js";

/**
 * One signed-in agent's desk: the models and how they feed each other. What the agent does to a conversation is in
 * desk-actions.js.
 *
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const SELECTED = "engawa.selected";
const HISTORIES_MAX = 20;

export class Desk extends Model {
  /** @type {string | undefined} */
  selectedId = storage.session.read(SELECTED);
  /** Ends with a sentence for the screen when the desk cannot open at all. @type {any} */
  failure;
  isReady = false;
  /** @type {Map<string, History>} */
  #histories = new Map();
  /** By visit. @type {Map<string, Journey>} */
  #journeys = new Map();
  /** By conversation. @type {Map<string, Decisions>} */
  #decisions = new Map();

  /** @param {PlatformApi} api */
  constructor(api) {
    super();
    this.api = api;
    this.notices = new Notices();
    this.status = new AgentStatus(api);
    this.messages = new MessageStore(api);
    this.directory = new Directory(api);
    this.communications = new Communications(api);
    this.waiting = new WaitingList(api);
    this.attachments = new Attachments({
      limits: async (id) => api.fileLimits(id, await this.#communicationId(id)),
      begin: async (id, file) => api.beginUpload(id, await this.#communicationId(id), file.name, file.size),
      put: (file, url, headers, onProgress) => putFile(file, here(url), headers, onProgress),
    });
    this.typing = new Typing(async (id, durationMs) => api.typing(id, await this.#communicationId(id), durationMs));
  }

  async open() {
    try {
      await this.status.load();
    } catch (error) {
      this.failure = error;
      return this.changed();
    }
    const { id } = this.status.user;
    this.drafts = new Drafts(id);
    this.attachments.keepFor(id);
    const delivery = {
      send: (entry) => this.#send(entry),
      reload: (conversationId) => this.#saidByMe(conversationId),
    };
    this.outbox = new Outbox(delivery, id);
    this.work = new WorkList(this.api, id, (queueId) => this.directory.serviceLevelMs(queueId));
    this.work.addEventListener("change", () => this.#workChanged());
    this.directory.addEventListener("change", () => this.work.changed());
    const topics = ["conversations.messages", "presence", "routingStatus", "conversations.inbound.typing.event"].map((
      topic,
    ) => `v2.users.${id}.${topic}`);
    this.live = new LiveChannel(this.api, topics, {
      onEvent: (topic, body) => this.#receive(topic, body),
      onCatchUp: () => this.catchUp(),
    });
    this.isReady = true;
    this.changed();
    this.live.start();
    await this.#refreshWork();
    if (this.work.isLoaded) this.attachments.keepOnly((each) => Boolean(this.work.find(each)));
    this.waiting.start();
  }

  close() {
    this.waiting.stop();
    this.live?.stop();
  }

  /** Reads again whatever the socket may not have told. */
  async catchUp() {
    this.work.suspect();
    this.messages.forgetFailures();
    const wasOnQueue = this.status.isOnQueue;
    await Promise.allSettled([this.status.load(), this.#refreshWork()]);
    if (wasOnQueue && !this.status.isOnQueue) this.notices.add({ kind: "info", sentence: "presence.wasLost" });
    if (this.selectedId) await this.work.load(this.selectedId).catch(() => {});
    this.outbox.flush();
  }

  async #refreshWork() {
    await this.work.refresh().catch((error) => this.notices.addError(error));
    if (this.selectedId && !this.work.find(this.selectedId)) this.select(undefined);
  }

  /** @param {string} topic @param {any} body */
  #receive(topic, body) {
    if (!body) return;
    if (topic.endsWith(".conversations.messages")) this.work.receive(body);
    else if (topic.endsWith(".presence")) this.status.receivePresence(body);
    else if (topic.endsWith(".routingStatus")) this.status.receiveRouting(body.routingStatus ?? body);
    else if (topic.endsWith(".typing.event")) this.typing.receive(body);
  }

  /** @type {Map<string, import("./conversation.js").Stage> | undefined} */
  #stages;

  /** What is the agent's without having rung is said, and opened when nothing else is. */
  #noteArrivals() {
    if (!this.work.isLoaded) return;
    const before = this.#stages;
    this.#stages = new Map(this.work.items.map(({ conversation, stage }) => [conversation.id, stage]));
    if (!before) return;
    const connected = [...this.#stages].filter(([id, stage]) => stage === "connected" && id !== this.selectedId);
    const came = connected.find(([id]) => !before.has(id));
    const isBack = connected.some(([id]) => before.get(id) === "parked");
    if (came) this.notices.add({ kind: "info", sentence: "work.cameByItself" });
    if (isBack) this.notices.add({ kind: "info", sentence: "parked.back" });
    if (came && !this.selectedId) this.select(came[0]);
  }

  /** Asks for the texts that are looked at: all of the open conversation, the last of the others. */
  #workChanged() {
    this.#noteArrivals();
    for (const { conversation } of this.work.items) {
      const said = details(conversation);
      const last = said.at(-1);
      if (customerOf(conversation)?.state === "disconnected") this.typing.stop(conversation.id);
      if (!last) continue;
      this.messages.want(conversation.id, [last.detail.messageId]);
      if (last.participant.purpose === "customer") this.#stopTypingAfter(conversation.id, last.detail.messageId);
      const isAwaited = this.outbox.of(conversation.id).length > 0;
      if (isAwaited) this.outbox.settle(new Set(said.map(({ detail }) => detail.messageId)));
    }
    const open = this.work.find(this.selectedId);
    if (open) this.messages.want(open.id, details(open).map(({ detail }) => detail.messageId));
  }

  /** @type {Map<string, string>} */
  #lastSeen = new Map();

  /** @param {string} conversationId @param {string} messageId */
  #stopTypingAfter(conversationId, messageId) {
    if (this.#lastSeen.get(conversationId) === messageId) return;
    this.#lastSeen.set(conversationId, messageId);
    this.typing.stop(conversationId);
  }

  /** @param {string | undefined} id */
  select(id) {
    if (this.selectedId === id) return;
    this.selectedId = id;
    if (id) storage.session.write(SELECTED, id);
    else storage.session.remove(SELECTED);
    this.changed();
    if (!id || !this.work.find(id)) return;
    this.#workChanged();
    if (!this.work.isComplete(id)) this.work.load(id).catch((error) => this.notices.addError(error));
  }

  /** @param {string} conversationId @returns {History} */
  history(conversationId) {
    const conversation = this.work.find(conversationId);
    const contactId = (conversation && customerOf(conversation)?.externalContact?.id) ?? "";
    const key = `${conversationId} ${contactId}`;
    let history = this.#histories.get(key);
    if (history) return history;
    history = new History(this.api, contactId, conversationId, clock.now());
    this.#histories.set(key, history);
    if (this.#histories.size > HISTORIES_MAX) this.#histories.delete(this.#histories.keys().next().value);
    return history;
  }

  /**
   * What the customer did before the latest contact, if a visit is known.
   *
   * @param {import("./conversation.js").Conversation} conversation
   */
  journey(conversation) {
    const id = customerOf(conversation)?.journeyContext?.customerSession?.id;
    if (!id) return undefined;
    let journey = this.#journeys.get(id);
    if (journey) return journey;
    journey = new Journey(this.api, id);
    this.#journeys.set(id, journey);
    if (this.#journeys.size > HISTORIES_MAX) this.#journeys.delete(this.#journeys.keys().next().value);
    journey.load();
    return journey;
  }

  /**
   * What routing decided on a conversation; read again whenever somebody came or went.
   *
   * @param {import("./conversation.js").Conversation} conversation
   */
  decisions({ id, participants }) {
    let decisions = this.#decisions.get(id);
    if (!decisions) {
      decisions = new Decisions(this.api, id);
      this.#decisions.set(id, decisions);
      if (this.#decisions.size > HISTORIES_MAX) this.#decisions.delete(this.#decisions.keys().next().value);
    }
    decisions.want(participants.map((each) => `${each.id} ${each.state}`).join());
    return decisions;
  }

  /** @param {string} conversationId */
  #communicationId(conversationId) {
    const conversation = this.work.find(conversationId);
    return this.communications.idOf(
      conversationId,
      (conversation && myParticipant(conversation, this.status.user.id))?.id,
    );
  }

  /** @param {import("./outbox.js").Entry} entry */
  async #send({ conversationId, text, files, localId }) {
    const body = files ? { mediaIds: files.map(({ id }) => id) } : { textBody: text };
    const data = await this.api.send(conversationId, await this.#communicationId(conversationId), body, localId);
    this.messages.put(data);
    return data;
  }

  /** @param {string} conversationId */
  async #saidByMe(conversationId) {
    const conversation = await this.work.load(conversationId);
    const mine = details(conversation).filter(({ participant }) => participant.user?.id === this.status.user.id);
    const answer = mine.length
      ? await this.api.messages(conversationId, mine.slice(-50).map(({ detail }) => detail.messageId))
      : undefined;
    for (const data of answer?.entities ?? []) this.messages.put(data);
    return mine.map(({ detail }) => {
      const { text = "", parts = [] } = this.messages.find(detail.messageId) ?? {};
      const fileIds = parts.flatMap((part) => ("id" in part && part.id ? [part.id] : []));
      return { id: detail.messageId, at: Date.parse(detail.messageTime), text, fileIds };
    });
  }
}

/**
 * The link may name the server as customers reach it; this page speaks only with the name under which it was opened,
 * and the server is the same.
 *
 * @param {string} url
 */
const here = (url) => new URL(url, location.href).pathname;
