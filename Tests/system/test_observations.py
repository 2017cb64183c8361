"""What is counted of queues, through the platform's own Python SDK: observations, estimated waits, service level."""

import json

import PureCloudPlatformClientV2 as platform
import pytest
from PureCloudPlatformClientV2.rest import ApiException

from support.agent import Agent
from support.guest import Guest
from support.socket_client import SocketClient
from support.waiting import eventually

MEDIA = ["oWaiting", "oAlerting", "oInteracting", "oLongestWaiting", "oLongestInteracting", "oServiceLevel"]
PEOPLE = [
    "oMemberUsers", "oActiveUsers", "oOnQueueUsers", "oOffQueueUsers", "oUserPresences", "oUserRoutingStatuses"]


@pytest.fixture(scope="module")
def client(server):
    platform.configuration.host = server.base_url
    known = server.demo["oauthClient"]
    return platform.api_client.ApiClient().get_client_credentials_token(known["id"], known["secret"])


@pytest.fixture(scope="module")
def analytics(client):
    return platform.AnalyticsApi(client)


@pytest.fixture(scope="module")
def routing(client):
    return platform.RoutingApi(client)


@pytest.fixture(scope="module")
def support(server):
    return server.demo["queues"]["Support"]


@pytest.fixture(scope="module")
def hana(server):
    return Agent(server, server.users("agent", "Support")[0])


def observed(analytics, queue, metrics=MEDIA + PEOPLE, details=()):
    """The answer to a query, and its numbers by metric and qualifier."""
    predicate = platform.QueueObservationQueryPredicate()
    predicate.dimension, predicate.value = "queueId", queue
    query = platform.QueueObservationQuery()
    query.filter = platform.QueueObservationQueryFilter()
    query.filter.type, query.filter.predicates = "and", [predicate]
    query.metrics, query.detail_metrics = list(metrics), list(details)
    answer = analytics.post_analytics_queues_observations_query(query)
    numbers = {}
    for group in answer.results:
        for one in group.data:
            numbers[(one.metric, one.qualifier)] = one
    return answer, numbers


def count(analytics, queue, metric):
    return observed(analytics, queue, [metric])[1][(metric, None)].stats.count


def test_counts_follow_a_conversation_from_waiting_to_the_end(server, analytics, routing, support, hana):
    with Guest(server) as guest:
        guest.configure()
        guest.say("Is anybody there?")
        eventually(lambda: count(analytics, support, "oWaiting") == 1, "one who waits")
        answer, numbers = observed(analytics, support, details=["oWaiting", "oMemberUsers"])
        waiting = numbers[("oWaiting", None)].observations
        assert len(waiting) == 1 and waiting[0].direction == "inbound" and waiting[0].observation_date
        since = numbers[("oLongestWaiting", None)].stats.calculated_metric_value
        assert abs(since - waiting[0].observation_date.timestamp() * 1000) < 1500
        assert ("oServiceLevel", None) not in numbers
        assert answer.system_to_organization_mappings["ON_QUEUE"]
        members = routing.get_routing_queue_members(support, page_size=100).entities
        assert numbers[("oMemberUsers", None)].stats.count == len(members)
        assert {one.user_id for one in numbers[("oMemberUsers", None)].observations} == {one.id for one in members}
        assert routing.get_routing_queue_estimatedwaittime(support).results == []

        hana.go_on_queue()
        offered = hana.offered()
        eventually(lambda: count(analytics, support, "oAlerting") == 1, "one who is alerted")
        _, numbers = observed(analytics, support)
        assert numbers[("oWaiting", None)].stats.count == 0
        on, off, active = (
            numbers[(name, None)].stats.count for name in ["oOnQueueUsers", "oOffQueueUsers", "oActiveUsers"])
        assert on >= 1 and on + off == active
        statuses = [one.stats.count for (name, _), one in numbers.items() if name == "oUserRoutingStatuses"]
        presences = [one.stats.count for (name, _), one in numbers.items() if name == "oUserPresences"]
        assert sum(statuses) == sum(presences) == active
        prediction = routing.get_routing_queue_estimatedwaittime(support, conversation_id=offered["id"]).results[0]
        assert prediction.formula in ("SIMPLE", "ABANDON") and prediction.intent == "MESSAGE"
        assert 0 < prediction.estimated_wait_time_seconds < 600
        next_one = routing.get_routing_queue_mediatype_estimatedwaittime(support, "message").results[0]
        assert next_one.estimated_wait_time_seconds >= 0

        hana.accept(offered)
        eventually(lambda: count(analytics, support, "oInteracting") == 1, "one who is served")
        level = observed(analytics, support)[1][("oServiceLevel", None)].stats
        assert level.denominator == 1 and level.numerator in (0, 1) and level.ratio == level.numerator
        assert level.target == 0.8
        hana.leave(offered)
        eventually(lambda: count(analytics, support, "oInteracting") == 0, "nobody")
    hana.presence("AVAILABLE")


