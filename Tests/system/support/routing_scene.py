"""A queue, its agents and customers of it, arranged through the platform's own SDK: the ground of routing scenarios."""

import datetime
import itertools

import PureCloudPlatformClientV2 as platform

from .agent import open_message
from .http import Api
from .waiting import eventually

OPENED = datetime.datetime(2020, 1, 1)
numbers = itertools.count(1)


def administrator(server):
    """A new token of the demo's client, as requests are counted by token: the SDK's client with it."""
    platform.configuration.host = server.base_url
    client = server.demo["oauthClient"]
    return platform.api_client.ApiClient().get_client_credentials_token(client["id"], client["secret"])


class Lobby:
    """Where every interaction of the scenarios comes in: a queue without agents, so that nobody takes it before it has
    said what it needs."""

    def __init__(self, server):
        client = administrator(server)
        self.presences = {
            one.system_presence.replace(" ", "").replace("_", "").lower(): one.id
            for one in platform.PresenceApi(client).get_presence_definitions().entities
        }
        self.queue = platform.RoutingApi(client).post_routing_queues({"name": "Lobby"}).id
        self.integration = server.demo["integrations"]["open"]["id"]
        raw = Api(server.base_url, client.access_token)
        path = f"/api/v2/routing/message/recipients/{self.integration}"
        raw.put(path, {**raw.get(path), "defaultQueue": {"id": self.queue}})


