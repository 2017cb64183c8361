"""What customers did before they wrote: reported by pages and apps, kept, shown to the agent (reference, J.2, E.5)."""

import datetime
import json
import urllib.parse
import uuid

import pytest
from PureCloudPlatformClientV2 import ApiClient, JourneyApi
from PureCloudPlatformClientV2.models import (
    AppEventRequest, JourneyApp, RequestDevice, RequestPage, WebEventRequest,
)
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk
from support.customer import Customer
from support.foreign_site import ForeignSite
from support.guest import Guest
from support.http import Api, administration

DEVICE = {"category": "mobile", "type": "phone", "osFamily": "iOS", "osVersion": "26"}


def set_journeys(server, enabled=True, **fields):
    """What an administrator sets up."""
    api = administration(server)
    deployment = api.get(f"/api/v2/webdeployments/deployments/{server.demo['deploymentId']}")
    path = f"/api/v2/webdeployments/configurations/{deployment['configuration']['id']}/versions/draft"
    draft = api.get(path)
    draft.pop("authenticationSettings", None)
    draft["journeyEvents"] = {"enabled": enabled, **fields}
    api.put(path, draft)
    api.post(path + "/publish")


@pytest.fixture(scope="module", autouse=True)
def journeys(server):
    set_journeys(
        server, excludedQueryParameters=["Secret"], searchQueryParameters=["q"], pageviewConfig="Auto",
        trackingSettings={"excludedQueryParameters": ["card"]})


def path(server, rest="webevents", deployment=None):
    return f"/api/v2/journey/deployments/{deployment or server.demo['deploymentId']}/{rest}"


def page_view(customer, url="https://shop.example/tea?a=1", title="Tea", **fields):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    return {"customerCookieId": customer, "eventName": "page_viewed", "page": {"url": url, "title": title},
            "createdDate": now, **fields}


def view(server, customer, *args, **fields):
    return Api(server.base_url).post(path(server), page_view(customer, *args, **fields))


@pytest.fixture(scope="module")
def journey_api(server):
    """The platform's own SDK, as an agent."""
    agent = Agent(server, server.users("agent", "Support")[0])
    client = ApiClient(host=server.base_url)
    client.access_token = agent.api.token
    return JourneyApi(client)


# Events

def test_the_sdk_reports_pages_and_reads_the_visit(server, journey_api):
    customer = str(uuid.uuid4())
    pages = [("https://www.shop.example/?utm_source=letter&utm_medium=email&utm_campaign=spring&secret=x#top", "Home"),
             ("https://www.shop.example/search?q=sencha&card=4242", "Search")]
    for number, (url, title) in enumerate(pages):
        request = WebEventRequest()
        request.customer_cookie_id, request.event_name = customer, "page_viewed"
        request.page = RequestPage()
        request.page.url, request.page.title, request.page.lang = url, title, "en"
        request.referrer_url = "https://www.google.com/" if number == 0 else pages[0][0]
        request.created_date = datetime.datetime.now(datetime.timezone.utc)
        answer = journey_api.post_journey_deployment_webevents(server.demo["deploymentId"], body=request)
        assert (answer.customer_id, answer.customer_id_type) == (customer, "cookie")
    assert answer.session.pageview_count == 2 and answer.search_query == "sencha"
    assert answer.page.url == "https://www.shop.example/search?q=sencha"
    session = journey_api.get_journey_session(answer.session.id)
    assert (session.type, session.customer_id, session.event_count) == ("web", customer, 2)
    assert (session.mkt_campaign.source, session.mkt_campaign.medium, session.mkt_campaign.name) == (
        "letter", "email", "spring")
    assert (session.referrer.medium, session.referrer.hostname) == ("search", "www.google.com")
    assert (session.last_page.title, session.last_page.domain, session.last_page.breadcrumb) == (
        "Search", "shop.example", ["search"])
    assert session.last_event.event_name == "page_viewed"
    first = journey_api.get_journey_session_events(session.id, page_size=1)
    [latest] = first.entities
    assert (latest.event_type, latest.web_event.page.title) == ("com.genesys.journey.WebEvent", "Search")
    assert latest.web_event.referrer.medium == "internal"
    after = urllib.parse.parse_qs(urllib.parse.urlsplit(first.next_uri).query)["after"][0]
    second = journey_api.get_journey_session_events(session.id, page_size=1, after=after)
    [earliest] = second.entities
    assert earliest.web_event.page.url.endswith("?utm_source=letter&utm_medium=email&utm_campaign=spring")
    assert second.next_uri is None
    others = journey_api.get_journey_session_events(session.id, event_type="com.genesys.journey.AppEvent")
    assert others.entities == []


