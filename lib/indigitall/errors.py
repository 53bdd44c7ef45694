"""What can go wrong between us and the Indigitall API.

    IndigitallError
      EndpointFileError         the file of endpoints cannot be used
      NotConfiguredError        no address of the API, or no server key for the project
      RunDeadlineError          the run has taken as long as a run may take
      RequestRefusedError       asking again the same way cannot help: never retried
        BadRequestError         400: our request is wrong
        CredentialError         401: wrong key or wrong region; stops this project
          LoginRefusedError     the login itself was refused
          SecondFactorError     the login asks for a second factor, which nobody is there to give
        ForbiddenError          403: another project, or a window that is too wide
        NotFoundError           404: no such object
          NotOfferedError       404: this credential is not offered this endpoint
      TemporaryError            may heal by itself: retried, then raised
        RateLimitedError        429
        ServerFailureError      500 and above
        UnreachableError        time-out, dropped connection, nobody listens
        RequestDeadlineError    the whole request took longer than one may take
        TruncatedAnswerError    the body ends in the middle
      AnswerError               an answer that breaks the contract: never retried
        EncodingError           not UTF-8
        UnexpectedFormatError   neither the expected CSV nor the expected JSON
        RedirectedError         the API sends us elsewhere: never followed
        OverlongAnswerError     more bytes, or more rows, than one answer may have
        ForeignProjectError     a record of another project
        RepeatedPageError       the same page twice: the page parameter is ignored
        TooManyPagesError       more pages than configured
        LimitReachedError       as many rows as asked for where there are no pages

Messages name the endpoint, what was expected, what came, and what to do; never content of a row.
"""

__all__ = [
    "AnswerError",
    "BadRequestError",
    "CredentialError",
    "EncodingError",
    "EndpointFileError",
    "ForbiddenError",
    "ForeignProjectError",
    "IndigitallError",
    "LimitReachedError",
    "LoginRefusedError",
    "NotConfiguredError",
    "NotFoundError",
    "NotOfferedError",
    "OverlongAnswerError",
    "RateLimitedError",
    "RedirectedError",
    "RepeatedPageError",
    "RequestDeadlineError",
    "RequestRefusedError",
    "RunDeadlineError",
    "SecondFactorError",
    "ServerFailureError",
    "TemporaryError",
    "TooManyPagesError",
    "TruncatedAnswerError",
    "UnexpectedFormatError",
    "UnreachableError",
]


UNAUTHORIZED = 401


class IndigitallError(Exception):
    """The root of everything this room raises."""


class EndpointFileError(IndigitallError):
    """The file of endpoints cannot be used; every fault names the file, the line and the key."""


class NotConfiguredError(IndigitallError):
    """A setting without which the API cannot be asked is missing; the message names it."""


class RunDeadlineError(IndigitallError):
    """The run has taken as long as one may take; what it has committed stays."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(
            f"{endpoint}: an end within limits.run_seconds was expected and the run goes on; the"
            " next run resumes where this one stopped"
        )


class RequestRefusedError(IndigitallError):
    """The API refused the request for good; `status` is what it said, in the body or in HTTP."""

    def __init__(self, endpoint: str, status: int, message: str, advice: str) -> None:
        self.endpoint = endpoint
        self.status = status
        super().__init__(
            f"{endpoint}: a status below 400 was expected and {status} came ({message}); {advice}"
        )


class BadRequestError(RequestRefusedError):
    """400 and the like: a parameter is missing or malformed."""


class CredentialError(RequestRefusedError):
    """401: no other request of this project can succeed."""


class LoginRefusedError(CredentialError):
    """No token: mail or password are wrong, or the user may not log in."""

    def __init__(self, status: int) -> None:
        super().__init__(
            "login", status, "the login was refused", "check INDIGITALL_LOGIN_MAIL and its password"
        )


class SecondFactorError(CredentialError):
    """The login wants a code that only a person has: unattended ingestion cannot use this user."""

    def __init__(self) -> None:
        super().__init__(
            "login",
            UNAUTHORIZED,
            "a second factor is asked for",
            "use a server key (auth.mode server_key) or a user without a second factor",
        )


class ForbiddenError(RequestRefusedError):
    """403: the key does not reach the project, or the window is wider than allowed."""


class NotFoundError(RequestRefusedError):
    """404: no such object, or no data for it."""


class NotOfferedError(NotFoundError):
    """404 for the route itself: an optional endpoint is left out, a required one fails."""


class TemporaryError(IndigitallError):
    """Worth another try; `retry_after_s` is how long the API asked us to wait, 0 if it did not.

    `status` is what the API said, None when no whole answer came.
    """

    def __init__(
        self, endpoint: str, what: str, retry_after_s: float = 0.0, status: int | None = None
    ) -> None:
        self.endpoint = endpoint
        self.retry_after_s = retry_after_s
        self.status = status
        super().__init__(f"{endpoint}: {what}; the next run resumes where this one stopped")


class RateLimitedError(TemporaryError):
    """429: too many requests."""


class ServerFailureError(TemporaryError):
    """500 and above."""


class UnreachableError(TemporaryError):
    """No whole answer came: time-out, dropped connection, or nobody listens."""


class RequestDeadlineError(TemporaryError):
    """The request as a whole took longer than one may take, however steadily it came."""


class TruncatedAnswerError(TemporaryError):
    """The body ends in the middle of a record."""


class AnswerError(IndigitallError):
    """The answer is not what the contract says; the contract or the configuration must change."""

    def __init__(self, endpoint: str, what: str) -> None:
        self.endpoint = endpoint
        super().__init__(f"{endpoint}: {what}")


class EncodingError(AnswerError):
    """The body is not UTF-8; `offset` is the first byte that is not, counted from 0."""

    def __init__(self, endpoint: str, offset: int, wrong: bytes) -> None:
        self.offset = offset
        super().__init__(
            endpoint,
            f"UTF-8 was expected and byte {offset} ({wrong.hex(' ')}) is none; nothing of this page"
            " is loaded",
        )


class UnexpectedFormatError(AnswerError):
    """The body is not the CSV or JSON that the endpoint's description names."""


class RedirectedError(AnswerError):
    """The API points to another address; the credential goes to none but the configured one."""


class OverlongAnswerError(AnswerError):
    """An answer has more bytes, or more rows, than one may have."""


class ForeignProjectError(AnswerError):
    """A record names another project than the one asked for."""


class RepeatedPageError(AnswerError):
    """Two pages in a row are identical."""


class TooManyPagesError(AnswerError):
    """The pages do not end within the configured maximum."""


class LimitReachedError(AnswerError):
    """The answer holds as many rows as its limit, so rows may be missing."""
