"""The administration's pages about those who answer: skills and languages, people, capacity."""

import pytest
from playwright.sync_api import expect

from support.admin import AdminDesk
from support.http import administration

PHONE = {"width": 390, "height": 844}


class PeopleDesk(AdminDesk):
    """The sections about people."""

    def kind(self, kind):
        """Skills or languages on their page."""
        return self.page.get_by_role("region", name=self.words[f"skills.{kind}"])

    def adds(self, kind, name):
        self.field(kind).fill(name)
        self.field(kind).press("Enter")
        expect(self.kind(kind).get_by_role("status")).to_contain_text(name)
        expect(self.field(kind)).to_be_focused()

    def fits(self):
        """Nothing is wider than the screen."""
        assert self.page.evaluate("document.querySelector('.admin-main').scrollWidth <= innerWidth")

    def forgives(self, status):
        """The browser reports what the server refuses, which is what is tried here."""
        self.problems[:] = [one for one in self.problems if str(status) not in one]


@pytest.fixture
def people(browser, server, artifacts):
    def enter(language, section, **options):
        desk = PeopleDesk(browser, server, language, artifacts, **options)
        desk.page.on("dialog", lambda dialog: dialog.accept())
        desk.enter(section)
        desks.append(desk)
        return desk
    desks = []
    yield enter
    for desk in desks:
        desk.is_clean()
        desk.close()


@pytest.mark.parametrize("language, scheme, skill", [
    ("en", "light", "Gift wrapping"), ("ja", "dark", "ギフト包装"),
])
def test_skills_are_added_counted_and_deleted_unless_they_are_used(server, people, language, scheme, skill):
    admin = administration(server)
    desk = people(language, "skills", scheme=scheme)
    expect(desk.kind("skills")).to_be_visible()
    desk.is_accessible()
    desk.picture(f"skills-before-{language}")

    # One after the other, by the keyboard alone.
    desk.adds("skills", skill)
    desk.adds("skills", f"{skill} 2")
    desk.adds("languages", f"Français {language}")
    made = {one["name"]: one["id"] for one in admin.get("/api/v2/routing/skills?pageSize=100")["entities"]}
    assert {skill, f"{skill} 2"} <= set(made)
    desk.field("skills").fill(skill)
    desk.field("skills").press("Enter")
    expect(desk.field("skills")).to_have_accessible_description(desk.words["form.taken"])
    expect(desk.field("skills")).to_have_value(skill)
    desk.is_accessible()
    desk.picture(f"skills-taken-{language}")
    desk.forgives(409)

    # Who has it, and what stands in the way of its end.
    hana = server.users("agent")[0]
    admin.post(f"/api/v2/users/{hana['id']}/routingskills", {"id": made[skill], "proficiency": 4})
    asks = {"routingSkill": made[f"{skill} 2"], "comparator": "GreaterThan", "proficiency": 0}
    both = {"routingSkillConditions": [asks], "languageSkillConditions": [], "operation": "And"}
    group = admin.post("/api/v2/routing/skillgroups", {"name": f"Gold {language}", "skillConditions": [both]})
    desk.page.get_by_role("tab", name=desk.words["admin.queues"]).click()
    desk.page.get_by_role("tab", name=desk.words["admin.skills"]).click()
    row = desk.kind("skills").get_by_role("listitem").filter(has_text=skill)
    expect(row.first).to_contain_text("1")
    expect(row.last).to_contain_text(desk.words["skills.nobody"])
    desk.button("skills.delete", name=f"{skill} 2").click()
    expect(row.last.get_by_role("alert")).to_contain_text(f"Gold {language}")
    desk.is_accessible()
    desk.picture(f"skills-used-{language}")
    desk.forgives(409)
    desk.page.set_viewport_size(PHONE)
    expect(row.last.get_by_role("alert")).to_be_visible()
    desk.fits()
    desk.is_accessible()
    desk.picture(f"skills-phone-{language}")
    admin.request("DELETE", f"/api/v2/routing/skillgroups/{group['id']}")

    desk.page.get_by_role("searchbox").fill(skill)
    expect(row).to_have_count(2)
    desk.button("skills.delete", name=f"{skill} 2").click()
    expect(row).to_have_count(1)
    desk.button("skills.delete", name=skill).click()
    expect(row).to_have_count(0)
    left = admin.get(f"/api/v2/users/{hana['id']}/routingskills")["entities"]
    assert made[skill] not in [one["id"] for one in left]
