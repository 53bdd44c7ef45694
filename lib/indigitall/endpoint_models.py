"""What may stand in the file of endpoints, and what each entry means."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lib.checked_yaml import Strict
from lib.indigitall.endpoint_types import Column, Endpoint, Group, Paging, Style, WindowRule

__all__ = ["EndpointFile"]

PATH = r"^\w+(\.\w+)*$"
PROJECT_IN_PATH = "{project_id}"
Text = Annotated[str, Field(min_length=1)]
# a name of ours is that of a table or a column too
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
FieldName = Annotated[str, Field(pattern=r"^\w+$", max_length=60)]
Names = Annotated[tuple[Text, ...], Field(min_length=1)]


class PagingEntry(Strict):
    style: Style
    page_size: int = Field(0, ge=0)
    first_page: int = Field(0, ge=0)
    max_pages: int = Field(1, ge=1)
    page_param: Text = "page"
    limit_param: Text = "limit"
    offset_param: Text = "offset"
    cursor_param: Text = "cursor"
    cursor_path: str = Field("next", pattern=PATH)

    @model_validator(mode="after")
    def _size_fits_the_style(self) -> Self:
        if (self.style == "none") != (self.page_size == 0):
            raise ValueError("page_size was expected for every style but none, and not for none")
        return self

    def paging(self) -> Paging:
        """The entry as the value the code works with."""
        values = self.model_dump()
        return Paging(**values | {"cursor_path": tuple(self.cursor_path.split("."))})


class WindowEntry(Strict):
    max_days: int = Field(ge=1)
    overlap_days: int = Field(1, ge=1)
    from_param: Text = Field("dateFrom", alias="from")
    to_param: Text = Field("dateTo", alias="to")
    date_format: Text = Field("%Y-%m-%d", alias="format")

    @model_validator(mode="after")
    def _windows_move_on(self) -> Self:
        if self.overlap_days > self.max_days:
            raise ValueError("overlap_days was expected to be at most max_days")
        if self.from_param == self.to_param:
            raise ValueError("two different names were expected for from and to")
        if not all(part in self.date_format for part in ("%Y", "%m", "%d")):
            raise ValueError("a format with %Y, %m and %d was expected")
        return self


class ProjectParamEntry(Strict):
    place: Literal["query", "path"] = Field(alias="in")
    name: Text = "applicationId"


class ResponseEntry(Strict):
    format: Literal["csv", "json"] = "json"
    # strict, whatever the answer says of itself: a guess corrupts every accent
    charset: Literal["utf-8"] = "utf-8"
    separator: str = Field(",", min_length=1, max_length=1)
    records: str = Field("data", pattern=PATH)
    record: Text | None = None
    single: bool = False


class FieldEntry(Strict):
    sources: Names = Field(alias="from")
    required: bool = False
    values: dict[str, str] = Field(default_factory=dict)


class EndpointEntry(Strict):
    path: str = Field(pattern=r"^/\S+$")
    group: Group = "conversations"
    enabled: bool = True
    required: bool = True
    method: Literal["GET"] = "GET"
    project_param: ProjectParamEntry | None = ProjectParamEntry.model_validate({"in": "query"})
    parameters: dict[str, str] = Field(default_factory=dict)
    window: WindowEntry | None = None
    paging: PagingEntry = PagingEntry(style="none")
    response: ResponseEntry = ResponseEntry()
    key: Names
    day_field: Text | None = None
    optional_key: tuple[Text, ...] = ()
    expects: tuple[Text, ...] = ()
    accepts: tuple[Text, ...] = ()
    fields_: dict[FieldName, FieldEntry] = Field(default_factory=dict, alias="fields")

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        is_in_path = self.project_param is not None and self.project_param.place == "path"
        if is_in_path != (PROJECT_IN_PATH in self.path):
            raise ValueError(
                f"{PROJECT_IN_PATH} was expected in path if project_param is in path, and only then"
            )
        if set("{}") & set(self.path.replace(PROJECT_IN_PATH, "")):
            raise ValueError(f"no placeholder but {PROJECT_IN_PATH} was expected in path")
        if self.response.format == "csv" and not (self.fields_ and self.window):
            raise ValueError("fields and a window were expected for csv")
        if self.response.format == "csv" and self.paging.style == "cursor":
            raise ValueError("no cursor was expected for csv: there is no place for it")
        if self.response.single and self.paging.style != "none":
            raise ValueError("no paging was expected for a single object")
        if self.day_field and (self.window is None or self.day_field not in self.key):
            raise ValueError("day_field was expected to be part of key and to come with a window")
        if not set(self.optional_key) <= set(self.key) - {self.day_field}:
            raise ValueError("optional_key was expected to be parts of key, without the day")
        named = [*self.key, *self.expects, *self.accepts]
        is_csv = self.response.format == "csv"
        if (self.expects or self.accepts) and (is_csv or len(set(named)) < len(named)):
            raise ValueError(
                "in expects and accepts every field was expected once, beside key, and none for csv"
            )
        is_list = self.response.format == "json" and not self.response.single
        if is_list and self.window and not self.day_field:
            raise ValueError("a window was expected to come with a day_field")
        return self

    def endpoint(self, name: str) -> Endpoint:
        """The entry as the value the code works with."""
        in_query = self.project_param is not None and self.project_param.place == "query"
        return Endpoint(
            name=name,
            path=self.path,
            response=self.response.format,
            paging=self.paging.paging(),
            key_sources=self.key,
            is_required=self.required,
            group=self.group,
            project_param=self.project_param.name if self.project_param and in_query else None,
            parameters=tuple(self.parameters.items()),
            window=WindowRule(**self.window.model_dump()) if self.window else None,
            columns=tuple(
                Column(column, entry.sources, entry.required, tuple(entry.values.items()))
                for column, entry in self.fields_.items()
            ),
            is_default=self.enabled,
            records_path=tuple(self.response.records.split(".")),
            record_field=self.response.record,
            day_field=self.day_field,
            optional_keys=frozenset(self.optional_key),
            expected_fields=self.expects,
            accepted_fields=self.accepts,
            separator=self.response.separator,
            is_single=self.response.single,
        )


class EndpointFile(Strict):
    """The whole file."""

    endpoints: Annotated[dict[Name, EndpointEntry], Field(min_length=1)]
