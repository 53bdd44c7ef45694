"""One file can hold the keys of all projects; what is wrong with it is said without its values."""

import pytest

from lib.config import SettingsError, load_settings
from lib.local_secrets import ensure_local_secrets


def load(folder, text, **more):
    """Settings with a key file of this text; None leaves the file out."""
    ensure_local_secrets(folder)
    path = folder / "server_keys"
    if text is not None:
        path.write_text(text)
    given = {"INDIGITALL_HOME": str(folder), "INDIGITALL_SERVER_KEYS_FILE": str(path)}
    return load_settings(given | more)


def test_each_line_is_a_project_and_its_key(tmp_path):
    settings = load(tmp_path, "# the first two\n\n1=alpha\n 22 = be=ta \n")
    assert settings.server_key(1) == "alpha"
    assert settings.server_key(22) == "be=ta"


def test_a_key_given_by_itself_wins_over_the_file(tmp_path):
    settings = load(tmp_path, "1=alpha\n2=beta\n", INDIGITALL_SERVER_KEY_1="other")
    assert [settings.server_key(1), settings.server_key(2)] == ["other", "beta"]


@pytest.mark.parametrize("line", ["hidden-value", "x=hidden-value", "3=", "3=hidden value"])
def test_a_line_that_is_no_key_is_named_by_its_number_and_not_repeated(tmp_path, line):
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, f"1=alpha\n{line}\n")
    fault = "INDIGITALL_SERVER_KEYS_FILE: línea 2: se esperaba proyecto=llave"
    assert refused.value.faults == (fault,)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, None)
    expected = f"INDIGITALL_SERVER_KEYS_FILE: no se puede leer el archivo {tmp_path}/server_keys"
    assert refused.value.faults == (expected,)


def test_a_comment_in_the_file_of_an_optional_secret_says_that_it_is_not_used(tmp_path):
    unused, used = tmp_path / "unused", tmp_path / "used"
    unused.write_text("# not used\n")
    used.write_text("a-secret-of-smtp\n")
    files = {"ALERT_WEBHOOK_URL_FILE": str(unused), "SMTP_PASSWORD_FILE": str(used)}
    settings = load(tmp_path, "1=alpha\n", **files)
    assert settings.alert_webhook_url is None
    assert settings.smtp_password.get_secret_value() == "a-secret-of-smtp"
