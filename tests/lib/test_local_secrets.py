"""secrets.json: generated once, closed to others, whole or absent."""

import json

import pytest

from lib.local_secrets import (
    LocalSecretsError,
    ensure_home,
    ensure_local_secrets,
    read_local_secrets,
    store_local_values,
)
from lib.secret_rules import weakness


def test_secrets_are_generated_strong_different_and_closed_to_others(tmp_path):
    path = ensure_local_secrets(tmp_path / "home")
    values = json.loads(path.read_text())
    assert sorted(values) == ["INDIGITALL_MASTER_SECRET", "INDIGITALL_PII_KEY"]
    assert [weakness(value) for value in values.values()] == [None, None]
    assert len(set(values.values())) == 2
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_a_second_call_changes_nothing(tmp_path):
    before = ensure_local_secrets(tmp_path).read_bytes()
    assert ensure_local_secrets(tmp_path).read_bytes() == before


def test_a_missing_secret_is_added_beside_the_known_one(tmp_path):
    store_local_values(tmp_path, {"INDIGITALL_MASTER_SECRET": "kept"})
    ensure_local_secrets(tmp_path)
    values = read_local_secrets(tmp_path)
    assert values["INDIGITALL_MASTER_SECRET"] == "kept"
    assert "INDIGITALL_PII_KEY" in values


def test_values_are_added_and_replaced_by_name(tmp_path):
    store_local_values(tmp_path, {"A": "1", "B": "2"})
    store_local_values(tmp_path, {"B": "3"})
    assert read_local_secrets(tmp_path) == {"A": "1", "B": "3"}
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_without_a_file_there_are_no_secrets(tmp_path):
    assert read_local_secrets(tmp_path) == {}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_can_read_is_refused_with_the_remedy(tmp_path, mode):
    ensure_local_secrets(tmp_path).chmod(mode)
    with pytest.raises(LocalSecretsError, match="chmod 600"):
        read_local_secrets(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"A": 1}'])
def test_a_damaged_file_is_named_and_never_overwritten(tmp_path, content):
    path = tmp_path / "secrets.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(LocalSecretsError, match=r"secrets\.json"):
        ensure_local_secrets(tmp_path)
    assert path.read_text() == content


def test_a_new_home_lets_the_servers_user_pass_and_list_nothing(tmp_path):
    home = ensure_home(tmp_path / "a" / "home")
    assert oct(home.stat().st_mode & 0o777) == "0o711"


def test_the_rights_of_an_existing_home_are_left_alone(tmp_path):
    tmp_path.chmod(0o750)
    ensure_home(tmp_path)
    assert oct(tmp_path.stat().st_mode & 0o777) == "0o750"


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalSecretsError, match="file/home: no se puede crear"):
        ensure_home(tmp_path / "file" / "home")
