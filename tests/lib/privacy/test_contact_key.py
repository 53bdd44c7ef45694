from itertools import product

import pytest

from lib.privacy.contact_key import contact_key

KEY, OTHER_KEY = "first-invented-key", "second-invented-key"
PHONE = "573000000101"


def test_a_key_is_the_same_every_time():
    assert contact_key(KEY, 101, PHONE) == "8a36646b393acc4458fa43229604c9dc"


def test_a_key_is_32_hexadecimal_characters_and_holds_no_digit_run_of_the_phone():
    key = contact_key(KEY, 101, PHONE)
    assert len(key) == 32
    assert set(key) <= set("0123456789abcdef")
    assert PHONE[-4:] not in key


def test_another_secret_project_or_contact_gives_another_key():
    keys = {contact_key(*parts) for parts in product((KEY, OTHER_KEY), (101, 202), (PHONE, "x"))}
    assert len(keys) == 8


def test_number_and_contact_cannot_run_into_each_other():
    assert contact_key(KEY, 1, "23") != contact_key(KEY, 12, "3")


def test_accents_and_emoji_are_contacts_like_others():
    assert len({contact_key(KEY, 101, name) for name in ("josé", "jose", "🙂")}) == 3


def test_a_row_without_a_contact_gets_no_key():
    with pytest.raises(ValueError, match="expected a contact id"):
        contact_key(KEY, 101, "")
