"""The server that the user names: where requests go."""

import ipaddress
import re
from urllib.parse import urlsplit

import msgspec

from cuttledoc.errors import SettingsError
from cuttledoc.settings import DEFAULT_CLOUD_URL

_OPENAI = re.compile(r"(.+\.)?openai\.com")


class Server(msgspec.Struct, frozen=True):
    """Where requests go.

    Attributes:
        url: What stands before ``/audio/transcriptions``, without a slash at its end.
        host: Name and port, for words to the user and for the keyring.
        secure: Whether nobody on the way can read what is sent.
    """

    url: str
    host: str
    secure: bool

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own, whose prices and dates are known."""
        return _OPENAI.fullmatch(self.host) is not None


def server(url: str) -> Server:
    """The server at a base URL.

    Raises:
        SettingsError: ``cloud-url``: it is none, or carries a password.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise SettingsError(
            f"The setting cloud_url cannot be “{_without_password(url)}”.",
            hint=f"Give the address of a server such as {DEFAULT_CLOUD_URL} or http://localhost:8000/v1.",
            code="cloud-url",
        )
    if parts.username or parts.password:
        raise SettingsError(
            "The setting cloud_url holds a user name or a password.",
            hint="Leave it out; a key is set with `cuttledoc key set`.",
            code="cloud-url",
        )
    shown = f"[{host}]" if ":" in host else host
    shown += f":{port}" if port else ""
    return Server(
        url=f"{parts.scheme}://{shown}{parts.path.rstrip('/')}",
        host=shown,
        secure=parts.scheme == "https" or _is_this_machine(host),
    )


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _without_password(url: str) -> str:
    return re.sub(r"//[^/@]*@", "//…@", url)
