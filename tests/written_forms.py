"""Ways in which the same address is written, by name: what erasing must find, and the search after it."""

import base64
import gzip
import hashlib
import json
import unicodedata
import zlib
from collections.abc import Callable

ADDRESS = "ádá.weiß@corp.example"
"""With letters that are written in several ways."""


def _full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def _percent(text: str, *, everything: bool = False) -> str:
    keep = (
        "" if everything else "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~"
    )
    return "".join(
        one if one in keep else "".join(f"%{byte:02X}" for byte in one.encode()) for one in text
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _hash(name: str, text: str) -> str:
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _jwt(text: str) -> str:
    parts = ({"alg": "none"}, {"sub": text, "exp": 1})
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts
    )


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda a: a,
    "capitals": str.upper,
    "title": str.title,
    "blanks around": lambda a: f"  {a}\t",
    "angle brackets": lambda a: f"<{a}>",
    "name and brackets": lambda a: f"The Person <{a}>",
    "mailto": lambda a: f"mailto:{a}",
    "MAILTO with a query": lambda a: f"MAILTO:{a}?subject=hi",
    "acct": lambda a: f"acct:{a}",
    "sip": lambda a: f"sip:{a};transport=tls",
    "xmpp": lambda a: f"xmpp:{a}/phone",
    "double quotes": lambda a: f'"{a}"',
    "single quotes": lambda a: f"'{a}'",
    "backticks": lambda a: f"`{a}`",
    "local part in quotes": lambda a: '"{}"@{}'.format(*a.split("@")),
    "parentheses": lambda a: f"(see {a})",
    "sentence": lambda a: f"Ask {a}, or wait.",
    "end of a sentence": lambda a: f"It was {a}.",
    "percent": _percent,
    "percent everywhere": lambda a: _percent(a, everything=True),
    "percent twice": lambda a: _percent(_percent(a)),
    "percent, small letters": lambda a: a.replace("@", "%40").replace(".", "%2e"),
    "decimal entity": lambda a: a.replace("@", "&#64;"),
    "hexadecimal entity": lambda a: a.replace("@", "&#x40;"),
    "named entities": lambda a: a.replace("@", "&commat;").replace(".", "&period;"),
    "entity twice": lambda a: a.replace("@", "&amp;#64;"),
    "every letter an entity": lambda a: "".join(f"&#{ord(one)};" for one in a),
    "JSON": lambda a: json.dumps({"by": a}),
    "JSON, at sign escaped": lambda a: '{"by": "' + a.replace("@", "\\u0040") + '"}',
    "JSON in JSON": lambda a: json.dumps({"raw": json.dumps({"by": a})}),
    "JSON in JSON, escaped": lambda a: json.dumps(
        {"raw": '{"by": "' + a.replace("@", "\\u0040") + '"}'}
    ),
    "JSON, a slash before": lambda a: f'"users\\/{a}"',
    "JSON, a line's end before": lambda a: f'"hello\\n{a}\\tbye"',
    "full width": _full_width,
    "NFD": lambda a: unicodedata.normalize("NFD", a),
    "ss for ß": lambda a: a.replace("ß", "ss"),
    "capital sharp s": lambda a: a.replace("ß", "ẞ"),
    "zero width": lambda a: "\u200b".join(a),
    "soft hyphens": lambda a: a.replace(".", "\u00ad.\u00ad"),
    "byte order mark": lambda a: f"\ufeff{a}",
    "in Chinese": lambda a: f"请联系{a}谢谢",
    "samlp": lambda a: f"samlp|okta|{a}",
    "auth0": lambda a: f"auth0|{a}",
    "google-oauth2 in a path": lambda a: f"/users/google-oauth2|{a}/roles",
    "role's ARN": lambda a: f"arn:aws:sts::123456789012:assumed-role/Admin/{a}",
    "user's ARN": lambda a: f"arn:aws:iam::123456789012:user/{a}",
    "LDAP": lambda a: f"uid={a},ou=people,dc=corp,dc=example",
    "LDAP, mail": lambda a: f"CN=Somebody,mail={a},O=Corp",
    "path of a URL": lambda a: f"https://x.example/people/{a}/edit",
    "query of a URL": lambda a: f"https://x.example/?user={a}&page=2",
    "query, encoded": lambda a: f"https://x.example/?q=ask+{_percent(a)}+now",
    "query in a query": lambda a: (
        f"https://x.example/?next={_percent('https://y.example/?u=' + _percent(a))}"
    ),
    "user of a URL": lambda a: f"imap://{_percent(a)}@mail.example/inbox",
    "guest of a tenant": lambda a: f"{a.replace('@', '_')}#EXT#@tenant.onmicrosoft.com",
    "prefix": lambda a: f"key-{a}",
    "two prefixes": lambda a: f"prod_key-{a}",
    "suffix": lambda a: f"{a}-laptop",
    "suffix with a line": lambda a: f"{a}_2026",
    "tag": lambda a: a.replace("@", "+cursor@"),
    "markdown link": lambda a: f"[write](mailto:{a})",
    "markdown bold": lambda a: f"**{a}**",
    "markdown escapes": lambda a: a.replace(".", "\\.").replace("@", "\\@"),
    "CSV line": lambda a: f'7,"{a}",2026-01-01',
    "list of addresses": lambda a: f"first@other.example;{a};last@other.example",
    "file's name": lambda a: f"spend_{a}.csv",
    "packed file's name": lambda a: f"report-{a}.json.gz",
    "file's name of letters": lambda a: f"spend_{a.replace('@', '_').replace('.', '_')}-2.csv",
    "Windows path": lambda a: f"C:\\Users\\{a}\\file",
    "ssh": lambda a: f"ssh {a}@bastion.example",
    "fediverse": lambda a: f"@{a}",
    "(at)": lambda a: a.replace("@", " (at) "),
    "[at] and [dot]": lambda a: a.replace("@", "[at]").replace("corp.", "corp[dot]"),
    "blanks around the at sign": lambda a: a.replace("@", " @ "),
    "quoted-printable": lambda a: a.replace("@", "=40").replace(".", "=2E"),
    "md5": lambda a: _hash("md5", a),
    "md5 as a UUID": lambda a: "-".join(
        _hash("md5", a)[since:until]
        for since, until in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
    ),
    "sha1 with a line's end": lambda a: _hash("sha1", f"{a}\n"),
    "sha256 in capitals": lambda a: _hash("sha256", a).upper(),
    "sha512 in a text": lambda a: f"user:{_hash('sha512', a)};v=1",
    "base64": _base64,
    "base64 of more": lambda a: f"Basic {_base64(f'{a}:secret')}",
    "base64 for URLs": lambda a: base64.urlsafe_b64encode(f"??>{a}".encode()).decode(),
    "JSON web token": _jwt,
    "hexadecimal": lambda a: a.encode().hex(),
    "packed": lambda a: base64.b64encode(zlib.compress(f'{{"by": "{a}"}}'.encode())).decode(),
    "packed quickly": lambda a: base64.b64encode(
        zlib.compress(f'{{"by": "{a}"}}'.encode(), 3)
    ).decode(),
    "packed with gzip": lambda a: base64.b64encode(
        gzip.compress(f"by {a}".encode(), mtime=0)
    ).decode(),
}
