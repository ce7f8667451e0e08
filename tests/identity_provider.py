"""A small identity provider (OpenID Connect) for tests: it listens, signs with real keys and checks what is asked."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "melanoscope", "the client's secret"


class IdentityProvider:
    """`claims` are what it says of everyone who comes, besides what a token must say."""

    def __init__(self) -> None:
        self.issuer = ""
        self.claims: dict[str, Any] = {"sub": "248289761001", "preferred_username": "ada", "groups": ["dermatologists"]}
        self.asked: dict[str, str] = {}
        self.app = FastAPI()
        self.app.get("/.well-known/openid-configuration")(self._describe)
        self.app.get("/keys")(self._publish)
        self.app.post("/token")(self._redeem)
        self.rotate()

    def rotate(self) -> None:
        """A new key in place of the one so far."""
        self.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)

    def visit(self, address: str) -> str:
        """What a browser brings back from `address`: the query of the address that it is sent to."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return f"state={self.asked['state']}&code=a-code"

    def token(self) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.asked["nonce"]}
        said |= {"auth_time": now} if "max_age" in self.asked else {}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, said | self.claims, self.key)

    def _describe(self) -> dict[str, str]:
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer} | {name: self.issuer + path for name, path in ends.items()}

    def _publish(self) -> Any:
        return KeySet([self.key]).as_dict()

    async def _redeem(self, request: Request) -> dict[str, str]:
        form = await request.form()
        verified = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        right = (
            form["code"] == "a-code"
            and form["redirect_uri"] == self.asked["redirect_uri"]
            and base64.urlsafe_b64encode(verified).rstrip(b"=").decode() == self.asked["code_challenge"]
            and request.headers["authorization"] == f"Basic {basic}"
        )
        if not right:
            raise HTTPException(400, "invalid_grant")
        return {"token_type": "Bearer", "access_token": "unused", "id_token": self.token()}


@contextmanager
def running() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()
    server = uvicorn.Server(uvicorn.Config(provider.app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    provider.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield provider
    server.should_exit = True
    thread.join()
