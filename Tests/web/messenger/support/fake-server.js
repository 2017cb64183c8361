import { HEARTBEAT_TRACE } from "../../../../web/messenger/models/frames.js";
import { mine } from "./bodies.js";

/** A server of the guest protocol in memory: enough to lose, repeat and refuse things on purpose. */
export class FakeServer {
  /** Everything said in the conversation, oldest first. @type {Record<string, any>[]} */
  messages = [];
  /** Frames that clients sent. @type {Record<string, any>[]} */
  received = [];
  /** @type {Set<FakeSocket>} */
  sockets = new Set();
  isNew = true;
  readOnly = false;
  answersHeartbeats = true;
  /** Tokens whose sessions are over. @type {Set<string>} */
  expired = new Set();
  /**
   * Called with a message before it is taken; what it returns is the answer instead: a frame, `silence` (taken, not
   * confirmed) or `loss`.
   */
  interfere = (/** @type {Record<string, any>} */ _request) =>
    /** @type {Record<string, any> | "silence" | "loss" | undefined} */ (undefined);
  #minute = 100;

  makeSocket = () => new FakeSocket(this);

  /** A page of history, as REST gives it. @type {any} */
  fetch = async (/** @type {string} */ url) => {
    const query = new URL(url).searchParams;
    const [size, number] = [Number(query.get("pageSize")), Number(query.get("pageNumber"))];
    const newestFirst = [...this.messages].reverse();
    const entities = newestFirst.slice((number - 1) * size, number * size);
    const total = this.messages.length;
    const page = { entities, pageSize: size, pageNumber: number, pageCount: Math.ceil(total / size), total };
    return { ok: true, json: async () => page };
  };

  /** @param {Record<string, any>} body @param {{silently?: boolean}} [options] */
  say(body, { silently = false } = {}) {
    this.messages.push(body);
    if (!silently) this.push({ class: "StructuredMessage", body });
  }

  /** @param {Record<string, any>} frame */
  push(frame) {
    for (const socket of this.sockets) socket.hear({ type: "message", code: 200, ...frame });
  }

  dropAll() {
    for (const socket of [...this.sockets]) socket.drop();
  }

  /** @param {FakeSocket} socket @param {Record<string, any>} request */
  receive(socket, request) {
    this.received.push(request);
    const answer = (/** @type {Record<string, any>} */ frame) =>
      socket.hear({ type: "response", code: 200, tracingId: request.tracingId, ...frame });
    if (this.expired.has(request.token)) answer({ class: "string", code: 4006, body: "Session has expired" });
    else if (request.action === "configureSession") this.#configure(socket, request, answer);
    else if (request.action === "getJwt")
      answer({ class: "JwtResponse", body: { jwt: "key", exp: Date.now() / 1000 + 60 } });
    else if (request.action === "echo" && this.answersHeartbeats) {
      answer({
        class: "StructuredMessage",
        tracingId: HEARTBEAT_TRACE,
        body: { type: "Text", text: "ping", direction: "Inbound" },
      });
    } else if (request.action === "onMessage") this.#take(request, answer);
  }

  /** @param {FakeSocket} socket @param {Record<string, any>} request @param {(frame: object) => void} answer */
  #configure(socket, request, answer) {
    this.sockets.add(socket);
    const newSession = this.isNew || request.startNew;
    if (request.startNew) this.readOnly = false;
    this.isNew = false;
    answer({ class: "SessionResponse", body: { connected: true, newSession, readOnly: this.readOnly } });
  }

  /** @param {Record<string, any>} request @param {(frame: object) => void} answer */
  #take(request, answer) {
    const { message, tracingId } = request;
    if (message.type === "Event") return;
    const interference = this.interfere(request);
    if (interference === "loss") return;
    if (interference && interference !== "silence") return answer(interference);
    const known = this.messages.find((body) => body.metadata?.id === message.metadata.id);
    const body = known ?? {
      ...mine((this.#minute += 1), message.text, message.metadata.id),
      content: message.content ?? [],
    };
    if (!known) this.messages.push(body);
    if (interference !== "silence") this.push({ class: "StructuredMessage", body, tracingId });
  }
}

class FakeSocket {
  readyState = 0;
  /** @type {((event?: any) => void) | undefined} */ onopen;
  /** @type {((event?: any) => void) | undefined} */ onclose;
  /** @type {((event?: any) => void) | undefined} */ onmessage;

  /** @param {FakeServer} server */
  constructor(server) {
    this.server = server;
    queueMicrotask(() => {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      this.onopen?.();
    });
  }

  /** @param {string} text */
  send(text) {
    this.server.receive(this, JSON.parse(text));
  }

  /** @param {Record<string, any>} frame */
  hear(frame) {
    queueMicrotask(() => this.readyState === 1 && this.onmessage?.({ data: JSON.stringify(frame) }));
  }

  close() {
    this.readyState = 3;
    this.server.sockets.delete(this);
  }

  drop() {
    this.close();
    this.onclose?.();
  }
}
