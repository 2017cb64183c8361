import { ApiError, errorOf } from "./api-error.js";
import { clock } from "../lib/clock.js";

/**
 * The public API, as far as the desktop uses it: one method per operation, plain JSON in and out. A 401 is answered
 * with one refresh of the token and one repetition.
 *
 * @typedef {import("./sign-in.js").SignIn} SignIn
 */

const REQUEST_MS_MAX = 20_000;

export class PlatformApi {
  /** @param {SignIn} signIn */
  constructor(signIn) {
    this.signIn = signIn;
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers] */
  async request(method, path, body, headers = {}) {
    const text = await this.#ask(method, path, body, headers);
    return text ? JSON.parse(text) : undefined;
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers] */
  async #ask(method, path, body, headers = {}) {
    let response = await this.#send(method, path, body, headers);
    if (response.status === 401 && (await this.signIn.refresh())) {
      response = await this.#send(method, path, body, headers);
    }
    if (response.status === 401) this.signIn.end();
    if (!response.ok) throw await errorOf(response);
    return response.text().catch(noAnswer);
  }

  /** @param {string} method @param {string} path @param {unknown} body @param {Record<string, string>} more */
  async #send(method, path, body, more) {
    const headers = { Authorization: `Bearer ${await this.signIn.accessToken()}`, ...more };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
      const response = await fetch(`/api/v2${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(REQUEST_MS_MAX),
      });
      clock.observe(response.headers.get("Date"));
      return response;
    } catch {
      return noAnswer();
    }
  }

  me = () => this.request("GET", "/users/me?expand=presence,routingStatus,authorization");
  presenceDefinitions = () => this.request("GET", "/presence/definitions");
  setPresence = (userId, definitionId) =>
    this.request("PATCH", `/users/${userId}/presences/purecloud`, { presenceDefinition: { id: definitionId } });
  setRoutingStatus = (userId, status) => this.request("PUT", `/users/${userId}/routingstatus`, { status });
  revokeToken = () => this.request("DELETE", "/tokens/me");

  conversations = () => this.request("GET", "/conversations/messages");
  conversation = (id) => this.request("GET", `/conversations/messages/${id}`);
  /** The same conversation with its communications and their segments. */
  fullConversation = (id) => this.request("GET", `/conversations/${id}`);
  messages = (conversationId, ids) =>
    this.request("POST", `/conversations/messages/${conversationId}/messages/bulk`, ids);
  /**
   * A browser repeats a request by itself when a kept connection dies; the key lets the server see that it is the
   * same one.
   */
  send = (conversationId, communicationId, body, key) =>
    this.request(
      "POST",
      `/conversations/messages/${conversationId}/communications/${communicationId}/messages`,
      body,
      { "Idempotency-Key": key },
    );
  /** What a file may be that goes into the conversation. */
  fileLimits = (conversationId, communicationId) =>
    this.request(
      "GET",
      `/conversations/messages/${conversationId}/communications/${communicationId}/messages/media/limits`,
    );
  /** Says where a file is to be put that a message shall carry. */
  beginUpload = (conversationId, communicationId, fileName, contentLengthBytes) =>
    this.request(
      "POST",
      `/conversations/messages/${conversationId}/communications/${communicationId}/messages/media/uploads`,
      { fileName, contentLengthBytes },
    );
  typing = (conversationId, communicationId, durationMs) =>
    this.request("POST", `/conversations/messages/${conversationId}/communications/${communicationId}/typing`, {
      typing: { type: "On", duration: durationMs },
    });
  changeParticipant = (conversationId, participantId, change) =>
    this.request("PATCH", `/conversations/messages/${conversationId}/participants/${participantId}`, change);
  /** @param {"parked" | "connected"} state */
  parkingState = (conversationId, participantId, state) =>
    this.request("PATCH", `/conversations/messages/${conversationId}/participants/${participantId}/parkingstate`, {
      state,
    });
  wrapUp = (conversationId, participantId, communicationId, wrapup) =>
    this.request(
      "POST",
      `/conversations/messages/${conversationId}/participants/${participantId}`
        + `/communications/${communicationId}/wrapup`,
      wrapup,
    );
  replace = (conversationId, participantId, target) =>
    this.request("POST", `/conversations/messages/${conversationId}/participants/${participantId}/replace`, {
      ...target,
      transferType: "Unattended",
    });
  /** @param {{interval: string, externalContactId: string, pageNumber: number, pageSize: number}} query newest first */
  conversationsOfContact = ({ interval, externalContactId, pageNumber, pageSize }) =>
    this.request("POST", "/analytics/conversations/details/query", {
      interval,
      order: "desc",
      orderBy: "conversationStart",
      paging: { pageSize, pageNumber },
      segmentFilters: [{ type: "and", predicates: [{ dimension: "externalContactId", value: externalContactId }] }],
    });

  journey = (id) => this.request("GET", `/journey/sessions/${encodeURIComponent(id)}`);
  /** The latest events of a visit. */
  journeyEvents = (id, pageSize) =>
    this.request("GET", `/journey/sessions/${encodeURIComponent(id)}/events?pageSize=${pageSize}`);

  /** Why routing did what it did with a conversation, newest first. */
  decisions = (conversationId, pageSize) =>
    this.request("GET", `/routing/conversations/${conversationId}/decisions?pageSize=${pageSize}`);

  /** Who waits for an agent, over all queues, whoever waits longest first. */
  waitingConversations = (pageSize, page) =>
    this.request("GET", `/routing/conversations?pageSize=${pageSize}&pageNumber=${page}`);
  /** What one that waits asks for from now on. */
  changeWaiting = (conversationId, change) => this.request("PATCH", `/routing/conversations/${conversationId}`, change);
  agentsOnQueue = (queueId) =>
    this.request(
      "GET",
      `/routing/queues/${queueId}/members?joined=true&presence=ON_QUEUE&pageSize=50&expand=presence,routingStatus`,
    );
  agentsNamed = (name) =>
    this.request(
      "GET",
      `/users?pageSize=25&expand=presence,routingStatus&name=${encodeURIComponent(`*${name}*`)}`,
    );
  skillsNamed = (name) => this.request("GET", `/routing/skills?pageSize=25&name=${encodeURIComponent(`*${name}*`)}`);

  searchMessages = (value, pageNumber, pageSize) =>
    this.request("POST", "/speechandtextanalytics/transcripts/search", {
      types: ["messages"],
      query: [{ type: "PHRASE", fields: ["transcript"], value }],
      pageNumber,
      pageSize,
    });

  /** The queues in which the agent takes part. */
  myQueues = () => this.request("GET", "/routing/queues/me?joined=true&pageSize=100");
  waiting = (queueId, pageSize) => this.request("GET", `/routing/queues/${queueId}/waiting?pageSize=${pageSize}`);
  assign = (conversationId, userId) =>
    this.request("POST", `/conversations/${conversationId}/assign`, { id: userId });
  queues = (name) => this.request("GET", `/routing/queues?pageSize=25&name=${encodeURIComponent(`*${name}*`)}`);
  queue = (id) => this.request("GET", `/routing/queues/${id}`);
  changeQueue = (id, body) => this.request("PUT", `/routing/queues/${id}`, body);
  queuePage = (pageNumber) => this.request("GET", `/routing/queues?pageSize=100&pageNumber=${pageNumber}`);
  createQueue = (body) => this.request("POST", "/routing/queues", body);
  deleteQueue = (id, isForced) => this.request("DELETE", `/routing/queues/${id}?forceDelete=${isForced}`);
  queueMembers = (id, page) => this.request("GET", `/routing/queues/${id}/members?pageSize=100&pageNumber=${page}`);
  addQueueMembers = (id, people) => this.request("POST", `/routing/queues/${id}/members`, people);
  removeQueueMembers = (id, people) => this.request("POST", `/routing/queues/${id}/members?delete=true`, people);
  changeQueueMembers = (id, changes) => this.request("PATCH", `/routing/queues/${id}/members`, changes);
  /** Whether a queue serves now, and until when by itself. */
  queueStanding = (id) => this.request("GET", `/routing/queues/${id}/standing`);

  skillGroups = (after) => this.request("GET", `/routing/skillgroups?pageSize=100${place(after)}`);
  groups = (page) => this.request("GET", `/groups?pageSize=100&pageNumber=${page}`);
  teams = (after) => this.request("GET", `/teams?pageSize=100${place(after)}`);

  schedules = (page = 1) => this.request("GET", `/architect/schedules?pageSize=100&pageNumber=${page}`);
  schedule = (id) => this.request("GET", `/architect/schedules/${id}`);
  createSchedule = (body) => this.request("POST", "/architect/schedules", body);
  changeSchedule = (id, body) => this.request("PUT", `/architect/schedules/${id}`, body);
  deleteSchedule = (id) => this.request("DELETE", `/architect/schedules/${id}`);
  scheduleGroups = (page = 1) => this.request("GET", `/architect/schedulegroups?pageSize=100&pageNumber=${page}`);
  scheduleGroupEvaluations = (page = 1) =>
    this.request("GET", `/architect/schedulegroups/evaluations?pageSize=100&pageNumber=${page}`);
  scheduleGroup = (id) => this.request("GET", `/architect/schedulegroups/${id}`);
  createScheduleGroup = (body) => this.request("POST", "/architect/schedulegroups", body);
  changeScheduleGroup = (id, body) => this.request("PUT", `/architect/schedulegroups/${id}`, body);
  deleteScheduleGroup = (id) => this.request("DELETE", `/architect/schedulegroups/${id}`);
  emergencyGroups = (page = 1) => this.request("GET", `/architect/emergencygroups?pageSize=100&pageNumber=${page}`);
  emergencyGroup = (id) => this.request("GET", `/architect/emergencygroups/${id}`);
  createEmergencyGroup = (body) => this.request("POST", "/architect/emergencygroups", body);
  changeEmergencyGroup = (id, body) => this.request("PUT", `/architect/emergencygroups/${id}`, body);
  deleteEmergencyGroup = (id) => this.request("DELETE", `/architect/emergencygroups/${id}`);

  skillPage = (page) => this.request("GET", `/routing/skills?pageSize=100&pageNumber=${page}`);
  createSkill = (name) => this.request("POST", "/routing/skills", { name });
  deleteSkill = (id) => this.request("DELETE", `/routing/skills/${id}`);
  languagePage = (page) => this.request("GET", `/routing/languages?pageSize=100&pageNumber=${page}`);
  createLanguage = (name) => this.request("POST", "/routing/languages", { name });
  deleteLanguage = (id) => this.request("DELETE", `/routing/languages/${id}`);
  /** People by a part of their name, a page of them. */
  people = (name, page) =>
    this.request("GET", `/users?pageSize=50&pageNumber=${page}${name && `&name=${encodeURIComponent(`*${name}*`)}`}`);
  person = (id) => this.request("GET", `/users/${id}?expand=skills,languages`);
  setSkills = (userId, levels) => this.request("PUT", `/users/${userId}/routingskills/bulk`, levels);
  mergeLanguages = (userId, levels) => this.request("PATCH", `/users/${userId}/routinglanguages/bulk`, levels);
  removeLanguage = (userId, id) => this.request("DELETE", `/users/${userId}/routinglanguages/${id}`);
  queuesOfUser = (userId, page) => this.request("GET", `/users/${userId}/queues?pageSize=100&pageNumber=${page}`);
  addMember = (queueId, userId) => this.request("POST", `/routing/queues/${queueId}/members`, [{ id: userId }]);
  removeMember = (queueId, userId) => this.request("DELETE", `/routing/queues/${queueId}/members/${userId}`);
  utilization = () => this.request("GET", "/routing/utilization");
  setUtilization = (body) => this.request("PUT", "/routing/utilization", body);
  labels = (page = 1) => this.request("GET", `/routing/utilization/labels?pageSize=100&pageNumber=${page}`);
  label = (id) => this.request("GET", `/routing/utilization/labels/${id}`);
  createLabel = (body) => this.request("POST", "/routing/utilization/labels", body);
  changeLabel = (id, body) => this.request("PUT", `/routing/utilization/labels/${id}`, body);
  /** With it goes what capacities say of it. */
  deleteLabel = (id) => this.request("DELETE", `/routing/utilization/labels/${id}?forceDelete=true`);
  /** The ids of those whose own capacity names it. */
  agentsOfLabel = (id) => this.request("GET", `/routing/utilization/labels/${id}/agents`);
  utilizationOfUser = (userId) => this.request("GET", `/routing/users/${userId}/utilization`);
  setUtilizationOfUser = (userId, body) => this.request("PUT", `/routing/users/${userId}/utilization`, body);
  resetUtilizationOfUser = (userId) => this.request("DELETE", `/routing/users/${userId}/utilization`);

  /** What the first 500 people can do. */
  peopleWithSkills = () => this.request("GET", "/users?expand=skills,languages&pageSize=500");

  wrapUpCodes = (queueId) => this.request("GET", `/routing/queues/${queueId}/wrapupcodes?pageSize=100`);
  /** What the participant may choose from; wider than the queue's own codes when the queue has none. */
  participantWrapUpCodes = (conversationId, participantId) =>
    this.request("GET", `/conversations/messages/${conversationId}/participants/${participantId}/wrapupcodes`);
  users = (pageNumber) =>
    this.request("GET", `/users?expand=presence,routingStatus&pageSize=100&pageNumber=${pageNumber}`);

  webDeployments = () => this.request("GET", "/webdeployments/deployments");
  webDeployment = (id) => this.request("GET", `/webdeployments/deployments/${id}`);
  createWebDeployment = (body) => this.request("POST", "/webdeployments/deployments", body);
  changeWebDeployment = (id, body) => this.request("PUT", `/webdeployments/deployments/${id}`, body);
  deleteWebDeployment = (id) => this.request("DELETE", `/webdeployments/deployments/${id}`);
  createConfiguration = (body) => this.request("POST", "/webdeployments/configurations", body);
  configurationDraft = (id) => this.request("GET", `/webdeployments/configurations/${id}/versions/draft`);
  saveDraft = (id, body) => this.request("PUT", `/webdeployments/configurations/${id}/versions/draft`, body);
  publishDraft = (id) => this.request("POST", `/webdeployments/configurations/${id}/versions/draft/publish`);
  deleteConfiguration = (id) => this.request("DELETE", `/webdeployments/configurations/${id}`);

  integrations = () => this.request("GET", "/integrations?pageSize=100");

  entryPoints = (pageNumber) => this.request("GET", `/messaging/entrypoints?pageSize=100&pageNumber=${pageNumber}`);
  entryPoint = (id) => this.request("GET", `/messaging/entrypoints/${id}`);
  createEntryPoint = (body) => this.request("POST", "/messaging/entrypoints", body);
  changeEntryPoint = (id, body) => this.request("PUT", `/messaging/entrypoints/${id}`, body);
  deleteEntryPoint = (id) => this.request("DELETE", `/messaging/entrypoints/${id}`);
  /** The code as the text of an SVG document. */
  qrCode = (id) => this.#ask("GET", `/messaging/entrypoints/${id}/qr.svg`);

  createChannel = () => this.request("POST", "/notifications/channels");
  subscribe = (channelId, topics) =>
    this.request("PUT", `/notifications/channels/${channelId}/subscriptions`, topics.map((id) => ({ id })));
}

/** Where a list goes on that has places rather than pages. @param {string | undefined} after */
const place = (after) => (after ? `&after=${encodeURIComponent(after)}` : "");

/** @returns {never} */
function noAnswer() {
  throw new ApiError(0, "no.answer", "");
}
