"""The messenger on somebody else's site: another origin, a strict policy, whatever happens to tabs and lines."""

import json
import re
import urllib.parse

import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Words
from support.customer import Customer, Wire, said
from support.foreign_site import ForeignSite
from support.guest import Guest
from support.rich import MARKDOWN, contents
from support.server import Server
from support.waiting import eventually

CLOSED_BYTES_MAX = 30 * 1024
ALL_BYTES_MAX = 57 * 1024


@pytest.fixture
def customer(browser, site, artifacts):
    customer = Customer(browser, site, artifacts)
    yield customer
    customer.close()


def configured(page, change):
    """The deployment's configuration as an administrator would have changed it."""
    def answer(route):
        response = route.fetch()
        config = response.json()
        change(config)
        route.fulfill(response=response, json=config)
    page.route("**/config.json", answer)


def with_markdown(config):
    config["messenger"]["apps"]["conversations"]["markdown"] = {"enabled": True}


# Rich content


def test_every_content_that_only_is_shown_is_shown(customer, site, server):
    wire = Wire(customer.page)
    configured(customer.page, with_markdown)
    customer.enter()
    customer.says("Hello")
    log = customer.log
    rich = contents("en", site, server)

    wire.say(MARKDOWN["en"])
    expect(log.locator("strong")).to_have_text("Gyokuro")
    expect(log.locator(".bubble code")).to_have_text("TEA10")
    expect(log.locator(".bubble a", has_text="the shop")).to_have_attribute("href", "https://shop.example/")
    expect(log.get_by_text("Really.")).to_contain_text("<b>Really.</b>")

    wire.say("", *[rich[name] for name in ("image", "audio", "video", "file", "link", "place", "unknown")])
    expect(log.locator("audio, video")).to_have_count(2)
    expect(log.get_by_role("link", name="Brewing guide.pdf")).to_have_attribute("rel", re.compile("noopener"))
    expect(log.get_by_role("link", name="By the old well")).to_have_attribute("href", "https://maps.example/x")
    expect(log.get_by_text(customer.words["log.unshown"])).to_have_count(1)
    log.get_by_role("button", name="veranda.png").press("Enter")
    box = customer.page.get_by_role("dialog", name="veranda.png")
    expect(box.get_by_role("img", name="veranda.png")).to_be_visible()
    customer.is_accessible()
    customer.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(log.get_by_role("button", name="veranda.png")).to_be_focused()

    customer.is_accessible()
    customer.is_clean()


def test_files_are_offered_when_the_server_takes_them_and_go_with_progress(customer, server):
    wire = Wire(customer.page)
    place = server.base_url + "/upload"
    puts = []

    def allowing(frame):
        if frame["class"] == "SessionResponse":
            media = {"fileTypes": [{"type": "image/*"}], "maxFileSizeKB": 10}
            frame["body"]["allowedMedia"] = {"inbound": media}
        return frame

    def refusing(frame):
        if frame["class"] == "SessionResponse":
            frame["body"].pop("allowedMedia", None)
        return frame

    def instead(frame):
        if frame["action"] == "onAttachment":
            body = {
                "attachmentId": frame["attachmentId"], "url": place, "headers": {"x-amz-tagging": "tea"},
                "fileName": frame["fileName"], "fileSize": frame["fileSize"], "fileType": frame["fileType"],
            }
            return [{"name": "PresignedUrlResponse", "body": body}]
        content = frame.get("message", {}).get("content")
        if not content:
            return None
        attachment = {**content[0]["attachment"], "url": server.base_url + "/web/demo/mark.svg", "mediaType": "Image"}
        body = {
            "id": "f" * 32, "type": "Text", "direction": "Inbound", "metadata": frame["message"]["metadata"],
            "content": [{"contentType": "Attachment", "attachment": attachment}],
            "channel": {"time": "2030-01-01T00:00:00.000Z", "messageId": "m"},
        }
        return [{"name": "StructuredMessage", "body": body, "trace": frame["tracingId"]}]

    def put(route):
        puts.append(route.request)
        route.fulfill(status=200, headers={"Access-Control-Allow-Origin": "*"})

    wire.changed = refusing
    customer.enter()
    customer.says("Hello")
    expect(customer.page.get_by_label(customer.words["upload.label"])).to_have_count(0)
    wire.changed, wire.instead = allowing, instead
    customer.page.route(place, put)
    customer.page.reload()
    field = customer.page.get_by_label(customer.words["upload.label"])
    field.set_input_files({"name": "guide.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"})
    problem = customer.page.get_by_text(customer.words["upload.type"].replace("{name}", "guide.exe"))
    expect(problem).to_be_visible()
    customer.is_accessible()
    customer.page.get_by_role("button", name=customer.words["upload.close"].replace("{name}", "guide.exe")).click()
    expect(problem).to_have_count(0)

    field.set_input_files({"name": "oak.png", "mimeType": "image/png", "buffer": b"picture"})
    expect(customer.page.get_by_role("progressbar", name="oak.png")).to_be_visible()
    customer.picture("messenger-upload")
    customer.until(lambda: puts, "the upload")
    assert (puts[0].method, puts[0].post_data, puts[0].headers["x-amz-tagging"]) == ("PUT", "picture", "tea")
    asked = next(frame for frame in wire.sent if frame["action"] == "onAttachment")
    wire.push("UploadSuccessEvent", {"attachmentId": asked["attachmentId"], "downloadUrl": place, "timestamp": ""})
    expect(customer.log.get_by_role("button", name="oak.png")).to_be_visible()
    expect(customer.page.get_by_role("progressbar")).to_have_count(0)
    [item] = wire.message(asked["attachmentId"])["content"]
    assert item["attachment"]["id"] == asked["attachmentId"]
    customer.is_clean()


