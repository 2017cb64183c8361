"""How an agent gets a token: the authorization code flow with PKCE, the form filled in as a browser would."""

import base64
import hashlib
import secrets
import urllib.parse

from .http import Api, form, pool

REDIRECT = "http://127.0.0.1/cb"


def challenge(verifier):
    """The S256 challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def authorization_code(server, user, verifier, password=None):
    """The code that the sign-in page leads to."""
    state = secrets.token_urlsafe(8)
    query = urllib.parse.urlencode({
        "client_id": server.demo["oauthClient"]["id"], "redirect_uri": REDIRECT, "response_type": "code",
        "code_challenge": challenge(verifier), "code_challenge_method": "S256", "state": state,
    })
    path = f"/oauth/authorize?{query}"
    page = pool.request("GET", server.base_url + path, redirect=False)
    assert page.status == 200 and b"<form" in page.data, page.data[:300]
    answer = form(server.base_url, path, {"email": user["email"], "password": password or user["password"]})
    assert answer.status in (302, 303), answer
    target = urllib.parse.urlsplit(answer.headers["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == REDIRECT
    found = urllib.parse.parse_qs(target.query)
    assert found["state"] == [state]
    return found["code"][0]


def tokens(server, user):
    """The token answer for a user."""
    verifier = secrets.token_urlsafe(48)
    answer = form(server.base_url, "/oauth/token", {
        "grant_type": "authorization_code", "code": authorization_code(server, user, verifier),
        "code_verifier": verifier, "client_id": server.demo["oauthClient"]["id"], "redirect_uri": REDIRECT,
    })
    assert answer.status == 200, answer
    return answer.json


def user_api(server, user):
    """The API with a user's token."""
    return Api(server.base_url, tokens(server, user)["access_token"])
