"""What a server says when it does not transcribe, and what that means."""

import re
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from cuttledoc.cloud.address import Server
from cuttledoc.cloud.key import FoundKey
from cuttledoc.cloud.known import abilities, end_notice
from cuttledoc.errors import CloudError
from cuttledoc.models.elsewhere import CloudModel

_LONGEST = 200

_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
"""White space, and what a terminal would obey."""

_PASSING = {408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529}
"""Statuses after which the same request may succeed a little later."""

_NO_CREDIT = re.compile(r"insufficient_quota|billing|credit|spend|balance|payment", re.IGNORECASE)
_NO_CREDIT_WORDS = re.compile(
    r"exceeded your current quota|insufficient (quota|credit|balance|funds)"
    r"|billing (hard )?limit|spend(ing)? limit|out of credits?|no credits?",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"deprecated|shut ?down|decommissioned|retired|sunset|discontinued|no longer", re.IGNORECASE
)
_SOUND = re.compile(
    r"file.?format|unsupported.{0,20}(file|format|audio|media)|decod|codec|ffmpeg|mime|corrupt"
    r"|(read|load|open|process).{0,20}(audio|wav|file)|invalid.{0,10}(file|audio)|format not recog",
    re.IGNORECASE,
)
_STREAM = re.compile(r"\bstream(ing)?\b", re.IGNORECASE)

