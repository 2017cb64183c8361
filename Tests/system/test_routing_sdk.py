"""What routing is set up with, through the platform's own Python SDK, and what an agent sees of it."""

import json

import PureCloudPlatformClientV2 as platform
import pytest
from PureCloudPlatformClientV2.rest import ApiException

from support.agent import Agent, open_message
from support.http import administration
from support.waiting import eventually


@pytest.fixture(scope="module")
def administrator(server):
    platform.configuration.host = server.base_url
    client = server.demo["oauthClient"]
    return platform.api_client.ApiClient().get_client_credentials_token(client["id"], client["secret"])


@pytest.fixture(scope="module")
def routing(administrator):
    return platform.RoutingApi(administrator)


@pytest.fixture(scope="module")
def users(administrator):
    return platform.UsersApi(administrator)


def made(model, **members):
    """A model of the SDK with these members."""
    body = getattr(platform, model)()
    for name, value in members.items():
        setattr(body, name, value)
    return body


def condition(skill, comparator, proficiency, children=()):
    """A skill group's condition on one routing skill."""
    comparison = made(
        "SkillGroupRoutingCondition", routing_skill=skill, comparator=comparator, proficiency=proficiency,
        child_conditions=list(children))
    return made(
        "SkillGroupCondition", operation="And", routing_skill_conditions=[comparison], language_skill_conditions=[])


def refused(call, *arguments, **items):
    """The error of a call that must be refused."""
    with pytest.raises(ApiException) as error:
        call(*arguments, **items)
    return error.value.status, json.loads(error.value.body)


@pytest.fixture(scope="module")
def skill(routing):
    return routing.post_routing_skills(made("CreateRoutingSkill", name="Tea ceremony"))


@pytest.fixture(scope="module")
def group(routing, skill):
    body = made(
        "SkillGroupWithMemberDivisions", name="Tea masters", description="They have practised",
        skill_conditions=[condition(skill.name, "GreaterThanOrEqualTo", 3)])
    return routing.post_routing_skillgroups(body)


@pytest.fixture(scope="module")
def queue(routing, group):
    """A queue that nobody was put into."""
    member = made("MemberGroup", id=group.id, type="SKILLGROUP")
    return routing.post_routing_queues(made("CreateQueueRequest", name="Tea", member_groups=[member]))


@pytest.fixture(scope="module")
def masters(server):
    """Two agents, signed in."""
    return [Agent(server, user) for user in server.users("agent", "Support")[:2]]


def proficiency(users, agent, skill, value):
    users.put_user_routingskill(agent.id, skill.id, made("UserRoutingSkill", proficiency=value))


def member_names(routing, queue, **items):
    return [one.name for one in routing.get_routing_queue_members(queue.id, **items).entities]


def write(server, administrator, text, customer):
    """A message of a customer: the conversation's id."""
    taken = platform.ConversationsApi(administrator).post_conversations_message_inbound_open_message(
        server.demo["integrations"]["open"]["id"], open_message(text, customer), prefetch_conversation_id=True)
    return taken.conversation_id


def test_a_member_by_skill_is_offered_what_waits_until_the_proficiency_falls(
        server, administrator, routing, users, skill, group, queue, masters):
    first, second = masters
    integration = server.demo["integrations"]["open"]["id"]
    administration(server).put(
        f"/api/v2/routing/message/recipients/{integration}", {"defaultQueue": {"id": queue.id}})
    assert (group.status, group.member_count, group.member_divisions) == ("Complete", 0, ["*"])
    assert (queue.member_count, queue.user_member_count) == (0, 0)

    users.post_user_routingskills(first.id, made("UserRoutingSkillPost", id=skill.id, proficiency=4.0))
    assert [one.id for one in routing.get_routing_skillgroup_members(group.id).entities] == [first.id]
    assert [one.name for one in users.get_user_skillgroups(first.id).entities] == ["Tea masters"]
    assert member_names(routing, queue, member_by="group") == [first.user["name"]]
    assert member_names(routing, queue, member_by="user") == []
    seen = routing.get_routing_queue(queue.id)
    assert (seen.member_count, seen.joined_member_count) == (1, 1)
    assert (seen.member_groups[0].name, seen.member_groups[0].member_count) == ("Tea masters", 1)

    # A member by a group is offered a customer's message as any other.
    first.go_on_queue()
    conversation = write(server, administrator, "Which bowl?", "rikyu")
    offered = first.offered()
    assert offered["id"] == conversation
    first.accept(offered)

    # Who has forgotten it is out of the queue, with room for three more, and is not asked.
    proficiency(users, first, skill, 2.0)
    assert member_names(routing, queue) == []
    assert routing.get_routing_skillgroup(group.id).member_count == 0
    waiting = write(server, administrator, "And which whisk?", "oribe")
    users.post_user_routingskills(second.id, made("UserRoutingSkillPost", id=skill.id, proficiency=3.0))
    second.go_on_queue()
    assert second.offered()["id"] == waiting
    assert [one["id"] for one in first.conversations()] == [conversation], "the first one keeps what is in hand"
    second.accept(second.offered())

    # Back again, and somebody who stops taking part is passed over.
    proficiency(users, first, skill, 5.0)
    second.leave({"id": waiting})
    left = routing.patch_user_queue(queue.id, second.id, made("UserQueue", joined=False))
    assert left.joined is False
    assert member_names(routing, queue, joined=True) == [first.user["name"]]
    third = write(server, administrator, "And the sweets?", "enshu")
    assert first.offered()["id"] == third
    first.accept({"id": third})
    for one in (conversation, third):
        first.leave({"id": one})


