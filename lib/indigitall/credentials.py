"""What a request proves itself with: a key in a header, or the token that a login gives."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from lib.indigitall.answers import json_envelope, value_at
from lib.indigitall.connection import Auth
from lib.indigitall.deadlines import Deadline
from lib.indigitall.endpoints import Endpoint, Paging
from lib.indigitall.errors import (
    LoginRefusedError,
    RequestRefusedError,
    SecondFactorError,
    UnexpectedFormatError,
    UnreachableError,
)
from lib.indigitall.streamed import StreamedAnswer
from lib.log import get_logger

__all__ = ["Credential", "HeaderCredential", "LoginCredential"]

log = get_logger(__name__)
LOGIN_S = 30.0
LONGEST_ANSWER = 1024 * 1024


class Credential(Protocol):
    """What every request of one project carries."""

    @property
    def identity(self) -> str:
        """What the API counts requests by: the same for every client that uses the credential."""

    def headers(self) -> Mapping[str, str]:
        """The headers of the next request. Raises IndigitallError when there can be none."""

    def renew(self) -> bool:
        """Put away what was refused; False when nothing else could be shown instead."""


@dataclass(frozen=True, slots=True)
class HeaderCredential:
    """A key that stays what it is, in the header the API wants it in."""

    header: str
    value: str = field(repr=False)

    @property
    def identity(self) -> str:
        """The key itself."""
        return self.value

    def headers(self) -> Mapping[str, str]:
        """The one header."""
        return {self.header: self.value}

    def renew(self) -> bool:
        """A refused key stays refused."""
        return False


@dataclass(slots=True)
class LoginCredential:
    """A user of the console: logs in when a token is needed, and again after one was refused.

    A login that asks for a second factor is a SecondFactorError: nobody is there to answer it.
    """

    http: httpx.Client
    auth: Auth
    mail: str
    password: str = field(repr=False)
    _token: str = field(default="", repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def identity(self) -> str:
        """The user, whatever the token."""
        return self.mail

    def headers(self) -> Mapping[str, str]:
        """The token's header. Raises LoginRefusedError, SecondFactorError or TemporaryError."""
        with self._lock:
            if not self._token:
                self._token = self._log_in()
            return {self.auth.header_name: self.auth.header_prefix + self._token}

    def renew(self) -> bool:
        """Forget the token: the next request logs in."""
        with self._lock:
            self._token = ""
        return True

    def _log_in(self) -> str:
        login = self.auth.login
        endpoint = Endpoint("login", login.path, "json", Paging("none"), (), is_required=True)
        body = {login.mail_field: self.mail, login.password_field: self.password}
        request = self.http.build_request(
            "POST", login.path, json=body, timeout=LOGIN_S, headers={"Accept": "application/json"}
        )
        try:
            response = self.http.send(request, stream=True)
        except httpx.TransportError as error:
            raise UnreachableError("login", f"no answer ({type(error).__name__})") from error
        try:
            answer = StreamedAnswer(response, "login", Deadline.after(LOGIN_S), LONGEST_ANSWER)
            envelope = json_envelope(answer, endpoint)
        except RequestRefusedError as error:
            # what the API says of a wrong login may repeat the mail: only the status goes further
            raise LoginRefusedError(error.status) from None
        finally:
            response.close()
        token = _first_text(envelope, login.token_paths)
        if not token:
            if _first_text(envelope, login.second_factor_paths):
                raise SecondFactorError()
            raise UnexpectedFormatError(
                "login", f"a token in {' or '.join(login.token_paths)} was expected and none came"
            )
        log.info("logged_in")
        return token


def _first_text(envelope: Any, paths: tuple[str, ...]) -> str:  # noqa: ANN401
    """The first of these places that holds a text, empty when none does."""
    for path in paths:
        found = value_at(envelope, path.split("."))
        if isinstance(found, str) and found:
            return found
    return ""
