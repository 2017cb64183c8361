"""Customers who sign in: the identity provider as an administrator sets it up, and guests with its proof."""

import contextlib

from .guest import Guest
from .http import Api, administration
from .identity_provider import verifier

TYPE = "openid-connect-messenger"
TOKENS = "/api/v2/webdeployments/token"


def set_up(server, provider, upgrade=True, deployment=None):
    """Makes the integration, and publishes a configuration that uses it: the integration's id."""
    api = administration(server)
    credential = api.post("/api/v2/integrations/credentials", {
        "name": f"Shop client {provider.issuer}", "type": {"id": "openIdConnectMessenger"},
        "credentialFields": {"clientId": provider.client.id, "clientSecret": provider.client.secret},
    })
    name = f"Customers' sign-in {provider.issuer}"
    integration = api.post("/api/v2/integrations", {"name": name, "integrationType": {"id": TYPE}})
    path = f"/api/v2/integrations/{integration['id']}"
    current = api.get(path + "/config/current")
    api.put(path + "/config/current", current | {
        "properties": {"discoveryUri": provider.discovery}, "credentials": {"client": {"id": credential["id"]}},
    })
    api.patch(path, {"intendedState": "ENABLED"})
    authenticate(api, deployment or server.demo["deploymentId"], integration["id"], upgrade)
    return integration["id"]


def authenticate(api, deployment, integration, upgrade=True, enabled=True):
    """Changes the deployment's authentication settings."""
    shown = api.get(f"/api/v2/webdeployments/deployments/{deployment}")
    path = f"/api/v2/webdeployments/configurations/{shown['configuration']['id']}/versions/draft"
    draft = api.get(path)
    draft["authenticationSettings"] = {
        "enabled": enabled, "integrationId": integration, "allowSessionUpgrade": upgrade,
    }
    api.put(path, draft)
    api.post(path + "/publish")


class Customer:
    """A person with an account at the provider, on one device."""

    def __init__(self, server, provider, person):
        self.server = server
        self.provider = provider
        self.person = person
        self.api = Api(server.base_url)
        self.jwt = None
        self.refresh_token = None

    def exchange(self, **oauth):
        """What the messenger asks after the site's sign-in: the answer as it comes."""
        body = {"deploymentId": self.server.demo["deploymentId"], "oauth": oauth}
        return self.api.request("POST", TOKENS + "/oauthcodegrantjwtexchange", body)

    def sign_in(self):
        """Signs in by code with PKCE."""
        proof = verifier()
        code = self.provider.code(self.person, proof)
        answer = self.exchange(code=code, redirectUri="http://localhost/back", codeVerifier=proof)
        assert answer.status == 200, answer
        self.jwt, self.refresh_token = answer.json["jwt"], answer.json["refreshToken"]
        return self

    def refresh(self, **more):
        return self.api.request("POST", TOKENS + "/refresh", {"refreshToken": self.refresh_token, **more})

    def sign_out(self):
        return self.api.request("DELETE", TOKENS + "/revoke", headers={"Authorization": f"bearer {self.jwt}"})

    @contextlib.contextmanager
    def on(self, token=None, server=None):
        """A connection with the customer's session open."""
        with Guest(server or self.server, token) as guest:
            guest.session = opened(guest, self.jwt)
            yield guest


def configure(guest, jwt, **fields):
    """Asks for the authenticated session: the frame that answers."""
    return guest.request(
        "configureAuthenticatedSession", deploymentId=fields.pop("deploymentId", guest.deployment),
        data={"code": jwt}, **fields)


def opened(guest, jwt):
    """Opens the authenticated session: the body of the SessionResponse."""
    frame = configure(guest, jwt)
    assert (frame["class"], frame["code"]) == ("SessionResponse", 200), frame
    return frame["body"]


def closed(guest, name, seconds=15):
    """Waits for an event that ends the connection: its body."""
    return guest.wait(lambda frame: frame["class"] == name, name, seconds)["body"]
