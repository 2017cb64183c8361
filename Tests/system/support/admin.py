"""An administrator at the desktop."""

from playwright.sync_api import expect

from .browser import Desk


class AdminDesk(Desk):
    """The administrators' area of the desktop."""

    def enter(self, section=None):
        """Signs in as the demo's administrator and goes to a section."""
        self.sign_in(self.server.users("admin")[0])
        self.page.get_by_role("button", name=self.words["admin.label"]).click()
        expect(self.page.locator("admin-area")).to_be_visible()
        if section:
            self.page.get_by_role("tab", name=self.words[f"admin.{section}"]).click()

    def chooses(self, name):
        self.page.locator(".admin-list").get_by_role("button", name=name).click()
        expect(self.page.locator("#editor-title")).to_be_focused()

    def field(self, path):
        return self.page.locator("#field-" + path.replace(".", "-"))

    def button(self, key, **values):
        return self.page.get_by_role("button", name=self.words[key].format(**values), exact=True)

    @property
    def preview(self):
        """The frame that is seen now."""
        return self.page.frame_locator(".preview-stage iframe:last-of-type")

    def previews(self, key):
        """Chooses what the preview shows, and waits until it does."""
        frame = self.page.locator(".preview-stage iframe")
        expect(frame).to_have_count(1)
        turn = frame.get_attribute("data-turn")
        self.page.locator(".preview-bar").get_by_role("button", name=self.words[key], exact=True).click()
        expect(self.page.locator(f".preview-stage iframe:not([data-turn='{turn}'])")).to_have_count(1)
        expect(frame).to_have_count(1)

    def sees_state(self, key):
        expect(self.page.locator(".form-bar [role=status]")).to_contain_text(self.words[key])
