"""A throw-away Google service account, and the exchange of its signed claim for a token.

The RSA key is made when the server starts and dies with it. The claim is really verified:
signature, audience, issuer, scope and expiry.
"""

import base64
import binascii
import secrets
import time
from dataclasses import dataclass, field

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.server.answers import Answer, JsonObject, json_answer
from sandbox.server.options import REPORTS_SUBJECT, SERVICE_ACCOUNT_EMAIL

WORKSPACE_DOMAIN = REPORTS_SUBJECT.partition("@")[2]
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SHEETS_SCOPES = frozenset(
    {
        "https://www.googleapis.com/auth/spreadsheets",
        "https://www.googleapis.com/auth/spreadsheets.readonly",
        "https://www.googleapis.com/auth/drive",
        "https://www.googleapis.com/auth/drive.readonly",
    }
)
REPORTS_SCOPE = "https://www.googleapis.com/auth/admin.reports.audit.readonly"
GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token"
_LIFETIME_SECONDS = 3600
_NOT_DELEGATED = (
    "Client is unauthorized to retrieve access tokens using this method, or client not authorized"
    " for any of the scopes requested."
)


def _unpad(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _refused(error: str, description: str, status: int = 400) -> Answer:
    return json_answer({"error": error, "error_description": description}, status)


@dataclass
class ServiceAccount:
    """The account's key, the tokens given out with their scopes, and for whom they were taken."""

    key: rsa.RSAPrivateKey
    tokens: dict[str, frozenset[str]] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)

    @classmethod
    def new(cls) -> "ServiceAccount":
        """Make an account with a fresh key."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=2048))

    def credentials_file(self, sheets_url: str) -> JsonObject:
        """Return the contents of the JSON key file that points at this server."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "project_id": "sandbox",
            "private_key_id": "sandbox",
            "private_key": pem.decode(),
            "client_email": SERVICE_ACCOUNT_EMAIL,
            "client_id": "000000000000000000000",
            "auth_uri": f"{sheets_url}/auth",
            "token_uri": f"{sheets_url}/token",
            "universe_domain": "googleapis.com",
        }

    def exchange(self, grant_type: str, assertion: str, audience: str) -> Answer:
        """Answer a request for an access token."""
        if grant_type != JWT_GRANT:
            return _refused("unsupported_grant_type", "Invalid grant_type: " + grant_type)
        claims = self._verified(assertion)
        if claims is None:
            return _refused("invalid_grant", "Invalid JWT Signature.")
        if claims.get("iss") != SERVICE_ACCOUNT_EMAIL:
            return _refused("invalid_grant", "Invalid grant: account not found")
        # google-auth writes Google's own endpoint as audience, whatever `token_uri` is.
        if claims.get("aud") not in (audience, GOOGLE_AUDIENCE):
            return _refused("invalid_grant", "Invalid JWT: Failed audience check.")
        if not float(claims.get("iat", 0)) - 300 <= time.time() < float(claims.get("exp", 0)):
            return _refused("invalid_grant", "Invalid JWT: Token must be a short-lived token.")
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            return _refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        subject = claims.get("sub")
        if subject is not None and not scopes <= {REPORTS_SCOPE}:
            # Domain-wide delegation was given for the reports and for nothing else.
            return _refused("unauthorized_client", _NOT_DELEGATED, 401)
        if subject is not None and not str(subject).endswith(f"@{WORKSPACE_DOMAIN}"):
            return _refused("invalid_grant", "Invalid email or User ID")
        token = "ya29.sandbox-" + secrets.token_urlsafe(24)
        self.tokens[token] = scopes
        if subject is not None:
            self.subjects[token] = str(subject)
        return json_answer(
            {"access_token": token, "expires_in": _LIFETIME_SECONDS, "token_type": "Bearer"}
        )

    def _verified(self, assertion: str) -> JsonObject | None:
        try:
            header, payload, signature = assertion.split(".")
            self.key.public_key().verify(
                _unpad(signature),
                f"{header}.{payload}".encode(),
                padding.PKCS1v15(),
                hashes.SHA256(),
            )
            claims = orjson.loads(_unpad(payload))
        except (ValueError, binascii.Error, InvalidSignature):
            return None
        return claims if isinstance(claims, dict) else None
