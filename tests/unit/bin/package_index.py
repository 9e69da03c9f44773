"""A package index on this machine, with a certificate and a password of its own, that notes what it is asked for."""

import base64
import datetime as dt
import hashlib
import io
import ssl
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

CREDENTIALS = "mirror:invented"

# It writes the version of its builder into what it builds.
BUILDER = """
import pathlib, zipfile
VERSION = "{version}"
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name, version = pathlib.Path("name").read_text().split()
    info = f"{{name}}-{{version}}.dist-info"
    with zipfile.ZipFile(pathlib.Path(folder) / f"{{name}}-{{version}}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{{name}}.py", f"BUILT_BY = {{VERSION!r}}")
        wheel.writestr(f"{{info}}/METADATA", f"Metadata-Version: 2.1\\nName: {{name}}\\nVersion: {{version}}\\n")
        wheel.writestr(f"{{info}}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{{info}}/RECORD", "")
    return f"{{name}}-{{version}}-py3-none-any.whl"
"""


class PackageIndex:
    """The files it offers, where it is, and the paths that it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.certificate = folder / "certificate.pem"
        self.url = ""

    def add(self, name: str, version: str, *needs: str, module: str = "", extra: str = "") -> None:
        """Offer a wheel; what an extra needs is written `name; extra == "…"`."""
        info = f"{name}-{version}.dist-info"
        metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
        metadata += [f"Provides-Extra: {extra}"] if extra else []
        metadata += [f"Requires-Dist: {need}" for need in needs]
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as wheel:
            wheel.writestr(f"{name}.py", module)
            wheel.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
            tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            wheel.writestr(f"{info}/WHEEL", tags)
            wheel.writestr(f"{info}/RECORD", "")
        self.files[f"{name}-{version}-py3-none-any.whl"] = content.getvalue()

    def add_source(self, name: str, version: str, builder: str) -> None:
        """Offer a package as source alone, which asks for a builder without naming its version."""
        system = f'[build-system]\nrequires = ["{builder}"]\nbuild-backend = "{builder}"\n'
        texts = {"pyproject.toml": system, "name": f"{name} {version}"}
        texts["PKG-INFO"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            for path, text in texts.items():
                member = tarfile.TarInfo(f"{name}-{version}/{path}")
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))
        self.files[f"{name}-{version}.tar.gz"] = content.getvalue()

    def pin(self, name: str, version: str) -> str:
        """Return the line of a lock for one of the files."""
        (content,) = (
            content
            for file, content in self.files.items()
            if file.startswith((f"{name}-{version}-", f"{name}-{version}.tar"))
        )
        return f"{name}=={version} --hash=sha256:{hashlib.sha256(content).hexdigest()}\n"

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """Return type and content of a page or a file, or nothing."""
        match path.strip("/").split("/"):
            case ["simple", name]:
                links = [
                    f'<a href="/files/{file}">{file}</a>'
                    for file in self.files
                    if file.startswith(f"{name}-")
                ]
                return ("text/html", "\n".join(links).encode()) if links else None
            case ["files", file] if file in self.files:
                return "application/octet-stream", self.files[file]
            case _:
                return None


@contextmanager
def serve(index: PackageIndex) -> Iterator[None]:
    """Answer on a free port, over TLS, to those who know the password."""
    password = "Basic " + base64.b64encode(CREDENTIALS.encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers.get("Authorization") == password
            if known:
                index.asked.append(self.path)
            found = index.answer(self.path) if known else None
            self.send_response(200 if found else 404 if known else 401)
            if not known:
                self.send_header("WWW-Authenticate", 'Basic realm="packages"')
            kind, content = found or ("text/plain", b"")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_make_certificate(index.certificate))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    # A name, because pip 24.2 has no TLS with a bare address.
    index.url = f"https://{CREDENTIALS}@localhost:{server.server_port}/simple"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _make_certificate(file: Path) -> tuple[Path, Path]:
    """Write a certificate that nobody trusts who was not told to; return it and its key."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name, name = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
        for text in ("Invented authority", "localhost")
    )
    now = dt.datetime.now(dt.UTC)

    def sign(
        subject: x509.Name, public: ec.EllipticCurvePublicKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(authority_name)
        builder = builder.public_key(public).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - dt.timedelta(days=1))
        builder = builder.not_valid_after(now + dt.timedelta(days=1))
        return builder.add_extension(extension, critical=True).sign(authority_key, hashes.SHA256())

    authority = sign(
        authority_name, authority_key.public_key(), x509.BasicConstraints(ca=True, path_length=0)
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    own = sign(name, key.public_key(), names)
    file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    chain, key_file = file.with_suffix(".chain"), file.with_suffix(".key")
    chain.write_bytes(own.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain, key_file
