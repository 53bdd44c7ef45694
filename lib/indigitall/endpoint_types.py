"""What an endpoint is: the frozen values that the client, the paging and the loading work with."""

from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["GROUPS", "Column", "Endpoint", "Group", "Paging", "Style", "WindowRule"]

# What a run can be limited to: each group has a schedule of its own.
Group = Literal["conversations", "contacts", "statistics"]
GROUPS: tuple[Group, ...] = get_args(Group)
Style = Literal["page", "offset", "cursor", "limit", "none"]


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is cut.

    `page` sends limit and page, `offset` limit and the rows so far, `cursor` limit and what the
    answer before named under `cursor_path`, `limit` a limit that must not be reached.
    """

    style: Style
    page_size: int = 0
    first_page: int = 0
    max_pages: int = 1
    page_param: str = "page"
    limit_param: str = "limit"
    offset_param: str = "offset"
    cursor_param: str = "cursor"
    cursor_path: tuple[str, ...] = ("next",)


@dataclass(frozen=True, slots=True)
class WindowRule:
    """How a range of days is asked for; `max_days` is the most that may lie between both dates.

    Neighbouring windows share `overlap_days`, so that nothing falls between them whether or not
    the API counts the last day in. `date_format` is one of strftime.
    """

    max_days: int
    overlap_days: int = 1
    from_param: str = "dateFrom"
    to_param: str = "dateTo"
    date_format: str = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a record: our name, its names at the source, whether it must be there.

    `values` are (the source's word, the word the warehouse knows).
    """

    name: str
    sources: tuple[str, ...]
    is_required: bool = False
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint; `key_sources` name the fields that are the natural key of a JSON record.

    An endpoint that is not required may be missing for a credential: the others are read all the
    same. One that is not read by default is read for the projects whose configuration names it.
    `records_path` leads to the list in the answer, `record_field` to the record within an entry.
    With a `day_field` the records are statistics: their key is the values of all `key_sources`,
    without one it is the first of them that the record has. Statistics may lack the key parts in
    `optional_keys`. Beside the key the warehouse reads `expected_fields`, and `accepted_fields`
    where the source gives them. `{project_id}` in a path is the project's number. The `columns` of
    CSV are all it has for us; those of JSON are fields that the source calls otherwise, or whose
    words differ, and every other field stays as it came. An endpoint `is_single` when its answer is
    one object; without a key field that object has the endpoint's name as its key.
    """

    name: str
    path: str
    response: Literal["csv", "json"]
    paging: Paging
    key_sources: tuple[str, ...]
    is_required: bool
    group: Group = "conversations"
    project_param: str | None = "applicationId"
    parameters: tuple[tuple[str, str], ...] = ()
    window: WindowRule | None = None
    columns: tuple[Column, ...] = ()
    is_default: bool = True
    records_path: tuple[str, ...] = ("data",)
    record_field: str | None = None
    day_field: str | None = None
    optional_keys: frozenset[str] = frozenset()
    expected_fields: tuple[str, ...] = ()
    accepted_fields: tuple[str, ...] = ()
    separator: str = ","
    is_single: bool = False
