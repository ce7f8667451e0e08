"""OpenID Connect Core 1.0: sending a browser to the identity provider, and believing what it brings back.

The way is the authorization code with PKCE (RFC 7636).

The library checks signatures; what a token must say of itself is checked here. Keys are fetched anew when a token names
one that is not known, at most once a minute: so the provider may change them, and a forger cannot make us ask.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from melanoscope.workstation.security.errors import Forbidden
from melanoscope.workstation.security.provider_settings import ProviderSettings

RETURN = "/login/provider/return"
_SIGNATURES = ("RS256", "PS256", "ES256", "EdDSA")
"""None that a public key could be passed off as the secret of."""

_CLOCKS = 60
"""Seconds that the two clocks may differ."""

_PATIENCE = 10.0
"""Seconds that the provider has for an answer."""

_KEPT, _AGAIN = 3600.0, 60.0
"""Seconds that the provider's description is good for, and between two looks at its keys."""


@dataclass(frozen=True)
class Journey:
    """What a browser is sent away with, and must come back with: `state` in the address, `nonce` in the token."""

    state: str
    nonce: str
    verifier: str
    again: bool = False


class Provider:
    """The identity provider of `settings`; `address` is where people reach this workstation."""

    def __init__(self, settings: ProviderSettings, address: str) -> None:
        self.settings = settings
        self._return = address.rstrip("/") + RETURN
        self._lock = Lock()
        self._described: dict[str, Any] = {}
        self._described_at = self._keys_at = -_KEPT
        self._keys: KeySet | None = None

    def address(self, journey: Journey) -> str:
        """Where the browser goes. Forbidden where the provider cannot be reached."""
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self._return,
            "scope": "openid profile email",
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": _challenge(journey.verifier),
            "code_challenge_method": "S256",
        } | ({"prompt": "login", "max_age": "0"} if journey.again else {})
        return f"{self._end('authorization_endpoint')}?{urlencode(asked)}"

    def claims(self, journey: Journey, code: str) -> dict[str, Any]:
        """What the provider says of whoever came back with `code`; Forbidden where it says nothing, or not to us."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._return,
            "client_id": self.settings.client_id,
            "code_verifier": journey.verifier,
        }
        secret = self.settings.client_secret
        basic = httpx2.BasicAuth(self.settings.client_id, secret) if secret else None
        answer = self._json("POST", self._end("token_endpoint"), data=form, auth=basic)
        return self._believed(str(answer.get("id_token", "")), journey.nonce)

    def _believed(self, token: str, nonce: str) -> dict[str, Any]:
        expected = jwt.JWTClaimsRegistry(
            leeway=_CLOCKS,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = self._verified(token).claims
            expected.validate(claims)
        except (JoseError, ValueError) as error:
            raise Forbidden("What the identity provider sent is not valid. Log in again.") from error
        if claims.get("azp", self.settings.client_id) != self.settings.client_id:
            raise Forbidden("The identity provider's answer was for another program.")
        return claims

    def _verified(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._key_set(fresh=False), algorithms=_SIGNATURES)
        except InvalidKeyIdError:
            return jwt.decode(token, self._key_set(fresh=True), algorithms=_SIGNATURES)

    def _key_set(self, fresh: bool) -> KeySet:
        keys_at = self._end("jwks_uri")
        with self._lock:
            now = time.monotonic()
            if self._keys is None or (fresh and now - self._keys_at > _AGAIN) or now - self._keys_at > _KEPT:
                said = self._json("GET", keys_at)
                self._keys, self._keys_at = KeySet.import_key_set({"keys": said.get("keys", [])}), now
            return self._keys

    def _end(self, name: str) -> str:
        """One of the provider's addresses."""
        said = self._description().get(name)
        if not isinstance(said, str):
            raise _no_answer()
        return said

    def _description(self) -> Mapping[str, Any]:
        with self._lock:
            if time.monotonic() - self._described_at > _KEPT:
                said = self._json("GET", f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
                if said.get("issuer") != self.settings.issuer:
                    raise Forbidden("The identity provider calls itself otherwise than it is called here.")
                self._described, self._described_at = said, time.monotonic()
            return self._described

    def _json(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        try:
            with httpx2.Client(timeout=_PATIENCE) as http:
                answer = http.request(method, url, **sent)
            answer.raise_for_status()
            said = answer.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise _no_answer() from error
        if not isinstance(said, dict):
            raise _no_answer()
        return said


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _no_answer() -> Forbidden:
    return Forbidden("The identity provider does not answer as it should. Try again later.")
