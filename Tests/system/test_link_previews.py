"""Previews of links: asked for by the server, of hosts on its list only, shown without moving anything."""

import os
from unittest import mock
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from support.customer import Customer, Wire
from support.guest import Guest
from support.http import Api
from support.server import Server
from support.shop import Shop

PATH = "/api/v2/webmessaging/linkpreviews?url="


@pytest.fixture(scope="module")
def shop():
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory, shop):
    """A demo that may ask the shop on its own machine."""
    settings = {"ENGAWA_LINK_PREVIEW_HOSTS": shop.url, "ENGAWA_LINK_PREVIEW_LOOPBACK": "true"}
    with mock.patch.dict(os.environ, settings):
        server = Server(tmp_path_factory.mktemp("engawa")).start()
    yield server
    assert server.stop() == 0, server.tail()


@pytest.fixture
def guest(server):
    guest = Guest(server)
    guest.configure()
    return guest


def test_a_guest_gets_a_preview_and_its_picture_from_the_server(server, shop, guest):
    api = Api(server.base_url, guest.jwt())
    assert Api(server.base_url).request("GET", PATH + quote(shop.url + "/tea")).status == 401
    preview = api.get(PATH + quote(shop.url + "/to-tea"))
    image = preview.pop("imageUrl")
    assert preview == {
        "url": shop.url + "/tea", "title": "Gyokuro, shaded for three weeks",
        "description": "Forty grams of spring leaves from Uji.", "siteName": "Amadare Tea",
    }
    assert image.startswith(server.base_url + "/previews/")
    public = Api(server.base_url)
    picture = public.request("GET", image.removeprefix(server.base_url))
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/png")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    for wrong in [
        image.replace("tea.png", "tea"), image.replace("/previews/", "/previews/x"), image.replace("?", "A?"),
        image.replace(server.demo["deploymentId"], "00000000-0000-4000-8000-000000000000"), image.split("?")[0],
    ]:
        assert public.request("GET", wrong.removeprefix(server.base_url)).status == 404


def test_nothing_inside_is_reached_by_any_trick(server, shop, guest):
    api = Api(server.base_url, guest.jwt())
    port = shop.port
    before = len(shop.asked)
    for url in [
        "http://169.254.169.254/latest/meta-data/", server.base_url + "/metrics", f"http://127.0.0.1:{port}/tea",
        f"http://2130706433:{port}/tea", f"http://0x7f.1:{port}/tea", f"http://[::1]:{port}/tea",
        f"http://[::ffff:127.0.0.1]:{port}/tea", f"http://user@localhost:{port}/tea", f"http://localhost.:{port}/tea",
        f"https://localhost:{port}/tea", f"http://localhost:{port}@elsewhere.example/", "http://localhost/tea",
        f"http://localhost:{server.port}/metrics", f"http://LOCALHOST:{port}\\@elsewhere.example/",
        "file:///etc/passwd",
        f"http://elsewhere.example:{port}/tea", "", "x" * 5_000,
    ]:
        assert api.request("GET", PATH + quote(url)).status == 404, url
    assert len(shop.asked) == before
    for path in ["to-metadata", "to-elsewhere", "to-number", "to-mapped", "to-address", "plain", "nothing"]:
        assert api.request("GET", PATH + quote(f"{shop.url}/{path}")).status == 404, path
    assert [path for path, _ in shop.asked[before:]] == [
        "/to-metadata", "/to-elsewhere", "/to-number", "/to-mapped", "/to-address", "/plain", "/nothing"]


def test_a_session_asks_so_often_and_no_more(server, shop, guest):
    api = Api(server.base_url, guest.jwt())
    statuses = [api.request("GET", PATH + quote(shop.url + "/tea")).status for _ in range(61)]
    assert statuses == [200] * 60 + [429]


def test_the_messenger_shows_it_without_moving_anything(shop, browser, site, artifacts):
    customer = Customer(browser, site, artifacts)
    wire = Wire(customer.page)
    customer.enter()
    customer.composer.fill(f"Is it {shop.url}/tea ?")
    customer.composer.press("Enter")
    expect(customer.log.locator(".mine a")).to_have_attribute("href", shop.url + "/tea")
    expect(customer.log.get_by_text(customer.words["status.sent"], exact=True)).to_be_visible()
    # The composer grew with what was written into it, as it should.
    customer.page.evaluate("window.shifts = 0")
    wire.say(f"Yes: {shop.url}/tea. It is not https://elsewhere.example/tea")
    card = customer.log.locator(".preview")
    expect(card).to_have_count(1)
    height = card.bounding_box()["height"]
    expect(card).to_contain_text("Gyokuro, shaded for three weeks")
    picture = card.locator("img")
    expect(picture).to_be_visible()
    customer.until(lambda: picture.evaluate("picture => picture.naturalWidth") == 96, "the picture")
    assert card.bounding_box()["height"] == height
    expect(card).to_have_attribute("href", shop.url + "/tea")
    customer.picture("messenger-preview")
    wire.say(f"And {shop.url}/nothing")
    fallback = customer.log.locator(".preview").last
    expect(fallback).to_contain_text("/nothing")
    assert fallback.bounding_box()["height"] == height
    wire.say("Or https://elsewhere.example/tea")
    customer.log.get_by_text("Or https://elsewhere.example/tea").wait_for()
    expect(customer.log.locator(".preview")).to_have_count(2)
    customer.is_accessible()
    assert customer.page.evaluate("shifts") == 0, customer.page.evaluate("moved")
    assert {agent for _, agent in shop.asked} == {"EngawaLinkPreview/1"}
    assert [problem for problem in customer.problems if "404" not in problem] == []
    customer.close()


def test_a_host_that_is_none_stops_the_start(tmp_path):
    server = Server(tmp_path, environment={"ENGAWA_LINK_PREVIEW_HOSTS": "http://shop.example/tea"})
    with pytest.raises(RuntimeError, match="no host for link previews"):
        server.start()
