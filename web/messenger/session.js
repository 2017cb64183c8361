import { Model } from "../lib/model.js";
import { CatchUp } from "./catch-up.js";
import { Delivery } from "./delivery.js";
import { GuestSocket } from "./guest-socket.js";
import { History } from "./history.js";
import { CLEAR, JOIN, TYPING, configureSession, onMessage } from "./models/frames.js";
import { authorOf, endsForGood } from "./models/message.js";
import { newUuid } from "./models/memory.js";
import { lineFromEntry } from "./models/timeline.js";
import { SignIn } from "./sign-in.js";
import { Previews } from "./previews.js";
import { Survey } from "./survey.js";
import { Uploads } from "./uploads.js";
import { Transcript } from "./models/transcript.js";

/**
 * The customer's conversation: everything that the panel shows and everything that the customer can do, without DOM.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./models/message.js").Line} Line
 * @typedef {{config: Json, origin: string, memory: import("./models/memory.js").Memory, outbox:
 *   import("./models/outbox.js").Outbox,
 *   attributes: Record<string, string>, customer?: string,
 *   referral?: {read: () => Json | undefined, forget: () => void},
 *   makeSocket?: (url: string) => WebSocket, fetch?: typeof fetch}} Parts
 */

const TYPING_EVERY_MS = 5_000;
const TYPING_MAX_MS = 30_000;

export class Session extends Model {
  transcript = new Transcript();
  /** Who is typing to the customer. @type {import("./models/message.js").Author | undefined} */
  typing;
  /** Read-only on the server: what is written now belongs to a new conversation. */
  isOver = false;
  phase = "resting";
  /** What may be uploaded, as the server says; nothing while `types` is empty. */
  media = { types: /** @type {string[]} */ ([]), bytesMax: 0 };
  #startsNew = false;
  #isExpired = false;
  /** The customer wants everything gone; said as soon as somebody listens. */
  #clears = false;
  /** The token that this connection was configured with; another tab may have taken a new one since. */
  #token = "";
  /** Nothing was said before in this session, so there is no history to ask for. */
  #isNew = false;
  /** The session ended while nobody did anything, so the next one does not begin a conversation by itself. */
  #isIdle = false;
  /** Whether the open session is that of a customer who has signed in; not known before the first. */
  #isSignedIn = /** @type {boolean | undefined} */ (undefined);
  #typedAt = -Infinity;
  /** Who waits for fresh links, by file. @type {Map<string, (event: {url: string}) => void>} */
  #renewals = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingTimer;