def test_a_socket_is_told_of_changes_in_both_forms(server, support):
    supervisor = Agent(server, (server.users("supervisor") + server.users("admin"))[0])
    channel = supervisor.api.post("/api/v2/notifications/channels")
    names = [f"v2.analytics.queues.{support}.{one}" for one in ("observations", "activity")]
    supervisor.api.put(
        f"/api/v2/notifications/channels/{channel['id']}/subscriptions", [{"id": name} for name in names])
    socket = SocketClient(channel["connectUri"])
    with Guest(server) as guest:
        guest.configure()
        guest.say("One more")

        def counts(frame):
            if frame["topicName"] != names[0] or frame["eventBody"]["group"].get("mediaType") != "message":
                return None
            metrics = frame["eventBody"]["data"][0]["metrics"]
            return next(one["stats"]["count"] for one in metrics if one["metric"] == "oWaiting")

        frame = socket.wait(lambda one: counts(one) == 1, "a count of one")
        assert frame["eventBody"]["group"]["queueId"] == support
        flat = socket.wait(
            lambda one: one["topicName"] == names[1] and any(
                data["metric"] == "oWaiting" and data["count"] == 1
                for data in one["eventBody"]["results"][0]["data"]), "the other form")
        assert flat["eventBody"]["results"][0]["mediaType"] == "message"
        people = socket.wait(
            lambda one: one["topicName"] == names[0] and "mediaType" not in one["eventBody"]["group"], "the people")
        assert any(one["metric"] == "oMemberUsers" for one in people["eventBody"]["data"][0]["metrics"])
    socket.close()


def test_queues_of_a_person_are_counted(analytics, hana):
    predicate = platform.UserObservationQueryPredicate()
    predicate.dimension, predicate.value = "userId", hana.id
    query = platform.UserObservationQuery()
    query.filter = platform.UserObservationQueryFilter()
    query.filter.type, query.filter.predicates = "or", [predicate]
    query.metrics = ["oActiveQueues", "oMemberQueues"]
    result = analytics.post_analytics_users_observations_query(query).results[0]
    assert result.group == {"userId": hana.id}
    numbers = {one.metric: one.stats.count for one in result.data}
    assert 1 <= numbers["oActiveQueues"] <= numbers["oMemberQueues"]


def test_a_metric_that_does_not_exist_is_refused_by_name(analytics, support):
    with pytest.raises(ApiException) as refused:
        observed(analytics, support, ["oDreams"])
    assert refused.value.status == 400
    assert "oDreams" in json.loads(refused.value.body)["message"]


def test_a_conditional_group_is_let_in_while_its_condition_holds(server, analytics, routing, support):
    api = Agent(server, server.users("admin")[0]).api
    alex = Agent(server, next(user for user in server.users("agent", "Sales") if "Support" not in user["queues"]))
    skill = api.post("/api/v2/routing/skills", {"name": "Reserve"})["id"]
    api.post(f"/api/v2/users/{alex.id}/routingskills", {"id": skill, "proficiency": 4})
    group = api.post("/api/v2/routing/skillgroups", {"name": "Reserve", "skillConditions": [{
        "operation": "And", "languageSkillConditions": [],
        "routingSkillConditions": [
            {"routingSkill": skill, "comparator": "GreaterThanOrEqualTo", "proficiency": 3, "childConditions": []}]}]})

    def let_in(operator):
        queue = api.get(f"/api/v2/routing/queues/{support}")
        queue["conditionalGroupRouting"] = {"rules": [{
            "metric": "EstimatedWaitTime", "operator": operator, "conditionValue": 60, "waitSeconds": 0,
            "groups": [{"id": group["id"], "type": "SKILLGROUP"}]}]}
        return api.put(f"/api/v2/routing/queues/{support}", queue)

    let_in("LessThan")
    alex.go_on_queue()
    with Guest(server) as guest:
        guest.configure()
        guest.say("Who is in reserve?")
        # Nobody of the queue itself is there: the wait is longer than everything.
        eventually(lambda: count(analytics, support, "oWaiting") >= 1, "one who waits")
        _, numbers = observed(analytics, support)
        assert numbers[("oAlerting", None)].stats.count == 0
        assert numbers[("oOnQueueUsers", None)].stats.count == 1
        assert routing.get_routing_queue_estimatedwaittime(support).results == []
        let_in("GreaterThan")
        offered = alex.offered()
        alex.accept(offered)
        alex.leave(offered)
    queue = api.get(f"/api/v2/routing/queues/{support}")
    del queue["conditionalGroupRouting"]
    api.put(f"/api/v2/routing/queues/{support}", queue)
    alex.presence("AVAILABLE")
