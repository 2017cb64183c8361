"""Where the load finds things: addresses through the door, ids, tokens. Set up once, before anything breaks."""

import urllib.parse

from support.http import administration
from support.sign_in import tokens

from .lines import Line


class Place:
    """A contact centre that is ready for load: people signed in and on queue, the web hook leading to the stand-in."""

    AGENTS = 3

    def __init__(self, rig):
        self.rig = rig
        node = rig.nodes[0]
        self.demo = node.demo
        self.base_url = f"http://127.0.0.1:{rig.door.port}"
        self.guest_url = f"ws://127.0.0.1:{rig.door.port}/v1?deploymentId={self.demo['deploymentId']}"
        self.deployment = self.demo["deploymentId"]
        self.queue = self.demo["queues"]["Support"]
        self.integration = self.demo["integrations"]["open"]["id"]
        self.secret = self.demo["integrations"]["open"]["outboundNotificationWebhookSignatureSecretToken"]
        self.inbound_path = (
            f"/api/v2/conversations/messages/{self.integration}/inbound/open/message?prefetchConversationId=true")
        self.token = administration(node).token
        self.administrator = Line(self.base_url, self.token)
        self.supervisor = Line(self.base_url, tokens(node, node.users("supervisor")[0])["access_token"])
        self.agents = self.staff(node)

    def staff(self, node):
        """(user, token) of the agents, all of them in Support and on queue."""
        users = node.users("agent")[:self.AGENTS]
        members = f"/api/v2/routing/queues/{self.queue}/members"
        self.administrator.post(members, [{"id": user["id"]} for user in users])
        definitions = self.administrator.get("/api/v2/presence/definitions")["entities"]
        on_queue = next(
            one["id"] for one in definitions
            if one["systemPresence"].replace("_", "").replace(" ", "").lower() == "onqueue")
        found = []
        for user in users:
            token = tokens(node, user)["access_token"]
            Line(self.base_url, token).patch(
                f"/api/v2/users/{user['id']}/presences/purecloud", {"presenceDefinition": {"id": on_queue}})
            found.append((user, token))
        return found

    def lead_hooks_to(self, url):
        path = f"/api/v2/conversations/messaging/integrations/open/{self.integration}"
        self.administrator.patch(path, {"name": "Torture", "outboundNotificationWebhookUrl": url})

    def through_door(self, url):
        """The same address, entered by the door."""
        parts = urllib.parse.urlsplit(url)
        return parts._replace(netloc=f"127.0.0.1:{self.rig.door.port}").geturl()
