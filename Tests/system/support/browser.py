"""The two screens as a person uses them: by roles and the words that are on them."""

import contextlib
import json
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .server import ROOT
from .waiting import eventually

expect.set_options(timeout=15_000)


class Words:
    """The words of a screen in a language."""

    def __init__(self, path):
        self.words = json.loads((ROOT / "web" / "i18n" / path).read_text())

    def __getitem__(self, key):
        found = self.words[key]
        return found if isinstance(found, str) else found["other"]

    def pattern(self, key):
        """The whole text, whatever its placeholders hold."""
        parts = re.split(r"\{\w+\}", self[key])
        return re.compile("^" + ".+".join(map(re.escape, parts)) + "$")


@contextlib.contextmanager
def windows(enter):
    """Gives `enter`, which opens a window; in the end each must be clean, and is closed."""
    opened = []

    def opens(*values, **options):
        opened.append(enter(*values, **options))
        return opened[-1]

    yield opens
    for window in opened:
        window.is_clean()
        window.close()


class Screen:
    """A page in a window of its own, and what went wrong on it."""

    def __init__(self, browser, name, language, artifacts, scheme="light", **options):
        self.name = name
        self.artifacts = artifacts
        self.context = browser.new_context(locale=language, color_scheme=scheme, reduced_motion="reduce", **options)
        self.problems = []
        self.page = None
        self.new_page()

    def new_page(self):
        """A new tab of the same visitor or agent."""
        if self.page:
            self.page.close()
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.name}: {error}"))
        self.page.on("console", self._console)
        return self.page

    def _console(self, message):
        if message.type == "error":
            self.problems.append(f"{self.name}: {message.text}")

    def until(self, check, what):
        """Waits for something that the browser reports by itself, and gives it."""
        return eventually(check, what, pause=lambda seconds: self.page.wait_for_timeout(seconds * 1000))

    def is_clean(self):
        """Nothing was reported to the console, and no rule of the page was broken."""
        assert not self.problems, "\n".join(self.problems)

    def forgives(self, *words):
        """The browser reports what the server refuses, or what the line takes, which is what is tried here."""
        self.problems[:] = [one for one in self.problems if not any(str(word) in one for word in words)]

    def picture(self, moment):
        """Keeps how it looks."""
        self.page.screenshot(path=self.artifacts / f"{moment}.png")

    def is_accessible(self):
        """No violation that axe-core knows of, in whatever is shown now."""
        # That a name holds the words that are seen (WCAG 2.5.3) is an experiment of axe, off if nobody asks; it takes
        # the letters in the desktop's avatars for words.
        rules = {"label-content-name-mismatch": {"enabled": self.name == "messenger"}}
        found = Axe().run(self.page, options={"rules": rules}).response["violations"]
        lines = [
            f"{one['id']} ({one['impact']}): {one['help']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
            for one in found for node in one["nodes"]
        ]
        assert lines == [], f"{self.name}:\n" + "\n".join(lines)

    def close(self):
        self.context.close()


class Visitor(Screen):
    """A visitor of the demo's shop with the messenger."""

    def __init__(self, browser, server, language, artifacts, **options):
        super().__init__(browser, "messenger", language, artifacts, viewport={"width": 1024, "height": 768}, **options)
        self.server = server
        self.words = Words(f"messenger/{language}.json")
        self.language = language

    def enter(self):
        """Opens the page and the messenger on it."""
        self.page.goto(f"{self.server.base_url}/demo/?lang={self.language}")
        launcher = self.page.locator("engawa-messenger .launcher")
        expect(launcher).to_be_visible()
        if launcher.get_attribute("aria-expanded") != "true":
            launcher.click()
        expect(self.composer).to_be_visible()

    @property
    def composer(self):
        return self.page.get_by_role("textbox", name=self.words["composer.label"])

    @property
    def log(self):
        return self.page.get_by_role("log", name=self.words["log.label"])

    def says(self, text):
        self.composer.fill(text)
        self.composer.press("Enter")
        self.sees(text)
        expect(self.composer).to_have_value("")

    def types(self, text):
        self.composer.press_sequentially(text, delay=20)

    def sees(self, text):
        expect(self.log.get_by_text(text, exact=True)).to_have_count(1)

    def sees_typing(self):
        expect(self.log.get_by_text(self.words.pattern("who.typing"))).to_have_count(1)


class Desk(Screen):
    """An agent at the desktop."""

    def __init__(self, browser, server, language, artifacts, **options):
        super().__init__(browser, "desktop", language, artifacts, viewport={"width": 1440, "height": 900}, **options)
        self.server = server
        self.words = Words(f"{language}.json")

    def sign_in(self, user):
        self.page.goto(self.server.base_url + "/desktop/")
        self.page.get_by_role("button", name=self.words["entrance.signIn"]).click()
        self.page.wait_for_url("**/oauth/authorize**")
        self.is_accessible()
        self.page.locator("input[name=email]").fill(user["email"])
        self.page.locator("input[name=password]").fill(user["password"])
        self.page.locator("input[name=password]").press("Enter")
        self.page.wait_for_url("**/desktop/**")
        expect(self.queue_switch).to_be_visible()

    @property
    def queue_switch(self):
        return self.page.get_by_role("switch", name=self.words["presence.onqueue"])

    def go_on_queue(self):
        self.queue_switch.click()
        expect(self.queue_switch).to_be_checked()

    @property
    def alert(self):
        return self.page.locator("alert-card")

    def accepts(self):
        """Accepts what rings."""
        self.alert.get_by_role("button", name=self.words["alert.accept"]).click()
        expect(self.alert).to_have_count(0)
        self.opens()

    def opens(self):
        """The only conversation, when it is not open already."""
        if not self.transcript.is_visible():
            self.page.locator("[data-conversation-id]").first.click()
        expect(self.transcript).to_be_visible()

    @property
    def transcript(self):
        return self.page.get_by_role("log", name=self.words["transcript.label"])

    @property
    def composer(self):
        return self.page.locator("message-composer").get_by_role("textbox")

    def says(self, text):
        self.composer.fill(text)
        self.composer.press("Enter")
        self.sees(text)

    def types(self, text):
        self.composer.press_sequentially(text, delay=20)

    def sees(self, text):
        expect(self.bubbles.get_by_text(text, exact=True)).to_have_count(1)

    @property
    def bubbles(self):
        return self.transcript.locator(".bubble")

    def texts(self, among):
        """Which of some texts the transcript shows, in its order and as often as it does."""
        shown = self.bubbles.all_inner_texts()
        return [text for bubble in shown for text in among if text in bubble]

    def sees_typing(self):
        expect(self.transcript.get_by_text(self.words.pattern("typing.long"))).to_have_count(1)

    def ends(self):
        bar = self.page.get_by_role("toolbar", name=self.words["conversation.actions"])
        bar.get_by_role("button", name=self.words["action.end"]).click()
        expect(self.wrapup).to_be_visible()

    @property
    def wrapup(self):
        return self.page.get_by_role("form", name=self.words["wrapup.title"])

    def wraps_up(self, notes):
        self.wrapup.locator("label.code").first.click()
        self.wrapup.get_by_role("textbox", name=self.words["wrapup.notes"]).fill(notes)
        self.wrapup.get_by_role("button", name=self.words["wrapup.finish"]).click()
        expect(self.wrapup).to_have_count(0)
