"""The administrators' area: deployments with their preview, entry points with their codes."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from support.admin import AdminDesk
from support.browser import Desk
from support.http import Api, administration
from support.waiting import eventually

HOSTILE = "<img src=x onerror=hacked=1>"


@pytest.fixture
def desk(browser, server, artifacts):
    desk = AdminDesk(browser, server, "en", artifacts, permissions=["clipboard-read", "clipboard-write"])
    desk.page.on("dialog", lambda dialog: dialog.accept())
    yield desk
    desk.is_clean()
    desk.close()


def public(server, deployment=None):
    """What the messenger reads."""
    deployment = deployment or server.demo["deploymentId"]
    return Api(server.base_url).get(f"/webdeployments/v1/deployments/{deployment}/config.json")


# Deployments


def test_the_preview_follows_the_form_and_publishing_reaches_customers(desk, server):
    before = public(server)
    desk.enter()
    desk.chooses("Demo shop")
    expect(desk.preview.get_by_text("Do you deliver to Osaka by Friday?")).to_be_visible()
    desk.is_accessible()
    desk.picture("admin-deployment-en")

    colour = desk.field("colour")
    colour.fill("#8c2c4a")
    eventually(lambda: primary(desk) == "#8c2c4a", "the colour in the preview")
    expect(colour).to_be_focused()
    desk.field("labels.en.MessengerHomeHeaderTitle").fill(HOSTILE)
    desk.previews("preview.greeting")
    expect(desk.preview.get_by_role("heading", name=HOSTILE)).to_be_visible()
    desk.previews("preview.closed")
    expect(desk.preview.locator(".launcher")).to_be_visible()
    desk.sees_state("form.unsaved")
    assert public(server) == before, "nobody sees it yet"

    desk.page.keyboard.press("Control+s")
    desk.field("name").press("Control+s")
    desk.sees_state("deployment.published")
    after = public(server)
    assert after["messenger"]["styles"]["primaryColor"] == "#8c2c4a"
    assert after["version"] != before["version"]
    assert after["messenger"]["apps"] == before["messenger"]["apps"] | {
        "conversations": after["messenger"]["apps"]["conversations"]}
    assert desk.page.evaluate("'hacked' in window") is False


def test_a_deployment_speaks_its_languages_and_its_own_words(desk, server):
    desk.enter()
    desk.chooses("Demo shop")
    languages = desk.page.get_by_role("group", name=desk.words["preview.by.language"])
    expect(languages.get_by_role("button")).to_have_count(2)
    desk.field("speaks.en").uncheck()
    desk.field("language").select_option("ja")
    expect(languages.get_by_role("button")).to_have_text(["日本語"])
    expect(languages.get_by_role("button", pressed=True)).to_have_text("日本語")
    greeting = desk.field("labels.ja.MessengerHomeGreeting")
    greeting.fill("いらっしゃいませ。")
    desk.field("labels.ja.MessengerHomeInvitation").fill("お茶のことなら何でもどうぞ。")
    desk.previews("preview.greeting")
    expect(desk.preview.get_by_text("いらっしゃいませ。")).to_be_visible()
    expect(desk.preview.get_by_text("お茶のことなら何でもどうぞ。")).to_be_visible()
    greeting.scroll_into_view_if_needed()
    desk.picture("admin-words")
    desk.field("hasHome").uncheck()
    expect(desk.preview.get_by_text("いらっしゃいませ。")).to_have_count(0)
    expect(desk.field("labels.ja.MessengerLauncherButtonText")).to_have_attribute("maxlength", "40")
    desk.is_accessible()


def test_what_a_deployment_can_ask_for_reaches_the_public_configuration(desk, server):
    desk.enter()
    desk.button("admin.deployments.new").click()
    desk.field("name").fill("Everything")
    desk.field("allowAll").check()
    desk.field("isHeadless").check()
    desk.field("survey").check()
    desk.field("previewHosts").fill("https://shop.example")
    desk.button("deployment.publish").click()
    expect(desk.field("previewHosts")).to_be_focused()
    desk.field("previewHosts").fill("shop.example\n*.shop.example")
    desk.field("journey.isOn").check()
    desk.field("journey.pages").select_option("Once")
    desk.field("journey.excluded").fill("token")
    desk.field("journey.searches").fill("q")
    desk.field("journey.keepsFragment").check()
    desk.field("auth").check()
    expect(desk.page.get_by_text(desk.words["deployment.authIntegration.none"])).to_be_visible()
    desk.is_accessible()
    desk.field("authUpgrade").scroll_into_view_if_needed()
    desk.picture("admin-more")
    desk.field("auth").uncheck()
    desk.button("deployment.publish").click()
    desk.sees_state("deployment.published")
    made = next(one for one in administration(server).get("/api/v2/webdeployments/deployments")["entities"]
                if one["name"] == "Everything")
    shown = public(server, made["id"])
    assert shown["headlessMode"] == {"enabled": True}
    assert shown["messenger"]["survey"] == {"enabled": True}
    assert shown["messenger"]["homeScreen"] == {"enabled": True}
    assert shown["messenger"]["linkPreviews"]["allowedHosts"][-2:] == ["shop.example", "*.shop.example"]
    assert shown["journeyEvents"] == {
        "enabled": True, "pageviewConfig": "Once", "excludedQueryParameters": ["token"],
        "searchQueryParameters": ["q"], "shouldKeepUrlFragment": True}
    desk.page.reload()
    desk.page.get_by_role("button", name=desk.words["admin.label"]).click()
    desk.chooses("Everything")
    expect(desk.field("previewHosts")).to_have_value("shop.example\n*.shop.example")
    expect(desk.field("survey")).to_be_checked()


def test_an_identity_provider_is_chosen_by_its_name(desk, server):
    api = administration(server)
    kind = {"id": "openid-connect-messenger"}
    made = api.post("/api/v2/integrations", {"name": "Customers' sign-in", "integrationType": kind})
    desk.enter()
    desk.chooses("Demo shop")
    desk.field("auth").check()
    desk.field("authIntegration").select_option(label="Customers' sign-in")
    expect(desk.field("authIntegration")).to_have_value(made["id"])
    desk.is_accessible()


def test_the_preview_stays_beside_the_form_in_a_small_window(desk, server):
    desk.page.set_viewport_size({"width": 1024, "height": 768})
    desk.enter()
    desk.chooses("Demo shop")
    expect(desk.preview.get_by_text("Do you deliver to Osaka by Friday?")).to_be_visible()
    desk.field("hours").scroll_into_view_if_needed()
    box = desk.page.locator(".preview-stage").bounding_box()
    assert desk.field("hours").bounding_box()["width"] > 200
    assert 0 <= box["y"] and box["y"] + box["height"] <= 768 and box["x"] + box["width"] <= 1024
    assert desk.page.evaluate("document.querySelector('.admin-main').scrollWidth") <= 1024
    desk.is_accessible()
    desk.picture("admin-small-window")


def primary(desk):
    frame = desk.page.frames[-1]
    return frame.evaluate("document.querySelector('engawa-messenger')?.shadowRoot.querySelector('.engawa')"
                          "?.style.getPropertyValue('--primary')")


def test_the_preview_is_a_stranger_and_says_nothing_to_the_server(desk, server):
    asked = []
    desk.page.on("websocket", lambda socket: asked.append(socket.url))
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.enter()
    desk.chooses("Demo shop")
    desk.previews("preview.phone")
    answer = desk.preview.get_by_role("button", name="Yes, please")
    expect(answer).to_be_visible()
    asked.clear()
    answer.click()
    expect(desk.preview.get_by_text("This is a preview: nobody reads what you write here.")).to_be_visible()
    frame = desk.page.frames[-1]
    assert frame.evaluate("self.origin") == "null"
    assert frame.evaluate("(() => { try { return localStorage.length } catch { return 'none' } })()") == "none"
    assert frame.evaluate("(() => { try { return parent.document.title } catch { return 'none' } })()") == "none"
    assert [url for url in asked if "/v1?" in url or "/webmessaging/" in url or "config.json" in url] == []
    alone = Api(server.base_url).request("GET", "/preview/")
    assert "sandbox allow-scripts" in alone.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in alone.headers["Content-Security-Policy"]


def test_a_new_deployment_says_what_is_missing_and_then_gives_its_code(desk, server):
    desk.enter()
    desk.button("admin.deployments.new").click()
    expect(desk.field("name")).to_be_focused()
    desk.button("deployment.publish").click()
    expect(desk.field("name")).to_be_focused()
    expect(desk.field("name")).to_have_attribute("aria-invalid", "true")
    expect(desk.field("name")).to_have_accessible_description(desk.words["form.missing"])
    desk.page.keyboard.type("Demo shop")
    desk.field("domains").fill("shop.example.com/page")
    desk.field("domains").blur()
    expect(desk.page.get_by_text(desk.words["deployment.domains.bad"])).to_be_visible()
    desk.is_accessible()
    desk.picture("admin-problems")
    desk.field("domains").fill("shop.example.com\n*.example.org")

    # The name is taken: nothing is lost, and the field says so.
    desk.button("deployment.publish").click()
    alert = desk.page.get_by_role("alert")
    expect(alert).to_contain_text(desk.words["deployment.failed.draft"])
    expect(alert).to_contain_text("already")
    desk.field("name").fill("Kiosk")
    desk.button("deployment.publish").click()
    desk.sees_state("deployment.published")
    snippet = desk.page.locator("deployment-editor code-snippet")
    snippet.get_by_role("button").click()
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    made = next(one for one in administration(server).get("/api/v2/webdeployments/deployments")["entities"]
                if one["name"] == "Kiosk")
    assert copied == made["snippet"]
    assert made["allowedDomains"] == ["shop.example.com", "*.example.org"]
    assert made["defaultQueue"]["id"] in server.demo["queues"].values()

    desk.button("form.remove").click()
    expect(desk.page.locator(".admin-list").get_by_role("button", name="Kiosk")).to_have_count(0)
    names = [one["name"] for one in administration(server).get("/api/v2/webdeployments/configurations")["entities"]]
    assert "Kiosk" not in names
    desk.forgives(409)


def test_a_lost_connection_keeps_what_was_written(desk, server):
    desk.enter()
    desk.chooses("Demo shop")
    desk.page.route("**/versions/draft/publish", lambda route: route.abort())
    desk.field("botName").fill("Suzu")
    desk.button("deployment.publish").click()
    expect(desk.page.get_by_role("alert")).to_contain_text(desk.words["deployment.failed.publish"])
    expect(desk.field("botName")).to_have_value("Suzu")
    desk.sees_state("form.unsaved")
    desk.picture("admin-failure")
    desk.page.unroute("**/versions/draft/publish")
    desk.button("deployment.publish").click()
    desk.sees_state("deployment.published")
    app = public(server)["messenger"]["apps"]["conversations"]
    assert app["humanize"]["bot"]["name"] == "Suzu"
    desk.forgives("ERR_FAILED")


# Entry points


def test_an_entry_point_is_made_and_its_code_leads_to_it(desk, server):
    desk.enter("entryPoints")
    desk.button("admin.entryPoints.new").click()
    expect(desk.field("name")).to_be_focused()
    desk.page.keyboard.type(f"Poster {HOSTILE}")
    desk.field("text").fill("Hello")
    desk.field("attributes").fill("shop = Kyoto\nseason = autumn")
    desk.button("entry.create").click()
    desk.sees_state("form.saved")
    desk.is_accessible()
    desk.picture("admin-entry-en")
    [made] = administration(server).get("/api/v2/messaging/entrypoints")["entities"]
    assert made["attributes"] == {"shop": "Kyoto", "season": "autumn"}
    picture = desk.page.locator(".qr img").screenshot()
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).resize((700, 700), Image.NEAREST))
    assert found.text == made["link"] + "?via=qr"

    link = desk.page.locator("entry-editor code-snippet").first
    link.get_by_role("button").click()
    assert desk.page.evaluate("navigator.clipboard.readText()") == made["link"]
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name=desk.words["entry.download"]).click()
    assert download.value.path().read_text().startswith("<svg ")

    desk.field("channel").select_option("whatsapp")
    desk.field("address").fill("090-1234")
    desk.button("form.save").click()
    expect(desk.field("address")).to_be_focused()
    expect(desk.page.get_by_text(desk.words["entry.address.bad"])).to_be_visible()
    desk.field("address").fill("+81 90 1234 5678")
    expect(desk.page.get_by_text(desk.words["entry.asSaved"])).to_be_visible()
    desk.button("form.save").click()
    expect(desk.page.get_by_text("https://wa.me/819012345678?text=Hello", exact=True)).to_be_visible()
    expect(desk.page.get_by_text(made["deepLink"], exact=True)).to_be_visible()
    desk.is_accessible()

    desk.button("form.remove").click()
    expect(desk.page.locator(".admin-list li")).to_have_count(0)
    expect(desk.button("admin.entryPoints.new")).to_be_focused()
    assert desk.page.evaluate("'hacked' in window") is False


# Queues


def test_a_queue_says_what_it_does_with_those_who_wait(desk, server):
    desk.enter("queues")
    desk.chooses("Support")
    for part in ("hours", "waiting"):
        desk.page.locator(f"#fold-{part} > summary").click()
    desk.field("treatment.isOn").check()
    desk.field("treatment.texts.en").fill("You are number {position}.\nAbout {wait}.")
    desk.field("treatment.texts.ja").fill("ただいま{position}番目です。")
    told = desk.page.locator("[aria-labelledby=story-told] p[lang=en]")
    expect(told.first).to_have_text("You are number 2.\nAbout 5 minutes.")
    desk.field("overflow.isOn").check()
    desk.button("form.save").click()
    expect(desk.field("overflow.queue")).to_be_focused()
    desk.field("overflow.queue").select_option(server.demo["queues"]["Sales"])
    desk.field("overflow.after").fill("300")
    desk.field("overflow.texts.en").fill(HOSTILE)
    desk.field("closed.isOn").check()
    desk.field("closed.action").select_option("DISCONNECT")
    desk.field("closed.texts.en").fill("We are back tomorrow.")
    desk.button("form.save").click()
    desk.sees_state("form.saved")
    desk.is_accessible()
    desk.page.locator("#editor-title").scroll_into_view_if_needed()
    desk.picture("admin-queue-en")
    path = f"/api/v2/routing/queues/{server.demo['queues']['Support']}"
    saved = administration(server).get(path)
    assert saved["inQueue"]["overflow"] == {
        "queue": {"id": server.demo["queues"]["Sales"]}, "afterSeconds": 300, "texts": {"en": HOSTILE}}
    assert saved["inQueue"]["treatment"]["timesMax"] == 5
    assert saved["inQueue"]["closed"]["action"] == "DISCONNECT"
    for part in ("treatment", "overflow", "closed"):
        desk.field(f"{part}.isOn").uncheck()
    desk.button("form.save").click()
    desk.sees_state("form.saved")
    assert "inQueue" not in administration(server).get(path)
    assert desk.page.evaluate("'hacked' in window") is False


# Everybody


def test_who_may_not_administer_sees_no_way_there(browser, server, artifacts):
    desk = Desk(browser, server, "en", artifacts)
    desk.sign_in(server.users("agent", "Support")[0])
    expect(desk.page.get_by_role("button", name=desk.words["admin.label"])).to_have_count(0)
    desk.close()


def test_work_goes_on_from_the_administration(desk, server):
    """What is not saved is asked about, and the way back leads to the conversations."""
    desk.enter()
    desk.chooses("Demo shop")
    desk.field("botName").fill("Not saved")
    desk.page.get_by_role("button", name=desk.words["rail.work"]).click()
    expect(desk.queue_switch).to_be_visible()
    desk.page.keyboard.press("Control+k")
    desk.page.keyboard.type(desk.words["admin.label"])
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("admin-area")).to_be_visible()
    desk.is_accessible()


@pytest.mark.parametrize("language, scheme", [("ja", "dark"), ("en", "light")])
def test_on_a_phone_and_in_the_other_language(browser, server, artifacts, language, scheme):
    desk = AdminDesk(browser, server, language, artifacts, scheme=scheme)
    desk.enter()
    desk.is_accessible()
    desk.chooses("Demo shop")
    sample = {"ja": "金曜日までに大阪へ届きますか。", "en": "Do you deliver to Osaka by Friday?"}[language]
    expect(desk.preview.get_by_text(sample)).to_be_visible()
    desk.is_accessible()
    desk.picture(f"admin-deployment-{language}-{scheme}")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    expect(desk.page.locator(".admin-list")).to_be_hidden()
    wide = desk.page.evaluate("document.querySelector('.admin-main').scrollWidth")
    assert wide <= 390
    desk.picture(f"admin-phone-{language}-{scheme}")
    desk.page.locator(".preview").scroll_into_view_if_needed()
    desk.previews("preview.phone")
    expect(desk.preview.get_by_text(sample)).to_be_visible()
    desk.is_accessible()
    desk.picture(f"admin-phone-preview-{language}-{scheme}")
    desk.page.locator(".admin-back").click()
    expect(desk.page.locator(".admin-list")).to_be_visible()
    desk.page.get_by_role("tab", name=desk.words["admin.entryPoints"]).click()
    desk.button("admin.entryPoints.new").click()
    expect(desk.field("name")).to_be_focused()
    desk.is_accessible()
    desk.picture(f"admin-phone-entry-{language}-{scheme}")
    desk.is_clean()
    desk.close()
