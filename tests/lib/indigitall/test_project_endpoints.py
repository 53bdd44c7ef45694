"""What one project has otherwise than the file of endpoints."""

import pytest

from lib.indigitall.endpoint_file import load_endpoints, project_endpoints
from lib.indigitall.endpoint_types import Column, Endpoint, Paging
from lib.indigitall.errors import EndpointFileError

FILE = """endpoints:
  contacts:
    path: /v1/chat/contacts
    paging: {style: page, page_size: 100, max_pages: 5}
    key: [contactId]
    expects: [profileName, channel]
  sms_daily:
    path: /v2/sms/stats/application
    group: statistics
    enabled: false
    window: {max_days: 99}
    key: [statsDate]
    day_field: statsDate
"""


@pytest.fixture
def endpoints(tmp_path):
    """The endpoints of a project with these overrides over a small file."""
    path = tmp_path / "endpoints.yaml"
    path.write_text(FILE, encoding="utf-8")
    return lambda overrides, enabled=(): project_endpoints(overrides, enabled, path)


def test_without_overrides_a_project_has_what_the_file_says(endpoints, tmp_path):
    assert endpoints({}) == load_endpoints(tmp_path / "endpoints.yaml")


def test_an_override_changes_the_keys_it_names_and_no_other(endpoints):
    contacts = endpoints({"contacts": {"path": "/v3/contacts", "paging": {"page_size": 20}}})[
        "contacts"
    ]
    assert contacts.path == "/v3/contacts"
    assert contacts.paging == Paging("page", page_size=20, max_pages=5)
    assert contacts.expected_fields == ("profileName", "channel")


def test_a_list_of_an_override_replaces_that_of_the_file(endpoints):
    changed = endpoints({"contacts": {"expects": ["name"]}})["contacts"]
    assert changed.expected_fields == ("name",)


def test_another_paging_style_window_field_name_and_words_are_data(endpoints):
    found = endpoints(
        {
            "contacts": {"paging": {"style": "cursor", "cursor_path": "meta.next"}},
            "sms_daily": {
                "window": {"max_days": 30, "from": "desde", "to": "hasta"},
                "fields": {"channel": {"from": ["via", "canal"], "values": {"wa": "whatsapp"}}},
            },
        }
    )
    assert (found["contacts"].paging.style, found["contacts"].paging.cursor_path) == (
        "cursor",
        ("meta", "next"),
    )
    window = found["sms_daily"].window
    assert (window.max_days, window.from_param, window.to_param) == (30, "desde", "hasta")
    assert found["sms_daily"].columns == (
        Column("channel", ("via", "canal"), values=(("wa", "whatsapp"),)),
    )


def test_an_endpoint_is_read_when_file_override_or_project_say_so(endpoints):
    def read(*arguments):
        return {name for name, each in endpoints(*arguments).items() if each.is_default}

    assert read({}) == {"contacts"}
    assert read({}, ["sms_daily"]) == {"contacts", "sms_daily"}
    assert read({"sms_daily": {"enabled": True}}) == {"contacts", "sms_daily"}
    assert read({"contacts": {"enabled": False}}) == set()


def test_an_endpoint_the_file_does_not_have_is_a_new_one(endpoints):
    new = endpoints({"labels": {"path": "/v1/chat/label", "key": ["id"]}})["labels"]
    assert isinstance(new, Endpoint)
    assert (new.name, new.path, new.is_default) == ("labels", "/v1/chat/label", True)


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"contacts": {"pagging": {}}}, r"contacts\.pagging: Extra inputs"),
        (
            {"contacts": {"paging": {"page_size": "many"}}},
            r"contacts\.paging\.page_size: .*integer",
        ),
        ({"labels": {"path": "/v1/chat/label"}}, r"labels\.key: Field required"),
        ({"contacts": "/v3/contacts"}, r"contacts: "),
    ],
    ids=["a misspelt key", "a wrong type", "an incomplete new endpoint", "no mapping"],
)
def test_a_fault_names_endpoint_and_key(endpoints, overrides, expected):
    with pytest.raises(EndpointFileError, match=f"endpoint_overrides: {expected}"):
        endpoints(overrides)


def test_an_endpoint_nobody_knows_cannot_be_enabled(endpoints):
    with pytest.raises(EndpointFileError, match=r"enabled_endpoints: .* fax_daily came"):
        endpoints({}, ["fax_daily", "sms_daily"])
