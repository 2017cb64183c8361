"""What only an app does: devices that are called by push services, through the Swift library."""

import pytest

from support.agent import Agent
from support.app_customer import AppCustomer, Refused
from support.conversation import Place
from support.push_services import PushServices
from support.server import Server
from test_push import configure


@pytest.fixture(scope="module")
def services():
    services = PushServices()
    yield services
    services.close()
    assert services.problems == []


@pytest.fixture(scope="module")
def server(tmp_path_factory, database, services):
    folder = tmp_path_factory.mktemp("app")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENGAWA_PUSH", str(services.write(folder / "keys")))
        server = Server(folder, *database()).start()
        configure(server)
        yield server
        assert server.stop() == 0, server.tail()


@pytest.fixture
def app(server, tmp_path):
    app = AppCustomer(Place(server, {"steps": []}, tmp_path, server.demo["deploymentId"]))
    yield app
    app.closes()


def refuses(app, code, what, **members):
    with pytest.raises(Refused) as refused:
        app.does(what, **members)
    assert refused.value.code == code, refused.value


def test_a_device_is_called_while_the_app_does_not_run(server, services, app):
    app.comes()
    refuses(app, 404, "removeDevice")
    app.says("Call me when there is news")
    for device in ("0000", "ab12"):
        app.does("registerDevice", text=device)
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    conversation = agent.accept(agent.offered(lambda one: "Call me when there is news" in agent.texts(one)))
    app.goes()
    agent.say(conversation, "There is news")
    services.tells("ab12", "There is news")

    app.comes()
    app.reads(["Call me when there is news", "There is news"])
    app.does("updateDevice", text="cd34")
    app.goes()
    agent.say(conversation, "And more of it")
    services.tells("cd34", "And more of it")
    assert services.bodies("ab12") == ["There is news"] and services.bodies("0000") == []

    app.comes()
    app.does("removeDevice")
    refuses(app, 404, "updateDevice", text="ef56")
    agent.leave(conversation)
