import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentStatus } from "../../../web/models/agent-status.js";

const definition = (systemPresence) => ({ id: systemPresence, systemPresence });
const server = (presence = "AVAILABLE") => ({
  presence,
  me: async () => ({ id: "hana", presence: { presenceDefinition: definition("AVAILABLE") } }),
  presenceDefinitions: async () => ({ entities: ["AVAILABLE", "ON_QUEUE"].map(definition) }),
  async setPresence(user, id) {
    this.presence = `${user} ${id}`;
    return { presenceDefinition: definition(id) };
  },
});

test("who switches the queue on before the server has answered is on queue when it has", async () => {
  const api = server();
  const status = new AgentStatus(api);
  await status.setOnQueue(true);
  assert.equal(api.presence, "hana ON_QUEUE");
  assert.equal(status.isOnQueue, true);
});

test("an answer that was overtaken is not taken for news", async () => {
  const api = server();
  const answer = await api.me();
  let say = () => {};
  const status = new AgentStatus({ ...api, me: () => new Promise((resolve) => (say = resolve)) });
  const loading = status.load();
  status.receivePresence({ presenceDefinition: definition("ON_QUEUE") });
  status.receiveRouting({ status: "IDLE" });
  say({ ...answer, routingStatus: { status: "OFF_QUEUE" } });
  await loading;
  assert.equal(status.isOnQueue, true);
  assert.equal(status.routing.status, "IDLE");
});
