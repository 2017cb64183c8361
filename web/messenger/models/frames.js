import { list, object, text } from "./wire.js";

/**
 * Frames of the guest socket (reference B.1 to B.5): what we say, and what the server says turned into events of
 * ours.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {{type: "session", newSession: boolean, readOnly: boolean,
 *   media?: {types: string[], bytesMax: number}} | {type: "message", body: Json} | {type:
 *   "typing", author: Json, durationMs: number}
 *   | {type: "jwt", jwt: string, expiresAt: number} | {type: "rateLimited", tracingId?: string, retryAfterMs: number} |
 *   {type: "displaced"} | {type: "expired"} | {type: "loggedOut"}
 *   | {type: "upload", stage: "placed" | "taken" | "refused", id: string, code: number, url: string, headers: Json}
 *   | {type: "cleared"} | {type: "heartbeat"} | {type: "error", code: number, text: string, tracingId?: string}}
 *   GuestEvent
 */

/** The constant by which answers to our health checks are known (Traps, Guest socket). */
export const HEARTBEAT_TRACE = "SGVhbHRoQ2hlY2tNZXNzYWdlSWQ=";
const RATE_CODE = 4029;
const EXPIRED_CODES = new Set([4006, 4007]);
const TYPING_MS = 5_000;

/**
 * @param {{token: string, deploymentId: string, startNew: boolean, customer?: string, tracingId: string,
 *   jwt?: string}} request
 */
export const configureSession = ({ token, deploymentId, startNew, customer, tracingId, jwt }) => ({
  action: jwt ? "configureAuthenticatedSession" : "configureSession",
  ...(jwt && { data: { code: jwt } }),
  token,
  deploymentId,
  startNew,
  journeyContext: customer && {
    customer: { id: customer, idType: "cookie" },
    customerSession: { id: "", type: "web" },
  },
  tracingId,
});

/** @param {string} token @param {Json} message @param {string} tracingId */
export const onMessage = (token, message, tracingId) => ({ action: "onMessage", token, message, tracingId });

/** @param {string} token */
export const heartbeat = (token) => ({
  action: "echo",
  token,
  message: { type: "Text", text: "ping" },
  tracingId: HEARTBEAT_TRACE,
});

/** @param {string} token @param {string} attachmentId @param {{name: string, type: string, size: number}} file */
export const onAttachment = (token, attachmentId, { name, type, size }) => ({
  action: "onAttachment",
  token,
  attachmentId,
  fileName: name,
  fileType: type || "application/octet-stream",
  fileSize: size,
  errorsAsJson: true,
  tracingId: attachmentId,
});

/** Named, so that its refusal is not taken for that of a message. @param {string} token @param {string} attachmentId */
export const deleteAttachment = (token, attachmentId) => ({
  action: "deleteAttachment",
  token,
  attachmentId,
  tracingId: attachmentId,
});

/** @param {string} token @param {string} tracingId */
export const getJwt = (token, tracingId) => ({ action: "getJwt", token, tracingId });

export const JOIN = { type: "Event", events: [{ eventType: "Presence", presence: { type: "Join" } }] };
export const CLEAR = { type: "Event", events: [{ eventType: "Presence", presence: { type: "Clear" } }] };
export const TYPING = { type: "Event", events: [{ eventType: "Typing", typing: { type: "On" } }] };

/**
 * @param {string} text a frame; broken JSON and classes that we do not know are no event
 * @returns {GuestEvent | undefined}
 */
export function readFrame(text) {
  try {
    const frame = JSON.parse(text);
    const isUpload = Object.hasOwn(STAGES, frame.class);
    if (isUpload) return readUpload(frame);
    return Number(frame.code ?? 200) >= 400 ? readError(frame) : READERS[frame.class]?.(frame.body ?? {}, frame);
  } catch {
    return undefined;
  }
}

/** @type {Record<string, (body: Json, frame: Json) => GuestEvent | undefined>} */
const READERS = {
  SessionResponse: (body) => ({
    type: "session",
    newSession: body.newSession === true,
    readOnly: body.readOnly === true || body.connected === false,
    media: readMedia(object(object(body.allowedMedia).inbound)),
  }),
  StructuredMessage: (body, frame) => (frame.tracingId === HEARTBEAT_TRACE ? { type: "heartbeat" } : readMessage(body)),
  JwtResponse: (body) => ({ type: "jwt", jwt: body.jwt, expiresAt: body.exp * 1000 }),
  TooManyRequestsErrorMessage: (_, frame) => readError(frame),
  ConnectionClosedEvent: () => ({ type: "displaced" }),
  LogoutEvent: () => ({ type: "loggedOut" }),
  SessionExpiredEvent: () => ({ type: "expired" }),
  SessionClearedEvent: () => ({ type: "cleared" }),
  string: (_, frame) => (Number(frame.code) > 299 ? readError(frame) : undefined),
};

/** @type {Record<string, "placed" | "taken" | "refused">} */
const STAGES = {
  PresignedUrlResponse: "placed",
  UploadSuccessEvent: "taken",
  UploadFailureEvent: "refused",
  GenerateUrlError: "refused",
};

/** @param {Json} frame @returns {GuestEvent} */
const readUpload = ({ class: name, code, body }) => ({
  type: "upload",
  stage: STAGES[name],
  id: text(body.attachmentId),
  code: Number(body.errorCode ?? code),
  url: text(body.url),
  headers: object(body.headers),
});

/** What may be uploaded: MIME types, and how much. @param {Json} inbound */
const readMedia = ({ fileTypes, maxFileSizeKB }) => ({
  types: list(fileTypes).flatMap(({ type }) => text(type) || []),
  bytesMax: (Number(maxFileSizeKB) || 0) * 1024,
});

/** @param {Json} body @returns {GuestEvent} */
function readMessage(body) {
  const typing =
    body.type === "Event" &&
    body.direction === "Outbound" &&
    list(body.events).find((event) => event.eventType === "Typing")?.typing;
  if (!typing) return { type: "message", body };
  return {
    type: "typing",
    author: body,
    durationMs: typing.type === "Off" ? 0 : (typing.duration ?? typing.durationMs ?? TYPING_MS),
  };
}

/** @param {Json} frame @returns {GuestEvent} */
function readError({ body, code, tracingId, class: name }) {
  const errorCode = Number(body?.errorCode ?? code);
  if (EXPIRED_CODES.has(errorCode)) return { type: "expired" };
  if (errorCode === RATE_CODE || code === 429 || name === "TooManyRequestsErrorMessage") {
    return { type: "rateLimited", tracingId, retryAfterMs: Math.max(1, Number(body?.retryAfter) || 1) * 1000 };
  }
  return {
    type: "error",
    code: errorCode,
    text: typeof body === "string" ? body : String(body?.errorMessage ?? ""),
    tracingId,
  };
}