def test_the_sdk_reports_screens(server, journey_api):
    request = AppEventRequest()
    request.customer_cookie_id, request.event_name, request.screen_name = str(uuid.uuid4()), "screen_viewed", "Basket"
    request.app, request.device = JourneyApp(), RequestDevice()
    request.app.name, request.app.namespace = "Shop", "org.example.shop"
    request.app.version, request.app.build_number = "1.2", "42"
    request.device.category, request.device.type = DEVICE["category"], DEVICE["type"]
    request.device.os_family, request.device.os_version = DEVICE["osFamily"], DEVICE["osVersion"]
    request.created_date = datetime.datetime.now(datetime.timezone.utc)
    answer = journey_api.post_journey_deployment_appevents(server.demo["deploymentId"], body=request)
    assert (answer.screen_name, answer.app.name, answer.session.screenview_count) == ("Basket", "Shop", 1)
    session = journey_api.get_journey_session(answer.session.id)
    assert (session.type, session.last_screen, session.device.os_family) == ("app", "Basket", "iOS")
    ping = journey_api.get_journey_deployment_customer_ping(
        server.demo["deploymentId"], request.customer_cookie_id, app_namespace="org.example.shop")
    assert ping.actions == [] and ping.poll_interval_milliseconds > 0


@pytest.mark.parametrize(("change", "code"), [
    ({"page": None}, "required.fields.missing"),
    ({"page": {"url": "https://a.example/"}}, "required.fields.missing"),
    ({"page": {"url": "javascript:alert(1)", "title": "x"}}, "invalid.value"),
    ({"page": {"url": "https://a.example/" + "a" * 2048, "title": "x"}}, "invalid.value"),
    ({"page": {"url": "https://a.example/", "title": "x" * 1025}}, "invalid.value"),
    ({"customerCookieId": ""}, "invalid.value"), ({"customerCookieId": "c" * 129}, "invalid.value"),
    ({"eventName": ""}, "invalid.value"), ({"createdDate": "yesterday"}, "invalid.value"),
    ({"attributes": {"a": "b"}}, "invalid.value"),
    ({"attributes": {str(n): {"dataType": "string", "value": "x"} for n in range(51)}}, "invalid.value"),
])
def test_events_that_are_wrong_are_refused(server, change, code):
    answer = Api(server.base_url).request("POST", path(server), page_view(str(uuid.uuid4())) | change)
    assert (answer.status, answer.json["code"]) == (400, code), answer


def test_whoever_may_not_report_or_read_is_refused(server):
    api, body = Api(server.base_url), page_view(str(uuid.uuid4()))
    assert api.request("POST", path(server, deployment=str(uuid.uuid4())), body).status == 404
    assert api.request("POST", path(server, deployment="none"), body).status == 400
    assert api.request("POST", path(server), raw=b"x" * (17 << 10)).status == 413
    session = view(server, str(uuid.uuid4()))["session"]
    assert api.request("GET", session["selfUri"]).status == 401
    assert administration(server).request("GET", f"/api/v2/journey/sessions/{uuid.uuid4()}").status == 404
    customer = str(uuid.uuid4())
    statuses = [api.request("POST", path(server), page_view(customer)).status for _ in range(121)]
    assert statuses == [200] * 120 + [429]


def test_a_deployment_that_does_not_want_events_takes_none(server):
    customer = str(uuid.uuid4())
    try:
        set_journeys(server, enabled=False)
        answer = Api(server.base_url).request("POST", path(server), page_view(customer))
        assert (answer.status, answer.json["code"]) == (403, "feature.toggle.disabled")
    finally:
        journeys_again(server)


def journeys_again(server):
    set_journeys(
        server, excludedQueryParameters=["Secret"], searchQueryParameters=["q"], pageviewConfig="Auto",
        trackingSettings={"excludedQueryParameters": ["card"]})


# The context

CONTEXT = {"customer": {"id": "c-1", "idType": "cookie"}, "customerSession": {"id": "", "type": "web"}}


def configure(guest, context):
    return guest.request("configureSession", deploymentId=guest.deployment, journeyContext=context)


@pytest.mark.parametrize(("context", "code"), [
    ("here", 400), ({}, 4020), ({"customer": {"idType": "cookie"}}, 4020), ({"customer": {"id": "c"}}, 4020),
    ({"customer": {"id": "", "idType": "cookie"}}, 400), ({"customer": {"id": 1, "idType": "cookie"}}, 400),
    ({"customer": {"id": "c" * 129, "idType": "cookie"}}, 400), ({"customer": {"id": "c", "idType": "shoe"}}, 400),
    (CONTEXT | {"customerSession": {"id": "s"}}, 4020), (CONTEXT | {"customerSession": {"id": "s", "type": "x"}}, 400),
    (CONTEXT | {"triggeringAction": {"id": "a"}}, 4020),
    (CONTEXT | {"triggeringAction": {"id": "a", "actionMap": {"id": "m", "version": "x"}}}, 4020),
])
def test_a_context_that_is_wrong_is_refused(server, context, code):
    with Guest(server) as guest:
        assert configure(guest, context)["code"] == code
        assert configure(guest, CONTEXT)["code"] == 200


