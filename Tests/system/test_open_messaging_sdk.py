"""The platform's own Python SDK, unmodified, does the agent's side for a customer of the Open Messaging API."""

import concurrent.futures
import json
import secrets
import time
import uuid

import PureCloudPlatformClientV2 as platform
import pytest
import websocket
from PureCloudPlatformClientV2.rest import ApiException

from support.agent import open_message
from support.sign_in import REDIRECT, authorization_code
from support.waiting import eventually


@pytest.fixture(scope="module", autouse=True)
def host(server):
    """All that a customer of the SDK changes."""
    platform.configuration.host = server.base_url


@pytest.fixture(scope="module")
def administrator(server):
    client = server.demo["oauthClient"]
    return platform.api_client.ApiClient().get_client_credentials_token(client["id"], client["secret"])


class SdkAgent:
    """An agent who signed in with PKCE, with what an agent's client does through the SDK."""

    def __init__(self, server, user):
        client = platform.api_client.ApiClient()
        verifier = client.generate_pkce_code_verifier(64)
        code = authorization_code(server, user, verifier)
        self.client, _ = client.get_pkce_token(server.demo["oauthClient"]["id"], verifier, code, REDIRECT)
        self.conversations = platform.ConversationsApi(self.client)
        self.presence = platform.PresenceApi(self.client)
        self.me = platform.UsersApi(self.client).get_users_me()
        self.socket = None
        self.events = []

    def listen(self):
        """A notification channel, as the SDK's documentation shows."""
        notifications = platform.NotificationsApi(self.client)
        channel = notifications.post_notifications_channels()
        names = ["conversations.messages", "presence", "routingStatus"]
        topics = [platform.ChannelTopic() for _ in names]
        for topic, name in zip(topics, names):
            topic.id = f"v2.users.{self.me.id}.{name}"
        granted = notifications.put_notifications_channel_subscriptions(channel.id, topics)
        assert {one.id for one in granted.entities} == {topic.id for topic in topics}
        self.socket = websocket.create_connection(channel.connect_uri, timeout=15)
        return self

    def notified(self, matches, seconds=15):
        """Waits for an event on the socket: its body."""
        end, at = time.monotonic() + seconds, 0
        while True:
            for event in self.events[at:]:
                if matches(event):
                    return event["eventBody"]
            at = len(self.events)
            assert time.monotonic() < end, f"no such event among {self.events[-5:]}"
            self.socket.settimeout(max(0.1, end - time.monotonic()))
            try:
                self.events.append(json.loads(self.socket.recv()))
            except websocket.WebSocketTimeoutException:
                continue

    def set_presence(self, system):
        wanted = system.replace("_", "").lower()
        found = next(
            one for one in self.presence.get_presence_definitions().entities
            if one.system_presence.replace("_", "").replace(" ", "").lower() == wanted)
        body = platform.UserPresence()
        body.presence_definition = platform.PresenceDefinition()
        body.presence_definition.id = found.id
        return self.presence.patch_user_presences_purecloud(self.me.id, body)

    def part(self, conversation_id):
        """The last participant with purpose agent and this user."""
        found = [
            one for one in self.conversations.get_conversations_message(conversation_id).participants
            if one.purpose == "agent" and one.user and one.user.id == self.me.id
        ]
        return found[-1] if found else None

    def alerted(self, conversation_id=None, seconds=20):
        """The conversation that alerts, learnt from the socket."""
        def alerts(event):
            if event["topicName"] != f"v2.users.{self.me.id}.conversations.messages":
                return False
            body = event["eventBody"]
            mine = [one for one in body["participants"] if one.get("user", {}).get("id") == self.me.id]
            return bool(mine) and mine[-1]["state"] == "alerting" and conversation_id in (None, body["id"])
        found = self.notified(alerts, seconds)
        self.events.clear()
        return found["id"]

    def patch(self, conversation_id, **changes):
        body = platform.MediaParticipantRequest()
        for name, value in changes.items():
            setattr(body, name, value)
        part = self.part(conversation_id)
        self.conversations.patch_conversations_message_participant(conversation_id, part.id, body=body)
        return part

    def accept(self, conversation_id):
        self.patch(conversation_id, state="connected")
        return eventually(lambda: self._connected(conversation_id), "the answer")

    def _connected(self, conversation_id):
        part = self.part(conversation_id)
        return part if part.state == "connected" else None

    def leg(self, conversation_id):
        unified = self.conversations.get_conversation(conversation_id)
        parts = [one for one in unified.participants if one.purpose == "agent" and one.user_id == self.me.id]
        return parts[-1].messages[-1].id

    def say(self, conversation_id, text):
        body = platform.AdditionalMessage()
        body.text_body = text
        return self.conversations.post_conversations_message_communication_messages(
            conversation_id, self.leg(conversation_id), body)

    def wrap_up(self, conversation_id, notes):
        part = self.part(conversation_id)
        codes = self.conversations.get_conversations_message_participant_wrapupcodes(conversation_id, part.id)
        wrapup = platform.WrapupInput()
        wrapup.code, wrapup.notes = codes[0].id, notes
        self.patch(conversation_id, wrapup=wrapup)

    def open_ids(self):
        return {one.id for one in self.conversations.get_conversations_messages().entities}

    def texts(self, conversation_id):
        """The texts of a conversation, by the details and the bulk request."""
        parts = self.conversations.get_conversations_message(conversation_id).participants
        details = sorted(
            (detail for part in parts for detail in part.messages or []),
            key=lambda one: (one.message_time, one.message_id))
        ids = [detail.message_id for detail in details]
        found = self.conversations.post_conversations_message_messages_bulk(conversation_id, body=ids).entities
        texts = {one.id: one.normalized_message.text for one in found}
        return [texts[id] for id in ids]