def test_a_skill_group_is_changed_listed_and_kept_while_it_is_used(routing, skill, group, queue):
    never = made("SkillGroupCondition", operation="Not", routing_skill_conditions=[], language_skill_conditions=[])
    beginners = condition(skill.id, "LessThan", 5, [never])
    changed = routing.patch_routing_skillgroup(
        group.id, made("SkillGroup", name="Tea people", skill_conditions=[beginners]))
    assert changed.name == "Tea people"
    comparison = changed.skill_conditions[0].routing_skill_conditions[0]
    assert (comparison.routing_skill, comparison.comparator, comparison.proficiency) == (skill.id, "LessThan", 5)
    assert comparison.child_conditions[0].operation == "Not"
    listed = routing.get_routing_skillgroups(name="tea").entities
    assert [one.id for one in listed] == [group.id]
    divisions = routing.get_routing_skillgroup_members_divisions(group.id).entities
    assert [one.name for one in divisions] == [changed.division.name]
    none = made("SkillGroupMemberDivisions", remove_division_ids=["*"])
    routing.post_routing_skillgroup_members_divisions(group.id, body=none)
    assert routing.get_routing_skillgroup(group.id).member_count == 0
    everybody = made("SkillGroupMemberDivisions", add_division_ids=["*"])
    routing.post_routing_skillgroup_members_divisions(group.id, body=everybody)

    status, error = refused(routing.delete_routing_skillgroup, group.id)
    assert status == 409 and queue.id in error["message"]
    team = made("MemberGroup", id=group.id, type="TEAM")
    status, error = refused(
        routing.put_routing_queue, queue.id, made("QueueRequest", name="Tea", member_groups=[team]))
    assert (status, error["details"][0]["fieldName"]) == (400, "memberGroups[0].id")


def test_a_bullseye_with_groups_goes_there_and_back(routing, skill, group):
    ring = made(
        "Ring", expansion_criteria=[made("ExpansionCriterium", type="TIMEOUT_SECONDS", threshold=30)],
        actions=made("Actions", skills_to_remove=[made("SkillsToRemove", id=skill.id)]),
        member_groups=[made("MemberGroup", id=group.id, type="SKILLGROUP")])
    bullseye = made("Bullseye", rings=[ring, made("Ring")])
    queue = routing.post_routing_queues(made("CreateQueueRequest", name="Bowls", bullseye=bullseye))
    shown = queue.bullseye.rings[0]
    assert shown.actions.skills_to_remove[0].name == skill.name
    assert shown.member_groups[0].name == routing.get_routing_skillgroup(group.id).name
    queue.description = "What was read is written back"
    again = routing.put_routing_queue(queue.id, queue)
    assert again.bullseye.rings[0].expansion_criteria[0].threshold == 30
    assert (again.scoring_method, again.skill_evaluation_method) == ("TimestampAndPriority", "ALL")
    status, error = refused(
        routing.post_routing_queues,
        made("CreateQueueRequest", name="Many", bullseye=made("Bullseye", rings=[made("Ring")] * 7)))
    assert (status, error["details"][0]["fieldName"]) == (400, "bullseye.rings")
    routing.delete_routing_queue(queue.id, force_delete=True)


