"""A provider of single sign-on on this machine: it signs with a key of its own, checks PKCE, and lies as it is told to."""

import base64
import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "usage", "a secret of the client"


@dataclass
class Provider:
    """What it says of whoever signs in, and what it does wrong."""

    url: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    """Claims that replace the right ones; None leaves one out."""
    signs_with: str = "own"
    describes: dict[str, Any] = field(default_factory=dict)
    keys: list[RSAKey] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def new_key(self) -> None:
        """Sign with another key from now on."""
        name = f"key {len(self.keys)}"
        self.keys = [RSAKey.generate_key(2048, {"kid": name, "alg": "RS256", "use": "sig"})]

    def answer(self, path: str, sent: dict[str, str], authorization: str) -> tuple[int, Any]:
        """Return status and content."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                **self.describes,
            }
        if path == "/keys":
            return 200, KeySet(list(self.keys)).as_dict(private=False)
        if path == "/authorize":
            code = f"code{len(self.codes)}"
            self.codes[code] = sent
            return (
                303,
                f"{sent['redirect_uri']}?{urlencode({'code': code, 'state': sent['state']})}",
            )
        if path == "/token":
            return self._token(sent, authorization)
        return 404, {}

    def _token(self, sent: dict[str, str], authorization: str) -> tuple[int, Any]:
        asked = self.codes.pop(sent.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization != f"Basic {basic}":
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_same = (asked["code_challenge"], asked["code_challenge_method"], asked["redirect_uri"])
        if is_same != (challenge, "S256", sent["redirect_uri"]):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": "user 17",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": "ada@north.example",
            "email_verified": True,
            "groups": ["everybody"],
            **self.said,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.signs_with == "none":
            head, body = (
                base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
                for one in ({"alg": "none"}, claims)
            )
            return f"{head}.{body}."
        own = self.keys[0]
        shared = {
            "the client's secret": SECRET.encode() * 2,
            "its public key": own.as_pem(private=False),
        }
        if self.signs_with in shared:
            secret = OctKey.import_key(shared[self.signs_with])
            return jwt.encode({"alg": "HS256"}, claims, secret, algorithms=["HS256"])
        name = str(own.kid)
        another = RSAKey.generate_key(2048, {"kid": name, "alg": "RS256"})
        return jwt.encode(
            {"alg": "RS256", "kid": name},
            claims,
            another if self.signs_with == "another's key" else own,
        )


@contextlib.contextmanager
def providing() -> Iterator[Provider]:
    """Run one on a free port."""
    provider = Provider()
    provider.new_key()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._send(*provider.answer(parts.path, dict(parse_qsl(parts.query)), ""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            authorization = self.headers.get("Authorization", "")
            self._send(*provider.answer(self.path, dict(parse_qsl(body)), authorization))

        def _send(self, status: int, content: Any) -> None:
            body = b"" if status == 303 else json.dumps(content).encode()
            self.send_response(status)
            if status == 303:
                self.send_header("Location", content)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
