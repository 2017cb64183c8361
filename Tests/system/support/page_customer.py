"""A customer with a browser: the messenger on somebody else's page, with the deeds that a conversation names."""

from playwright.sync_api import expect

from .customer import Customer
from .foreign_site import ForeignSite
from .identity_provider import PEOPLE
from .waiting import eventually

# What the messenger says of a message that was refused.
REFUSALS = {4011: "failed.tooLong", 4013: "failed.attributes", 403: "failed.notAllowed"}
REFUSED_FILES = {4001: "upload.type", 4003: "upload.type"}


class PageCustomer:
    """One tab of a customer."""

    kind = "page"

    def __init__(self, place, customer=None):
        self.place = place
        self.is_first = customer is None
        self.site = None if customer else ForeignSite(place.server, deployment=place.deployment)
        self.customer = customer or Customer(place.browser, self.site, place.artifacts)
        self.page = self.customer.page if self.is_first else self.customer.context.new_page()
        self.frames = []
        self.page.on("websocket", self._listen)

    def _listen(self, socket):
        socket.on("framereceived", lambda frame: self.frames.append(frame))

    # The page and its life

    def comes(self, page_size=None):
        self._use()
        self.customer.enter()
        self.is_ready()

    def _use(self):
        """Words and roles are those of one page at a time."""
        self.customer.page = self.page

    def another(self, name):
        return PageCustomer(self.place, self.customer)

    def restarts(self, page_size=None):
        self._use()
        self.page.reload()
        expect(self.customer.composer).to_be_visible()
        self.is_ready()

    def ends_and_returns(self):
        """The page is left without a word, and opened again where there is a connection."""
        self.customer.context.set_offline(False)
        self.restarts()

    def closes(self):
        if self.is_first:
            self.customer.close()
            self.site.close()

    # What is shown

    @property
    def log(self):
        self._use()
        return self.customer.log

    def _notice(self, key):
        return self.page.get_by_text(self.customer.words[key])

    def is_ready(self):
        self._use()
        for key in ("notice.offline", "notice.waiting", "notice.refused"):
            expect(self._notice(key)).to_have_count(0)
        expect(self.log.locator(".past")).to_have_attribute("aria-busy", "false")

    def waits(self):
        expect(self._notice("notice.waiting").or_(self._notice("notice.offline"))).to_be_visible()

    def texts(self):
        return [text for text in self.log.locator(".bubble:not(.dots)").all_inner_texts() if text]

    def reads(self, texts):
        eventually(lambda: self.texts() == texts, f"reading {texts}", 30)

    def sees(self, text):
        expect(self.log.get_by_text(text, exact=True)).to_have_count(1)

    def gets(self, id):
        """What is answered is looked for on the page, which takes its time."""

    def sees_typing(self):
        expect(self.log.get_by_text(self.customer.words.pattern("who.typing"))).to_have_count(1)

    def sees_file(self, name):
        expect(self.log.get_by_role("link", name=name).or_(self.log.get_by_role("button", name=name))).to_have_count(1)

    def sees_the_end(self):
        self._use()
        expect(self.customer.button("over.startNew")).to_be_visible()

    def has_sent_everything(self):
        for key in ("status.sending", "status.waiting"):
            expect(self.log.get_by_text(self.customer.words[key], exact=True)).to_have_count(0, timeout=40_000)

    def is_told(self, code):
        expect(self.log.get_by_text(self.customer.words[REFUSALS[code]], exact=True)).to_be_visible()

    def is_kept_out(self, code):
        self._use()
        self.customer.enter()
        # A page is not told why a socket does not open, so the messenger goes on trying; the browser reports it.
        self.waits()
        self.customer.until(
            lambda: any(str(code) in problem for problem in self.customer.problems), f"the status {code}")
        self.customer.problems.clear()

    def was_slowed(self):
        assert any("TooManyRequestsErrorMessage" in str(frame) for frame in self.frames)

    def reads_back(self, texts):
        """Looks up to the beginning, as who scrolls does."""
        def look():
            self.log.press("Home")
            return self.texts() == texts
        eventually(look, f"reading back to {texts[0]!r}", 30)

    # What is said

    def says(self, text):
        self._use()
        self.customer.says(text)

    def says_many(self, texts):
        self._use()
        for text in texts:
            self.customer.command("sendMessage", text)

    def says_too_much(self, text):
        """What the field would not take, said by the site's own script."""
        self._use()
        self.customer.command("sendMessage", text)

    def types(self):
        self._use()
        self.customer.composer.press_sequentially("a")

    def sets_attributes(self, values):
        self._use()
        self.customer.command("attributes", values)

    def replies(self, text):
        self.page.get_by_role("button", name=text).click()

    def presses(self, text):
        self.log.locator("button:not([aria-disabled=true])", has_text=text).first.click()

    def picks_time(self, index):
        self._use()
        # Whether there are more days than are shown is seen once the days are.
        expect(self.page.locator(".time").first).to_be_visible()
        more = self.customer.button("ask.moreDays")
        if more.count():
            more.click()
        self.page.locator(".time").nth(index).click()
        self.customer.button("ask.send").click()

    def picks_items(self, texts):
        self._use()
        for text in texts:
            self.page.get_by_role("checkbox", name=text).or_(self.page.get_by_role("radio", name=text)).check()
        self.customer.button("ask.send").click()

    def fills_form(self, values):
        self._use()
        self.page.get_by_role("button", name="Begin").click()
        for id, text in values.items():
            self.page.get_by_label(id.capitalize()).fill(text)
        self.page.locator("engawa-questions form [type=submit]").click()
        self.customer.button("ask.send").click()

    def sends_file(self, name, type, content):
        self._use()
        field = self.page.get_by_label(self.customer.words["upload.label"])
        field.set_input_files({"name": name, "mimeType": type, "buffer": content})

    def is_refused_file(self, name, code):
        self._use()
        words = self.customer.words[REFUSED_FILES[code]].replace("{name}", name)
        expect(self.page.get_by_text(words)).to_be_visible()
        if code == 4003:
            # The bytes had gone by then, and the browser reports what became of them.
            self.customer.until(lambda: any("400" in problem for problem in self.customer.problems), "the status 400")
            self.customer.forgives(400)

    def goes_offline(self):
        self.customer.context.set_offline(True)
        self.waits()

    def comes_back(self):
        self.customer.context.set_offline(False)
        self.page.evaluate("dispatchEvent(new Event('online'))")
        self.is_ready()

    def clears(self):
        self._use()
        self.customer.command("clearConversation")

    def may_not_clear(self):
        self._use()
        self.customer.command("clearConversation")
        eventually(
            lambda: "clearConversation" in [one.get("command") for one in self.customer.told("error")], "the refusal")

    def starts_anew(self):
        self._use()
        self.customer.button("over.startNew").click()

    def signs_in(self, person):
        self._use()
        self.customer.signs_in(self.place.provider, PEOPLE[person]["name"])
        self.is_ready()

    def signs_out(self):
        self._use()
        self.customer.command("signOut")
        self.customer.until(lambda: self.customer.told("signedOut"), "the sign-out")

    def is_clean(self):
        # A browser reports the lines that break, whatever a page does about it.
        assert [problem for problem in self.customer.problems if "net::ERR_" not in problem] == []
