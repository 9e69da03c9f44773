"""The provider of single sign-on (OpenID Connect): where it is, what it signs with, and what it says of somebody.

Everything is asked over https, or on this machine; nothing it says counts that is not signed by a key of its own, for us, now, for
the very sign-in that began here.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]  # comes without types
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]  # comes without types
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # comes without types
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from serving.api.cookies import is_loopback

SECONDS_OF_A_REQUEST = 10
SECONDS_KNOWN = 3_600.0
SECONDS_BETWEEN_KEYS = 30.0
LEEWAY_SECONDS = 60
SCOPE = "openid email profile"
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
)
"""Signed with a key that only the provider holds; never `none`, never a shared secret."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_REFUSALS = (
    AuthlibBaseError,
    JoseError,
    requests.RequestException,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
)


class ProviderError(Exception):
    """The provider did not say, in a way that can be believed, who this is. The message quotes nothing."""


@dataclass(frozen=True)
class Attempt:
    """What binds a way to the provider and back to one browser."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass
class Provider:
    """One provider, as it is configured."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    _known: tuple[float, dict[str, Any]] | None = field(default=None, repr=False)
    _keys: tuple[float, KeySet] | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def address(self, attempt: Attempt) -> str:
        """Return where the browser has to go.

        Raises:
            ProviderError: The provider does not answer.
        """
        try:
            with self._session(attempt) as session:
                address, _ = session.create_authorization_url(
                    self._described()["authorization_endpoint"],
                    state=attempt.state,
                    code_verifier=attempt.verifier,
                    nonce=attempt.nonce,
                )
        except _REFUSALS as error:
            raise ProviderError(f"no description ({type(error).__name__})") from None
        return str(address)

    def claims(self, attempt: Attempt, code: str) -> Mapping[str, Any]:
        """Return what the provider says of whoever came back with this code.

        Raises:
            ProviderError: It says nothing that can be believed.
        """
        try:
            with self._session(attempt) as session:
                token = session.fetch_token(
                    self._described()["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                    redirect_uri=attempt.redirect_uri,
                    timeout=SECONDS_OF_A_REQUEST,
                    allow_redirects=False,
                )
            return self._believed(token["id_token"], token.get("access_token"), attempt.nonce)
        except _REFUSALS as error:
            raise ProviderError(type(error).__name__) from None

    def _believed(self, id_token: str, access_token: str | None, nonce: str) -> Mapping[str, Any]:
        found = self._decoded(id_token)
        claims = CodeIDToken(
            found.claims,
            found.header,
            options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
                "sub": {"essential": True},
            },
            params={"nonce": nonce, "client_id": self.client_id, "access_token": access_token},
        )
        claims.validate(leeway=LEEWAY_SECONDS)
        return found.claims

    def _decoded(self, id_token: str) -> jwt.Token:
        offered = self._described().get("id_token_signing_alg_values_supported", ["RS256"])
        algorithms = sorted(ALGORITHMS.intersection(offered))
        try:
            return jwt.decode(id_token, self._signing_keys(), algorithms=algorithms)
        except (JoseError, ValueError):
            # Perhaps it signs with a new key.
            return jwt.decode(id_token, self._signing_keys(anew=True), algorithms=algorithms)

    def _described(self) -> dict[str, Any]:
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > SECONDS_KNOWN:
                found = self._asked(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found["issuer"] != self.issuer:
                    raise ValueError("another issuer")
                for name in _ENDPOINTS:
                    _refuse_unsafe(found[name])
                self._known = (time.monotonic(), found)
            return self._known[1]

    def _signing_keys(self, *, anew: bool = False) -> KeySet:
        address = self._described()["jwks_uri"]
        with self._lock:
            age = float("inf") if self._keys is None else time.monotonic() - self._keys[0]
            if self._keys is None or age > (SECONDS_BETWEEN_KEYS if anew else SECONDS_KNOWN):
                self._keys = (time.monotonic(), KeySet.import_key_set(self._asked(address)))
            return self._keys[1]

    def _asked(self, address: str) -> Any:  # noqa: ANN401 - what the provider answers
        _refuse_unsafe(address)
        answer = requests.get(address, timeout=SECONDS_OF_A_REQUEST, allow_redirects=False)
        if answer.status_code != 200:
            raise ValueError("no answer")
        return answer.json()

    def _session(self, attempt: Attempt) -> OAuth2Session:
        return OAuth2Session(
            self.client_id,
            self.client_secret,
            scope=SCOPE,
            redirect_uri=attempt.redirect_uri,
            code_challenge_method="S256",
        )


def _refuse_unsafe(address: str) -> None:
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not is_here:
        raise ValueError("neither https nor this machine")
