"""An identity provider on loopback: Authlib's OpenID Connect server, with discovery, PKCE and keys that rotate."""

import base64
import hashlib
import secrets
import threading
import time
import urllib.parse
import warnings

import flask
import werkzeug.serving
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from authlib.oidc.core.grants import OpenIDImplicitGrant
from joserfc import jwt
from joserfc.jwk import RSAKey

from .http import pool

PEOPLE = {
    "hanako": {"name": "Hanako Sato", "given_name": "Hanako", "family_name": "Sato", "email": "hanako@example.test"},
    "taro": {"name": "Taro Mori", "given_name": "Taro", "family_name": "Mori", "email": "taro@example.test"},
}


class Client(ClientMixin):
    def __init__(self, id, secret):
        self.id = id
        self.secret = secret

    def get_client_id(self):
        return self.id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri.startswith("http://")

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(self.secret, client_secret)

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type in ("code", "id_token")

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):
    def __init__(self, request, code):
        data = request.payload.data
        self.code = code
        self.client_id = request.client.id
        self.user = request.user
        self.redirect_uri = request.payload.redirect_uri
        self.scope = request.payload.scope
        self.nonce = data.get("nonce")
        self.code_challenge = data.get("code_challenge")
        self.code_challenge_method = data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return None

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class IdentityProvider:
    """Started by its test, with one client of its own, whose secret only the contact centre has."""

    def __init__(self):
        self.client = Client("engawa-messenger", secrets.token_urlsafe(24))
        self.clients = {self.client.id: self.client, "somebody-else": Client("somebody-else", "another secret")}
        self.keys = []
        self.codes = {}
        self.jwks_asked = 0
        self.rotate()
        app = self._app()
        self.server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def discovery(self):
        return self.issuer + "/.well-known/openid-configuration"

    def rotate(self):
        """Signs with a new key from now on, and forgets the others."""
        self.keys = [RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})]

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # What a person does at the provider

    def code(self, person, verifier=None, redirect="http://localhost/back", **more):
        """Signs in, and gives the code that the site gets."""
        target = self._authorize(person, "code", redirect, verifier, more)
        return urllib.parse.parse_qs(target.query)["code"][0]

    def id_token(self, person, nonce, redirect="http://localhost/back", client=None):
        """Signs in by the implicit flow, and gives the token that the site gets."""
        target = self._authorize(person, "id_token", redirect, None, {"nonce": nonce}, client)
        return urllib.parse.parse_qs(target.fragment)["id_token"][0]

    def _authorize(self, person, response_type, redirect, verifier, more, client=None):
        query = {
            "client_id": client or self.client.id, "response_type": response_type, "redirect_uri": redirect,
            "scope": "openid profile email", "state": "s", **more,
        }
        if verifier:
            query |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
        answer = pool.request(
            "POST", f"{self.issuer}/authorize?{urllib.parse.urlencode(query)}", fields={"person": person},
            encode_multipart=False, redirect=False)
        assert answer.status == 302, answer.data[:500]
        return urllib.parse.urlsplit(answer.headers["Location"])

    def forged(self, key=None, header=None, **claims):
        """A token as the provider would sign it, with whatever claims a test wants."""
        now = int(time.time())
        key = key or self.keys[-1]
        body = {
            "iss": self.issuer, "aud": self.client.id, "sub": "hanako", "iat": now, "exp": now + 600, "nonce": "n",
        } | claims
        header = {"alg": "RS256", "kid": key.kid} | (header or {})
        return jwt.encode(header, body, key, [header["alg"]])

    # The provider itself

    def _app(self):
        provider = self
        app = flask.Flask("identity-provider")
        app.secret_key = secrets.token_bytes(16)
        server = AuthorizationServer(
            app, query_client=self.clients.get, save_token=lambda token, request: None)

        class CodeGrant(grants.AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

            def save_authorization_code(self, code, request):
                provider.codes[code] = Code(request, code)

            def query_authorization_code(self, code, client):
                known = provider.codes.get(code)
                return known if known and known.client_id == client.id else None

            def delete_authorization_code(self, authorization_code):
                del provider.codes[authorization_code.code]

            def authenticate_user(self, authorization_code):
                return authorization_code.user

        class Claims:
            def exists_nonce(self, nonce, request):
                return False

            def resolve_client_private_key(self, client):
                return provider.keys[-1]

            def get_client_algorithm(self, client):
                return "RS256"

            def get_encode_header(self, client):
                return {"alg": "RS256", "kid": provider.keys[-1].kid}

            def get_client_claims(self, client):
                return {"iss": provider.issuer, "aud": [client.get_client_id()]}

            def generate_user_info(self, user, scope):
                return UserInfo(sub=user, **PEOPLE.get(user, {}))

        class CodeToken(Claims, OpenIDCode):
            pass

        class Implicit(Claims, OpenIDImplicitGrant):
            def authenticate_token_endpoint_client(self):
                """A browser keeps no secret."""
                return provider.clients[self.request.payload.client_id]

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.register_grant(CodeGrant, [CodeToken(), CodeChallenge(required=True)])
            server.register_grant(Implicit)

        @app.get("/.well-known/openid-configuration")
        def discovery():
            return flask.jsonify({
                "issuer": provider.issuer, "authorization_endpoint": provider.issuer + "/authorize",
                "token_endpoint": provider.issuer + "/token", "jwks_uri": provider.issuer + "/jwks",
                "response_types_supported": ["code", "id_token"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
            })

        @app.get("/jwks")
        def jwks():
            provider.jwks_asked += 1
            return flask.jsonify({"keys": [key.as_dict(private=False) for key in provider.keys]})

        @app.route("/authorize", methods=["GET", "POST"])
        def authorize():
            if flask.request.method == "GET":
                return '<link rel="icon" href="data:,">' + "".join(
                    f'<form method="post"><button name="person" value="{person}">{about["name"]}</button></form>'
                    for person, about in PEOPLE.items())
            grant = server.get_consent_grant(end_user=flask.request.form["person"])
            return server.create_authorization_response(grant=grant, grant_user=flask.request.form["person"])

        @app.post("/token")
        def token():
            return server.create_token_response()

        return app


def challenge(verifier):
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def verifier():
    """A code verifier of RFC 7636."""
    return secrets.token_urlsafe(48)
