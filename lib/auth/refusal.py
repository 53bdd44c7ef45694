"""Why a token was refused, as words for programs; people are only told that it was."""

from enum import StrEnum

__all__ = ["Reason", "TokenRefusedError"]


class Reason(StrEnum):
    """The first check that failed, in the order in which they are made."""

    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    BAD_HEADER = "bad_header"
    UNKNOWN_ISSUER = "unknown_issuer"
    WRONG_ALGORITHM = "wrong_algorithm"
    KEYS_UNAVAILABLE = "keys_unavailable"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    MISSING_CLAIM = "missing_claim"
    WRONG_AUDIENCE = "wrong_audience"
    BAD_TIME = "bad_time"
    ISSUED_IN_FUTURE = "issued_in_future"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    LIFETIME_TOO_LONG = "lifetime_too_long"
    BAD_PROJECT = "bad_project"
    PROJECT_NOT_ALLOWED = "project_not_allowed"
    BAD_SUBJECT = "bad_subject"
    BAD_JTI = "bad_jti"
    BAD_ROLE = "bad_role"
    BAD_ENTITIES = "bad_entities"
    BAD_NAME = "bad_name"
    UNKNOWN_PROJECT = "unknown_project"
    ALREADY_USED = "already_used"


class TokenRefusedError(Exception):
    """The token is worth nothing. `reason` is for the audit; no part of the token is kept.

    `issuer` is the configured issuer the token named, None when it named none of ours.
    """

    def __init__(self, reason: Reason, issuer: str | None = None) -> None:
        self.reason = reason
        self.issuer = issuer
        super().__init__(reason.value)