@pytest.fixture(scope="module")
def agents(server):
    """Two agents of Support, signed in and listening."""
    agents = [SdkAgent(server, user).listen() for user in server.users("agent", "Support")[:2]]
    yield agents
    for agent in agents:
        agent.socket.close()


@pytest.fixture
def integration(server, administrator, receiver):
    """The demo's open integration, leading to this test's receiver."""
    id = server.demo["integrations"]["open"]["id"]
    update = platform.OpenIntegrationUpdateRequest()
    update.name = "Open"
    update.outbound_notification_webhook_url = receiver.url
    conversations = platform.ConversationsApi(administrator)
    changed = conversations.patch_conversations_messaging_integrations_open_integration_id(id, update)
    assert changed.outbound_notification_webhook_url == receiver.url
    assert not changed.outbound_notification_webhook_signature_secret_token
    return id


def write(administrator, integration, text, user, **rest):
    """A message of the customer, as a customer's middleware sends it."""
    return platform.ConversationsApi(administrator).post_conversations_message_inbound_open_message(
        integration, open_message(text, user, **rest), prefetch_conversation_id=True)


def test_token_organisation_and_directory(server, administrator, agents):
    token = platform.TokensApi(administrator).get_tokens_me()
    assert token.organization.id and token.o_auth_client.id == server.demo["oauthClient"]["id"]
    assert platform.OrganizationApi(administrator).get_organizations_me().name
    assert agents[0].me.email == server.users("agent", "Support")[0]["email"]
    with pytest.raises(ApiException) as refused:
        platform.UsersApi(administrator).get_users_me()
    assert 400 <= refused.value.status < 500 and json.loads(refused.value.body)["contextId"]
    queues = platform.RoutingApi(administrator).get_routing_queues(page_size=25)
    assert {queue.name: queue.id for queue in queues.entities} == server.demo["queues"]
    assert (queues.total, queues.page_count, queues.page_number) == (len(queues.entities), 1, 1)
    members = platform.RoutingApi(administrator).get_routing_queue_members(server.demo["queues"]["Support"])
    assert agents[0].me.id in {member.id for member in members.entities}