def test_nothing_that_is_said_becomes_markup(customer, server):
    wire = Wire(customer.page)
    configured(customer.page, with_markdown)
    customer.enter()
    customer.says("<img src=x onerror=hacked=1>")
    bad = [
        "<script>hacked=1</script>", "javascript:hacked=1", '"><svg onload=hacked=1>',
        "data:text/html,<script>hacked=1</script>",
    ]
    fake = {"tag": "img", "attributes": [["src", "x"], ["onerror", "hacked=1"]], "children": []}
    for value in [*bad, fake, [fake], 7, None]:
        names = [
            "title", "subtitle", "text", "description", "url", "image", "imageUrl", "filename", "payload", "address",
            "video", "nickname", "mediaType", "body", "header", "name", "id",
        ]
        flat = dict.fromkeys(names, value)
        deep = {
            **flat, "cards": [flat], "actions": [{"type": "Link", **flat}, {"type": "Postback", **flat}],
            "sections": [{**flat, "items": [flat, flat]}], "receivedMessage": flat, "introduction": flat,
            "formPages": [{**flat, "pageComponents": [{"formComponentType": "Input", "input": flat}]}],
            "defaultAction": {"type": "Link", **flat}, "availableTimes": [{"dateTime": value}],
        }
        kinds = {
            "Attachment": "attachment", "Card": "card", "Carousel": "carousel", "QuickReply": "quickReply",
            "Form": "form", "ListPicker": "listPicker", "DatePicker": "datePicker", "Location": "location",
            "GenericTemplate": "generic", "Text": "text", "Notification": "template", "Story": "story",
            "Nobody": "nobody",
        }
        parts = [{"contentType": kind, name: deep} for kind, name in kinds.items()]
        text = value if isinstance(value, str) else json.dumps(value)
        wire.say(f"**{text}** [a]({text}) - {text}", *parts, person=text)
        wire.say(value, *parts)
    wire.say("the end")
    customer.sees("the end")
    assert customer.page.evaluate("'hacked' in window") is False
    found = customer.log.evaluate("""(log) => [...log.querySelectorAll("*")].flatMap((node) =>
        [...node.attributes].filter(({ name, value }) => name.startsWith("on")
            || (["href", "src"].includes(name) && !/^(https?|mailto|tel):/.test(value))).map(({ name }) => name))""")
    assert found == []
    assert customer.log.locator("script, iframe, object, form[action]").count() == 0
    assert not [problem for problem in customer.problems if "ERR_" not in problem and "404" not in problem]


# What the site may do