  /** @param {Parts} parts */
  constructor(parts) {
    super();
    const { config, origin, memory, outbox } = parts;
    this.config = config;
    this.memory = memory;
    this.outbox = outbox;
    this.attributes = parts.attributes;
    this.referral = parts.referral;
    this.customer = parts.customer;
    /** @type {Json} */
    this.app = config.messenger?.apps?.conversations ?? {};
    const endpoint = this.app.messagingEndpoint ?? origin.replace(/^http/, "ws");
    const token = () => memory.token;
    const changed = () => this.changed();
    const caughtUp = () => void (this.#settle(), changed());
    this.socket = new GuestSocket({
      url: `${endpoint}/v1?deploymentId=${encodeURIComponent(config.id)}`,
      token,
      configuration: () => this.#configuration(),
      onEvent: (event) => this.#happened(event),
      onPhase: (phase) => this.#moved(phase),
      mend: (error) => this.signIn.mend(error),
      onLive: () => this.#live(),
      makeSocket: parts.makeSocket,
    });
    const fellSilent = () => this.socket.happened("fellSilent");
    this.signIn = new SignIn({
      origin,
      deploymentId: config.id,
      memory,
      fetch: parts.fetch,
      again: () => void this.socket.send(this.#configuration()),
      unknown: () => this.#renew(),
      unheard: fellSilent,
      leaving: () => this.history.forget(),
      over: () => this.#loggedOut(),
    });
    const send = (/** @type {object} */ frame) => this.socket.send(frame);
    this.history = new History({ origin, token, send, fetch: parts.fetch });
    this.previews = new Previews(config, this.history, changed);
    this.survey = new Survey(this);
    this.catchUp = new CatchUp(this.transcript, this.history, caughtUp);
    this.uploads = new Uploads({
      token,
      send: (frame) => this.socket.isLive && send(frame),
      onChange: changed,
      deliver: (id, file) => this.#sendFile(id, file),
    });
    const isReady = () => this.socket.isLive && !this.isOver;
    this.delivery = new Delivery(outbox, { token, send, isReady, fellSilent, onChange: changed });
  }

  /** Confirmed lines, then what is on its way. @returns {Line[]} */
  get lines() {
    const isLive = this.socket.isLive && !this.isOver;
    const open = this.outbox.entries.filter((entry) => !this.transcript.has(entry.id));
    return [...this.transcript.lines, ...open.map((entry) => lineFromEntry(entry, isLive))];
  }

  get unread() {
    return this.transcript.lines.filter(
      (line) => !line.isMine && line.kind === "message" && line.at > this.memory.seenAt,
    ).length;
  }

  /** Who answered last. @returns {import("./models/message.js").Author | undefined} */
  get author() {
    return this.transcript.lines.findLast((line) => line.author && line.kind === "message")?.author;
  }

  markSeen() {
    const seenAt = this.transcript.lines.findLast((line) => !line.isMine)?.at ?? 0;
    if (seenAt > this.memory.seenAt) this.memory.change({ seenAt });
  }

  /** @param {string} text */
  sendText(text) {
    this.#send({ type: "Text", text });
  }

  /** @param {{type: "QuickReply" | "Button", text: string, payload: string, messageId?: string}} choice */
  choose({ type, text, payload, messageId: parent }) {
    const buttonResponse = { type, text, payload, ...(parent && { originatingMessageId: parent }) };
    this.answer({ type: "Structured", text, content: [{ contentType: "ButtonResponse", buttonResponse }], parent });
  }

  /** What the customer answered to a message of ours, its id in `parent`. @param {Json} message */
  answer({ parent, ...message }) {
    this.#send({ ...message, ...(parent && { metadata: { parentMessageId: parent } }) });
  }

  /** The name is for our own line, until the server's stands in its place. @param {string} id @param {File} file */
  #sendFile(id, { name: filename }) {
    this.#send({ type: "Text", content: [{ contentType: "Attachment", attachment: { id, filename } }] });
  }

  /** A fresh link to a file; the conversation has it, too. @param {string} old @returns {Promise<string>} */
  async renew(old) {
    const id = this.transcript.replace(old, old);
    this.socket.send({ action: "getAttachment", token: this.memory.token, attachmentId: id });
    const { url } = await new Promise((resolve) => this.#renewals.set(id, resolve));
    this.transcript.replace(old, url);
    this.changed();
    return url;
  }

  /** @param {Json} message */
  #send(message) {
    const id = newUuid();
    const customAttributes = { ...this.attributes };
    for (const name of Object.keys(customAttributes)) delete this.attributes[name];
    const channel = this.#channel(Object.keys(customAttributes).length ? { customAttributes } : {});
    this.referral?.forget();
    this.outbox.add(id, { ...message, metadata: { ...message.metadata, id }, ...channel }, Date.now());
    this.memory.change({ isActive: true });
    this.#typedAt = -Infinity;
    this.socket.happened("wanted");
    this.delivery.pump();
    this.changed();
  }

  /** How the customer came goes with the first that is said in a visit. @param {Json} metadata */
  #channel(metadata) {
    const referral = this.referral?.read();
    if (referral) metadata.referral = referral;
    return referral || metadata.customAttributes ? { channel: { metadata } } : {};
  }

  /**
   * The customer is writing; said at most every five seconds (reference B.4), and only into a conversation that
   * exists.
   */
  keyPressed() {
    const isAllowed = this.app.showUserTypingIndicator !== false && this.transcript.lines.length > 0;
    if (!isAllowed || !this.socket.isLive || this.isOver || Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.socket.send(onMessage(this.memory.token, TYPING, newUuid()));
  }

  /** What was said belongs to the customer who has left, and stays with the server. */
  #loggedOut() {
    this.#giveUp();
    // Another tab may have a new token already.
    if (this.#token === this.memory.token) this.#renew();
    this.#cleared();
    this.#isSignedIn = false;
    this.socket.happened("unwanted");
    this.dispatchEvent(new CustomEvent("signedOut"));
    this.changed();
  }

  startNew() {
    if (this.#isExpired) this.#renew();
    this.#startsNew = true;
    this.#isIdle = false;
    if (this.socket.isLive) this.socket.send(this.#configuration());
    else this.socket.happened("wanted");
  }

  get canClear() {
    return this.app.conversationClear?.enabled === true;
  }

  /** What was said is wiped here and on the server; what was not sent yet is given up. */
  clear() {
    this.#giveUp();
    this.#clears = true;
    this.#sayClear();
  }

  #giveUp() {
    for (const { id } of [...this.outbox.entries]) this.outbox.discard(id);
    this.uploads.forget();
  }

  #sayClear() {
    if (!this.#clears || !this.socket.isLive) return;
    this.#clears = !this.socket.send(onMessage(this.memory.token, CLEAR, newUuid()));
  }

  /** @param {string} id */
  retry(id) {
    this.outbox.retry(id);
    this.delivery.pump();
    this.changed();
  }

  /** @param {string} id @returns {string} the text of what is given up */
  discard(id) {
    const text = this.outbox.discard(id);
    this.changed();
    return text;
  }

  #configuration() {
    this.#token = this.memory.token;
    return configureSession({
      token: this.memory.token,
      deploymentId: this.config.id,
      startNew: this.#startsNew,
      customer: this.customer,
      tracingId: newUuid(),
      jwt: this.signIn.jwt,
    });
  }

  /** @param {string} phase */
  #moved(phase) {
    if (this.phase === "live") {
      this.catchUp.connectionLost();
      this.delivery.connectionLost();
      this.uploads.connectionLost();
      this.#showTyping(undefined, 0);
    }
    this.phase = phase;
    this.changed();
  }

