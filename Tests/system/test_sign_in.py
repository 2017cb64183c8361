"""Customers who sign in (reference, B.10), at a real identity provider on loopback, through real sockets."""

import base64
import hmac
import json

import PureCloudPlatformClientV2 as platform
import pytest
from joserfc.jwk import RSAKey

from support.agent import Agent
from support.cluster import Cluster
from support.guest import Guest
from support.http import Api, administration
from support.identity_provider import IdentityProvider, verifier
from support.postgres import PostgresServer
from support.server import Server, free_port
from support.signing_in import TOKENS, TYPE, Customer, authenticate, closed, configure, opened, set_up
from support.socket_client import SocketClient
from support.waiting import eventually

BACK = "http://localhost/back"


@pytest.fixture(scope="module")
def provider():
    provider = IdentityProvider()
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def integration(server, provider):
    return set_up(server, provider)


@pytest.fixture
def person(server, provider, integration, request):
    """A customer whom no other test knows."""
    return Customer(server, provider, f"person-{request.node.name}")


def plain(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def claims(jwt):
    part = jwt.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


# The exchange


def test_a_code_is_exchanged_for_a_token_that_opens_a_session(person):
    person.sign_in()
    assert set(claims(person.jwt)) >= {"aud", "exp", "deployment", "sub"}
    with person.on() as guest:
        assert guest.session["connected"] is True and guest.session["newSession"] is True
        echo = guest.say("It is me")
        assert echo["metadata"]["authenticated"] == "true"
    assert person.person not in person.jwt


def test_an_id_token_with_its_nonce_is_taken(person, provider):
    token = provider.id_token(person.person, "nonce-1")
    answer = person.exchange(idToken=token, nonce="nonce-1", redirectUri=BACK)
    assert answer.status == 200, answer


def refused(answer, words, status=401):
    assert answer.status == status, answer
    assert words in answer.json["message"], answer
    assert "jwt" not in answer.json


def test_a_wrong_verifier_is_refused(person, provider):
    code = provider.code(person.person, verifier())
    refused(person.exchange(code=code, redirectUri=BACK, codeVerifier=verifier()), "invalid_grant")


def test_a_code_serves_once(person, provider):
    proof = verifier()
    code = provider.code(person.person, proof)
    assert person.exchange(code=code, redirectUri=BACK, codeVerifier=proof).status == 200
    refused(person.exchange(code=code, redirectUri=BACK, codeVerifier=proof), "invalid_grant")


def test_another_redirect_is_refused(person, provider):
    proof = verifier()
    code = provider.code(person.person, proof)
    refused(person.exchange(code=code, redirectUri="http://elsewhere/", codeVerifier=proof), "answered")


def test_a_wrong_nonce_is_refused(person, provider):
    token = provider.id_token(person.person, "mine")
    refused(person.exchange(idToken=token, nonce="another", redirectUri=BACK), "nonce")
    refused(person.exchange(idToken=token, redirectUri=BACK), "oauth.nonce", 400)


def test_a_code_with_a_nonce_is_held_to_it(person, provider):
    proof = verifier()
    code = provider.code(person.person, proof, nonce="asked")
    refused(person.exchange(code=code, redirectUri=BACK, codeVerifier=proof, nonce="other"), "nonce")


def test_a_token_for_another_client_is_refused(person, provider):
    token = provider.id_token(person.person, "n", client="somebody-else")
    refused(person.exchange(idToken=token, nonce="n", redirectUri=BACK), "another client")


@pytest.mark.parametrize("change, words", [
    ({"iss": "https://evil.example"}, "another provider"),
    ({"exp": 1_000_000_000}, "expired"),
    ({"iat": 4_000_000_000}, "future"),
    ({"aud": ["engawa-messenger", "other"]}, "another client"),
    ({"sub": ""}, "malformed"),
    ({"sub": "x" * 300}, "malformed"),
])
def test_claims_that_are_not_so_are_refused(person, provider, change, words):
    refused(person.exchange(idToken=provider.forged(**change), nonce="n", redirectUri=BACK), words)


def test_only_signatures_of_the_provider_count(person, provider):
    def exchanged(token):
        return person.exchange(idToken=token, nonce="n", redirectUri=BACK)
    assert exchanged(provider.forged()).status == 200
    # The provider's key id on somebody else's key.
    other = RSAKey.generate_key(2048, {"kid": provider.keys[-1].kid})
    refused(exchanged(provider.forged(key=other)), "signature")
    # The public key as a shared secret.
    head, body, _ = provider.forged().split(".")
    shared = plain(b'{"alg":"HS256","kid":"%s"}' % provider.keys[-1].kid.encode())
    public = provider.keys[-1].as_pem(private=False)
    mark = plain(hmac.digest(public, f"{shared}.{body}".encode(), "sha256"))
    refused(exchanged(f"{shared}.{body}.{mark}"), "algorithm")
    none = plain(b'{"alg":"none"}')
    refused(exchanged(f"{none}.{body}."), "algorithm")
    refused(exchanged(f"{head}.{body}.{'A' * 342}"), "signature")
    refused(exchanged("no token"), "malformed")


def test_a_rotated_key_is_fetched_once_and_made_up_ones_are_not(person, provider):
    person.sign_in()
    provider.rotate()
    before = provider.jwks_asked
    person.sign_in()
    assert provider.jwks_asked == before + 1
    stranger = RSAKey.generate_key(2048, {"kid": "made-up"})
    for _ in range(5):
        answer = person.exchange(idToken=provider.forged(key=stranger), nonce="n", redirectUri=BACK)
        refused(answer, "a key that the provider does not have")
    assert provider.jwks_asked == before + 1


def test_what_is_missing_is_named(person):
    refused(person.exchange(), "oauth.code", 400)
    refused(person.exchange(code="x"), "oauth.redirectUri", 400)
    refused(person.api.request("POST", TOKENS + "/oauthcodegrantjwtexchange", {}), "deploymentId", 400)
    refused(person.api.request("POST", TOKENS + "/refresh", {}), "refreshToken", 400)


def test_browsers_of_other_origins_may_ask(person):
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    answer = person.api.request("OPTIONS", TOKENS + "/refresh", headers=headers)
    assert answer.status == 204 and answer.headers["Access-Control-Allow-Origin"] == "*"


# Refresh and sign-out


def test_a_refresh_token_gives_a_new_token(person, server):
    person.sign_in()
    answer = person.refresh()
    assert answer.status == 200 and set(answer.json) == {"jwt"}, answer
    assert person.refresh(deploymentId=server.demo["deploymentId"]).status == 200
    refused(person.refresh(deploymentId="00000000-0000-4000-8000-000000000000"), "does not hold")
    with Guest(server) as guest:
        opened(guest, answer.json["jwt"])
    person.refresh_token = "made-up"
    refused(person.refresh(), "does not hold")


def test_signing_out_ends_every_connection_of_the_customer(server, person, provider):
    other = Customer(server, provider, person.person).sign_in()
    person.sign_in()
    with person.on() as phone, other.on() as desk, Guest(server) as stranger:
        stranger.configure()
        assert person.sign_out().status == 204
        assert closed(phone, "LogoutEvent") == {} and closed(desk, "LogoutEvent") == {}
        stranger.say("I stay")
    for jwt in (person.jwt, other.jwt):
        with Guest(server) as guest:
            assert configure(guest, jwt)["code"] == 401
    refused(person.refresh(), "does not hold")
    refused(other.refresh(), "does not hold")
    refused(person.sign_out(), "does not hold")
    with person.sign_in().on():
        pass


def test_signing_out_needs_the_token(person):
    refused(person.api.request("DELETE", TOKENS + "/revoke"), "does not hold")


# The session


def test_two_devices_have_one_conversation(server, person, provider):
    person.sign_in()
    with person.on() as phone:
        phone.say("from the phone")
        with Customer(server, provider, person.person).sign_in().on() as desk:
            assert desk.session["newSession"] is False
            desk.say("from the desk")
            phone.wait(
                lambda frame: isinstance(frame["body"], dict) and frame["body"].get("text") == "from the desk",
                "the other device's message")
            assert [one["text"] for one in desk.history()] == ["from the phone", "from the desk"]
            assert desk.token != phone.token


def test_two_people_have_two(server, person, provider):
    with person.sign_in().on() as guest:
        guest.say("mine")
    other = Customer(server, provider, person.person + "-other").sign_in()
    # The same browser, and even the same token.
    with other.on(guest.token) as second:
        assert second.session["newSession"] is True
        second.say("the other's")
        assert [one["text"] for one in second.history()] == ["the other's"]


def sign_in_event(frame):
    body = frame["body"]
    events = body.get("events", []) if isinstance(body, dict) else []
    return any(one["eventType"] == "Presence" and one["presence"]["type"] == "SignIn" for one in events)


def test_a_conversation_goes_on_when_its_customer_signs_in(server, person):
    with Guest(server) as other_tab, Guest(server, other_tab.token) as guest:
        other_tab.configure()
        guest.configure()
        guest.say("Who am I?")
        old_jwt = guest.jwt()
        session = opened(guest, person.sign_in().jwt)
        assert session["newSession"] is False
        event = guest.wait(sign_in_event, "the SignIn event")["body"]
        assert event["metadata"]["authenticated"] == "true" and event["direction"] == "Inbound"
        assert closed(other_tab, "ConnectionClosedEvent") == {"reason": "signedIn", "reasonCode": "signedIn"}
        guest.say("Now you know")
        assert [one.get("text") for one in guest.history() if one["type"] == "Text"] == ["Who am I?", "Now you know"]
        # What was issued before the sign-in reads nothing any more.
        answer = Api(server.base_url, old_jwt).request("GET", "/api/v2/webmessaging/messages")
        assert answer.status == 401, answer
    with person.on() as elsewhere:
        assert elsewhere.session["newSession"] is False
        assert elsewhere.history()[0]["text"] == "Who am I?"


def test_a_customer_with_a_conversation_keeps_that_one(server, person):
    with person.sign_in().on() as first:
        first.say("the first")
    with Guest(server) as guest:
        guest.configure()
        guest.say("anonymous")
        assert opened(guest, person.jwt)["newSession"] is False
        assert [one["text"] for one in guest.history()] == ["the first"]


def test_without_the_setting_the_conversation_does_not_go_on(server, person, integration):
    api = administration(server)
    authenticate(api, server.demo["deploymentId"], integration, upgrade=False)
    try:
        with Guest(server) as guest:
            guest.configure()
            guest.say("anonymous")
            assert opened(guest, person.sign_in().jwt)["newSession"] is True
            assert guest.history() == []
    finally:
        authenticate(api, server.demo["deploymentId"], integration)


def test_a_token_that_was_signed_in_opens_nothing_without_proof(server, person):
    with Guest(server) as guest:
        guest.configure()
        guest.say("before")
        opened(guest, person.sign_in().jwt)
        with Guest(server, guest.token) as again:
            frame = again.request("configureSession", deploymentId=again.deployment)
            assert frame["code"] == 4017, frame
            assert again.message("hello")["code"] == 4007
        guest.say("still me")
    with person.on() as fresh, Guest(server, fresh.token) as again:
        assert again.request("configureSession", deploymentId=again.deployment)["code"] == 4017


def test_what_is_no_proof_is_refused(server, person, provider):
    person.sign_in()
    with Guest(server) as guest:
        for jwt in ("", "x", person.jwt + "x", provider.id_token(person.person, "n"), person.refresh_token):
            assert configure(guest, jwt)["code"] == 401, jwt
        assert guest.request("configureAuthenticatedSession", deploymentId=guest.deployment)["code"] == 4020
        guest.configure()
        # The token for the history is another kind.
        assert configure(guest, guest.jwt())["code"] == 401


def test_made_up_signs_of_a_sign_in_are_taken_away(server, integration):
    with Guest(server) as guest:
        guest.configure()
        echo = guest.message("I am the director", metadata={"authenticated": "true", "id": "d-1"})["body"]
        assert "authenticated" not in echo["metadata"]
    # The name under which signed-in customers are known is no token that leads to them.
    with Guest(server, "subject-" + "0" * 64) as guest:
        assert guest.configure()["newSession"] is True


def test_a_proof_is_for_its_own_deployment(server, person, integration):
    api = administration(server)
    shown = api.get(f"/api/v2/webdeployments/deployments/{server.demo['deploymentId']}")
    other = api.post("/api/v2/webdeployments/deployments", {
        "name": "Another shop", "allowAllDomains": True, "configuration": shown["configuration"],
    })
    person.sign_in()
    url = server.guest_url.replace(server.demo["deploymentId"], other["id"])
    with Elsewhere(server, url, other["id"]) as guest:
        frame = configure(guest, person.jwt)
        assert frame["code"] == 403 and frame["body"].startswith("Session authentication failed"), frame


class Elsewhere(Guest):
    """A guest of another deployment."""

    def __init__(self, server, url, deployment):
        SocketClient.__init__(self, url, None)
        self.server = server
        self.deployment = deployment
        self.token = "elsewhere"


def test_agents_see_who_has_signed_in(tmp_path, provider):
    server = Server(tmp_path).start()
    try:
        set_up(server, provider)
        hanako = Customer(server, provider, "hanako").sign_in()
        agent = Agent(server, server.users("agent", "Support")[0]).listen().go_on_queue()
        with Guest(server) as guest:
            guest.configure()
            guest.say("Good morning")
            conversation = agent.accept(agent.offered())
            customer = next(one for one in conversation["participants"] if one["purpose"] == "customer")
            assert customer["authenticated"] is False
            opened(guest, hanako.jwt)

            def told(body):
                return any(
                    one["purpose"] == "customer" and one.get("authenticated") and one.get("name") == "Hanako Sato"
                    for one in body["participants"])
            agent.notified(told)
            unified = agent.api.get(f"/api/v2/conversations/{conversation['id']}")
            [leg] = next(one for one in unified["participants"] if one["purpose"] == "customer")["messages"]
            assert leg["authenticated"] is True
            agent.say(conversation, "Good morning, Hanako")
            guest.hears("Good morning, Hanako")
            agent.leave(conversation)
        # Who comes signed in has the name that the provider gives.
        with Customer(server, provider, "taro").sign_in().on() as guest:
            guest.say("It is Taro")
            conversation = agent.accept(agent.offered())
            customer = next(one for one in conversation["participants"] if one["purpose"] == "customer")
            assert (customer["authenticated"], customer["name"]) == (True, "Taro Mori")
    finally:
        server.stop()


# The feature


def test_a_deployment_without_it_says_so(server, person, integration):
    api = administration(server)
    deployment = server.demo["deploymentId"]
    person.sign_in()
    config = f"/webdeployments/v1/deployments/{deployment}/config.json"
    assert Api(server.base_url).get(config)["auth"] == {"enabled": True, "allowSessionUpgrade": True}
    authenticate(api, deployment, integration, enabled=False)
    try:
        assert Api(server.base_url).get(config)["auth"]["enabled"] is False
        with Guest(server) as guest:
            frame = configure(guest, person.jwt)
            assert frame["code"] == 403 and "disabled" in frame["body"], frame
        refused(person.exchange(code="x", redirectUri=BACK), "disabled", 403)
        refused(person.refresh(), "disabled", 403)
    finally:
        authenticate(api, deployment, integration)


def test_an_integration_that_is_switched_off_signs_nobody_in(server, person, integration):
    api = administration(server)
    path = f"/api/v2/integrations/{integration}"
    assert api.patch(path, {"intendedState": "DISABLED"})["reportedState"]["code"] == "INACTIVE"
    try:
        refused(person.exchange(code="x", redirectUri=BACK), "disabled", 403)
    finally:
        assert api.patch(path, {"intendedState": "ENABLED"})["reportedState"]["code"] == "ACTIVE"


def test_the_platforms_own_client_sets_it_up(server):
    client = platform.ApiClient(host=server.base_url)
    client.access_token = administration(server).token
    api = platform.IntegrationsApi(client)
    credential = platform.Credential()
    credential.name = "Client of a shop"
    credential.type = platform.CredentialType()
    credential.type.id = "openIdConnectMessenger"
    credential.credential_fields = {"clientId": "a", "clientSecret": "b"}
    info = api.post_integrations_credentials(body=credential)
    request = platform.CreateIntegrationRequest()
    request.name = "Accounts of a shop"
    request.integration_type = platform.IntegrationType()
    request.integration_type.id = TYPE
    made = api.post_integrations(body=request)
    assert (made.intended_state, made.reported_state.code) == ("DISABLED", "INACTIVE")
    current = api.get_integration_config_current(made.id)
    current.properties = {"discoveryUri": "https://idp.example/.well-known/openid-configuration"}
    current.credentials = {"client": info}
    changed = api.put_integration_config_current(made.id, body=current)
    assert changed.credentials["client"].id == info.id
    with pytest.raises(platform.rest.ApiException) as refusal:
        api.put_integration_config_current(made.id, body=current)
    assert refusal.value.status == 409
    made.intended_state = "ENABLED"
    assert api.patch_integration(made.id, body=made).reported_state.code == "ACTIVE"
    assert made.id in [one.id for one in api.get_integrations().entities]
    api.delete_integration(made.id)
    api.delete_integrations_credential(info.id)
    assert made.id not in [one.id for one in api.get_integrations().entities]


def test_a_provider_that_does_not_answer_is_a_trouble_that_passes(server, integration):
    gone = IdentityProvider()
    gone.close()
    api = administration(server)
    set_up(server, gone)
    try:
        answer = Customer(server, gone, "x").exchange(code="x", redirectUri=BACK)
        assert answer.status == 503 and answer.headers["Retry-After"], answer
    finally:
        authenticate(api, server.demo["deploymentId"], integration)


def test_the_secret_never_comes_back(server, provider, integration):
    api = administration(server)
    paths = ["/api/v2/integrations", f"/api/v2/integrations/{integration}", "/api/v2/integrations/credentials"]
    paths += [f"/api/v2/integrations/{integration}/config/current", "/api/v2/integrations/credentials/types"]
    for path in paths:
        assert provider.client.secret not in api.request("GET", path).body.decode(), path
    [credential] = [
        one for one in api.get("/api/v2/integrations/credentials")["entities"] if provider.issuer in one["name"]]
    assert "credentialFields" not in credential
    assert provider.client.secret not in server.log.read_text(errors="replace")


@pytest.mark.parametrize("uri", ["http://idp.example/x", "ftp://127.0.0.1/", "https://u:p@idp.example/", "", 7])
def test_only_safe_addresses_of_providers_are_taken(server, integration, uri):
    path = f"/api/v2/integrations/{integration}/config/current"
    answer = administration(server).request("PUT", path, {"properties": {"discoveryUri": uri}})
    assert answer.status == 400, answer


def test_every_node_knows_who_has_signed_in(tmp_path, provider):
    postgres = PostgresServer(free_port()).start()
    cluster = None
    try:
        cluster = Cluster(postgres, tmp_path, count=2)
        one, two = cluster.nodes
        set_up(one, provider)
        person = Customer(one, provider, "hanako")
        with Guest(one) as tab, Guest(two, tab.token) as other:
            tab.configure()
            tab.say("Who am I?")
            other.configure()
            eventually(lambda: "authenticationSettings" in str(administration(two).get(
                "/api/v2/webdeployments/configurations")), "the configuration at the other node")
            opened(tab, person.sign_in().jwt)
            assert closed(other, "ConnectionClosedEvent")["reason"] == "signedIn"
            with person.on(server=two) as elsewhere:
                assert elsewhere.session["newSession"] is False
                elsewhere.say("I am here, too")
                tab.wait(
                    lambda frame: isinstance(frame["body"], dict) and frame["body"].get("text") == "I am here, too",
                    "the message by way of the other node")
                assert person.sign_out().status == 204
                assert closed(elsewhere, "LogoutEvent") == {} and closed(tab, "LogoutEvent") == {}
        with Guest(two) as guest:
            assert configure(guest, person.jwt)["code"] == 401
    finally:
        if cluster:
            cluster.stop()
        postgres.stop()


def test_a_sign_in_outlives_a_restart(tmp_path, provider):
    server = Server(tmp_path).start()
    try:
        set_up(server, provider)
        person = Customer(server, provider, "hanako").sign_in()
        with person.on() as guest:
            guest.say("before")
        server.kill()
        server.start()
        person.server = server
        answer = person.refresh()
        assert answer.status == 200, answer
        with person.on() as again:
            assert again.session["newSession"] is False
            assert [one["text"] for one in again.history()] == ["before"]
        with Guest(server, guest.token) as anonymous:
            assert anonymous.request("configureSession", deploymentId=anonymous.deployment)["code"] == 4017
    finally:
        server.stop()
    eventually(lambda: not server.is_alive, "the end of the server")