def test_the_site_commands_the_messenger_and_hears_of_it(customer, server):
    wire = Wire(customer.page)
    page = customer.page
    page.goto(customer.site.url)
    expect(customer.launcher).to_be_visible()
    eventually(lambda: customer.told("ready") == [None], "ready")
    page.get_by_role("button", name="Ask us").click()
    expect(customer.composer).to_be_visible()
    customer.command("close")
    expect(customer.composer).to_be_hidden()
    customer.command("toggle")
    expect(customer.composer).to_be_visible()
    assert [len(customer.told(name)) for name in ("opened", "closed")] == [2, 1]

    customer.command("attributes", {"orderNumber": "42"})
    customer.command("sendMessage", "Where is my order?")
    customer.sees("Where is my order?")
    attributes = wire.message("Where is my order?")["channel"]["metadata"]["customAttributes"]
    assert attributes == {"orderNumber": "42"}

    customer.command("close")
    wire.say("On its way")
    eventually(lambda: customer.told("messageReceived"), "messageReceived")
    assert customer.told("messageReceived")[0]["text"] == "On its way"
    eventually(lambda: customer.told("unread") == [{"count": 0}, {"count": 1}], "unread")
    expect(customer.launcher).to_have_accessible_name("Open chat, 1 new message")
    page.evaluate("Engawa('subscribe', 'unread', ({ count }) => { window.late = count; })")
    assert page.evaluate("late") == 1
    customer.command("hideLauncher")
    expect(customer.launcher).to_be_hidden()
    customer.command("showLauncher")
    expect(customer.launcher).to_be_visible()

    customer.command("clearConversation")
    customer.command("open")
    expect(page.get_by_text(customer.words["home.greeting"])).to_be_visible()
    customer.command("sendMessage", "   ")
    customer.command("fly")
    assert [one["command"] for one in customer.told("error")] == ["sendMessage", "fly"]
    customer.is_clean()


# What the deployment may want


