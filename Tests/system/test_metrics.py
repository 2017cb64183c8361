"""The metrics page, read by Prometheus' own parser; the log and the spans of the real binary."""

import json
import pathlib
import re
import uuid

import pytest
from prometheus_client.parser import text_string_to_metric_families

from support.agent import open_message
from support.guest import Guest
from support.http import Api, administration
from support.server import ROOT, Server
from support.waiting import eventually


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """A server that logs JSON and writes its spans."""
    folder = tmp_path_factory.mktemp("watched")
    server = Server(
        folder, "--log-format", "json", "--log-level", "debug", "--traces", str(folder / "spans.jsonl")).start()
    yield server
    assert server.stop() == 0, server.tail()


def page(server):
    """The families of the page by name, and every sample by name and labels."""
    answer = Api(server.base_url).request("GET", "/metrics")
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in text_string_to_metric_families(answer.body.decode())}
    samples = {}
    for family in families.values():
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in samples, f"twice on the page: {key}"
            samples[key] = sample.value
    return families, samples


def shows(server, names):
    """The families of the page, once it shows these."""
    families, _ = page(server)
    shown = set(families) | {f"{name}_total" for name in families}
    assert names <= shown, names - shown
    return families


def value(samples, name, **labels):
    """The sum of the samples of a name whose labels include these."""
    found = [
        number for (sample, own), number in samples.items()
        if sample == name and set(labels.items()) <= set(own)
    ]
    assert found, f"no {name} with {labels}"
    return sum(found)


def test_the_page_is_what_the_document_says(watched):
    text = pathlib.Path(ROOT / "docs/operations/monitoring.md").read_text()
    documented = set(re.findall(r"`((?:engawa|process)_[a-z_]+)`", text))
    source = pathlib.Path(ROOT / "Sources/Telemetry/Metrics/MetricCatalogue.swift").read_text()
    known = set(re.findall(r'"((?:engawa|process)_[a-z_]+)"', source))
    assert documented == known
    # Files are sent nowhere here, no app has registered, SQLite has no connections to lose, and nobody is on queue.
    idle = {
        "engawa_blob_operations_total", "engawa_push_notifications_total", "engawa_database_reconnects_total",
        "engawa_queue_service_level_ratio", "engawa_queue_estimated_wait_seconds",
    }
    administration(watched).get("/api/v2/organizations/me")
    with Guest(watched) as guest:
        guest.configure()
        guest.say("something to count", channel={"metadata": {"referral": {"entryPoint": "an old poster"}}})
        families = eventually(lambda: shows(watched, known - idle), "the page", every=1.1)
    assert {name if name in known else f"{name}_total" for name in families} <= known
    assert all(family.documentation for family in families.values())


def test_a_message_moves_the_numbers(watched):
    support = watched.demo["queues"]["Support"]
    _, before = page(watched)
    with Guest(watched) as guest:
        guest.configure()
        guest.say("one")
        guest.say("two")

        def moved():
            _, after = page(watched)
            grown = lambda name, **labels: value(after, name, **labels) - value(before, name, **labels)
            assert grown("engawa_commits_total", outcome="committed") >= 2
            assert grown("engawa_commit_group_seconds_count") >= 2
            assert grown("engawa_sockets_opened_total", kind="guest") == 1
            assert grown("engawa_socket_received_bytes_total", kind="guest") > 100
            assert value(after, "engawa_sockets_open", kind="guest") == 1
            assert value(after, "engawa_guest_sessions") == 1
            assert value(after, "engawa_queue_waiting_interactions", queue=support) >= 1
            assert value(after, "engawa_queue_longest_wait_seconds", queue=support) > 0
            assert value(
                after, "engawa_channel_messages_total", channel="webmessaging", direction="inbound",
                integration=watched.demo["deploymentId"]) >= 2
            assert value(after, "engawa_channel_last_message_timestamp_seconds", direction="inbound") > 1_700_000_000
            return True
        eventually(moved, "the numbers of two messages", every=1.1)

    def closed():
        _, after = page(watched)
        assert value(after, "engawa_sockets_open", kind="guest") == 0
        ended = value(after, "engawa_sockets_closed_total", kind="guest", reason="client")
        return ended > value(before, "engawa_sockets_closed_total", kind="guest", reason="client")
    eventually(closed, "the end of the socket", every=1.1)


def test_followers_keep_up_and_the_process_is_there(watched):
    def idle():
        _, samples = page(watched)
        for follower in ["notifications", "routing", "timers", "delivery"]:
            assert value(samples, "engawa_follower_running", follower=follower) == 1
            assert value(samples, "engawa_follower_lag_events", follower=follower) == 0
        assert value(samples, "engawa_ready", part="database") == 1
        assert value(samples, "process_resident_memory_bytes") > 10_000_000
        assert value(samples, "process_open_fds") < value(samples, "process_max_fds")
        assert value(samples, "engawa_outbox_entries", state="parked") == 0
        return True
    eventually(idle, "followers at the head of the log", every=1.1)


def test_requests_are_counted_by_the_template_of_their_route(watched):
    api = administration(watched)
    for _ in range(3):
        assert api.request("GET", f"/api/v2/users/{uuid.uuid4()}").status == 404
    def counted():
        _, samples = page(watched)
        return value(
            samples, "engawa_http_requests_total", method="GET", route="/api/v2/users/{userId}", status="4xx") == 3
    eventually(counted, "three requests", every=1.1)


@pytest.mark.parametrize("header", [{"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 proxy"}, {"X-Real-IP": "127.0.0.1"}])
def test_whoever_comes_through_a_proxy_sees_no_metrics(watched, header):
    assert Api(watched.base_url).request("GET", "/metrics", headers=header).status == 403


def test_a_request_can_be_followed_through_log_and_spans(watched):
    trace, correlation = "0af7651916cd43dd8448eb211c80319c", "0af76519-16cd-43dd-8448-eb211c80319c"
    api = administration(watched)
    integration = watched.demo["integrations"]["open"]["id"]
    answer = api.request(
        "POST", f"/api/v2/conversations/messages/{integration}/inbound/open/message",
        open_message("to be followed", "traced-customer"),
        headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert answer.status < 300, answer
    assert answer.headers["ININ-Correlation-Id"] == correlation
    refused = api.request("GET", "/api/v2/users/nobody", headers={"ININ-Correlation-Id": correlation})
    assert refused.json["contextId"] == correlation

    lines = [json.loads(line) for line in watched.log.read_text().splitlines() if line.startswith("{")]
    assert lines and all({"time", "level", "label", "message"} <= set(line) for line in lines)
    assert any(line.get("correlation") == correlation and line["message"] == "request refused" for line in lines)

    def tree():
        spans = {span["name"]: span for span in exported(watched) if span["traceId"] == trace}
        door = "POST /api/v2/conversations/messages/{integrationId}/inbound/open/message"
        assert {door, "commit"} <= set(spans), set(spans)
        assert spans[door]["parentSpanId"] == "b7ad6b7169203331"
        return spans["commit"]["parentSpanId"] == spans[door]["spanId"]
    eventually(tree, "the request's spans")


def exported(server):
    """Every span in the file."""
    found = []
    for line in (server.folder / "spans.jsonl").read_text().splitlines():
        for resource in json.loads(line)["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                found += scope["spans"]
    return found