def test_a_token_is_refreshed(server):
    user = server.users("agent")[0]
    client = platform.api_client.ApiClient()
    secret = server.demo["oauthClient"]
    verifier = secrets.token_urlsafe(48)
    code = authorization_code(server, user, verifier)
    client, answer = client.get_pkce_token(secret["id"], verifier, code, REDIRECT)
    client, renewed = client.refresh_code_authorization_token(secret["id"], secret["secret"], answer["refresh_token"])
    assert renewed["access_token"] != answer["access_token"] and isinstance(renewed["expires_in"], int)
    assert platform.UsersApi(client).get_users_me().id == user["id"]


def test_the_whole_story(server, administrator, agents, integration, receiver):
    first, second = agents
    first.set_presence("ON_QUEUE")
    first.notified(lambda event: event["topicName"] == f"v2.users.{first.me.id}.presence")

    # The customer writes; the agent is alerted by the socket and accepts.
    taken = write(
        administrator, integration, "My tap drips", "hana", metadata={"customAttributes": {"city": "Kyoto"}})
    assert len(taken.id) == 32 and taken.text == "My tap drips" and taken.channel.to.id == integration
    conversation = first.alerted()
    assert conversation == taken.conversation_id
    part = first.accept(conversation)
    assert part.queue.id == server.demo["queues"]["Support"]
    assert first.texts(conversation) == ["My tap drips"]
    parts = first.conversations.get_conversations_message(conversation).participants
    assert [one.purpose for one in parts] == ["customer", "acd", "agent"]
    assert parts[0].attributes["city"] == "Kyoto" and parts[0].type == "open"

    # The agent answers; the web hook carries it, signed; the customer's side says that it arrived.
    said = first.say(conversation, "Which one? 蛇口の写真を送れますか / \"kitchen\"?")
    assert said.status in ("queued", "sent")
    hook = receiver.hears("Which one? 蛇口の写真を送れますか / \"kitchen\"?")
    assert receiver.problems == []
    assert hook["id"] == said.id and hook["conversationId"] == conversation
    assert (hook["type"], hook["direction"], hook["originatingEntity"]) == ("Text", "Outbound", "Human")
    assert hook["channel"]["platform"] == "Open" and hook["channel"]["to"]["id"] == "hana"
    receipt = {
        "id": hook["id"], "channel": {"to": {"id": "hana"}, "time": "2026-01-01T00:00:01.000Z"}, "status": "Delivered",
        "isFinalReceipt": True,
    }
    platform.ConversationsApi(administrator).post_conversations_message_inbound_open_receipt(integration, receipt)
    eventually(lambda: status_of(first, conversation, said.id) == "delivery-success", "the receipt's status")

    # Hold and back, attributes.
    first.patch(conversation, held=True)
    eventually(lambda: first.part(conversation).held, "hold")
    first.patch(conversation, held=False)
    eventually(lambda: not first.part(conversation).held, "retrieval")
    attributes = platform.ParticipantAttributes()
    attributes.attributes = {"tap": "kitchen"}
    first.conversations.patch_conversations_message_participant_attributes(conversation, parts[0].id, body=attributes)
    eventually(lambda: customer(first, conversation).attributes.get("tap") == "kitchen", "the attribute")
    assert customer(first, conversation).attributes["city"] == "Kyoto"

    # Transfer to the other agent, who accepts and goes on.
    second.set_presence("ON_QUEUE")
    transfer = platform.TransferRequest()
    transfer.user_id = second.me.id
    mine = first.part(conversation).id
    first.conversations.post_conversations_message_participant_replace(conversation, mine, transfer)
    assert second.alerted() == conversation
    second.accept(conversation)
    eventually(lambda: first.part(conversation).state == "disconnected", "the transfer")
    assert first.part(conversation).disconnect_type.startswith("transfer")
    first.wrap_up(conversation, "passed on")
    eventually(lambda: conversation not in first.open_ids(), "the end of the first agent's part")
    second.say(conversation, "I am coming tomorrow.")
    receiver.hears("I am coming tomorrow.")

    # Disconnect and wrap up.
    second.patch(conversation, state="disconnected")
    eventually(lambda: second.part(conversation).state == "disconnected", "the end")
    assert second.part(conversation).wrapup_required and conversation in second.open_ids()
    second.wrap_up(conversation, "plumber on Tuesday")
    eventually(lambda: conversation not in second.open_ids(), "the end of after-call work")
    assert second.part(conversation).wrapup.notes == "plumber on Tuesday"

    # The customer comes back inside the window: the same conversation, offered to the last agent first.
    first.events.clear()
    second.events.clear()
    back = write(administrator, integration, "It drips again", "hana", time="2026-01-01T00:05:00.000Z")
    assert back.conversation_id == conversation
    assert second.alerted(conversation) == conversation
    second.accept(conversation)
    assert second.texts(conversation) == [
        "My tap drips", "Which one? 蛇口の写真を送れますか / \"kitchen\"?", "I am coming tomorrow.", "It drips again"]
    second.patch(conversation, state="disconnected")
    second.wrap_up(conversation, "done")
    assert receiver.problems == []