def test_the_deployment_decides_how_it_looks(browser, server, artifacts):
    site = ForeignSite(server, direction="rtl")
    customer = Customer(browser, site, artifacts)
    wire = Wire(customer.page)

    def change(config):
        config["messenger"]["styles"]["primaryColor"] = "#ffd54a"
        config["messenger"]["launcherButton"] = {"visibility": "On", "displayType": "IconAndText"}
        config["messenger"]["homeScreen"] = {"enabled": True, "logoUrl": "/web/demo/mark.svg"}
        config["messenger"]["apps"]["conversations"]["humanize"] = {
            "enabled": True, "bot": {"name": "Chabako", "avatarUrl": server.base_url + "/web/demo/mark.svg"}}
        config["position"] = {"alignment": "Auto", "sideSpace": 50, "bottomSpace": 60}
        labels = [
            {"key": "MessengerHomeHeaderTitle", "value": "Ask the tea shop"},
            {"key": "MessengerLauncherButtonText", "value": "Tea questions?"},
            {"key": "MessengerHomeGreeting", "value": "Welcome to the tea shop."},
            {"key": "MessengerHomeInvitation", "value": "Ask about water and leaves."},
        ]
        config["customI18nLabels"] = [{"language": "en-us", "localizedLabels": labels}]

    configured(customer.page, change)
    customer.page.goto(site.url)
    expect(customer.launcher).to_contain_text("Tea questions?")
    box = customer.launcher.bounding_box()
    assert (box["x"], box["y"] + box["height"]) == (50, 768 - 60)
    assert customer.launcher.evaluate("(one) => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    customer.enter()
    expect(customer.page.get_by_role("heading", name="Ask the tea shop")).to_be_visible()
    assert customer.log.locator(".logo").get_attribute("src") == server.base_url + "/web/demo/mark.svg"
    expect(customer.log.get_by_text("Welcome to the tea shop.")).to_be_visible()
    expect(customer.log.get_by_text("Ask about water and leaves.")).to_be_visible()
    customer.says("Hi")
    wire.say("Good day", person=None)
    expect(customer.log.locator(".author", has_text="Chabako").locator("img")).to_be_visible()
    customer.is_accessible()
    customer.picture("messenger-configured")
    customer.is_clean()
    customer.close()
    site.close()


@pytest.mark.parametrize("side", [20, 60])
def test_long_words_on_the_button_stay_on_the_screen_and_are_its_name(customer, server, side):
    words = "Questions about tea, water, leaves and cups? Write to us, we answer here."

    def change(config):
        config["messenger"]["launcherButton"] = {"visibility": "On", "displayType": "IconAndText"}
        config["position"] = {"alignment": "Right", "sideSpace": side, "bottomSpace": 20}
        label = {"key": "MessengerLauncherButtonText", "value": words}
        config["customI18nLabels"] = [{"language": "en-us", "localizedLabels": [label]}]

    configured(customer.page, change)
    customer.page.set_viewport_size({"width": 390, "height": 700})
    customer.page.goto(customer.site.url)
    expect(customer.launcher).to_have_accessible_name(words)
    box = customer.launcher.bounding_box()
    assert (box["x"], box["width"]) == (side, 390 - 2 * side)
    customer.is_accessible()
    customer.picture(f"messenger-long-button-{side}")
    customer.is_clean()


def test_a_deployment_speaks_its_own_language_and_greets_nobody_if_it_will_not(customer, server):
    def change(config):
        config |= {"languages": ["ja"], "defaultLanguage": "ja"}
        config["messenger"]["homeScreen"] = {"enabled": False}

    configured(customer.page, change)
    english, customer.words = customer.words, Words("messenger/ja.json")
    customer.enter()
    expect(customer.page.get_by_role("heading", name=customer.words["home.title"])).to_be_visible()
    for words in (english, customer.words):
        expect(customer.page.get_by_text(words["home.greeting"])).to_have_count(0)
    customer.is_accessible()
    customer.picture("messenger-no-greeting")
    customer.is_clean()


def test_what_could_not_be_loaded_is_tried_again_and_said(customer, server):
    page = customer.page
    lost = {"config.json": 1, "app.js": 2}

    def lose(route):
        name = next(one for one in lost if one in route.request.url)
        lost[name] -= 1
        if lost[name] < 0:
            route.continue_()
        else:
            route.abort()

    page.route(re.compile(r"config\.json|messenger/app\.js"), lose)
    page.goto(customer.site.url)
    eventually(lambda: [one["command"] for one in customer.told("error")] == ["load"], "the error")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(customer.launcher).to_be_visible()
    # The pointer comes near, and it is pressed: both are lost, and it says so.
    customer.launcher.click()
    note = page.get_by_role("status").get_by_text(customer.words["launcher.failed"])
    expect(note).to_be_visible()
    customer.is_accessible()
    customer.picture("messenger-not-loaded")
    customer.launcher.click()
    expect(customer.composer).to_be_visible()
    expect(note).to_have_count(0)
    expect(page.locator("engawa-messenger .note")).to_have_css("box-shadow", "none")
    customer.forgives("ERR_FAILED")
    customer.is_clean()


def test_it_turns_round_for_languages_from_the_right(customer, site, server):
    customer.page.add_init_script("""document.addEventListener("readystatechange", () => {
        const tag = document.querySelector("[data-deployment-id]");
        if (tag) tag.dataset.direction = "rtl";
    })""")
    wire = Wire(customer.page)
    customer.enter()
    customer.says("Hello")
    rich = contents("en", site, server)
    wire.say("Look", rich["carousel"])
    mine, ours = customer.log.locator(".mine .bubble"), customer.log.locator(".ours .bubble")
    expect(ours).to_be_visible()
    assert mine.bounding_box()["x"] < ours.bounding_box()["x"]
    customer.log.get_by_role("button", name=customer.words["cards.next"]).click()
    expect(customer.log.get_by_role("button", name=customer.words["cards.previous"])).to_be_visible()
    customer.picture("messenger-rtl")
    customer.is_clean()


def test_the_site_keeps_its_overflow_and_may_replace_its_body(customer, server):
    page = customer.page
    customer.enter()
    overflow = "document.documentElement.style.overflow"
    page.evaluate(f"{overflow} = 'clip'")
    customer.command("close")
    customer.command("open")
    assert page.evaluate(overflow) == "clip"
    page.set_viewport_size({"width": 390, "height": 844})
    eventually(lambda: page.evaluate(overflow) == "hidden", "a page that holds still")
    customer.command("close")
    assert page.evaluate(overflow) == "clip"
    customer.command("open")
    assert page.evaluate(overflow) == "hidden"
    page.set_viewport_size({"width": 1024, "height": 768})
    eventually(lambda: page.evaluate(overflow) == "clip", "the site's own overflow")

    # As scripts do that load the site's next page in place.
    customer.composer.fill("half a sent")
    page.evaluate("document.body.replaceWith(document.createElement('body'))")
    expect(customer.composer).to_have_value("half a sent")
    customer.says("Still here")
    customer.is_clean()


ARABIC = "متى نأتي؟ نحن ثلاثة."
# How far the last letter of an element's words stands right of the first, in pixels.
WAY = """(one) => {
    const words = document.createTreeWalker(one, NodeFilter.SHOW_TEXT).nextNode();
    const left = (at) => {
      const range = document.createRange();
      range.setStart(words, at);
      range.setEnd(words, at + 1);
      return range.getBoundingClientRect().left;
    };
    return left(words.data.length - 1) - left(0); }"""


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_words_are_read_in_their_own_direction(customer, site, server, direction):
    page, log = customer.page, customer.log
    page.add_init_script("""document.addEventListener("readystatechange", () => {
        const tag = document.querySelector("[data-deployment-id]");
        if (tag) tag.dataset.direction = "%s";
    })""" % direction)
    configured(page, with_markdown)
    wire = Wire(page)
    customer.enter()
    customer.reaches(ARABIC)
    customer.says("When shall we come?")
    wire.say(f"{ARABIC}\n\n- {ARABIC}\n- Three (C++)!")
    card = {"title": ARABIC, "description": "Forty grams!", "actions": []}
    wire.say("", {"contentType": "Card", "card": card})
    for text in ["40 g", "متى؟"]:
        wire.say("Which?", {"contentType": "QuickReply", "quickReply": {"text": text, "payload": text}})
        expect(log.locator(".chip")).to_have_text(text)
        assert (log.locator(".chip").evaluate(WAY) > 0) == (text == "40 g")
    right = [".mine .bubble >> nth=1", ".card p", ".ours li >> nth=1"]
    left = [".mine .bubble >> nth=0", ".card h3", ".ours p:not(.author) >> nth=0", ".ours li >> nth=0"]
    ways = {place: log.locator(place).evaluate(WAY) for place in right + left}
    assert [place for place, way in ways.items() if (way > 0) != (place in right)] == []
    # A list's marks stand where its words begin; the field turns with what is typed.
    assert log.locator(".ours ul").evaluate("(list) => getComputedStyle(list).direction") == "rtl"
    for text in ["Three (", ARABIC]:
        customer.composer.fill(text)
        assert customer.composer.evaluate("(area) => getComputedStyle(area).unicodeBidi") == "plaintext"
        customer.picture(f"messenger-{direction}-{'english' if text[0] == 'T' else 'arabic'}")
    customer.is_accessible()
    customer.is_clean()


# Calling, keeping, deleting


def test_who_looks_elsewhere_is_called_and_the_conversation_can_be_kept_and_deleted(customer, server):
    wire = Wire(customer.page)
    page = customer.page
    customer.enter()
    customer.says("Hello")
    customer.launcher.click()
    expect(customer.composer).to_be_hidden()
    wire.say("Good day")
    expect(customer.launcher.locator(".badge")).to_have_text("1")
    hide = """(isHidden) => { Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange")); }"""
    page.evaluate(hide, True)
    assert page.title() == "(1) Amadare Tea"
    wire.say("Are you there?")
    eventually(lambda: page.title() == "(2) Amadare Tea", "the title")
    page.evaluate(hide, False)
    assert page.title() == "Amadare Tea"
    customer.launcher.click()
    expect(customer.launcher.locator(".badge")).to_be_hidden()

    customer.button("emoji.label").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(customer.composer).to_have_value("😄")
    expect(customer.composer).to_be_focused()
    customer.composer.press("Enter")
    customer.sees("😄")
    sizes = [{"text": size, "payload": size} for size in ("40 g", "100 g")]
    wire.say("What size?", *[{"contentType": "QuickReply", "quickReply": size} for size in sizes])
    customer.sees("What size?")

    customer.button("menu.label").press("Enter")
    customer.is_accessible()
    customer.button("menu.sound").click()
    expect(page.get_by_role("button", name=customer.words["menu.sound"], pressed=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(customer.button("menu.sound")).to_have_count(0)
    expect(customer.composer).to_be_visible()

    customer.button("menu.label").click()
    with page.expect_download() as download:
        customer.button("menu.download").click()
    assert re.fullmatch(r"conversation-\d{4}-\d\d-\d\d\.txt", download.value.suggested_filename)
    text = download.value.path().read_text()
    assert text.index("Hello") < text.index("Good day") < text.index("😄") < text.index("What size?")
    assert text.rstrip().endswith("What size?\n- 40 g\n- 100 g")

    customer.button("menu.label").click()
    customer.button("menu.clear").click()
    expect(customer.button("menu.keep")).to_be_focused()
    customer.button("menu.delete").click()
    expect(page.get_by_text(customer.words["home.greeting"])).to_be_visible()
    page.reload()
    expect(page.get_by_text(customer.words["home.greeting"])).to_be_visible()
    customer.is_clean()


def test_the_copy_of_a_long_conversation_goes_back_to_its_beginning(customer, server):
    page = customer.page
    Wire(page)
    times = [f"2026-01-01T00:{number // 60:02}:{number % 60:02}.000Z" for number in range(231)]
    newest_first = [said(f"Word {one}", channel={"time": times[one], "from": {}}) for one in range(230, 0, -1)]
    held, is_held = [], [True]

    def history(route):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(route.request.url).query)
        size, number = int(query["pageSize"][0]), int(query["pageNumber"][0])
        cors = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
        if number == 3 and size == 100 and is_held:
            held.append(lambda: route.fulfill(status=429, headers=cors | {"Retry-After": "1"}, json={}))
            return
        entities = newest_first[(number - 1) * size:number * size]
        body = {"entities": entities, "pageCount": -(-len(newest_first) // size), "total": len(newest_first)}
        route.fulfill(headers=cors, json=body)

    customer.enter()
    customer.reaches("Hello")
    page.route("**/api/v2/webmessaging/messages?*", history)
    page.reload()
    customer.sees("Word 230")
    customer.button("menu.label").click()
    with page.expect_download() as download:
        customer.button("menu.download").click()
        progress = customer.words["copy.progress"].replace("{read}", "200").replace("{count}", "230")
        expect(page.get_by_role("status").get_by_text(progress)).to_be_visible()
        customer.is_accessible()
        customer.picture("messenger-copying")
        customer.button("menu.label").click()
        expect(customer.button("menu.download")).to_be_disabled()
        page.keyboard.press("Escape")
        is_held.clear()
        held[-1]()
    text = download.value.path().read_text()
    assert [line for line in text.splitlines() if line.startswith("Word")] == [f"Word {one}" for one in range(1, 231)]
    expect(page.get_by_text(progress)).to_have_count(0)
    customer.forgives(429)
    customer.is_clean()


# Tabs, pages, lines


def test_two_tabs_and_two_pages_show_one_conversation(customer, server):
    customer.enter()
    customer.says("From the first tab")
    first = customer.page
    second = customer.context.new_page()
    customer.page = second
    customer.enter()
    customer.sees("From the first tab")
    customer.says("From the second tab")
    customer.page = first
    customer.sees("From the second tab")
    customer.composer.fill("half a sent")

    # Another page of the site: the messenger is open again, with what was said and what was being written.
    first.get_by_role("link", name="The other page").click()
    expect(first.get_by_role("heading", name="The other page")).to_be_visible()
    expect(customer.composer).to_have_value("half a sent")
    customer.says("From the other page")
    said = ["From the first tab", "From the second tab", "From the other page"]
    for page in (first, second):
        customer.page = page
        customer.sees(said[-1])
        assert customer.texts() == said
    customer.is_clean()


def test_a_tab_that_three_others_have_silenced_says_so_and_goes_on_when_it_is_used(customer, server):
    customer.enter()
    customer.reaches("First")
    first = customer.page
    notice = first.get_by_text(customer.words["notice.displaced"])
    for _ in range(3):
        expect(notice).to_have_count(0)
        customer.page = customer.context.new_page()
        customer.enter()
        customer.sees("First")
    customer.page = first
    expect(notice).to_be_visible()
    customer.picture("messenger-displaced")
    customer.is_accessible()
    customer.composer.press("A")
    expect(notice).to_have_count(0)
    customer.says("Side by side")
    expect(customer.log.get_by_text(customer.words["status.sent"], exact=True)).to_be_visible()
    customer.is_clean()


def test_what_is_written_offline_goes_once_and_in_order_through_a_reload(customer, server):
    customer.enter()
    customer.reaches("Before")
    customer.context.set_offline(True)
    expect(customer.page.get_by_text(customer.words["notice.offline"])).to_be_visible()
    customer.says("One")
    customer.says("Two")
    expect(customer.log.get_by_text(customer.words["status.waiting"])).to_be_visible()
    stored = "JSON.parse(Object.entries(localStorage).find(([key]) => key.endsWith('.outbox'))[1]).map(({ id }) => id)"
    ids = customer.page.evaluate(stored)
    customer.picture("messenger-offline")
    customer.is_accessible()
    customer.context.set_offline(False)
    customer.page.reload()
    expect(customer.log.get_by_text(customer.words["status.sent"], exact=True)).to_be_visible()
    eventually(lambda: customer.texts() == ["Before", "One", "Two"], "everything, once")
    token = customer.page.evaluate("Object.values(localStorage).map((text) => JSON.parse(text).token).find(Boolean)")
    guest = Guest(server, token)
    guest.configure()
    history = [one for one in guest.history() if one["type"] == "Text"]
    assert [one["text"] for one in history] == ["Before", "One", "Two"]
    assert [one["metadata"]["id"] for one in history[1:]] == ids


def test_what_is_written_offline_in_a_tab_that_is_closed_is_sent_by_another(customer, server):
    customer.enter()
    customer.reaches("Before")
    first = customer.page
    second = customer.page = customer.context.new_page()
    customer.enter()
    customer.sees("Before")
    customer.context.set_offline(True)
    expect(second.get_by_text(customer.words["notice.offline"])).to_be_visible()
    customer.says("Left behind")
    expect(customer.log.get_by_text(customer.words["status.waiting"])).to_be_visible()
    second.close()
    customer.page = first
    customer.context.set_offline(False)
    customer.sees("Left behind")
    expect(customer.log.get_by_text(customer.words["status.sent"], exact=True)).to_be_visible()
    assert customer.texts() == ["Before", "Left behind"]
    customer.is_clean()


def test_a_killed_server_costs_nothing_but_a_wait(browser, tmp_path, artifacts):
    server = Server(tmp_path).start()
    site = ForeignSite(server)
    customer = Customer(browser, site, artifacts)
    try:
        user = server.users("agent", "Support")[0]
        agent = Agent(server, user).go_on_queue()
        customer.enter()
        customer.says("Before the crash")
        conversation = agent.accept(agent.offered())
        server.kill()
        expect(customer.page.get_by_text(customer.words["notice.waiting"])).to_be_visible()
        customer.says("In the crash")
        server.start()
        customer.page.evaluate("dispatchEvent(new Event('online'))")
        expect(customer.log.get_by_text(customer.words["status.sent"], exact=True)).to_be_visible()
        agent.say(conversation, "We are back")
        customer.sees("We are back")
        assert customer.texts() == ["Before the crash", "In the crash", "We are back"]
        assert agent.texts(conversation) == ["Before the crash", "In the crash", "We are back"]
    finally:
        customer.close()
        site.close()
        server.stop()


# Budgets


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_costs_the_site_little(browser, server, artifacts, language):
    site = ForeignSite(server, language)
    customer = Customer(browser, site, artifacts, language)
    responses = []
    customer.page.on("requestfinished", lambda request: responses.append(request))

    def bytes_of_messenger():
        ours = [one for one in responses if one.url.startswith(server.base_url) and "/api/" not in one.url]
        return sum(one.sizes()["responseBodySize"] for one in ours)

    customer.page.goto(customer.site.url)
    expect(customer.launcher).to_be_visible()
    customer.page.wait_for_load_state("networkidle")
    closed = bytes_of_messenger()
    customer.enter()
    customer.page.wait_for_load_state("networkidle")
    everything = bytes_of_messenger()
    print(f"messenger: {closed} bytes closed, {everything} in all")
    assert closed <= CLOSED_BYTES_MAX
    assert everything <= ALL_BYTES_MAX
    customer.says("Hello")
    assert customer.page.evaluate("shifts") == 0
    assert customer.context.cookies() == []
    customer.close()
    site.close()
