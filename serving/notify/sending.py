"""Messages on their way: SMTP and HTTP, with time-outs, tried again, and an error that shows neither key nor address.

Whoever takes a message twice can tell by its id, which every try bears: an answer that was lost on its way looks like a
message that was.
"""

import contextlib
import hashlib
import hmac
import json
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import requests

from serving.notify.channels import IMPLICIT_TLS, MAIL, SLACK, Channels, Hook, MailServer
from serving.notify.memory import Message

TRIES = 3
FOLDER = "notify"
"""Where attachments wait, in STATE_DIR."""
_GOES_ON = (408, 425, 429)
"""Answers of 4xx that may be others later, as all of 5xx."""
_OF_THE_CONTENT = (400, 413, 415, 422)
"""Answers that speak of what was sent: another message may be taken."""


@dataclass(frozen=True)
class Patience:
    """How long somebody waits."""

    seconds: float = 10.0
    """For an answer."""
    between: Callable[[float], None] = time.sleep
    """Waits so many seconds before the next try."""


PATIENCE = Patience()


class NotDeliveredError(Exception):
    """A message was not taken; the message names the host and what it answered, nothing else."""

    def __init__(self, words: str, *, is_final: bool = False, is_of_message: bool = False) -> None:
        """Say so.

        Args:
            words: The host and what it answered.
            is_final: Need not be tried again at once: it will be the same.
            is_of_message: This message was not taken; another one may be.
        """
        super().__init__(words)
        self.is_final, self.is_of_message = is_final, is_of_message


def send(
    channels: Channels,
    message: Message,
    state_dir: Path,
    patience: Patience = PATIENCE,
) -> str | None:
    """Hand a message over and return what has to be said of it, if anything.

    Raises:
        NotDeliveredError: It was not taken, the last of all tries.
    """
    for turn in range(1, TRIES + 1):
        message.n_tries += 1
        try:
            return _once(channels, message, state_dir, patience.seconds)
        except NotDeliveredError as error:
            if error.is_final or turn == TRIES:
                raise
            patience.between(float(4 ** (turn - 1)))
    return None


def _once(channels: Channels, message: Message, state_dir: Path, seconds: float) -> str | None:
    if message.channel == MAIL and channels.mail is not None:
        return _mail(channels.mail, message, state_dir, seconds)
    hook = channels.slack if message.channel == SLACK else channels.webhook
    if hook is None:
        raise NotDeliveredError(f"{message.channel} is not set any more", is_final=True)
    _post(hook, _slack(message) if message.channel == SLACK else _plain(message), message, seconds)
    return None


def _slack(message: Message) -> Mapping[str, object]:
    text = "\n".join([f"*{message.subject}*", *message.lines])
    return {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}


def _plain(message: Message) -> Mapping[str, object]:
    return {
        "id": message.message_id,
        "made_at": message.made_at,
        "subject": message.subject,
        "alerts": message.alerts,
    }


def _post(hook: Hook, content: Mapping[str, object], message: Message, seconds: float) -> None:
    host = urlsplit(hook.url).hostname
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": message.message_id}
    if hook.key is not None:
        headers |= signed(hook.key, body, int(time.time()))
    try:
        # What it says beside the code may be anything, and as long as it likes: it is not read.
        with requests.post(
            hook.url,
            data=body,
            headers=headers,
            timeout=seconds,
            allow_redirects=False,
            stream=True,
        ) as answer:
            status = answer.status_code
    except requests.Timeout:
        raise NotDeliveredError(f"{host} did not answer in {seconds:g} seconds") from None
    except requests.RequestException as error:
        raise NotDeliveredError(f"{host} cannot be reached ({type(error).__name__})") from None
    if not 200 <= status < 300:
        raise NotDeliveredError(
            f"{host} answered {status}",
            is_final=status < 500 and status not in _GOES_ON,
            is_of_message=status in _OF_THE_CONTENT,
        )


def signed(key: str, body: bytes, at: int) -> dict[str, str]:
    """Return the headers by which a receiver knows that a body is ours, and when it was sent.

    `X-Signature-256` is `sha256=` and the hexadecimal HMAC of the timestamp, a point and the body.
    """
    found = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Timestamp": str(at), "X-Signature-256": f"sha256={found}"}


