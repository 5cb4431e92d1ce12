"""Asks a server, again where that may help, and says in one sentence why it does not."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from cuttledoc.cloud.address import Server
from cuttledoc.cloud.events import CONTENT_TYPE, Events, Heard
from cuttledoc.cloud.key import FoundKey
from cuttledoc.cloud.refusal import Refusal, as_error, refusal, told_late
from cuttledoc.errors import CloudError, CuttledocError, SettingsError
from cuttledoc.models.elsewhere import CloudModel

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger(__name__)

_OK = range(200, 300)
_LONGEST_ANSWER = 32 * 1024 * 1024


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long to go on trying.

    Attributes:
        tries: Requests for one piece, the first one included.
        connections: How many of them may fail before there is a connection.
        first: Seconds before the second request; doubled each time, give or take half.
        longest: Most seconds before a request, unless the server asks for more.
        asked: Most seconds that a server may ask to wait.
        connect: Seconds for a connection to stand.
        answer: Seconds without a byte from the server, besides the length of the piece.
    """

    tries: int = 6
    connections: int = 3
    first: float = 1.0
    longest: float = 30.0
    asked: float = 300.0
    connect: float = 10.0
    answer: float = 300.0


class RefusedError(Exception):
    """A refusal that the caller may know a way around."""

    def __init__(self, refused: Refusal, error: CuttledocError) -> None:
        super().__init__(error.message)
        self.refused = refused
        self.error = error


Sleep = Callable[[float], Awaitable[None]]


