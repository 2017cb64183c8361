"""Texts that want to be scripts, through every field that somebody fills, into both screens: they stay texts."""

import uuid

import pytest
from playwright.sync_api import expect

from support.admin import AdminDesk
from support.agent import Agent
from support.browser import Desk, Visitor
from support.customer import Customer, Wire
from support.deployments import new_deployment
from support.files import agent_announces, agent_sends, announce, send, upload
from support.guest import Guest
from support.hostile import ADDRESSES, ALL_TEXTS, ALL_TEXTS_BACKWARDS, TEXTS, Trap, filled
from support.http import administration
from support.rich import contents
from support.server import Server
from support.waiting import eventually


@pytest.fixture(scope="module")
def server(tmp_path_factory, database):
    """One that lets a guest say much in a short time."""
    options = ["--guest-messages-per-second", "500", "--requests-per-minute-max", "100000"]
    server = Server(tmp_path_factory.mktemp("engawa"), *options, *database()).start()
    yield server
    assert server.is_alive, f"the server ended by itself:\n{server.tail()}"
    assert server.stop() == 0, server.tail()


@pytest.fixture
def customer(browser, site, artifacts):
    customer = Customer(browser, site, artifacts)
    customer.trap = Trap(customer)
    yield customer
    customer.close()


@pytest.fixture
def desk(browser, server, artifacts):
    """An agent at the desktop, on queue."""
    desk = Desk(browser, server, "en", artifacts)
    desk.trap = Trap(desk)
    desk.sign_in(server.users("agent", "Support")[0])
    desk.go_on_queue()
    yield desk
    desk.close()
    agent = Agent(server, server.users("agent", "Support")[0])
    agent.presence("AVAILABLE")
    for conversation in agent.conversations():
        if agent.mine(conversation)["state"] == "connected":
            agent.leave(conversation)


def is_shown(place, text):
    """A text is there, letter for letter; blanks may be told otherwise."""
    wanted = "".join(text.split())
    eventually(lambda: wanted in "".join(place.inner_text().split()), f"the text {text[:60]!r}")


def batches(pairs, bytes_max=1_900):
    """Attributes in messages of a size that is allowed."""
    batch, size = {}, 0
    for name, value in pairs:
        bytes = len((name + value).encode())
        if batch and size + bytes > bytes_max:
            yield batch
            batch, size = {}, 0
        batch[name] = value
        size += bytes
    yield batch


def configured(page, change):
    def answer(route):
        response = route.fetch()
        config = response.json()
        change(config)
        route.fulfill(response=response, json=config)
    page.route("**/config.json*", answer)


def test_the_trap_notices(browser, server, artifacts):
    """It would be a poor trap otherwise."""
    for act in (
        "__pwned(1)", "alert(1)", "new Image().src = 'https://canary.invalid/x'",
        "document.querySelector('engawa-messenger').shadowRoot.append(document.createElement('iframe'))",
    ):
        visitor = Visitor(browser, server, "en", artifacts)
        trap = Trap(visitor)
        visitor.enter()
        trap.is_empty()
        visitor.page.evaluate(act)
        visitor.until(lambda: notices(trap), f"a catch of {act}")
        visitor.close()


def notices(trap):
    try:
        trap.is_empty()
    except AssertionError:
        return True
    return False


# What a customer writes

def test_texts_of_a_customer_stay_texts_on_both_sides(customer, desk, server):
    customer.enter()
    customer.says("Hello")
    desk.accepts()
    for text in TEXTS:
        customer.composer.fill(text)
        customer.composer.press("Enter")
        expect(customer.composer).to_have_value("")
    customer.says("the end")
    desk.sees("the end")
    shown = "".join(desk.transcript.inner_text().split())
    mine = "".join(customer.log.inner_text().split())
    for text in ("<script>__pwned(1)</script>", "<img src=x onerror=__pwned(1)>", "${__pwned(1)}"):
        wanted = "".join(text.split())
        assert wanted in shown and wanted in mine
    customer.trap.is_empty()
    desk.trap.is_empty()