def _mail(server: MailServer, message: Message, state_dir: Path, seconds: float) -> str | None:
    mail = _as_mail(server, message, state_dir)
    where = f"{server.host}:{server.port}"
    context = ssl.create_default_context()
    with _answers_named(where), _connected(server, context, seconds) as smtp:
        _log_in(smtp, server, context, where)
        try:
            refused = smtp.send_message(
                mail, to_addrs=message.recipients or _recipients(server, message)
            )
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            raise NotDeliveredError(
                f"{where} refused all recipients ({', '.join(map(str, codes))})",
                is_final=min(codes, default=500) >= 500,
                is_of_message=message.recipients is not None,
            ) from None
        except smtplib.SMTPDataError as error:
            raise NotDeliveredError(
                f"{where} answered {error.smtp_code} to what the mail holds",
                is_final=error.smtp_code >= 500,
                is_of_message=error.smtp_code >= 500,
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise NotDeliveredError(
                f"{where} takes no addresses beyond ASCII (SMTPUTF8)", is_final=True
            ) from None
    # The others have it: sent to them again, they would have it twice.
    put_off = sorted(address for address, (code, _) in refused.items() if code < 500)
    if put_off:
        message.recipients = put_off
        raise NotDeliveredError(
            f"{where} put off {len(put_off)} of the recipients", is_of_message=True
        )
    return f"{where} refused {len(refused)} of the recipients" if refused else None


@contextlib.contextmanager
def _answers_named(where: str) -> Iterator[None]:
    """Say of whatever goes wrong with a server which one it was and what it answered, and no more."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise NotDeliveredError(
            f"{where} answered {error.smtp_code} ({type(error).__name__})",
            is_final=error.smtp_code >= 500,
        ) from None
    except ssl.SSLError as error:
        raise NotDeliveredError(
            f"{where}: its certificate is not trusted ({error.reason})", is_final=True
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotDeliveredError(f"{where} cannot be reached ({type(error).__name__})") from None


def _log_in(smtp: smtplib.SMTP, server: MailServer, context: ssl.SSLContext, where: str) -> None:
    smtp.ehlo()
    if server.port != IMPLICIT_TLS:
        if smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        elif not server.may_be_plain:
            raise NotDeliveredError(
                f"{where} offers no STARTTLS, and a mail in plain text is read on its way (PLAIN_HTTP_HOSTS names"
                " hosts whose way is yours alone)",
                is_final=True,
            )
    if server.user is None or server.password is None:
        return
    try:
        smtp.login(server.user, server.password)
    except smtplib.SMTPNotSupportedError:
        raise NotDeliveredError(f"{where} takes no password here", is_final=True) from None
    except UnicodeEncodeError:
        raise NotDeliveredError(
            "NOTIFY_SMTP_USER and NOTIFY_SMTP_PASSWORD: only characters of ASCII can be sent as a login",
            is_final=True,
        ) from None


@contextlib.contextmanager
def _connected(
    server: MailServer, context: ssl.SSLContext, seconds: float
) -> Iterator[smtplib.SMTP]:
    if server.port == IMPLICIT_TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=seconds, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=seconds)
    try:
        yield smtp
        # What was taken stays taken, however the server says goodbye.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtp.quit()
    finally:
        smtp.close()


def _recipients(server: MailServer, message: Message) -> Sequence[str]:
    return server.recipients if message.attachment is None else server.report_recipients


def _as_mail(server: MailServer, message: Message, state_dir: Path) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = server.sender
    mail["To"] = ", ".join(_recipients(server, message))
    mail["Subject"] = message.subject
    mail["Message-ID"] = f"<{message.message_id}@{server.sender.rpartition('@')[2]}>"
    # Nobody's absence is to be answered.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(message.lines) + "\n")
    if message.attachment is not None:
        try:
            content = (state_dir / FOLDER / message.attachment).read_bytes()
        except OSError as error:
            raise NotDeliveredError(
                f"{message.attachment} cannot be read ({type(error).__name__}); `notify --report --month`"
                " makes the report of a month again",
                is_final=True,
                is_of_message=True,
            ) from None
        mail.add_attachment(
            content, maintype="application", subtype="pdf", filename=message.attachment
        )
    return mail
