"""Every state of the messenger, in each language, scheme and size: a picture to look at, and axe-core looks, too.

`make pictures` makes them all and says where they are."""

import uuid

import pytest
from playwright.sync_api import expect

from support.customer import Customer, Wire
from support.foreign_site import ForeignSite
from support.rich import MARKDOWN, contents

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
TEXTS = {
    "en": {
        "hello": "Hello, which tea would you take on a journey?", "answer": "Good morning! Sencha travels best.",
        "link": "All about it: https://shop.example/sencha", "name": "Aoi",
        "title": "Sencha, the everyday green", "description": "Bright, fresh, and kind to boiling water.",
        "quick": "Shall we put some aside for you?", "file": "receipt.png",
    },
    "ja": {
        "hello": "旅行に持っていくなら、どのお茶がよいですか", "answer": "おはようございます。煎茶が扱いやすいですよ。",
        "link": "くわしくはこちらです https://shop.example/sencha", "name": "葵",
        "title": "煎茶、毎日の一杯に", "description": "熱いお湯でもさわやかに入ります。",
        "quick": "お取り置きしましょうか", "file": "領収書.png",
    },
}


class Visit:
    """One customer, and what the business says to bring about each state."""

    def __init__(self, browser, server, artifacts, language, scheme, device):
        self.site = ForeignSite(server, language)
        options = PHONE if device == "phone" else {}
        self.customer = Customer(browser, self.site, artifacts, language, scheme=scheme, **options)
        self.page = self.customer.page
        self.wire = Wire(self.page)
        self.words = TEXTS[language]
        self.rich = contents(language, self.site, server)
        self.markdown = MARKDOWN[language]
        self.name = f"messenger-{language}-{scheme}-{device}"
        self.server = server
        self.page.route("**/config.json*", self._configured)
        self.page.route("**/linkpreviews?*", self._preview)

    def _configured(self, route):
        response = route.fetch()
        config = response.json()
        config["messenger"]["apps"]["conversations"]["markdown"] = {"enabled": True}
        config["messenger"]["linkPreviews"] = {"allowedHosts": ["shop.example"]}
        config["messenger"]["survey"] = {"enabled": True}
        route.fulfill(response=response, json=config)

    def _preview(self, route):
        preview = {
            "url": "https://shop.example/sencha", "title": self.words["title"], "siteName": "Amadare",
            "description": self.words["description"], "imageUrl": self.server.base_url + "/web/demo/veranda.svg",
        }
        route.fulfill(json=preview, headers={"Access-Control-Allow-Origin": "*"})

    def say(self, text="", *names, person=True):
        self.wire.say(text, *[self.rich[name] for name in names], person=self.words["name"] if person else None)
        expect(self.customer.log.locator(".message").last).to_be_visible()

    def shows(self, moment):
        """A picture, and what axe-core has to say."""
        self.page.wait_for_timeout(0)
        self.customer.picture(f"{self.name}-{moment}")
        self.customer.is_accessible()

    def ends(self, metadata):
        body = {
            "id": uuid.uuid4().hex, "type": "Event", "direction": "Outbound", "metadata": metadata,
            "events": [{"eventType": "Presence", "presence": {"type": "Disconnect"}}],
            "channel": {"time": "2030-01-01T00:00:00.000Z", "type": "Private"},
        }
        self.wire.push("StructuredMessage", body)

    def uploads(self):
        """A file that is on its way for as long as one looks."""
        place = self.server.base_url + "/slow-upload"
        self.page.route(place, lambda route: None)

        def instead(frame):
            if frame["action"] != "onAttachment":
                return None
            body = {"attachmentId": frame["attachmentId"], "url": place, "headers": {}, "fileName": frame["fileName"]}
            return [{"name": "PresignedUrlResponse", "body": body}]

        self.wire.instead = instead
        field = self.page.get_by_label(self.customer.words["upload.label"])
        field.set_input_files([
            {"name": self.words["file"], "mimeType": "image/png", "buffer": b"picture"},
            {"name": "setup.exe", "mimeType": "application/x-msdownload", "buffer": b""},
        ])
        expect(self.page.get_by_role("progressbar")).to_be_visible()

    def close(self):
        self.customer.close()
        self.site.close()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_every_state_is_fit_to_be_seen(browser, server, artifacts, language, scheme, device):
    visit = Visit(browser, server, artifacts, language, scheme, device)
    customer, page = visit.customer, visit.page
    page.goto(visit.site.url)
    expect(customer.launcher).to_be_visible()
    visit.shows("01-closed")
    customer.enter()
    visit.shows("02-home")
    customer.reaches(visit.words["hello"])
    visit.say(visit.words["answer"])
    visit.say(visit.words["link"])
    expect(customer.log.locator(".preview img")).to_be_visible()
    visit.shows("03-conversation")
    visit.say(visit.markdown)
    visit.say("", "image", "file", "place")
    visit.shows("04-media")
    visit.say("", "audio", "video", "link", "unknown")
    visit.shows("05-players")
    visit.say("", "carousel", person=False)
    visit.shows("06-cards")
    visit.say("", "list")
    visit.shows("07-list")
    visit.say("", "date")
    visit.shows("08-dates")
    visit.say("", "form")
    page.locator("engawa-questions .action").last.click()
    visit.shows("09-form")
    customer.button("ask.next").last.click()
    visit.shows("10-form-problem")
    visit.say(visit.words["quick"], "small", "large")
    expect(page.get_by_role("group", name=customer.words["choices.label"])).to_be_visible()
    visit.shows("11-choices")
    customer.button("menu.label").click()
    visit.shows("12-menu")
    page.keyboard.press("Escape")
    if device == "desk":
        customer.button("emoji.label").click()
        visit.shows("13-emoji")
        page.keyboard.press("Escape")
    visit.uploads()
    visit.shows("14-upload")
    page.get_by_role("button", name=customer.words["upload.close"].replace("{name}", "setup.exe")).click()
    page.get_by_role("button", name=customer.words["upload.cancel"].replace("{name}", visit.words["file"])).click()
    customer.context.set_offline(True)
    expect(page.get_by_text(customer.words["notice.offline"])).to_be_visible()
    customer.composer.fill(visit.words["hello"] + " (2)")
    customer.button("composer.send").click()
    expect(customer.log.get_by_text(customer.words["status.waiting"])).to_be_visible()
    visit.shows("15-offline")
    customer.context.set_offline(False)
    expect(page.get_by_text(customer.words["notice.offline"])).to_have_count(0)
    expect(customer.log.get_by_text(customer.words["status.sent"], exact=True)).to_be_visible()
    visit.ends({"readOnly": "true"})
    expect(page.get_by_text(customer.words["over.text"])).to_be_visible()
    visit.shows("16-survey")
    page.locator("engawa-survey label").nth(3).click()
    visit.shows("17-survey-chosen")
    customer.button("survey.skip").click()
    visit.shows("18-ended")
    customer.is_clean()
    visit.close()