  #live() {
    if (this.#isNew) this.catchUp.startedNew();
    else this.catchUp.start();
    this.#sayClear();
    this.delivery.begin();
    this.uploads.goOn();
  }

  /** @param {import("./models/frames.js").GuestEvent} event */
  #happened(event) {
    if (event.type === "session") this.#configured(event);
    else if (event.type === "message") this.#received(event.body);
    else if (event.type === "typing") this.#showTyping(authorOf(event.author), event.durationMs);
    else if (event.type === "jwt") this.history.receive(event);
    else if (event.type === "rateLimited") this.delivery.rateLimited(event);
    else if (event.type === "error") this.#failed(event);
    else if (event.type === "upload") {
      this.uploads.heard(event);
      this.#renewals.get(event.id)?.(event);
    } else if (event.type === "expired") this.#expired();
    else if (event.type === "loggedOut") this.signIn.ended();
    else if (event.type === "cleared") this.#cleared();
    this.changed();
  }

  /** @param {{newSession: boolean, readOnly: boolean, media?: {types: string[], bytesMax: number}}} session */
  #configured({ newSession, readOnly, media }) {
    if (media) this.media = media;
    this.signIn.isTaken();
    this.#nowIs(Boolean(this.signIn.jwt));
    // What the customer began anew stands below what was said before, as the server's history has it.
    this.#isNew = newSession && !this.#startsNew;
    this.isOver = readOnly;
    this.#startsNew = this.#startsNew && readOnly;
    if (!newSession) {
      if (this.socket.isLive) this.catchUp.start();
      return;
    }
    this.survey.begin();
    if (this.#isNew) this.#cleared();
    const join = { ...JOIN, ...this.#channel({}) };
    if (this.app.autoStart?.enabled && !this.#isIdle) this.socket.send(onMessage(this.memory.token, join, newUuid()));
    this.delivery.pump();
  }

  /** Another person's conversation: what was here before is not shown with it. @param {boolean} isSignedIn */
  #nowIs(isSignedIn) {
    const was = this.#isSignedIn;
    this.#isSignedIn = isSignedIn;
    if (was === isSignedIn) return;
    this.history.forget();
    if (was !== undefined) this.#cleared();
    if (isSignedIn) this.dispatchEvent(new CustomEvent("signedIn"));
  }

  /** @param {Json} body */
  #received(body) {
    this.catchUp.live(body);
    const [line] = this.transcript.merge([body]);
    this.#settle();
    if (line?.kind === "ended") this.dispatchEvent(new CustomEvent("ended", { detail: { at: line.at } }));
    if (line?.kind === "ended" && endsForGood(body)) this.#over();
    if (!line || line.isMine) return;
    this.#showTyping(undefined, 0);
    this.memory.change({ isActive: true });
    if (line.kind === "message") this.dispatchEvent(new CustomEvent("received", { detail: line }));
  }

  /** @param {{code: number, text: string, tracingId?: string}} error */
  #failed(error) {
    this.delivery.failed(error);
    const detail = { code: error.code, message: error.text };
    this.dispatchEvent(new CustomEvent("failed", { detail }));
  }

  /** What the server has, by echo or by history, need not be sent again. */
  #settle() {
    for (const { id } of this.outbox.entries) if (this.transcript.has(id)) this.delivery.confirm(id);
  }

  #over() {
    this.isOver = true;
    this.delivery.connectionLost();
  }

  /**
   * An expired session answers nothing any more, so a new one begins under a new token: at once when there is nothing
   * to look back at, else when the customer says so.
   */
  #expired() {
    const hasOtherToken = this.#token !== this.memory.token;
    if (hasOtherToken || this.transcript.lines.length === 0) {
      this.#isIdle = this.socket.isLive;
      if (!hasOtherToken) this.#renew();
      this.history.forget();
      this.socket.send(this.#configuration());
      return;
    }
    this.#isNew = true;
    this.#isExpired = true;
    this.#over();
  }

  #renew() {
    this.#isExpired = false;
    this.memory.change({ token: newUuid() });
    this.history.forget();
  }

  #cleared() {
    this.transcript.clear();
    this.catchUp.startedNew();
    this.#showTyping(undefined, 0);
    this.memory.change({ unread: 0, isActive: this.outbox.entries.length > 0 });
  }

  /** @param {import("./models/message.js").Author | undefined} author @param {number} durationMs */
  #showTyping(author, durationMs) {
    clearTimeout(this.#typingTimer);
    this.typing = durationMs > 0 && this.app.showAgentTypingIndicator !== false ? author : undefined;
    const over = () => void ((this.typing = undefined), this.changed());
    if (this.typing) this.#typingTimer = setTimeout(over, Math.min(durationMs, TYPING_MAX_MS));
  }
}