_BUSY = re.compile(r"rate_limit|slow_down|quota|credit|billing", re.IGNORECASE)


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is no transcript.

    Attributes:
        status: HTTP status.
        message: The server's own words on one line, without the key; may be empty.
        code: The server's code and type for it in one; may be empty.
        param: The field it complains of; may be empty.
        wait: Seconds it asks to wait; None where it does not say.
    """

    status: int
    message: str = ""
    code: str = ""
    param: str = ""
    wait: float | None = None

    @property
    def no_credit(self) -> bool:
        """Whether waiting is of no use because nobody pays."""
        if self.status == 402:  # noqa: PLR2004 - Payment Required
            return True
        if self.status not in {403, 429}:
            return False
        return bool(_NO_CREDIT.search(self.code) or _NO_CREDIT_WORDS.search(self.message))

    @property
    def passes(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.status in _PASSING and not self.no_credit

    @property
    def is_about_format(self) -> bool:
        """Whether the server does not know the form of answer it was asked for."""
        about = f"{self.param} {self.message}"
        return self.status in {400, 415, 422} and "response_format" in about

    @property
    def is_about_stream(self) -> bool:
        """Whether the server does not send words as they come."""
        told = self.param == "stream" or _STREAM.search(self.message)
        return self.status in {400, 415, 422} and bool(told) and not self.is_about_sound

    @property
    def is_about_sound(self) -> bool:
        """Whether the server could not read the file it was sent."""
        return self.status in {400, 415, 422, 500} and bool(_SOUND.search(self.message))


def refusal(status: int, headers: Any, body: bytes, key: FoundKey | None, *, now: float) -> Refusal:
    """Read an answer whose status is an error.

    Servers differ: OpenAI sends ``{"error": {...}}``, FastAPI's ``{"detail": ...}``, others an
    ``{"error": "..."}`` or a page of HTML.

    Args:
        status: HTTP status.
        headers: The answer's headers, whose names' case does not matter.
        body: The answer.
        key: The key that was sent, to be kept out of what is said.
        now: Seconds since 1970.
    """
    message, code, param = _told(body)
    message = _UNPRINTABLE.sub(" ", message).strip()
    if key is not None:
        message, code, param = (key.key.hide_in(text) for text in (message, code, param))
    return Refusal(
        status=status,
        message=message[:_LONGEST].rstrip(" ."),
        code=code[:_LONGEST],
        param=param[:_LONGEST],
        wait=_wait(headers.get("Retry-After", ""), now),
    )


def told_late(body: bytes, key: FoundKey | None) -> Refusal:
    """Read an error that comes when the answer has begun, with the status it would have had."""
    refused = refusal(500, {}, body, key, now=0)
    if _BUSY.search(refused.code):
        return replace(refused, status=429)
    return replace(refused, status=400) if "invalid_request" in refused.code else refused


def _told(body: bytes) -> tuple[str, str, str]:
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return "", "", ""
    if not isinstance(answer, dict):
        return "", "", ""
    error = answer.get("error", answer.get("detail", answer.get("message")))
    match error:
        case str():
            return error, "", ""
        case dict():
            words = error.get("message")
            codes = f"{error.get('code') or ''} {error.get('type') or ''}".strip()
            return str(words or ""), codes, str(error.get("param") or "")
        case [{"msg": str(words), "loc": list(place)}, *_]:
            return words, "", str(place[-1]) if place else ""
    return "", "", ""


def _wait(value: str, now: float) -> float | None:
    """``Retry-After``: seconds, or a date."""
    value = value.strip()
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def as_error(
    refused: Refusal, model: CloudModel, server: Server, key: FoundKey | None, path: str
) -> CloudError:
    """A refusal that is final, as one sentence and what to do about it."""
    if refused.no_credit:
        return _told_as("cloud-credit", refused, server)
    match refused.status:
        case 401:
            return _key_error(server, key)
        case 404 | 410 | 400 if _ended(refused, model, server):
            return _ended_error(refused, model, server)
        case 404 | 405 | 410:
            return _not_there(refused, model, server, path)
        case status if status in _CODES:
            return _told_as(_CODES[status], refused, server)
    failed = refused.status >= 500  # noqa: PLR2004 - the server's own faults
    moved = refused.status < 400  # noqa: PLR2004 - redirects
    code = "cloud-failed" if failed else "cloud-moved" if moved else "cloud-refused"
    return _told_as(code, refused, server)


_LATER = "Try again later. What was transcribed so far is kept."

_CODES = {403: "cloud-forbidden", 413: "cloud-too-large", 429: "cloud-busy"}

_WORDS = {
    "cloud-credit": (
        "The account at {host} has no credit left{told}.",
        "Pay for more there, or use `--model auto`. What was transcribed so far is kept.",
    ),
    "cloud-forbidden": (
        "{host} does not allow this{told}.",
        "Allow it in the settings of your account there, or name another model.",
    ),
    "cloud-too-large": (
        "{host} takes no file of this size{told}.",
        "Run it again, and shorter pieces are sent; or set cloud_seconds to less.",
    ),
    "cloud-busy": ("{host} is asked too often{told}.", _LATER),
    "cloud-failed": ("{host} fails with status {status}{told}.", _LATER),
    "cloud-moved": (
        "{host} sends requests on to another address, which is not followed.",
        "Set cloud_url to where the server really is.",
    ),
    "cloud-refused": (
        "{host} refused the request with status {status}{told}.",
        "Check the model's name and the language.",
    ),
}


def _told_as(code: str, refused: Refusal, server: Server) -> CloudError:
    told = f" ({refused.message})" if refused.message else ""
    message, hint = _WORDS[code]
    return CloudError(
        message.format(host=server.host, status=refused.status, told=told), hint=hint, code=code
    )


def _key_error(server: Server, key: FoundKey | None) -> CloudError:
    if key is not None:
        return CloudError(
            f"{server.host} does not accept the key from {key.source}.",
            hint="Set another one with `cuttledoc key set`.",
            code="cloud-key",
        )
    return CloudError(
        f"{server.host} wants a key, and there is none.",
        hint="Set one with `cuttledoc key set`, or in the variable CUTTLEDOC_API_KEY."
        if server.secure
        else "Keys are only sent over https. Set cloud_url to an address that begins with it.",
        code="cloud-no-key",
    )


def _ended(refused: Refusal, model: CloudModel, server: Server) -> bool:
    if _ENDED.search(f"{refused.code} {refused.message}"):
        return True
    today = date.today()  # noqa: DTZ011 - the user's day will do
    missing = refused.status != 400  # noqa: PLR2004 - Bad Request
    return missing and " ended " in end_notice(model, server, today)


def _ended_error(refused: Refusal, model: CloudModel, server: Server) -> CloudError:
    known = abilities(model)
    on = f" on {known.ends.isoformat()}" if known.ends and server.is_openai else ""
    told = f" ({refused.message})" if refused.message else ""
    return CloudError(
        f"The model {model.name} has ended{on}{told}.",
        hint=f"Use `--model {model.dialect}/{known.instead}`."
        if known.instead
        else "Name another model that the server offers.",
        code="cloud-model-ended",
    )


def _not_there(refused: Refusal, model: CloudModel, server: Server, path: str) -> CloudError:
    if "model" in refused.code or model.name.lower() in refused.message.lower():
        return CloudError(
            f"{server.host} has no model {model.name} ({refused.message or 'not found'}).",
            hint="Write the name as the server writes it.",
            code="cloud-model-unknown",
        )
    return CloudError(
        f"There is nothing to ask for transcripts at {server.url}{path} (status {refused.status}).",
        hint="Check cloud_url; for most servers it ends in /v1.",
        code="cloud-address",
    )
