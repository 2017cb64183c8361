"""Messages are found by their words through the platform's own Python SDK, unmodified."""

import PureCloudPlatformClientV2 as platform
import pytest
from PureCloudPlatformClientV2.rest import ApiException

from support.agent import Agent
from support.guest import Guest
from support.sign_in import tokens
from support.waiting import eventually


def searching(server, user):
    """The SDK's search for a person."""
    platform.configuration.host = server.base_url
    client = platform.api_client.ApiClient()
    client.access_token = tokens(server, user)["access_token"]
    return platform.SpeechTextAnalyticsApi(client)


def request(text, type="PHRASE"):
    criterion = platform.TranscriptSearchCriteria()
    criterion.fields, criterion.type, criterion.value = ["transcript"], type, text
    body = platform.TranscriptSearchRequest()
    body.types, body.query, body.page_size = ["messages"], [criterion], 10
    return body


def test_what_a_guest_and_an_agent_said_is_found_in_japanese_and_english(server):
    hana, kenji = server.users("agent", "Support")[:2]
    agent = Agent(server, hana).go_on_queue()
    guest = Guest(server)
    guest.configure()
    guest.say("昨日届いた机を返品したいです")
    conversation = agent.accept(agent.offered())
    agent.say(conversation, "The oak table? Of course.")
    api = searching(server, hana)

    def found(text, type="PHRASE"):
        return api.post_speechandtextanalytics_transcripts_search(request(text, type))

    answer = eventually(lambda: (lambda one: one if one.total else None)(found("返品")), "the message", 20)
    assert answer.total == 1 and answer.page_number == 1 and answer.types == ["messages"]
    hit = answer.results[0]
    assert hit["conversationId"] == conversation["id"] and hit["direction"] == "inbound"
    place = hit["highlights"][0]
    assert hit["transcript"][place["offset"]:place["offset"] + place["length"]] == "返品"
    assert eventually(lambda: found("TABLE oak").total, "the answer", 20) == 1
    assert found("table oak", "EXACT_PHRASE").total == 0
    assert found("返送").total == 0
    # Somebody who has no part in it finds nothing, a supervisor all.
    other = searching(server, kenji)
    assert other.post_speechandtextanalytics_transcripts_search(request("返品")).total == 0
    supervisor = searching(server, server.users("supervisor")[0])
    assert supervisor.post_speechandtextanalytics_transcripts_search(request("返品")).total == 1
    with pytest.raises(ApiException) as refusal:
        found("?!")
    assert refusal.value.status == 400
    guest.close()