class Scene:
    """One scenario's own queue and agents. Agents are named, and go on queue in the order of their making, so that
    the first of them is idle longest."""

    def __init__(self, server, lobby, name):
        self.server = server
        self.lobby = lobby
        self.name = f"{name} {next(numbers)}"
        self.client = administrator(server)
        self.routing = platform.RoutingApi(self.client)
        self.conversations = platform.ConversationsApi(self.client)
        self.users = platform.UsersApi(self.client)
        self.presence = platform.PresenceApi(self.client)
        self.raw = Api(server.base_url, self.client.access_token)
        self.ids = {}
        self.queues = {}
        self.skills = {}
        self.languages = {}
        self.labels = {}
        self.chosen = {}
        self.open = []

    # Configuration

    def queue(self, name="Queue", **settings):
        """Makes a queue with these settings, ours and the platform's."""
        made = self.routing.post_routing_queues({"name": f"{name} of {self.name}", **settings})
        self.queues[name] = made.id
        return made.id

    def change_queue(self, name="Queue", **settings):
        path = f"/api/v2/routing/queues/{self.queues[name]}"
        self.raw.put(path, {**self.raw.get(path), **settings})

    def skill(self, name):
        if name not in self.skills:
            self.skills[name] = self.routing.post_routing_skills({"name": f"{name} {self.name}"}).id
        return self.skills[name]

    def group(self, skill):
        """The skill group of everybody who has a skill."""
        condition = {"routingSkill": self.skill(skill), "comparator": "GreaterThan", "proficiency": 0}
        both = {"routingSkillConditions": [condition], "languageSkillConditions": [], "operation": "And"}
        made = self.routing.post_routing_skillgroups(
            {"name": f"{skill} group of {self.name}", "skillConditions": [both], "memberDivisions": ["*"]})
        return {"id": made.id, "type": "SKILLGROUP"}

    def people(self, name, type="GROUP"):
        """A group or a team of people who are chosen by hand: how a queue names it."""
        body = {"name": f"{name} of {self.name}"}
        if type == "GROUP":
            made = platform.GroupsApi(self.client).post_groups(body)
        else:
            made = platform.TeamsApi(self.client).post_teams(body)
        self.chosen[name] = {"id": made.id, "type": type}
        return self.chosen[name]

    def chooses(self, name, people):
        """Puts an agent into a group or a team."""
        chosen, ids = self.chosen[people], [self.ids[name]]
        if chosen["type"] == "GROUP":
            platform.GroupsApi(self.client).post_group_members(chosen["id"], {"memberIds": ids, "version": 1})
        else:
            assert platform.TeamsApi(self.client).post_team_members(chosen["id"], {"memberIds": ids}).failures == []

    def language(self, name):
        if name not in self.languages:
            self.languages[name] = self.routing.post_routing_languages({"name": f"{name} {self.name}"}).id
        return self.languages[name]

    def label(self, name):
        if name not in self.labels:
            self.labels[name] = self.routing.post_routing_utilization_labels({"name": f"{name} {self.name}"}).id
        return self.labels[name]

    # Agents

    def agent(self, name, queue="Queue", ring=None, skills=None, languages=None, capacity=None, labels=None, on=True):
        """Makes an agent; `skills`, `languages` by name with their proficiency, `labels` by name with their limit."""
        email = f"{name}.{next(numbers)}@example.org".lower()
        home = self.server.demo.get("divisionId") or self._home()
        made = self.users.post_users({"name": name, "email": email, "divisionId": home, "state": "active"})
        self.ids[name] = made.id
        for skill, level in (skills or {}).items():
            self.learns(name, skill, level)
        for language, level in (languages or {}).items():
            body = {"id": self.language(language), "proficiency": level}
            self.users.post_user_routinglanguages(made.id, body)
        if capacity is not None or labels:
            self.limit(name, 4 if capacity is None else capacity, labels or {})
        if queue:
            self.joins(name, queue, ring)
        if on:
            self.goes(name, "onqueue")
        return made.id

    def _home(self):
        found = platform.AuthorizationApi(self.client).get_authorization_divisions_home()
        self.server.demo["divisionId"] = found.id
        return found.id

    def learns(self, name, skill, level):
        self.users.post_user_routingskills(self.ids[name], {"id": self.skill(skill), "proficiency": level})

    def limit(self, name, capacity, labels):
        self.routing.put_routing_user_utilization(self.ids[name], {
            "utilization": {"message": {"maximumCapacity": capacity}},
            "labelUtilizations": {
                self.label(label): {
                    "maximumCapacity": limit[0], "interruptingLabelIds": [self.label(one) for one in limit[1:]]}
                for label, limit in labels.items()},
        })

    def joins(self, name, queue="Queue", ring=None):
        self.routing.post_routing_queue_members(self.queues[queue], [{"id": self.ids[name]}])
        if ring:
            body = {"id": self.ids[name], "ringNumber": ring}
            self.routing.patch_routing_queue_member(self.queues[queue], self.ids[name], body)

    def goes(self, name, presence):
        body = {"presenceDefinition": {"id": self.lobby.presences[presence]}}
        self.presence.patch_user_presences_purecloud(self.ids[name], body)

    # Customers

    def customer(self, name=None, queue="Queue", **asks):
        """A customer writes, and goes from the lobby to the queue with what the interaction asks for: its id."""
        name = name or f"customer {next(numbers)}"
        sent = self.conversations.post_conversations_message_inbound_open_message(
            self.lobby.integration, open_message("Hello", f"{name} of {self.name}"), prefetch_conversation_id=True)
        self.open.append(sent.conversation_id)
        if asks:
            self.asks(sent.conversation_id, **asks)
        if queue:
            self.moves(sent.conversation_id, queue)
        return sent.conversation_id

    def asks(self, id, skills=None, language=None, priority=None, scores=None, label=None):
        """Says what an interaction that waits needs from now on."""
        body = {}
        if skills is not None:
            body["skillIds"] = [self.skill(one) for one in skills]
        if language:
            body["languageId"] = self.language(language)
        if priority is not None:
            body["priority"] = priority
        if scores:
            body["requestScoredAgents"] = [{"id": self.ids[one], "score": score} for one, score in scores.items()]
        if label:
            body["labelId"] = self.label(label)
        return self.routing.patch_routing_conversation(id, body)

    def moves(self, id, queue):
        """Sends what waits, or what an agent has, to a queue."""
        part = self.present(id)
        self.conversations.post_conversation_participant_replace_queue(id, part.id, {"queueId": self.queues[queue]})

    def directs(self, id, name):
        """Sends it to an agent."""
        part = self.present(id)
        self.conversations.post_conversation_participant_replace_agent(id, part.id, {"userId": self.ids[name]})

    def assigns(self, id, name, api=None):
        return (api or self.conversations).post_conversation_assign(id, {"id": self.ids[name]})

    # What happens

    def parts(self, id, *purposes):
        return [one for one in self.conversations.get_conversation(id).participants if one.purpose in purposes]

    def present(self, id):
        """The queue that it waits in, or else the agent who has it."""
        def look():
            found = [one for one in self.parts(id, "acd", "agent") if not one.end_time]
            return sorted(found, key=lambda one: one.purpose)
        return eventually(look, "somebody of the business", every=0.05)[0]

    def taker(self, id):
        """The name of the agent who is asked now, or has it."""
        names = {value: key for key, value in self.ids.items()}
        found = [one for one in self.parts(id, "agent") if not one.end_time]
        return names.get(found[-1].user_id) if found else None

    def given_to(self, id, name, seconds=8):
        eventually(lambda: self.taker(id) == name, f"{name} being asked for {self.name}", seconds, every=0.05)

    def answers(self, id):
        """The agent who is asked takes it."""
        part = eventually(lambda: [one for one in self.parts(id, "agent") if not one.end_time], every=0.05)[-1]
        self.conversations.patch_conversations_message_participant(id, part.id, body={"state": "connected"})

    def ends(self, id):
        """The agent leaves."""
        for part in self.parts(id, "agent"):
            if not part.end_time:
                self.conversations.patch_conversations_message_participant(id, part.id, body={"state": "disconnected"})

    def serves(self, id, name):
        """The agent is asked, answers, and ends it."""
        self.given_to(id, name)
        self.answers(id)
        self.ends(id)

    def used_routing(self, id):
        """How the agent was found, as analytics tell it."""
        customer = self.parts(id, "customer")[-1]
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
        found = platform.AnalyticsApi(self.client).post_analytics_conversations_details_query({
            "interval": f"{OPENED.isoformat()}Z/{now.replace(tzinfo=None).isoformat()}Z",
            "segmentFilters": [{"type": "and", "predicates": [
                {"dimension": "externalContactId", "value": customer.external_contact_id}]}],
        })
        [one] = [one for one in found.conversations if one.conversation_id == id]
        agents = [part for part in one.participants if part.purpose == "agent"]
        return agents[-1].sessions[-1].used_routing

    def decision(self, id):
        """The record of the last assignment."""
        found = self.raw.get(f"/api/v2/routing/conversations/{id}/decisions")["entities"]
        return next((one for one in found if one["outcome"]["type"] == "assigned"), None)

    def waits(self, id, reason):
        """It was looked for somebody in the scene's queue, and this is why there was nobody. The lobby, through which
        it came, may have a record of its own."""
        def found():
            records = self.raw.get(f"/api/v2/routing/conversations/{id}/decisions")["entities"]
            here = [one["outcome"] for one in records if one["queue"]["id"] in self.queues.values()]
            return here[0].get("reason") if here else None

        eventually(lambda: found() == reason, f"{self.name} waits: {reason}", every=0.05)

    def close(self):
        """Nobody is left on queue, and nothing open."""
        for name in self.ids:
            self.goes(name, "offline")
        for id in self.open:
            if any(not one.end_time for one in self.parts(id, "customer")):
                self.raw.request("POST", f"/api/v2/conversations/{id}/disconnect")
