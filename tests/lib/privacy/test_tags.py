"""Every column of a mart whose name sounds personal is tagged so, or is on a reviewed list."""

import re

import pytest

from lib.config import CHECKOUT
from tests.support.metric_world import mart_columns

SOUNDS_PERSONAL = re.compile(
    r"name|mail|phone|celular|body|text|answer|address|document|cedula|birth|contact_(?!key)"
)
# what sounds personal and is not, each with the reason somebody accepted
REVIEWED = {
    "agent_name": "an employee's name at work; tables of agents are made of it",
    "project_name": "the customer's own name",
    "campaign_name": "what the customer calls its campaign",
    "holiday_name": "of the calendar",
    "contact_masked": "made by lib.privacy.mask to be seen",
}


@pytest.fixture(scope="module")
def columns():
    marts = mart_columns(CHECKOUT / "warehouse" / "target" / "manifest.json")
    return [
        (mart, column, kind, is_personal)
        for mart, of_mart in marts.items()
        for column, (kind, is_personal) in of_mart.items()
    ]


def test_what_sounds_personal_is_tagged_or_was_reviewed(columns):
    untagged = {
        f"{mart}.{column}"
        for mart, column, kind, is_personal in columns
        if kind == "text" and SOUNDS_PERSONAL.search(column) and not is_personal
    }
    assert [name for name in untagged if name.split(".")[1] not in REVIEWED] == []


def test_nothing_is_on_the_reviewed_list_that_no_mart_has_or_that_is_tagged(columns):
    untagged = {column for _mart, column, _kind, is_personal in columns if not is_personal}
    assert set(REVIEWED) - untagged == set()


def test_beside_the_tagged_columns_of_a_contact_stands_a_mask(columns):
    tagged = {mart for mart, column, _kind, personal in columns if personal and "contact" in column}
    masked = {mart for mart, column, _kind, _personal in columns if column == "contact_masked"}
    assert tagged
    assert tagged <= masked


def test_no_personal_column_is_a_key_that_others_join_by(columns):
    personal = {column for _mart, column, _kind, is_personal in columns if is_personal}
    assert {column for column in personal if column.endswith("_key")} == set()
