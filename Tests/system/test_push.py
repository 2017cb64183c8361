"""Devices of guests: registered as apps do (reference, B.10), told of messages by services that check who asks."""

import contextlib
import itertools
import uuid

import pytest

from support.agent import Agent
from support.guest import Guest
from support.http import Api, administration
from support.http2_door import Http2Door
from support.push_services import APNS_ID, FCM_ID, PushServices
from support.server import Server
from support.waiting import eventually

LABELS = {"en": "You have a new message.", "ja": "新しいメッセージが届きました。", "fr": "Un nouveau message"}


def registration(device="a1b2c3", provider="APNS", language="en-us", kind="ios"):
    return {"deviceToken": device, "notificationProvider": provider, "language": language, "deviceType": kind}


def devices(server, token, deployment=None):
    return f"/api/v2/webmessaging/deployments/{deployment or server.demo['deploymentId']}/pushdevices/{token}"


def register(server, token, **fields):
    answer = Api(server.base_url).request("POST", devices(server, token), registration(**fields))
    assert answer.status == 204, answer


def configure(server, content="IncludeMessagesContent", enabled=True, integrations=(APNS_ID, FCM_ID)):
    """What an administrator sets up."""
    api = administration(server)
    path = f"/api/v2/webdeployments/deployments/{server.demo['deploymentId']}"
    deployment = api.get(path)
    configuration = f"/api/v2/webdeployments/configurations/{deployment['configuration']['id']}/versions/draft"
    draft = api.get(configuration)
    draft.pop("authenticationSettings", None)
    app = draft["messenger"]["apps"]["conversations"]
    app["notifications"] = {"enabled": enabled, "notificationContentType": content}
    draft["customI18nLabels"] = [
        {"language": "fr", "localizedLabels": [{"key": "PushNotificationBody", "value": LABELS["fr"]}]}]
    api.put(configuration, draft)
    api.post(configuration + "/publish")
    deployment = api.get(path) | {"pushIntegrations": [{"id": id} for id in integrations]}
    found = api.put(path, deployment)
    providers = {APNS_ID: "APNS", FCM_ID: "FCM"}
    assert found["pushIntegrations"] == [{"id": id, "provider": providers[id]} for id in integrations]


@pytest.fixture(scope="module")
def services():
    services = PushServices()
    yield services
    services.close()
    assert services.problems == []


@pytest.fixture(scope="module")
def server(tmp_path_factory, database, services):
    folder = tmp_path_factory.mktemp("push")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENGAWA_PUSH", str(services.write(folder / "keys")))
        server = Server(folder, *database()).start()
        configure(server)
        yield server
        assert server.stop() == 0, server.tail()


@contextlib.contextmanager
def talk(server, token=None):
    """A guest whom an agent has answered: both, and the conversation."""
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    with Guest(server, token) as guest:
        guest.configure()
        text = f"hello {uuid.uuid4()}"
        guest.say(text)
        conversation = agent.offered(lambda one: text in agent.texts(one))
        agent.accept(conversation)
        yield guest, agent, conversation
        agent.leave(conversation)


# What apps ask

@pytest.mark.parametrize(("change", "status", "code"), [
    ({"deviceToken": None}, 400, "required.fields.missing"),
    ({"notificationProvider": ""}, 400, "required.fields.missing"),
    ({"language": None}, 400, "required.fields.missing"),
    ({"deviceType": None}, 400, "required.fields.missing"),
    ({"notificationProvider": "SMS"}, 400, "device.registration.failure"),
    ({"deviceType": "toaster"}, 400, "device.registration.failure"),
    ({"deviceToken": "a b"}, 400, "device.registration.failure"),
    ({"deviceToken": "a" * 2049}, 400, "device.registration.failure"),
    ({"language": "<b>"}, 400, "device.registration.failure"),
    ({"deviceToken": 7}, 400, "invalid.value"),
])
def test_a_registration_that_is_wrong_is_refused(server, change, status, code):
    token = str(uuid.uuid4())
    api = Api(server.base_url)
    answer = api.request("POST", devices(server, token), registration() | change)
    assert (answer.status, answer.json["code"], answer.json["status"]) == (status, code, status)
    assert answer.json["contextId"] and answer.json["message"]
    if code != "invalid.value":
        assert answer.json["details"] == []
    assert api.request("DELETE", devices(server, token)).json["code"] == "device.not.found"


