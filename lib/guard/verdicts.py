"""What the guard says of a statement: allowed with the text to run, or blocked with the reason."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Reason", "RefusalError", "Verdict", "allow", "block"]


class Reason(StrEnum):
    """Why a statement was decided as it was; machine words, stable for logs and audit."""

    allowed = "allowed"
    malformed = "malformed"
    empty = "empty"
    too_long = "too_long"
    bad_character = "bad_character"
    unicode_escape = "unicode_escape"
    too_deep = "too_deep"
    too_complex = "too_complex"
    time_limit = "time_limit"
    unavailable = "unavailable"
    syntax = "syntax"
    several_statements = "several_statements"
    not_a_query = "not_a_query"
    unknown_construct = "unknown_construct"
    recursive = "recursive"
    locking = "locking"
    into = "into"
    sampling = "sampling"
    parameter = "parameter"
    identity = "identity"
    star = "star"
    natural_join = "natural_join"
    unqualified_table = "unqualified_table"
    unknown_table = "unknown_table"
    unknown_column = "unknown_column"
    personal_column = "personal_column"
    system_column = "system_column"
    whole_row = "whole_row"
    unknown_function = "unknown_function"
    bad_argument = "bad_argument"
    unknown_type = "unknown_type"
    bad_literal = "bad_literal"
    bad_name = "bad_name"
    bad_pattern = "bad_pattern"
    too_large = "too_large"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sql` is the only text that may be run, None when blocked; `detail_es` is for the analyst."""

    allowed: bool
    reason: Reason
    detail_es: str
    sql: str | None


class RefusalError(Exception):
    """A rule is broken; raised inside the guard only, callers of the room see a Verdict."""

    def __init__(self, reason: Reason, detail_es: str) -> None:
        self.reason = reason
        self.detail_es = detail_es
        super().__init__(f"{reason}: {detail_es}")


def allow(sql: str) -> Verdict:
    """The statement may run, in this text and no other."""
    return Verdict(True, Reason.allowed, "", sql)


def block(reason: Reason, detail_es: str) -> Verdict:
    """The statement may not run."""
    return Verdict(False, reason, detail_es, None)