def test_attributes_metadata_and_answers_of_a_customer_stay_texts(desk, server):
    with Guest(server) as guest:
        guest.configure()
        guest.say("Hello")
        desk.accepts()
        pairs = [(f"{number} {text}"[:200], text) for number, text in enumerate(TEXTS)]
        for batch in batches(pairs):
            guest.message("attributes", channel={"metadata": {"customAttributes": batch}})
        for text in TEXTS:
            response = {"type": "QuickReply", "text": text, "payload": text}
            guest.request("onMessage", message={
                "type": "Structured", "text": text, "content": [{"contentType": "ButtonResponse",
                    "buttonResponse": response}], "metadata": {"id": str(uuid.uuid4()), text[:100]: text}})
        guest.say("the end")
    desk.sees("the end")
    panel = desk.page.locator("customer-panel")
    is_shown(panel, "<svg onload=__pwned(1)>")
    is_shown(desk.transcript, "<svg onload=__pwned(1)>")
    desk.trap.is_empty()


def test_names_of_files_stay_texts_or_are_refused(customer, desk, server):
    customer.enter()
    customer.says("Hello")
    desk.accepts()
    agent = Agent(server, server.users("agent", "Support")[0])
    [conversation] = [one for one in agent.conversations() if agent.mine(one)["state"] == "connected"]
    token = customer.page.evaluate("Object.values(localStorage).map((text) => JSON.parse(text).token).find(Boolean)")
    taken = []
    with Guest(server, token) as guest:
        guest.configure()
        for text in TEXTS:
            name = text.replace("\n", " ")[:200] + ".png"
            answer = announce(guest, name=name)
            if answer["code"] == 200:
                assert not set("<>\"/\\:*?|\0\n") & set(name), name
                assert guest.request("deleteAttachment", attachmentId=answer["body"]["attachmentId"])["code"] == 200
                taken.append(name)
            else:
                assert answer["code"] in (4004, 4001), (name, answer)
        for name in taken:
            assert send(guest, upload(guest, name=name))["code"] == 200
    assert taken
    sent = [text + ".txt" for text in TEXTS if agent_announces(agent, conversation, name=text + ".txt").status == 200]
    assert sent and not set("<>\"/\\:*?|\0\n") & set("".join(sent))
    for name in sent:
        agent_sends(agent, conversation, name=name, content=b"text", type="text/plain")
    agent.say(conversation, "the end")
    customer.sees("the end")
    desk.sees("the end")
    customer.trap.is_empty()
    desk.trap.is_empty()


def test_what_another_system_tells_of_a_customer_stays_text(desk, server):
    integration = server.demo["integrations"]["open"]["id"]
    path = f"/api/v2/conversations/messages/{integration}/inbound/open/message"
    api = administration(server)

    def tells(text, content=None, **person):
        channel = {
            "platform": "Open", "type": "Private", "messageId": str(uuid.uuid4()), "time": "2026-01-01T00:00:00.000Z",
            "to": {"id": integration}, "from": {"id": "hostile", "idType": "Opaque", **person},
        }
        return api.request("POST", path, {"channel": channel, "text": text, "content": content or []})

    names = {"nickname": ALL_TEXTS, "firstName": ALL_TEXTS, "lastName": ALL_TEXTS_BACKWARDS, "image": ADDRESSES[0]}
    assert tells("Hello", **names).status in (200, 202)
    desk.accepts()
    for number, text in enumerate(TEXTS):
        assert tells(text, **{**names, "nickname": text}).status in (200, 202), text
        file = {"mediaType": "File", "url": "https://files.example/x.pdf", "filename": text, "text": text, "mime": text}
        answer = tells(f"file {number}", [{"contentType": "Attachment", "attachment": file}], **names)
        assert answer.status in (200, 202), answer
    for address in ADDRESSES:
        file = {"mediaType": "Image", "url": address, "filename": "x.png"}
        assert tells("", [{"contentType": "Attachment", "attachment": file}], **names).status == 400, address
    tells("the end")
    desk.sees("the end")
    desk.trap.is_empty()
    agent = Agent(server, server.users("agent", "Support")[0])
    [conversation] = [one for one in agent.conversations() if agent.mine(one)["state"] == "connected"]
    customer = next(part for part in agent.get(conversation)["participants"] if part["purpose"] == "customer")
    for batch in batches([(text[:200], text) for text in TEXTS], 8_000):
        api.patch(
            f"/api/v2/conversations/messages/{conversation['id']}/participants/{customer['id']}/attributes",
            {"attributes": batch})
    is_shown(desk.page.locator("customer-panel"), "<svg onload=__pwned(1)>")
    desk.trap.is_empty()