def test_a_device_is_registered_once_changed_and_removed(server):
    api, path = Api(server.base_url), devices(server, str(uuid.uuid4()))
    for method, body in (("PATCH", {"language": "ja"}), ("DELETE", None)):
        answer = api.request(method, path, body)
        assert (answer.status, answer.json["code"]) == (404, "device.not.found")
    assert api.request("POST", path, registration()).status == 204
    answer = api.request("POST", path, registration())
    assert (answer.status, answer.json["code"]) == (409, "device.already.registered")
    assert api.request("PATCH", path, {"language": "ja"}).status == 204
    answer = api.request("PATCH", path, {})
    assert (answer.status, answer.json["code"]) == (400, "update.fields.missing")
    answer = api.request("PATCH", path, {"deviceToken": "\n"})
    assert (answer.status, answer.json["code"]) == (400, "device.update.failure")
    assert api.request("DELETE", path).status == 204


def test_paths_that_are_none_and_haste_are_refused(server):
    api, token = Api(server.base_url), str(uuid.uuid4())
    answer = api.request("DELETE", devices(server, token, deployment="none"))
    assert (answer.status, answer.json["code"]) == (400, "invalid.path.parameter")
    answer = api.request("DELETE", devices(server, "x" * 257))
    assert (answer.status, answer.json["code"]) == (400, "invalid.path.parameter")
    assert api.request("DELETE", devices(server, token, deployment=str(uuid.uuid4()))).status == 404
    answers = [api.request("DELETE", devices(server, token)) for _ in range(11)]
    assert [answer.status for answer in answers] == [404] * 10 + [429]
    assert answers[-1].json["code"] == "too.many.requests.retry.after" and int(answers[-1].headers["Retry-After"]) > 0


def test_an_integration_that_the_server_does_not_have_is_refused(server):
    api, path = administration(server), f"/api/v2/webdeployments/deployments/{server.demo['deploymentId']}"
    deployment = api.get(path)
    answer = api.request("PUT", path, deployment | {"pushIntegrations": [{"id": str(uuid.uuid4())}]})
    assert (answer.status, answer.json["code"]) == (400, "invalid.value")
    assert api.get(path)["pushIntegrations"] == deployment["pushIntegrations"]


def test_a_deployment_without_notifications_takes_no_devices(server):
    api, path = Api(server.base_url), devices(server, str(uuid.uuid4()))
    try:
        configure(server, enabled=False)
        answer = api.request("POST", path, registration())
        assert (answer.status, answer.json["code"]) == (403, "feature.toggle.disabled")
        configure(server, integrations=[FCM_ID])
        answer = api.request("POST", path, registration())
        assert (answer.status, answer.json["code"]) == (400, "device.registration.failure")
        configure(server, integrations=[])
        answer = api.request("POST", path, registration())
        assert (answer.status, answer.json["code"]) == (403, "feature.toggle.disabled")
    finally:
        configure(server)


# What devices are told

def test_an_agents_words_reach_the_device_and_the_guests_own_do_not(server, services):
    device = "aa01"
    with talk(server) as (guest, agent, conversation):
        agent.say(conversation, "before the device")
        register(server, guest.token, device=device)
        guest.say("my own words")
        agent.types(conversation)
        agent.say(conversation, "The parcel is on its way.")
        first = services.tells(device, "The parcel is on its way.")
        agent.say(conversation, "It arrives tomorrow.")
        second = services.tells(device, "It arrives tomorrow.")
    assert services.bodies(device) == ["The parcel is on its way.", "It arrives tomorrow."]
    assert first["title"] == "New message"
    assert first["thread"] == second["thread"] == conversation["id"] and first["id"] != second["id"]