class Requests:
    """Requests to one server for one model. Use it as ``async with``.

    Args:
        server: Where they go.
        model: What is asked for, for words to the user.
        key: The key; it is left out where others could read it on the way.
        patience: How long to go on trying.
        sleep: Waits; tests put their own here.
    """

    def __init__(
        self,
        server: Server,
        model: CloudModel,
        key: FoundKey | None,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._server = server
        self._model = model
        self._key = key if server.secure else None
        self._patience = patience
        self._sleep = sleep
        self._client = self._open()

    def _open(self) -> "httpx.AsyncClient":
        import httpx

        from cuttledoc import __version__

        try:
            return httpx.AsyncClient(headers={"User-Agent": f"cuttledoc/{__version__}"})
        except (OSError, ValueError, httpx.InvalidURL) as error:
            raise SettingsError(
                f"The proxy or certificate settings of this system are wrong ({error}).",
                hint="Look at the variables HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE, SSL_CERT_DIR.",
                code="cloud-proxy",
            ) from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def post(
        self,
        path: str,
        make: Callable[[], dict[str, Any]],
        seconds: float,
        heard: Heard = lambda _: None,
    ) -> bytes:
        """Ask until there is an answer.

        Args:
            path: What follows the server's URL.
            make: Gives what httpx is to send; called for each try.
            seconds: Length of the sound in the request; the answer may take that much longer.
            heard: Told the words of an answer that comes bit by bit.

        Returns:
            The body of an answer whose status is a success.

        Raises:
            RefusedError: The server does not want the request, and would not later.
            CloudError: It cannot be reached, or fails each time.
        """
        pauses = _pauses(self._patience)
        connections = self._patience.connections
        for number in range(1, self._patience.tries + 1):
            outcome = await self._once(path, make(), seconds, heard)
            if isinstance(outcome, bytes):
                return outcome
            wait: float | None = None
            if isinstance(outcome, Refusal):
                error = as_error(outcome, self._model, self._server, self._key, path)
                if not outcome.passes:
                    raise RefusedError(outcome, error)
                wait = outcome.wait
                if outcome.is_about_sound:  # some servers fail on a file they cannot read
                    raise RefusedError(outcome, error)
            else:
                error = outcome
                connections -= error.code == "cloud-down"
            if wait is not None and wait > self._patience.asked:
                raise _too_long(self._server, wait)
            if number == self._patience.tries or not connections or error.code == "cloud-tls":
                raise error
            pause = next(pauses)
            pause = pause if wait is None else wait + min(pause, wait) / 10
            _log.info("cloud: try %d of %s failed (%s)", number, path, error.code)
            await self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _once(
        self, path: str, request: dict[str, Any], seconds: float, heard: Heard
    ) -> bytes | Refusal | CloudError:
        import httpx

        headers = {"Authorization": self._key.key.header()} if self._key else {}
        timeout = httpx.Timeout(self._patience.answer, connect=self._patience.connect, pool=None)
        timeout.read = self._patience.answer + seconds
        try:
            async with self._client.stream(
                "POST", self._server.url + path, headers=headers, timeout=timeout, **request
            ) as response:
                good = response.status_code in _OK
                if good and response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
                    return await self._follow(response, heard)
                body = b"".join([block async for block in self._blocks(response)])
        except httpx.TransportError as error:
            return self._broken(error)
        except httpx.InvalidURL as error:
            raise SettingsError(
                f"The setting cloud_url cannot be “{self._server.url}” ({error}).",
                hint="Give the address of a server such as http://localhost:8000/v1.",
                code="cloud-url",
            ) from error
        if good:
            return body
        return refusal(response.status_code, response.headers, body, self._key, now=time.time())

    async def _follow(self, response: "httpx.Response", heard: Heard) -> bytes | Refusal:
        import httpx

        events = Events(heard)
        try:
            async for block in self._blocks(response):
                events.feed(block)
        except httpx.TransportError:
            if events.answer is None:  # what is whole is not paid for twice
                raise
        if events.answer is not None:
            return events.answer
        if events.error is not None:
            return told_late(events.error, self._key)
        raise httpx.RemoteProtocolError("the answer ends before the transcript does")

    async def _blocks(self, response: "httpx.Response") -> AsyncGenerator[bytes]:
        length = 0
        async for block in response.aiter_bytes():
            length += len(block)
            if length > _LONGEST_ANSWER:
                raise CloudError(
                    f"{self._server.host} sends far more than a transcript.",
                    hint="Check cloud_url.",
                    code="cloud-answer",
                )
            yield block

    def _broken(self, error: "httpx.TransportError") -> CloudError:
        import httpx

        host = self._server.host
        words = " ".join(str(error).split())
        if "CERTIFICATE" in words.upper() or "SSL" in words.upper():
            reason = words.partition("certificate verify failed:")[2].partition("(_ssl")[0].strip()
            return CloudError(
                f"The connection to {host} is not safe ({reason or words}).",
                hint="If the certificate is your own, name its authority's file in the variable "
                "SSL_CERT_FILE.",
                code="cloud-tls",
            )
        match error:
            case httpx.ProxyError():
                what, code = f"The proxy refuses a connection to {host} ({words})", "cloud-down"
            case httpx.ConnectTimeout():
                what, code = f"{host} cannot be reached: no answer in time", "cloud-down"
            case httpx.ConnectError():
                what, code = f"{host} cannot be reached ({words})", "cloud-down"
            case httpx.TimeoutException():
                what, code = f"{host} does not answer any more", "cloud-slow"
            case _:
                what, code = f"The connection to {host} breaks ({words})", "cloud-broken"
        return CloudError(
            f"{what}.",
            hint="Check cloud_url and the network. What was transcribed so far is kept.",
            code=code,
        )


def _pauses(patience: Patience) -> Any:
    """Seconds to wait: doubled each time, and spread so that clients do not come back at once."""
    pause = patience.first
    while True:
        yield min(pause, patience.longest) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        pause *= 2


def _too_long(server: Server, wait: float) -> CloudError:
    minutes = round(wait / 60)
    return CloudError(
        f"{server.host} asks to wait {minutes} minutes before the next request.",
        hint="Run the same command again then. What was transcribed so far is kept.",
        code="cloud-busy",
    )
