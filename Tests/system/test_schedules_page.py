"""The administration's page of opening hours: schedules, their groups, and emergencies that close queues."""

import re

import pytest
from playwright.sync_api import expect

from support.admin import AdminDesk
from support.browser import windows
from support.guest import Guest
from support.http import administration

GROUPS, SCHEDULES = "/api/v2/architect/schedulegroups", "/api/v2/architect/schedules"
WORDS = {
    "en": {"days": "Mon–Thu, 9:00 AM – 5:30 PM", "names": ["Office hours", "New year", "Shop", "Fire alarm"]},
    "ja": {"days": "毎週 月〜木 9:00〜17:30", "names": ["平日の営業", "年末年始", "店舗", "火災報知器"]},
}


class HoursDesk(AdminDesk):
    """The section of opening hours."""

    def creates(self, kind, name):
        self.button(f"hours.{kind}.new").click()
        expect(self.field("name")).to_be_focused()
        self.page.keyboard.type(name)

    def saves(self, key="form.save"):
        self.button(key).click()
        self.sees_state("form.saved")

    def row(self, name):
        return self.page.locator("hours-list").get_by_role("button", name=name)

    @property
    def now(self):
        return self.page.locator(".hours-now")

    @property
    def failure(self):
        return self.page.locator(".form-failure")

    @property
    def switch(self):
        return self.page.get_by_role("switch", name=self.words["emergency.label"])


@pytest.fixture
def hours(browser, server, artifacts):
    def enter(language, **options):
        desk = HoursDesk(browser, server, language, artifacts, **options)
        desk.page.on("dialog", lambda dialog: dialog.accept())
        desk.enter("hours")
        return desk
    with windows(enter) as opens:
        yield opens
        without_hours(server)


def without_hours(server):
    """The queue as the demo has it, and nothing of what it was given."""
    admin = administration(server)
    path = f"/api/v2/routing/queues/{server.demo['queues']['Support']}"
    admin.put(path, {key: value for key, value in admin.get(path).items() if key != "inQueue"})
    for kind in ("schedulegroups", "schedules", "emergencygroups"):
        for one in admin.get(f"/api/v2/architect/{kind}")["entities"]:
            admin.request("DELETE", f"/api/v2/architect/{kind}/{one['id']}")


@pytest.mark.parametrize("language, scheme", [("en", "light"), ("ja", "dark")])
def test_hours_are_made_given_to_a_queue_and_an_emergency_closes_it(server, hours, language, scheme):
    office, new_year, shop, alarm = WORDS[language]["names"]
    desk = hours(language, scheme=scheme, timezone_id="Asia/Tokyo")
    desk.is_accessible()
    desk.picture(f"hours-empty-{language}")

    desk.creates("schedules", office)
    desk.field("weekdays.FR").uncheck()
    desk.field("day").fill("2026-01-05")
    desk.field("to").fill("17:30")
    expect(desk.now).to_have_text(WORDS[language]["days"])
    desk.saves("entry.create")
    desk.is_accessible()
    desk.picture(f"hours-schedule-{language}")
    desk.creates("schedules", new_year)
    desk.field("repeats").select_option("yearly")
    desk.field("isWholeDays").check()
    desk.field("day").fill("2026-12-29")
    desk.field("lastDay").fill("2027-01-03")
    desk.saves("entry.create")
    admin = administration(server)
    expect(desk.page.locator("#editor-title")).to_be_focused()
    made = {one["name"]: one for one in admin.get(SCHEDULES)["entities"]}
    assert made[office]["rrule"] == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH"
    assert (made[office]["start"][:16], made[office]["end"][:16]) == ("2026-01-05T09:00", "2026-01-05T17:30")
    assert made[new_year]["rrule"] == "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=29"
    assert (made[new_year]["start"][:16], made[new_year]["end"][:16]) == ("2026-12-29T00:00", "2027-01-04T00:00")

    desk.creates("scheduleGroups", shop)
    expect(desk.field("zone")).to_have_value("Asia/Tokyo")
    desk.field(f"schedules.{made[office]['id']}").select_option("open")
    desk.field(f"schedules.{made[new_year]['id']}").select_option("holiday")
    desk.saves("entry.create")
    [group] = admin.get(GROUPS)["entities"]
    assert [one["name"] for one in group["openSchedules"]] == [office]
    assert [one["name"] for one in group["holidaySchedules"]] == [new_year]
    state = admin.get(f"{GROUPS}/{group['id']}/evaluation")["state"]
    expect(desk.now).to_contain_text(desk.words[f"hours.{state}"])
    expect(desk.row(shop)).to_contain_text(desk.words[f"hours.{state}"])
    desk.is_accessible()
    desk.picture(f"hours-group-{language}")

    desk.creates("emergencyGroups", alarm)
    expect(desk.switch).to_have_count(0)
    desk.saves("entry.create")
    expect(desk.switch).not_to_be_checked()

    gives_to_support(desk, shop, alarm)
    expect(desk.now).to_contain_text(desk.words[f"hours.{state}"])
    guest = Guest(server)
    guest.configure()
    desk.page.get_by_role("tab", name=desk.words["admin.hours"]).click()
    desk.row(alarm).click()
    expect(desk.page.locator("queue-users")).to_contain_text("Support")
    desk.switch.focus()
    desk.page.keyboard.press("Enter")
    expect(desk.switch).to_be_checked()
    expect(desk.page.locator("#emergency-words")).to_have_text(
        desk.words["emergency.isOn"].format(queues="Support") if language == "ja"
        else "On. This queue is closed: Support")
    expect(desk.row(alarm)).to_contain_text(desk.words["emergency.on"])
    desk.is_accessible()
    desk.picture(f"hours-emergency-{language}")
    guest.say("Hello")
    guest.hears("We had to leave the building.")
    guest.sees_event("Presence", "Disconnect")

    desk.page.locator("queue-users").get_by_role("button", name="Support").click()
    expect(desk.now).to_have_text(desk.words["hours.emergency"])
    desk.is_accessible()
    desk.now.scroll_into_view_if_needed()
    desk.picture(f"hours-queue-{language}")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.page.locator(".admin-back").click()
    desk.page.get_by_role("tab", name=desk.words["admin.hours"]).click()
    expect(desk.row(alarm)).to_be_visible()
    desk.is_accessible()
    desk.picture(f"hours-phone-{language}")
    desk.row(office).click()
    expect(desk.field("day")).to_be_visible()
    assert desk.page.evaluate("document.querySelector('.admin-main').scrollWidth") <= 390
    desk.is_accessible()
    desk.picture(f"hours-phone-schedule-{language}")
    desk.page.locator(".admin-back").click()
    desk.row(alarm).click()
    desk.switch.click()
    expect(desk.switch).not_to_be_checked()
    support = server.demo["queues"]["Support"]
    assert admin.get(f"/api/v2/routing/queues/{support}/standing")["standing"] == state