# What the business fills

def test_names_that_administrators_give_stay_texts(desk, server):
    api = administration(server)
    refused = {}
    for number, text in enumerate(TEXTS):
        for kind, path, body in (
            ("queue", "/api/v2/routing/queues", {"name": f"{number} {text}"}),
            ("code", "/api/v2/routing/wrapupcodes", {"name": f"{number} {text}"}),
            ("skill", "/api/v2/routing/skills", {"name": f"{number} {text}"}),
            ("user", "/api/v2/users", {
                "name": f"{number} {text}", "email": f"hostile{number}@example.test", "password": "matcha-and-hinoki"}),
        ):
            answer = api.request("POST", path, body)
            if answer.status >= 300:
                assert answer.status == 400, answer
                refused.setdefault(kind, []).append(text)
            elif kind == "code":
                queue = server.demo["queues"]["Support"]
                api.post(f"/api/v2/routing/queues/{queue}/wrapupcodes", [{"id": answer.json["id"]}])
    assert all(len(texts) < 15 for texts in refused.values()), refused
    with Guest(server) as guest:
        guest.configure()
        guest.say("Hello")
        desk.accepts()
        desk.page.reload()
        desk.opens()
        bar = desk.page.get_by_role("toolbar", name=desk.words["conversation.actions"])
        bar.get_by_role("button", name=desk.words["action.transfer"]).click()
        dialog = desk.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        for tab in dialog.get_by_role("tab").all():
            tab.click()
            dialog.get_by_role("combobox").fill("onload")
            is_shown(dialog, "<svg onload=__pwned(1)>")
            desk.trap.is_empty()
        desk.trap.is_empty()
        desk.page.keyboard.press("Escape")
        desk.ends()
        is_shown(desk.wrapup, "<svg onload=__pwned(1)>")
        desk.trap.is_empty()


def test_what_a_business_says_over_the_wire_stays_text_at_the_desk(desk, server):
    """The desktop shows what any channel may bring one day, so it is handed all of it."""
    kinds = contents("en", type("Site", (), {"url": "https://shop.example"}), server)

    def change(route):
        response = route.fetch()
        body = response.json()
        for data in body["entities"] if "entities" in body else [body]:
            number = len(data["id"])
            message = data["normalizedMessage"]
            text = message.get("text") or ""
            message["content"] = [filled(item, text) for item in kinds.values()]
            message["events"] = [{"eventType": text, "number": number}]
            data["normalizedReceipts"] = [{"reasons": [{"message": text, "code": text}]}]
        route.fulfill(response=response, json=body)

    desk.page.route("**/api/v2/conversations/messages/*/messages/**", change)
    with Guest(server) as guest:
        guest.configure()
        guest.say("Hello")
        desk.accepts()
        for text in [*TEXTS, *ADDRESSES]:
            guest.message(text)
        guest.say("the end")
    desk.bubbles.get_by_text("the end").first.wait_for()
    eventually(lambda: desk.bubbles.locator(".skeleton").count() == 0, "all that was said")
    desk.trap.is_empty()
    desk.page.unroute_all(behavior="ignoreErrors")


# From here on no agent is at the desk