def status_of(agent, conversation, message):
    """The status of a message in the conversation's details."""
    parts = agent.conversations.get_conversations_message(conversation).participants
    return next(
        detail.message_status for part in parts for detail in part.messages or [] if detail.message_id == message)


def customer(agent, conversation):
    parts = agent.conversations.get_conversations_message(conversation).participants
    return next(part for part in parts if part.purpose == "customer")


def test_the_same_message_ten_times_in_parallel_is_one(server, administrator, agents, integration):
    agent = agents[0]
    agent.set_presence("ON_QUEUE")
    agents[1].set_presence("AVAILABLE")
    id = str(uuid.uuid4())
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        sent = [
            pool.submit(write, administrator, integration, "only once", "ten-times", id=id) for _ in range(10)
        ]
        answers = [one.result() for one in sent]
    assert len({answer.id for answer in answers}) == 1
    conversation = agent.alerted(answers[0].conversation_id)
    agent.accept(conversation)
    assert agent.texts(conversation) == ["only once"]
    agent.patch(conversation, state="disconnected")
    agent.wrap_up(conversation, "once")


def test_a_hook_that_fails_is_tried_again(server, administrator, agents, integration, receiver):
    agent = agents[0]
    agent.set_presence("ON_QUEUE")
    taken = write(administrator, integration, "Are you there?", "patient")
    agent.alerted(taken.conversation_id)
    agent.accept(taken.conversation_id)
    receiver.answers = [503]
    said = agent.say(taken.conversation_id, "Yes.")
    eventually(lambda: sum(one["id"] == said.id for one in receiver.messages) == 2, "the second try", seconds=40)
    assert receiver.problems == []
    agent.patch(taken.conversation_id, state="disconnected")
    agent.wrap_up(taken.conversation_id, "tried twice")


def test_old_style_messages_are_taken_too(server, administrator, agents, integration):
    agent = agents[0]
    agent.set_presence("ON_QUEUE")
    body = {
        "channel": {
            "platform": "Open", "type": "Private", "messageId": str(uuid.uuid4()), "to": {"id": integration},
            "from": {"id": "old-timer", "idType": "Opaque"}, "time": "2026-01-01T00:00:00.000Z",
        },
        "type": "Text", "text": "As ever", "direction": "Inbound",
    }
    taken = platform.ConversationsApi(administrator).post_conversations_messages_inbound_open(body)
    assert taken.id and taken.text == "As ever"
    conversation = agent.alerted()
    agent.accept(conversation)
    assert agent.texts(conversation) == ["As ever"]
    agent.patch(conversation, state="disconnected")
    agent.wrap_up(conversation, "old style")