def gives_to_support(desk, shop, alarm):
    """In the queue's own settings: hours, emergency group, and what it says then, which is the end."""
    desk.page.locator(".admin-sections").get_by_role("tab", name=desk.words["admin.queues"]).click()
    desk.chooses("Support")
    desk.page.locator("#fold-hours > summary").click()
    expect(desk.now).to_have_text(desk.words["hours.open"])
    desk.field("scheduleGroup").select_option(label=shop)
    desk.field("emergencyGroup").select_option(label=alarm)
    desk.field("emergency.isOn").check()
    desk.field("emergency.action").select_option("DISCONNECT")
    desk.field("emergency.texts.en").fill("We had to leave the building.")
    desk.saves()


def test_what_cannot_be_is_said_in_words_and_nothing_is_lost(server, hours):
    admin = administration(server)
    times = {"start": "2026-01-30T09:00:00.000", "end": "2026-01-30T17:00:00.000"}
    last = admin.post(SCHEDULES, {"name": "Last Fridays", "rrule": "FREQ=MONTHLY;BYDAY=-1FR", **times})
    admin.post(GROUPS, {"name": "Shop", "timeZone": "Asia/Tokyo", "openSchedules": [{"id": last["id"]}]})
    path = f"{SCHEDULES}/{last['id']}"
    desk = hours("en")

    # A rule that the page has no words for is shown, and stays as it is.
    expect(desk.row("Last Fridays")).to_contain_text("FREQ=MONTHLY;BYDAY=-1FR")
    desk.row("Last Fridays").click()
    expect(desk.page.locator(".form-note code")).to_have_text("FREQ=MONTHLY;BYDAY=-1FR")
    desk.field("to").fill("12:00")
    desk.saves()
    saved = admin.get(path)
    assert (saved["rrule"], saved["end"][:16]) == ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30T12:00")
    desk.is_accessible()

    # By the keyboard alone: what is wrong gets the focus.
    desk.field("to").fill("08:00")
    desk.field("to").press("Control+s")
    expect(desk.field("to")).to_be_focused()
    expect(desk.field("to")).to_have_accessible_description(desk.words["schedule.to.bad"])
    desk.field("to").fill("13:00")

    # Somebody else was faster.
    admin.put(path, {**saved, "description": "Theirs"})
    desk.button("form.save").click()
    expect(desk.failure).to_contain_text(desk.words["form.stale"])
    expect(desk.field("to")).to_have_value("13:00")
    desk.is_accessible()
    desk.picture("hours-stale")
    assert admin.get(path)["description"] == "Theirs"
    desk.button("form.showLatest").click()
    expect(desk.field("description")).to_have_value("Theirs")
    expect(desk.field("to")).to_have_value("12:00")
    expect(desk.page.locator("#editor-title")).to_be_focused()

    # It is in use, and the name is taken.
    desk.button("form.remove").click()
    expect(desk.failure).to_contain_text(desk.words["form.inUse"].format(names="Shop"))
    desk.creates("schedules", "last fridays")
    desk.button("entry.create").click()
    expect(desk.field("name")).to_be_focused()
    expect(desk.field("name")).to_have_accessible_description(desk.words["form.taken"])
    desk.field("name").fill("<img src=x onerror=hacked=1>")
    desk.saves("entry.create")
    desk.row("Shop").click()
    expect(desk.page.locator("group-editor")).to_contain_text("<img src=x onerror=hacked=1>")
    assert desk.page.evaluate("'hacked' in window") is False
    desk.button("form.remove").click()
    expect(desk.row(re.compile("^Shop"))).to_have_count(0)
    desk.row("Last Fridays").click()
    desk.button("form.remove").click()
    expect(desk.row("Last Fridays")).to_have_count(0)
    desk.forgives(409)
