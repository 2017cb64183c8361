"""Three processes on one PostgreSQL database are one contact centre, whatever becomes of one of them."""

import shutil
import statistics
import subprocess
import time
import types

import pytest
import urllib3

from support.agent import Agent, open_message
from support.cluster import Cluster, Visitor, check
from support.files import PICTURE
from support.guest import Guest
from support.http import Api, administration
from support.postgres import PostgresServer
from support.receiver import Receiver
from support.server import ROOT, free_port
from support.socket_client import SocketClient
from support.waiting import eventually

LEASE_SECONDS = 5
RESUME_SECONDS_MAX = 10
MESSAGES = 100


@pytest.fixture(scope="module")
def postgres():
    postgres = PostgresServer(free_port()).start()
    yield postgres
    postgres.stop()


@pytest.fixture(scope="module")
def cluster(postgres, tmp_path_factory):
    cluster = Cluster(postgres, tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    cluster = getattr(item, "funcargs", {}).get("cluster")
    if outcome.get_result().failed and cluster:
        for node in cluster.nodes:
            outcome.get_result().sections.append((str(node.folder), node.tail()))


def at(node, agent):
    """The same agent, by the same token, at another node."""
    other = Agent.__new__(Agent)
    other.server, other.user, other.id, other.socket = node, agent.user, agent.id, None
    other.api = Api(node.base_url, agent.api.token)
    return other


@pytest.fixture(scope="module")
def pair(cluster):
    """A guest at the first node and an agent at the second, in one conversation."""
    one, two, _ = cluster.nodes
    agent = Agent(two, two.users("agent", "Support")[0]).listen().go_on_queue()
    guest = Guest(one)
    guest.configure()
    guest.say("good morning")
    conversation = agent.accept(agent.offered(seconds=25))
    yield guest, agent, conversation
    guest.close()


def test_three_first_starts_make_one_organisation(cluster):
    counts = dict(cluster.query("SELECT kind, count(*) FROM configuration WHERE is_deleted = 0 GROUP BY kind"))
    assert (counts["organization"], counts["division"], counts["presenceDefinition"]) == ("1", "1", "10")
    shared = ("oauthClient", "users", "queues", "deploymentId")
    seeds = [{key: node.demo[key] for key in shared} for node in cluster.nodes]
    assert seeds[0] == seeds[1] == seeds[2]
    redirects = cluster.query("SELECT convert_from(body, 'UTF8') FROM configuration WHERE name = 'Engawa desktop'")
    for node in cluster.nodes:
        assert f"{node.base_url}/desktop/" in redirects[0][0]


def test_the_work_is_shared_out(cluster):
    def shared():
        leases = cluster.leases()
        parts = [name for name in leases if name.startswith(("timers/", "outbox/"))]
        counts = [sum(leases[name] == owner for name in parts) for owner in set(leases.values())]
        return len(parts) == 32 and len(counts) == 3 and max(counts) <= 12 and "routing" in leases
    eventually(shared, "a fair share for each of three", 60)


def counted(node, queue):
    """What a node counts of a queue, by metric and qualifier; nothing of the times, which go on."""
    query = {
        "filter": {"type": "and", "predicates": [{"dimension": "queueId", "value": queue}]},
        "metrics": ["oWaiting", "oAlerting", "oInteracting", "oServiceLevel", "oMemberUsers", "oOnQueueUsers"],
    }
    answer = administration(node).post("/api/v2/analytics/queues/observations/query", query)
    return {
        (one["metric"], one.get("qualifier")): one["stats"]
        for group in answer["results"] for one in group.get("data", [])
    }


def test_every_node_counts_the_same(cluster, pair):
    _, agent, _ = pair
    one, two, three = cluster.nodes
    queue = one.demo["queues"]["Support"]

    def agree(**expected):
        def look():
            seen = [counted(node, queue) for node in (one, two, three)]
            assert seen[0] == seen[1] == seen[2], seen
            for metric, count in expected.items():
                [stats] = [stats for (name, qualifier), stats in seen[0].items() if name == metric]
                assert stats["count"] == count, (metric, stats)
            return seen[0]
        return eventually(look, f"{expected} at all nodes", 25)

    agree(oInteracting=1, oAlerting=0, oWaiting=0)
    with Guest(three) as guest:
        guest.configure()
        guest.say("me, too")
        second = agent.offered(lambda id: "me, too" in agent.texts(id), seconds=25)
        agree(oInteracting=1, oAlerting=1)
        agent.accept(second)
        before = agree(oInteracting=2, oAlerting=0)
        agent.leave(second)
    after = agree(oInteracting=1)
    assert ("oServiceLevel", None) in before and before[("oServiceLevel", None)] == after[("oServiceLevel", None)]


def test_visitor_and_agent_at_different_nodes_hear_each_other(pair):
    guest, agent, conversation = pair
    ways = {"visitor to agent": [], "agent to visitor": []}
    texts = [f"question {number}" for number in range(MESSAGES)]
    for text in texts:
        began = time.monotonic()
        guest.say(text)
        agent.socket.wait(lambda frame: frame["topicName"].endswith("conversations.messages"), text)
        ways["visitor to agent"].append(time.monotonic() - began)
        agent.socket.drain(0.01)
        agent.socket.frames.clear()
        guest.frames.clear()
    for number in range(MESSAGES):
        began = time.monotonic()
        agent.say(conversation, f"answer {number}")
        guest.hears(f"answer {number}")
        ways["agent to visitor"].append(time.monotonic() - began)
        guest.frames.clear()
    for way, times in ways.items():
        cut = statistics.quantiles([one * 1000 for one in times], n=100)
        print(f"{way}, commit included: p50 {cut[49]:.1f} ms, p99 {cut[98]:.1f} ms")
    said = agent.texts(conversation)
    assert said == ["good morning", *texts, *(f"answer {number}" for number in range(MESSAGES))]


def test_typing_is_seen_at_the_other_node(pair):
    guest, agent, conversation = pair
    message = {"type": "Event", "events": [{"eventType": "Typing", "typing": {"type": "On", "duration": 3000}}]}
    guest.request("onMessage", message=message)
    agent.socket.wait(lambda frame: frame["topicName"].endswith("typing.event"), "the visitor's typing")
    agent.types(conversation)
    guest.sees_event("Typing", "On")


def test_a_channel_is_made_followed_and_heard_at_three_nodes(cluster, pair):
    guest, agent, _ = pair
    one, two, three = cluster.nodes
    channel = at(one, agent).api.post("/api/v2/notifications/channels")
    topics = [{"id": f"v2.users.{agent.id}.conversations.messages"}]
    path = f"/api/v2/notifications/channels/{channel['id']}/subscriptions"
    address = channel["connectUri"].replace(str(one.port), str(three.port))
    with SocketClient(address) as socket:
        at(two, agent).api.put(path, topics)
        assert [topic["id"] for topic in at(one, agent).api.get(path)["entities"]] == [topics[0]["id"]]

        def heard():
            guest.say("does anybody hear me?")
            socket.receive(1)
            return any(frame["topicName"] == topics[0]["id"] for frame in socket.frames)
        eventually(heard, "a notification at the third node")
        with SocketClient(channel["connectUri"]):
            socket.wait(lambda frame: "no_longer_subscribed" in frame["topicName"], "the notice of another socket")


def test_a_cleared_session_begins_anew_at_every_node(cluster):
    one, two, _ = cluster.nodes
    with Guest(one) as guest:
        guest.configure()
        guest.say("before")
        with Guest(two, guest.token) as other:
            other.configure()
            other.say("from the other node")
            clear = {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Clear"}}]}
            guest.request("onMessage", message=clear)
            other.wait_closed()
        with Guest(two, guest.token) as other:
            other.configure()
            other.say("after")
            assert [message["text"] for message in other.history()] == ["after"]
            goodbye = {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Disconnect"}}]}
            other.request("onMessage", message=goodbye)
            guest.wait(lambda frame: frame["body"].get("events") == goodbye["events"], "that the guest left there")
    user = cluster.query("SELECT conversation FROM message WHERE convert_from(body, 'UTF8') LIKE '%before%' OR "
                         "convert_from(body, 'UTF8') LIKE '%\"after\"%'")
    assert len({row[0] for row in user}) == 2


def test_a_file_may_be_put_at_another_node_than_the_guests(cluster):
    first, second = cluster.nodes[:2]
    content = PICTURE
    with Guest(first) as guest:
        guest.configure()
        presigned = guest.request(
            "onAttachment", fileName="cat.png", fileType="image/png", fileSize=len(content))["body"]
        url = presigned["url"].replace(first.base_url, second.base_url)
        assert url != presigned["url"]
        assert urllib3.request("PUT", url, body=content, headers=presigned["headers"]).status == 200
        told = guest.wait(lambda frame: frame["class"] == "UploadSuccessEvent", "the other node's word")
        assert told["body"]["attachmentId"] == presigned["attachmentId"]
        item = {"contentType": "Attachment", "attachment": {"id": presigned["attachmentId"]}}
        assert guest.request("onMessage", message={"type": "Text", "content": [item]})["code"] == 200
        # The agent of this cluster has room for others again.
        goodbye = {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Disconnect"}}]}
        guest.request("onMessage", message=goodbye)


def test_a_revoked_token_closes_sockets_at_other_nodes(cluster):
    one, two, three = cluster.nodes
    agent = Agent(one, one.users("agent", "Sales")[-1])
    there = at(two, agent).listen()
    assert at(three, agent).api.request("GET", "/api/v2/users/me").status == 200
    agent.api.request("DELETE", "/api/v2/tokens/me")
    there.socket.wait_closed()
    eventually(lambda: at(three, agent).api.request("GET", "/api/v2/users/me").status == 401, "the end of the token", 5)


def test_configuration_is_the_same_everywhere(cluster):
    one, two, _ = cluster.nodes
    made = administration(one).post("/api/v2/routing/skills", {"name": "Gardening"})
    there = administration(two)
    eventually(lambda: there.request("GET", f"/api/v2/routing/skills/{made['id']}").status == 200, "the skill")
    there.request("DELETE", f"/api/v2/routing/skills/{made['id']}")
    here = administration(one)
    eventually(lambda: here.request("GET", f"/api/v2/routing/skills/{made['id']}").status == 404, "its end")


def test_what_is_sent_is_sent_once_or_again_under_its_id(cluster, pair):
    _, agent, _ = pair
    one, two, three = cluster.nodes
    receiver = Receiver(one.demo["integrations"]["open"]["outboundNotificationWebhookSignatureSecretToken"])
    integration = one.demo["integrations"]["open"]["id"]
    administration(one).patch(
        f"/api/v2/conversations/messaging/integrations/open/{integration}",
        {"name": "Shop", "outboundNotificationWebhookUrl": receiver.url})
    path = f"/api/v2/conversations/messages/{integration}/inbound/open/message"
    conversations = []
    for number, node in enumerate(cluster.nodes):
        hello = open_message("hello", f"open-{number}")
        taken = administration(node).post(f"{path}?prefetchConversationId=true", hello)
        offer = agent.offered(lambda one: one["id"] == taken["conversationId"], seconds=25)
        conversations.append(agent.accept(offer))
    texts = [f"answer {number} {index}" for number in range(10) for index in range(3)]
    for number in range(10):
        for index, conversation in enumerate(conversations):
            at(cluster.nodes[number % 3], agent).say(conversation, f"answer {number} {index}")
    for text in texts:
        receiver.hears(text)
    ids = {}
    for message in receiver.messages:
        ids.setdefault(message["text"], set()).add(message["id"])
    assert set(ids) == set(texts) and all(len(one) == 1 for one in ids.values())
    print(f"{len(receiver.messages)} sends of {len(texts)} messages")
    for index in range(3):
        order = [one["text"] for one in receiver.messages if one["text"].endswith(f" {index}")]
        assert list(dict.fromkeys(order)) == [text for text in texts if text.endswith(f" {index}")]
    receiver.close()


def offers(cluster, since):
    """How often each conversation that began since was offered."""
    return {row[0]: int(row[1]) for row in cluster.query(
        "SELECT encode(stream_key, 'hex'), count(*) FILTER (WHERE type = 'offered') FROM event "
        f"WHERE stream_kind = 1 GROUP BY stream_key HAVING min(position) > {since}")}


def head(cluster):
    return int(cluster.query("SELECT coalesce(max(position), 0) FROM event")[0][0])


def test_a_router_that_was_paused_has_lost_its_right(cluster):
    """It is stopped for longer than its lease while customers come in, and goes on with what it had in hand."""
    paused = eventually(cluster.router, "a router", 20)
    others = [node for node in cluster.nodes if node is not paused]
    agent = Agent(others[0], paused.users("agent", "Support")[1])
    integration = paused.demo["integrations"]["open"]["id"]
    path = f"/api/v2/conversations/messages/{integration}/inbound/open/message"
    since = head(cluster)
    api = administration(others[1])
    # Nobody is free before the pause, so that all these are offered when it begins, or by whoever routes then.
    for number in range(4):
        api.post(path, open_message("is anybody there?", f"patient-{number}"))
    agent.go_on_queue()
    cluster.pause(paused)
    begun = time.monotonic()
    router = eventually(
        lambda: (found := cluster.router()) is not None and found is not paused and found, "another router",
        RESUME_SECONDS_MAX + LEASE_SECONDS)
    print(f"another node routes {time.monotonic() - begun:.1f} s after the pause")
    api.post(path, open_message("and now?", "patient-4"))
    eventually(lambda: max(offers(cluster, since).values(), default=0) > 0, "an offer", 15)
    time.sleep(max(0, LEASE_SECONDS + 1 - (time.monotonic() - begun)))
    cluster.resume(paused)
    eventually(lambda: "routing ends" in paused.log.read_text(errors="replace"), "the end of its routing", 10)
    api.post(path, open_message("and now?", "patient-5"))
    eventually(lambda: len(offers(cluster, since)) == 6, "six conversations")
    assert cluster.router() is router
    counts = offers(cluster, since)
    assert max(counts.values()) == 1, counts
    print(f"offers: {sorted(counts.values())}")
    agent.presence("AVAILABLE")


@pytest.mark.parametrize("number", [0, 1, 2])
def test_any_node_may_die_under_load(cluster, number):
    """kill -9: visitors go on elsewhere within seconds, and nothing acknowledged is lost or doubled."""
    visitors = [Visitor(cluster, index) for index in range(6)]
    for visitor in visitors:
        visitor.start()
    dead = cluster.nodes[number]
    other = cluster.nodes[(number + 1) % 3]
    agent = Agent(dead, dead.users("agent", "Support")[1]).listen()
    time.sleep(3)
    before = {visitor: len(visitor.acknowledged) for visitor in visitors}
    began = time.monotonic()
    dead.kill()
    moved = at(other, agent).listen()
    moved.go_on_queue()
    print(f"the agent is on queue at another node after {time.monotonic() - began:.1f} s")
    moved.offered(seconds=RESUME_SECONDS_MAX + LEASE_SECONDS)
    print(f"and is offered a conversation after {time.monotonic() - began:.1f} s")
    time.sleep(3)
    for visitor in visitors:
        visitor.end()
    assert all(len(visitor.acknowledged) > before[visitor] for visitor in visitors)
    longest = max(visitor.longest_pause for visitor in visitors)
    total = sum(len(visitor.acknowledged) for visitor in visitors)
    print(f"{total} messages acknowledged; the longest pause of a visitor was {longest:.1f} s")
    assert longest < RESUME_SECONDS_MAX
    moved.presence("AVAILABLE")
    check(visitors, other)
    dead.start()


def test_all_are_restarted_one_by_one_under_load(cluster):
    visitors = [Visitor(cluster, index) for index in range(6)]
    for visitor in visitors:
        visitor.start()
    time.sleep(1)
    for node in cluster.nodes:
        assert node.stop() == 0, node.tail()
        node.start()
        time.sleep(1)
    for visitor in visitors:
        visitor.end()
    total = sum(len(visitor.acknowledged) for visitor in visitors)
    longest = max(visitor.longest_pause for visitor in visitors)
    print(f"{total} messages acknowledged; the longest pause of a visitor was {longest:.1f} s")
    assert longest < RESUME_SECONDS_MAX
    for node in cluster.nodes:
        check(visitors[:2], node)
    check(visitors, cluster.nodes[0])


@pytest.fixture
def balancer(cluster, tmp_path):
    """HAProxy with the configuration of the documents, on the ports of these nodes."""
    port = free_port()
    text = (ROOT / "docs" / "operations" / "haproxy.cfg").read_text()
    # As many as the file descriptors of any machine allow.
    text = text.replace("maxconn 20000", "maxconn 400").replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    for number, node in enumerate(cluster.nodes):
        text = text.replace(f"127.0.0.1:{8081 + number}", f"127.0.0.1:{node.port}")
    (tmp_path / "haproxy.cfg").write_text(text)
    program = shutil.which("haproxy") or "/usr/sbin/haproxy"
    with open(tmp_path / "haproxy.log", "wb") as log:
        process = subprocess.Popen([program, "-db", "-f", tmp_path / "haproxy.cfg"], stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"

    def is_up():
        try:
            return Api(base).request("GET", "/health/ready").status == 200
        except urllib3.exceptions.HTTPError:
            return False
    eventually(is_up, "the balancer")
    demo = cluster.nodes[0].demo
    yield types.SimpleNamespace(
        demo=demo, base_url=base, guest_url=f"ws://127.0.0.1:{port}/v1?deploymentId={demo['deploymentId']}")
    process.terminate()
    process.wait(10)


def test_behind_the_balancer_of_the_documents_a_node_may_die(cluster, balancer):
    behind = types.SimpleNamespace(nodes=[balancer], alive=[balancer])
    visitors = [Visitor(behind, index) for index in range(6)]
    for visitor in visitors:
        visitor.start()
    time.sleep(2)
    before = {visitor: len(visitor.acknowledged) for visitor in visitors}
    cluster.nodes[0].kill()
    time.sleep(4)
    for visitor in visitors:
        visitor.end()
    longest = max(visitor.longest_pause for visitor in visitors)
    moved = sum(visitor.moves > 0 for visitor in visitors)
    print(f"{moved} visitors had to connect again; the longest pause was {longest:.1f} s")
    assert 0 < moved < 6 and longest < RESUME_SECONDS_MAX
    assert all(len(visitor.acknowledged) > before[visitor] > 0 for visitor in visitors)
    check(visitors, balancer)
    cluster.nodes[0].start()