def test_deployments_with_such_names_and_words_are_edited_as_texts(browser, server, artifacts):
    refused = 0
    labels = [{"key": f"Messenger{key}", "value": ALL_TEXTS[:200]} for key in ("HomeHeaderTitle", "HomeHeaderSubTitle")]
    for number, text in enumerate(TEXTS):
        bot = {"enabled": True, "bot": {"name": text, "avatarUrl": ADDRESSES[number % len(ADDRESSES)]}}
        messenger = {
            "apps": {"conversations": {"humanize": bot}},
            "homeScreen": {"enabled": True, "logoUrl": ADDRESSES[number % len(ADDRESSES)]},
        }
        try:
            new_deployment(
                server, f"{number} {text}", messenger=messenger,
                customI18nLabels=[{"language": "en-us", "localizedLabels": labels}])
        except AssertionError as error:
            assert ": 400 " in str(error), error
            refused += 1
    assert refused < 25
    desk = AdminDesk(browser, server, "en", artifacts)
    trap = Trap(desk)
    desk.enter()
    is_shown(desk.page.locator(".admin-list"), "<svg onload=__pwned(1)>")
    trap.is_empty()
    buttons = desk.page.locator(".admin-list").get_by_role("button")
    for place in range(2, 9):
        buttons.nth(place).click()
        expect(desk.page.locator("#editor-title")).to_be_visible()
        expect(desk.preview.get_by_role("dialog").first).to_be_visible()
        trap.is_empty()
    desk.picture("hostile-deployment")
    desk.close()


@pytest.mark.parametrize("words", [ALL_TEXTS, ALL_TEXTS_BACKWARDS], ids=["forwards", "backwards"])
def test_the_words_of_a_deployment_stay_words(browser, site, artifacts, words):
    def change(config):
        keys = ["HomeHeaderTitle", "HomeHeaderSubTitle", "LauncherButtonText"]
        labels = [{"key": f"Messenger{key}", "value": words} for key in keys]
        labels += [{"key": f"PushNotification{key}", "value": words} for key in ("Title", "Body")]
        config["customI18nLabels"] = [{"language": "en-us", "localizedLabels": labels}]
        messenger = config["messenger"]
        messenger["homeScreen"] = {"enabled": True, "logoUrl": words}
        messenger["launcherButton"] = {"visibility": "On", "displayType": "IconAndText", "icon": {"url": words}}
        messenger["styles"] = {"primaryColor": words}
        messenger["apps"]["conversations"]["humanize"] = {"enabled": True, "bot": {"name": words, "avatarUrl": words}}
        config["position"] = {"alignment": words, "sideSpace": words, "bottomSpace": words}
        config["name"] = words

    customer = Customer(browser, site, artifacts)
    trap = Trap(customer)
    configured(customer.page, change)
    wire = Wire(customer.page)
    customer.enter()
    wire.say("from a bot", person=None)
    customer.sees("from a bot")
    customer.picture("hostile-words")
    trap.is_empty()
    customer.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_of_a_deployment_lead_nowhere(browser, site, artifacts, address):
    def change(config):
        messenger = config["messenger"]
        messenger["homeScreen"] = {"enabled": True, "logoUrl": address}
        messenger["launcherButton"] = {"visibility": "On", "displayType": "Icon", "icon": {"url": address}}
        messenger["apps"]["conversations"]["humanize"] = {"enabled": True, "bot": {"name": "B", "avatarUrl": address}}

    customer = Customer(browser, site, artifacts)
    trap = Trap(customer)
    configured(customer.page, change)
    wire = Wire(customer.page)
    customer.enter()
    wire.say("from a bot", person=None)
    customer.sees("from a bot")
    trap.is_empty()
    customer.close()


# Rich content

@pytest.mark.parametrize("marked", [True, False], ids=["Markdown", "plain"])
def test_rich_content_of_every_type_stays_what_it_is(customer, site, server, marked):
    def change(config):
        config["messenger"]["apps"]["conversations"]["markdown"] = {"enabled": marked}

    configured(customer.page, change)
    wire = Wire(customer.page)
    customer.enter()
    customer.says("Hello")
    rich = contents("en", site, server)
    for text in [*TEXTS, *ADDRESSES]:
        wire.say(text, *[filled(item, text) for item in rich.values()], person=text)
        wire.say(f"**{text}** [{text}]({text}) `{text}`\n- {text}")
    wire.say("the end")
    customer.sees("the end")
    is_shown(customer.log, "<iframe src=javascript:__pwned(1)></iframe>")
    customer.trap.is_empty()
    # What is pressed leads nowhere, either.
    customer.log.evaluate("log => [...log.querySelectorAll('button')].slice(-200).forEach((one) => one.click())")
    customer.trap.is_empty()