def test_google_is_asked_for_one_access_token(server, services):
    device = "fcm:AAA-bbb_1"
    with talk(server) as (guest, agent, conversation):
        register(server, guest.token, device=device, provider="FCM", kind="android", language="ja")
        for number in range(3):
            agent.say(conversation, f"Nummer {number}")
        services.tells(device, "Nummer 2")
    assert services.bodies(device) == [f"Nummer {number}" for number in range(3)]
    assert {one["title"] for one in services.taken[device]} == {"新着メッセージ"}
    assert len(services.access_tokens) == 1
    for token in services.access_tokens:
        services.access_tokens[token] = False
    with talk(server) as (guest, agent, conversation):
        register(server, guest.token, device=device, provider="FCM", kind="android")
        agent.say(conversation, "a token that ended early")
        services.tells(device, "a token that ended early")


@pytest.mark.parametrize("language", ["en-gb", "ja", "fr-ca", "ko"])
def test_words_stay_in_the_house_unless_the_configuration_lets_them_out(server, services, language):
    device = f"b0{language}"
    try:
        configure(server, content="ExcludeMessagesContent")
        with talk(server) as (guest, agent, conversation):
            register(server, guest.token, device=device, language=language)
            agent.say(conversation, "a secret")
            services.tells(device, LABELS.get(language[:2], LABELS["en"]))
    finally:
        configure(server)
    assert len(services.taken[device]) == 1


def test_a_token_with_capitals_is_found_under_its_lower_case(server, services):
    token, device = str(uuid.uuid4()).upper(), "c0ffee"
    with talk(server, token) as (_, agent, conversation):
        register(server, token.lower(), device=device)
        agent.say(conversation, "LOUD")
        services.tells(device, "LOUD")


def test_a_changed_address_and_language_hold_at_once(server, services):
    with talk(server) as (guest, agent, conversation):
        register(server, guest.token, device="d1")
        agent.say(conversation, "to the first")
        services.tells("d1", "to the first")
        Api(server.base_url).patch(devices(server, guest.token), {"deviceToken": "d2", "language": "ja"})
        agent.say(conversation, "to the second")
        assert services.tells("d2", "to the second")["title"] == "新着メッセージ"
    assert services.bodies("d1") == ["to the first"]


GONE = {
    "APNS": [
        (410, {"reason": "Unregistered", "timestamp": 1}, {}), (400, {"reason": "BadDeviceToken"}, {})],
    "FCM": [(404, {"error": {"status": "NOT_FOUND", "details": [{"errorCode": "UNREGISTERED"}]}}, {})],
}


@pytest.mark.parametrize(("provider", "answer"), [(name, one) for name, all in GONE.items() for one in all])
def test_a_device_that_is_gone_is_forgotten(server, services, provider, answer):
    device = f"e0{answer[0]}"
    services.answers[device] = [answer]
    with talk(server) as (guest, agent, conversation):
        register(server, guest.token, device=device, provider=provider)
        agent.say(conversation, "to nobody")
        api = Api(server.base_url)
        eventually(lambda: len(services.attempts[device]) == 1, "the attempt")
        eventually(
            lambda: api.request("PATCH", devices(server, guest.token), {"language": "ja"}).status == 404,
            "the device to be forgotten", every=0.5)
        register(server, guest.token, device=device, provider=provider)
        agent.say(conversation, "to somebody")
        services.tells(device, "to somebody")
    assert services.bodies(device) == ["to somebody"]


def test_a_service_in_trouble_is_asked_again_in_order_and_under_the_same_id(server, services):
    device = "f00d"
    services.answers[device] = [(503, {}, {}), (429, {}, {"Retry-After": "3"}), (400, {"reason": "BadTopic"}, {})]
    with talk(server) as (guest, agent, conversation):
        register(server, guest.token, device=device)
        for text in ("one", "two", "three"):
            agent.say(conversation, text)
        services.tells(device, "three", seconds=40)
    # Refused for good is not asked again, and holds nobody up.
    assert services.bodies(device) == ["two", "three"]
    assert [one["body"] for one in services.attempts[device]] == ["one", "one", "one", "two", "three"]
    assert len({one["id"] for one in services.attempts[device]}) == 3