def test_groups_and_teams_are_members_until_they_are_taken_out(administrator, routing, users, masters):
    groups, teams = platform.GroupsApi(administrator), platform.TeamsApi(administrator)
    first, second = masters
    group = groups.post_groups(made(
        "GroupCreate", name="Night watch", type="official", rules_visible=True, visibility="public",
        owner_ids=[first.id]))
    team = teams.post_teams(made("Team", name="Harbour", description="Those by the sea"))
    members = [made("MemberGroup", id=group.id, type="GROUP"), made("MemberGroup", id=team.id, type="TEAM")]
    queue = routing.post_routing_queues(made("CreateQueueRequest", name="Ships", member_groups=members))
    assert {one.type: one.name for one in queue.member_groups} == {"GROUP": "Night watch", "TEAM": "Harbour"}
    assert (group.member_count, group.owners[0].name, queue.member_count) == (0, first.user["name"], 0)

    groups.post_group_members(group.id, made("GroupMembersUpdate", member_ids=[first.id], version=group.version))
    added = teams.post_team_members(team.id, made("TeamMembers", member_ids=[second.id, "nobody"]))
    assert [one.id for one in added.entities] == [second.id]
    assert [(one.id, one.reason) for one in added.failures] == [("nobody", "UserNotFound")]
    assert [one.id for one in groups.get_group_members(group.id).entities] == [first.id]
    assert [one.id for one in groups.get_group_individuals(group.id).entities] == [first.id]
    assert [one.name for one in teams.get_team_members(team.id).entities] == [second.user["name"]]
    assert sorted(member_names(routing, queue, member_by="group")) == sorted(one.user["name"] for one in masters)
    assert [one.name for one in users.get_user(first.id, expand=["groups"]).groups] == ["Night watch"]

    assert groups.put_group(group.id, body=made("GroupUpdate", name="Dawn watch", version=1)).version == 2
    stale = made("GroupMembersUpdate", member_ids=[second.id], version=1)
    assert refused(groups.post_group_members, group.id, stale)[0] == 409
    assert teams.patch_team(team.id, made("Team", name="Quay")).description == "Those by the sea"
    assert [one.name for one in groups.get_groups(id=[group.id]).entities] == ["Dawn watch"]
    assert [one.id for one in teams.get_teams(name="qua").entities] == [team.id]
    for call, one in ((groups.delete_group, group), (teams.delete_team, team)):
        status, error = refused(call, one.id)
        assert status == 409 and queue.id in error["message"]

    groups.delete_group_members(group.id, first.id)
    teams.delete_team_members(team.id, second.id)
    assert member_names(routing, queue) == []
    groups.post_group_members(group.id, made("GroupMembersUpdate", member_ids=[first.id], version=2))
    assert member_names(routing, queue) == [first.user["name"]], "who was taken out can come back"
    routing.delete_routing_queue(queue.id, force_delete=True)
    groups.delete_group(group.id)
    teams.delete_team(team.id)
    assert refused(groups.get_group, group.id)[0] == refused(teams.get_team, team.id)[0] == 404


def test_labels_capacities_and_settings(routing, masters):
    agent = masters[0]
    body = made(
        "CreateUtilizationLabelRequest", name="Long",
        utilization=made("LabelUtilizationRequest", maximum_capacity=1, interrupting_label_ids=[]))
    label = routing.post_routing_utilization_labels(body)
    assert [one.name for one in routing.get_routing_utilization_labels().entities] == ["Long"]
    limits = routing.get_routing_utilization().label_utilizations[label.id]
    assert (limits.label_name, limits.maximum_capacity) == ("Long", 1)
    own = made(
        "UtilizationRequest", label_utilizations={label.id: made("LabelUtilizationRequest", maximum_capacity=2)})
    answer = routing.put_routing_user_utilization(agent.id, own)
    assert (answer.level, answer.label_utilizations[label.id].maximum_capacity) == ("Agent", 2)
    assert routing.get_routing_utilization_label_agents(label.id) == [agent.id]
    routing.put_routing_utilization_label(label.id, made("UpdateUtilizationLabelRequest", name="Longer"))
    assert routing.get_routing_utilization_label(label.id).name == "Longer"
    assert refused(routing.delete_routing_utilization_label, label.id)[0] == 409
    routing.delete_routing_utilization_label(label.id, force_delete=True)
    assert routing.get_routing_user_utilization(agent.id).label_utilizations == {}
    routing.delete_routing_user_utilization(agent.id)

    media = routing.get_routing_availablemediatypes().entities
    assert [one.media_type for one in media] == ["message"] and "open" in media[0].available_sub_types
    settings = routing.get_routing_settings()
    assert settings.reset_agent_score_on_presence_change is True
    settings.reset_agent_score_on_presence_change = False
    assert routing.put_routing_settings(settings).reset_agent_score_on_presence_change is False
    routing.delete_routing_settings()
    center = routing.get_routing_settings_contactcenter()
    assert center.remove_skills_from_blind_transfer is False
    routing.patch_routing_settings_contactcenter(made("ContactCenterSettings", remove_skills_from_blind_transfer=True))
    eventually(
        lambda: routing.get_routing_settings_contactcenter().remove_skills_from_blind_transfer, "the setting")
    routing.patch_routing_settings_contactcenter(
        made("ContactCenterSettings", remove_skills_from_blind_transfer=False))
