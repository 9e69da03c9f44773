"""Who is told, for tests that tell somebody: a mail server and a web server on real ports, which fail as they are asked to."""

import base64
import contextlib
import datetime as dt
import ipaddress
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HERE = "127.0.0.1"


@dataclass
class Hooks:
    """A web server that takes messages."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    """Codes of the next answers, then 200; 0 takes the message and says nothing until the asker has gone."""
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Headers and bodies, of refused ones, too."""
    accepted: dict[str, bytes] = field(default_factory=dict)
    """What was taken, by its id: twice of one id is once."""


@contextlib.contextmanager
def hooks() -> Iterator[Hooks]:
    """Serve one."""
    found = Hooks()
    gone = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = found.answers.pop(0) if found.answers else 200
            found.taken.append((dict(self.headers), body))
            if code < 300:
                found.accepted[self.headers["Idempotency-Key"]] = body
            if code == 0:
                gone.wait(5)
                return
            self.send_response(code)
            if 300 <= code < 400:
                self.send_header("Location", f"{found.url}/elsewhere")
            self.end_headers()
            self.wfile.write(b"a secret of the server")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HERE, 0), Handler)
    found.url = f"http://{HERE}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        gone.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Mails:
    """A mail server."""

    port: int = 0
    context: ssl.SSLContext | None = None
    """With one it offers STARTTLS, and takes neither password nor mail before."""
    login: tuple[str, str] | None = None
    answers: list[str] = field(default_factory=list)
    """What it says to the next mails instead of taking them; `drop` cuts the connection."""
    contents: list[str] = field(default_factory=list)
    """What it says to what the next mails hold instead of taking it."""
    goodbye: str = "221 bye"
    """What it says to QUIT; `drop` cuts the connection."""
    refused: set[str] = field(default_factory=set)
    """Recipients that it does not know."""
    put_off: set[str] = field(default_factory=set)
    """Recipients whose mail it takes later."""
    taken: list[tuple[list[str], Message]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """What was said to it in plain text."""


@contextlib.contextmanager
def mails(found: Mails) -> Iterator[Mails]:
    """Serve one."""

    class Handler(socketserver.BaseRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            with contextlib.ExitStack() as stack:
                self._talk(stack)

        def _talk(self, stack: contextlib.ExitStack) -> None:
            connection, is_safe, to = self.request, False, list[str]()
            lines = stack.enter_context(connection.makefile("rb"))

            def say(text: str) -> None:
                connection.sendall(f"{text}\r\n".encode())

            say("220 mail.example")
            is_known = found.login is None
            while raw := lines.readline():
                line = raw.decode().strip()
                if not is_safe:
                    found.heard.append(line)
                word = line.split(" ")[0].upper()
                if word == "EHLO":
                    offers = ["mail.example"]
                    if found.context is not None and not is_safe:
                        offers.append("STARTTLS")
                    elif found.login is not None:
                        offers.append("AUTH PLAIN")
                    for offer in offers[:-1]:
                        say(f"250-{offer}")
                    say(f"250 {offers[-1]}")
                elif word == "STARTTLS" and found.context is not None:
                    say("220 go on")
                    try:
                        connection = stack.enter_context(
                            found.context.wrap_socket(connection, server_side=True)
                        )
                    except OSError:
                        return
                    lines, is_safe = stack.enter_context(connection.makefile("rb")), True
                elif found.context is not None and not is_safe and word != "QUIT":
                    say("530 STARTTLS first")
                elif word == "AUTH":
                    _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                    is_known = (user, password) == found.login
                    say("235 well" if is_known else f"535 not {password}")
                elif word == "MAIL":
                    answer = found.answers.pop(0) if found.answers else ""
                    if answer == "drop":
                        return
                    to = []
                    say(answer or ("250 well" if is_known else "530 who are you"))
                elif word == "RCPT":
                    address = line.partition("<")[2].partition(">")[0]
                    if address in found.refused:
                        say("550 unknown")
                    elif address in found.put_off:
                        say("450 later")
                    else:
                        to.append(address)
                        say("250 well")
                elif word == "DATA":
                    say("354 go on")
                    content = b""
                    while (part := lines.readline()) not in (b".\r\n", b""):
                        content += part.removeprefix(b".") if part.startswith(b"..") else part
                    if found.contents:
                        say(found.contents.pop(0))
                        continue
                    found.taken.append((to, message_from_bytes(content)))
                    say("250 taken")
                elif word == "QUIT":
                    if found.goodbye != "drop":
                        say(found.goodbye)
                    return
                else:
                    say("250 well")

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address, daemon_threads = True, True

        def handle_error(self, *_: object) -> None:
            pass

    server = Server((HERE, 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certified(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return a certificate of this machine that nobody trusts yet, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context
