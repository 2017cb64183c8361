"""Customers of an app who sign in, through the Swift library, at the tests' identity provider."""

import pytest

from support.agent import Agent
from support.app_customer import AppCustomer, Refused
from support.conversation import Place
from support.identity_provider import IdentityProvider, verifier
from support.signing_in import set_up
from support.waiting import eventually

BACK = "http://localhost/back"


@pytest.fixture(scope="module")
def provider(server):
    provider = IdentityProvider()
    set_up(server, provider)
    yield provider
    provider.close()


@pytest.fixture
def devices(server, tmp_path):
    place = Place(server, {"steps": []}, tmp_path, server.demo["deploymentId"])
    devices = [AppCustomer(place, name) for name in ("phone", "desk")]
    yield devices
    for device in devices:
        device.closes()


def sign_in(device, provider, person, proof=None):
    code = provider.code(person, verifier() if proof == "wrong" else (proof := verifier()))
    device.does("signIn", values={"code": code, "redirectURI": BACK, "verifier": proof})


def test_a_conversation_becomes_the_customers_own_on_each_device(server, provider, devices):
    phone, desk = devices
    phone.comes()
    phone.says("Who am I?")
    phone.has_sent_everything()
    with pytest.raises(Refused, match="authenticationFailed"):
        sign_in(phone, provider, "hana", "wrong")
    sign_in(phone, provider, "hana")
    phone.is_ready()
    phone.says("Now you know")
    phone.reads(["Who am I?", "Now you know"])

    # A conversation of nobody in particular gives way to the one that the customer has.
    desk.comes()
    desk.says("Not mine for long")
    desk.has_sent_everything()
    sign_in(desk, provider, "hana")
    desk.is_ready()
    desk.reads(["Who am I?", "Now you know"])
    desk.says("From the desk")
    phone.reads(["Who am I?", "Now you know", "From the desk"])

    # What is kept proves who it is after a restart.
    phone.restarts()
    phone.reads(["Who am I?", "Now you know", "From the desk"])
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    conversation = agent.accept(agent.offered(lambda one: "Now you know" in agent.texts(one)))
    agent.say(conversation, "Welcome back")
    phone.sees("Welcome back")
    agent.leave(conversation)

    phone.does("signOut")
    for device in devices:
        eventually(lambda: device.state.get("reason") == "signedOut", "the sign-out")
        assert device.texts() == []
    desk.restarts()
    desk.says("A stranger again")
    desk.reads(["A stranger again"])
