"""The same conversations, held by the messenger in a browser and by the Swift library in an app, with a real agent."""


import pytest

from support.app_customer import AppCustomer
from support.conversation import Conversation, conversations
from support.page_customer import PageCustomer

SCRIPTS = conversations()


def hold(server, name, folder, client, **more):
    conversation = Conversation(server, SCRIPTS[name], folder, client, **more)
    try:
        conversation.hold()
        for customer in conversation.customers.values():
            customer.is_clean()
    finally:
        conversation.close()


@pytest.mark.parametrize("name", SCRIPTS)
def test_in_the_app(server, tmp_path, name):
    hold(server, name, tmp_path, AppCustomer)


@pytest.mark.parametrize("name", SCRIPTS)
def test_on_the_page(server, browser, artifacts, tmp_path, name):
    hold(server, name, tmp_path, PageCustomer, browser=browser, artifacts=artifacts)
