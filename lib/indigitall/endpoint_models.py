"""What may stand in the file of endpoints, and what each entry means."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lib.indigitall.checked_yaml import Strict
from lib.indigitall.endpoint_types import Column, Endpoint, Group, Paging, WindowRule

__all__ = ["EndpointFile"]

PROJECT_IN_PATH = "{project_id}"
Text = Annotated[str, Field(min_length=1)]
# a name of ours is that of a table or a column too
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Names = Annotated[tuple[Text, ...], Field(min_length=1)]


class PagingEntry(Strict):
    style: Literal["page", "limit", "none"]
    page_size: int = Field(0, ge=0)
    first_page: int = Field(0, ge=0)
    max_pages: int = Field(1, ge=1)
    page_param: Text = "page"
    limit_param: Text = "limit"

    @model_validator(mode="after")
    def _size_fits_the_style(self) -> Self:
        if (self.style == "none") != (self.page_size == 0):
            raise ValueError("page_size was expected for style page or limit, and only for these")
        return self


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
    records: str = Field("data", pattern=r"^\w+(\.\w+)*$")
    record: Text | None = None


class FieldEntry(Strict):
    sources: Names = Field(alias="from")
    required: bool = False


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
    fields_: dict[Name, FieldEntry] = Field(default_factory=dict, alias="fields")

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        is_in_path = self.project_param is not None and self.project_param.place == "path"
        if is_in_path != (PROJECT_IN_PATH in self.path):
            raise ValueError(
                f"{PROJECT_IN_PATH} was expected in path if project_param is in path, and only then"
            )
        if set("{}") & set(self.path.replace(PROJECT_IN_PATH, "")):
            raise ValueError(f"no placeholder but {PROJECT_IN_PATH} was expected in path")
        if (self.response.format == "csv") != bool(self.fields_):
            raise ValueError("fields were expected for csv, and only for it")
        if self.response.format == "csv" and self.window is None:
            raise ValueError("a window was expected for csv")
        if self.day_field and (self.window is None or self.day_field not in self.key):
            raise ValueError("day_field was expected to be part of key and to come with a window")
        if not set(self.optional_key) <= set(self.key) - {self.day_field}:
            raise ValueError("optional_key was expected to be parts of key, without the day")
        named = [*self.key, *self.expects, *self.accepts]
        if (self.expects or self.accepts) and (self.fields_ or len(set(named)) < len(named)):
            raise ValueError(
                "in expects and accepts every field was expected once, beside key, and none for csv"
            )
        if self.group == "statistics" and (self.window is None) != (self.day_field is None):
            raise ValueError("a window was expected to come with a day_field")
        return self

    def endpoint(self, name: str) -> Endpoint:
        """The entry as the value the code works with."""
        in_query = self.project_param is not None and self.project_param.place == "query"
        return Endpoint(
            name=name,
            path=self.path,
            response=self.response.format,
            paging=Paging(**self.paging.model_dump()),
            key_sources=self.key,
            is_required=self.required,
            group=self.group,
            project_param=self.project_param.name if self.project_param and in_query else None,
            parameters=tuple(self.parameters.items()),
            window=WindowRule(**self.window.model_dump()) if self.window else None,
            columns=tuple(
                Column(column, entry.sources, entry.required)
                for column, entry in self.fields_.items()
            ),
            is_default=self.enabled,
            records_path=tuple(self.response.records.split(".")),
            record_field=self.response.record,
            day_field=self.day_field,
            optional_keys=frozenset(self.optional_key),
            expected_fields=self.expects,
            accepted_fields=self.accepts,
        )


class EndpointFile(Strict):
    """The whole file."""

    endpoints: Annotated[dict[Name, EndpointEntry], Field(min_length=1)]