def test_the_agent_sees_where_the_customer_was(server):
    customer = str(uuid.uuid4())
    session = view(server, customer)["session"]["id"]
    action = {"id": "a-1", "actionMap": {"id": "m-1", "version": 3}}
    context = {"customer": {"id": customer, "idType": "cookie"}, "customerSession": {"id": "", "type": "web"},
               "triggeringAction": action}
    expected = context | {"customerSession": {"id": session, "type": "web"}}
    agent = Agent(server, server.users("agent", "Support")[0]).listen().go_on_queue()
    with Guest(server) as guest:
        assert configure(guest, context)["code"] == 200
        text = f"hello {uuid.uuid4()}"
        guest.say(text)
        conversation = agent.offered(lambda one: text in agent.texts(one))
        agent.accept(conversation)
        [part] = [one for one in agent.get(conversation)["participants"] if one["purpose"] == "customer"]
        assert part["journeyContext"] == expected
        unified = agent.api.get(f"/api/v2/conversations/{conversation['id']}")
        [part] = [one for one in unified["participants"] if one["purpose"] == "customer"]
        assert part["messages"][0]["journeyContext"] == expected
        body = agent.notified(lambda body: body["id"] == conversation["id"])
        [part] = [one for one in body["participants"] if one["purpose"] == "customer"]
        assert part["journeyContext"] == expected
        assert agent.api.get(f"/api/v2/journey/sessions/{session}")["customerId"] == customer
        agent.leave(conversation)
        agent.presence("AVAILABLE")


def test_a_token_given_as_the_customers_id_is_seen_by_nobody(server):
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    with Guest(server) as guest:
        guest.configure()
        text = f"hello {uuid.uuid4()}"
        guest.say(text)
        conversation = agent.offered(lambda one: text in agent.texts(one))
        agent.accept(conversation)
        assert guest.token not in json.dumps(agent.get(conversation))
        agent.leave(conversation)
        agent.presence("AVAILABLE")


# The screens

@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_messenger_reports_pages_and_the_desk_shows_them(server, browser, artifacts, language):
    site = ForeignSite(server, language)
    customer = Customer(browser, site, artifacts, language)
    desk = Desk(browser, server, language, artifacts)
    try:
        desk.sign_in(server.users("agent", "Support")[0])
        desk.go_on_queue()
        reports = []
        customer.page.on("request", lambda one: reports.append(one) if "/webevents" in one.url else None)
        letter = site.url + "/?utm_source=letter&utm_campaign=spring"
        customer.page.goto(letter + "&secret=x", referer="https://news.example/")
        expect(customer.launcher).to_be_visible()
        customer.page.goto(site.url + "/two")
        expect(customer.launcher).to_be_visible()
        customer.page.evaluate("history.pushState({}, '', '/two/cups?q=kyusu')")
        customer.until(lambda: len(reports) == 3, "three reports")
        customer.enter("/two")
        customer.says("Which cup?")
        desk.accepts()
        desk.sees("Which cup?")
        panel = desk.page.get_by_role("complementary", name=desk.words["customer.label"])
        expect(panel.get_by_role("heading", name=desk.words["journey.title"])).to_be_visible()
        steps = panel.locator(".steps li")
        expect(steps).to_have_count(4)
        expect(steps.first).to_contain_text("The other page")
        expect(steps.last).to_contain_text("Amadare Tea")
        expect(panel.get_by_text("spring · letter")).to_be_visible()
        expect(panel.get_by_text("news.example")).to_be_visible()
        titles = steps.locator(".clip").evaluate_all("all => all.map((one) => one.title)")
        assert titles[-1] == letter
        desk.is_accessible()
        desk.picture(f"journey-{language}")
        cookies = customer.context.cookies()
        assert cookies == [], cookies
        desk.ends()
        desk.wraps_up("done")
        desk.queue_switch.click()
        customer.is_clean()
        desk.is_clean()
    finally:
        customer.close()
        desk.close()
        site.close()


def test_a_site_without_journeys_reports_nothing_and_keeps_no_id(server, browser, artifacts):
    site = ForeignSite(server)
    customer = Customer(browser, site, artifacts)
    try:
        set_journeys(server, enabled=False)
        reports = []
        customer.page.on("request", lambda one: reports.append(one.url) if "/journey/" in one.url else None)
        customer.enter()
        assert reports == []
        keys = customer.page.evaluate("Object.keys(localStorage)")
        assert not [key for key in keys if key.endswith(".customer")]
    finally:
        journeys_again(server)
        customer.close()
        site.close()
