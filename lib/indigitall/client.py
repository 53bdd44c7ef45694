"""Ask the API: one credential, one project, retries of what can heal."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from lib.indigitall.calls import ApiCall, CallObserver
from lib.indigitall.credentials import Credential
from lib.indigitall.deadlines import NEVER, Deadline
from lib.indigitall.endpoints import Endpoint
from lib.indigitall.errors import (
    CredentialError,
    IndigitallError,
    LoginRefusedError,
    RunDeadlineError,
    SecondFactorError,
    UnreachableError,
)
from lib.indigitall.retries import Retries
from lib.indigitall.streamed import StreamedAnswer
from lib.indigitall.throttle import Throttle
from lib.log import get_logger

__all__ = ["MEGABYTE", "IndigitallClient"]

log = get_logger(__name__)
Parsed = TypeVar("Parsed")

CONNECT_S, SILENCE_S = 10.0, 60.0
ACCEPTED = {"csv": "text/csv", "json": "application/json"}
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class IndigitallClient:
    """Reads endpoints of one project, showing its credential with every request.

    The throttle is that of the credential; without one requests follow each other at once. After
    `run` no request begins. `on_call` hears of every try, also of those that fail.
    """

    http: httpx.Client
    project_id: int
    credential: Credential
    retries: Retries = field(default_factory=Retries)
    throttle: Throttle | None = None
    run: Deadline = NEVER
    longest_answer: int = 256 * MEGABYTE
    on_call: CallObserver | None = None

    def read(
        self,
        endpoint: Endpoint,
        parameters: Mapping[str, str],
        parse: Callable[[StreamedAnswer], Parsed],
    ) -> Parsed:
        """GET an endpoint and parse the answer; what may heal is tried again.

        Raises IndigitallError: the last TemporaryError when no try succeeded, RunDeadlineError when
        the run is over, any other at once.
        """
        query = {**dict(endpoint.parameters), **parameters}
        if endpoint.project_param:
            query[endpoint.project_param] = str(self.project_id)
        attempt, has_renewed = 0, False
        while True:
            try:
                return self._ask(endpoint, query, parse)
            except IndigitallError as error:
                if _is_refused(error) and not has_renewed and self.credential.renew():
                    has_renewed = True
                    log.info("credential_renewed", endpoint=endpoint.name)
                    continue
                wait = self.retries.next_wait_s(attempt, error)
                if wait is None or wait > self.run.left_s():
                    raise
                attempt += 1
                log.warning(
                    "api_retry",
                    endpoint=endpoint.name,
                    attempt=attempt,
                    wait_s=round(wait, 2),
                    error=type(error).__name__,
                )
                self.retries.sleep(wait)

    def _ask(
        self,
        endpoint: Endpoint,
        query: Mapping[str, str],
        parse: Callable[[StreamedAnswer], Parsed],
    ) -> Parsed:
        """One try: wait for a turn, ask, and parse while the answer arrives."""
        with self._turn(endpoint):
            left = min(self.retries.request_s, self.run.left_s())
            deadline = Deadline.after(left, self.retries.clock)
            with self._observed(endpoint, query) as seen:
                with self._response(endpoint, query, left) as response:
                    answer = StreamedAnswer(response, endpoint.name, deadline, self.longest_answer)
                    seen.answer = answer
                    parsed = parse(answer)
                seen.row_count = getattr(parsed, "row_count", None)
            return parsed

    @contextmanager
    def _observed(self, endpoint: Endpoint, query: Mapping[str, str]) -> Iterator["_Seen"]:
        """Tell `on_call` about the try, however it ends."""
        seen, began, error = _Seen(), self.retries.clock(), None
        try:
            yield seen
        except IndigitallError as failure:
            error = type(failure).__name__
            raise
        finally:
            if self.on_call:
                answer = seen.answer
                self.on_call(
                    ApiCall(
                        endpoint.name,
                        query,
                        answer.status if answer else None,
                        seen.row_count,
                        answer.byte_count if answer else 0,
                        self.retries.clock() - began,
                        error,
                    )
                )

    @contextmanager
    def _turn(self, endpoint: Endpoint) -> Iterator[None]:
        if not self.run.left_s():
            raise RunDeadlineError(endpoint.name)
        if self.throttle is None:
            yield
            return
        with self.throttle.turn(self.run) as in_time:
            if not in_time:
                raise RunDeadlineError(endpoint.name)
            yield

    @contextmanager
    def _response(
        self, endpoint: Endpoint, query: Mapping[str, str], left_s: float
    ) -> Iterator[httpx.Response]:
        request = self.http.build_request(
            "GET",
            endpoint.path.format(project_id=self.project_id),
            params=query,
            headers={"Accept": ACCEPTED[endpoint.response], **self.credential.headers()},
            timeout=httpx.Timeout(min(SILENCE_S, left_s), connect=min(CONNECT_S, left_s)),
        )
        try:
            response = self.http.send(request, stream=True)
        except httpx.TransportError as error:
            # the text of some transport errors holds the address with its query: leave it out
            raise UnreachableError(
                endpoint.name, f"no answer ({type(error).__name__}) from {self.http.base_url.host}"
            ) from error
        try:
            yield response
        finally:
            response.close()


@dataclass(slots=True)
class _Seen:
    """What a try has come to so far."""

    answer: StreamedAnswer | None = None
    row_count: int | None = None


def _is_refused(error: IndigitallError) -> bool:
    """Whether the credential was refused, and not the login that was to give another one."""
    return isinstance(error, CredentialError) and not isinstance(
        error, LoginRefusedError | SecondFactorError
    )