def test_metrics_count_what_became_of_notifications(server, services):
    def metrics():
        return Api(server.base_url).request("GET", "/metrics").body.decode()

    device = "c0de"
    with talk(server) as (guest, agent, conversation):
        register(server, guest.token, device=device)
        agent.say(conversation, "counted")
        services.tells(device, "counted")
    eventually(lambda: "engawa_push_waiting 0\n" in metrics(), "nothing that waits")
    page = metrics()
    assert 'engawa_push_notifications_total{service="APNS",outcome="accepted"}' in page
    assert 'engawa_follower_running{follower="push"} 1' in page


# What Apple's service is spoken to by


@pytest.fixture(scope="module")
def door(tmp_path_factory, services):
    door = Http2Door(services.serve, tmp_path_factory.mktemp("door"))
    yield door
    door.close()


def test_apple_is_told_by_http2_over_one_connection_until_it_sends_us_away(tmp_path, door, services, monkeypatch):
    monkeypatch.setenv("ENGAWA_PUSH", str(services.write(tmp_path / "keys", door.url)))
    monkeypatch.setenv("ENGAWA_TRUSTED_CERTIFICATES", str(door.authority))
    server = Server(tmp_path).start()
    try:
        configure(server)
        with talk(server) as (guest, agent, conversation):
            device = "b0b0"
            register(server, guest.token, device=device)
            for text in ("one", "two", "three"):
                agent.say(conversation, text)
            services.tells(device, "three")
            assert (door.protocols, door.requests) == (["h2"], [3])
            door.requests_max = 4
            for text in ("four", "five"):
                agent.say(conversation, text)
                services.tells(device, text)
            assert services.bodies(device) == ["one", "two", "three", "four", "five"]
            assert (door.protocols, door.requests) == (["h2", "h2"], [4, 1])
    finally:
        door.requests_max = 1_000
        assert server.stop() == 0, server.tail()


def test_an_authority_that_nobody_named_is_not_trusted(tmp_path, door, services, monkeypatch):
    monkeypatch.setenv("ENGAWA_PUSH", str(services.write(tmp_path / "keys", door.url)))
    server = Server(tmp_path).start()
    try:
        configure(server)
        known = len(door.requests)
        with talk(server) as (guest, agent, conversation):
            register(server, guest.token, device="c0c0")
            agent.say(conversation, "secret")

            def is_retried():
                page = Api(server.base_url).request("GET", "/metrics").body.decode()
                return 'engawa_push_notifications_total{service="APNS",outcome="retried"}' in page
            eventually(is_retried, "an attempt that failed")
        assert (services.attempts["c0c0"], len(door.requests)) == ([], known)
    finally:
        assert server.stop() == 0, server.tail()


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_a_file_of_authorities_that_is_none_stops_the_start(tmp_path, text):
    file = tmp_path / "authorities.pem"
    if text is not None:
        file.write_text(text)
    server = Server(tmp_path, environment={"ENGAWA_TRUSTED_CERTIFICATES": str(file)})
    with pytest.raises(RuntimeError, match="authorities.pem (is no file of certificates|has no certificate)"):
        server.start()


# What a power cut does

def test_nothing_is_lost_and_nothing_doubled_by_kill_nine(server, services):
    device, texts = "0ff", [f"message {number}" for number in range(12)]
    with talk(server) as (guest, agent, conversation):
        register(server, guest.token, device=device)
        services.is_down = True
        for text in texts[:4]:
            agent.say(conversation, text)
        server.kill()
        server.start()
        agent = Agent(server, agent.user)
        services.is_down = False
        services.tells(device, texts[3], seconds=40)
        for text in texts[4:]:
            agent.say(conversation, text)
        server.kill()
        server.start()
        agent = Agent(server, agent.user)
        services.tells(device, texts[-1], seconds=40)
        # What a dying process had sent and not noted comes again under its id, and in its place on the screen.
        by_id = {one["id"]: one["body"] for one in services.taken[device]}
        assert list(by_id.values()) == texts
        assert [body for body, _ in itertools.groupby(services.bodies(device))] == texts
