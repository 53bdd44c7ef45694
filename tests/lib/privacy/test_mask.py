import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.privacy.mask import mask_phone


@pytest.mark.parametrize(
    "phone", ["573001234567", "+573001234567", "+57 300 123 4567", " 573001234567 "]
)
def test_a_colombian_mobile_keeps_its_country_first_digit_and_last_two(phone):
    assert mask_phone(phone) == "+57 3** *** **67"


def test_another_country_s_number_keeps_its_last_two_digits():
    assert mask_phone("5215512345678") == "+***********78"


@pytest.mark.parametrize(
    "other",
    ["", "   ", "ana@example.test", "85123", "1234567", "1234567890123456", "57300١٢٣٤٥٦٧", "@ana"],
)
def test_what_is_no_international_number_is_hidden_whole(other):
    assert mask_phone(other) == "********"


@given(st.from_regex(r"[1-9][0-9]{7,14}", fullmatch=True))
def test_no_more_than_five_digits_of_any_number_remain(phone):
    assert sum(character.isdigit() for character in mask_phone(phone)) <= 5


@given(st.text())
def test_any_text_has_a_mask(text):
    assert "*" in mask_phone(text)
