"""Start is refused for each secret of ours that is missing, weak, known, shared or unreadable."""

from secrets import token_hex

import pytest

from lib.config import SettingsError, load_settings

OURS = ("INDIGITALL_MASTER_SECRET", "INDIGITALL_PII_KEY")
WEAK = {
    "short": token_hex(15),
    "one character short": token_hex(16)[:31],
    "one character": "a" * 64,
    "repeated": "0a1b2c3d" * 8,
    "few characters": "abcabcabcabcaabbccabcabcabcabcabcabc",
    "with a blank": f"{token_hex(16)} {token_hex(16)}",
    "with a line end": f"{token_hex(16)}\n{token_hex(16)}",
    "change me": f"change-me-{token_hex(16)}",
    "CHANGE ME": f"CHANGEME{token_hex(16)}",
    "cambiame": f"cambiame{token_hex(16)}",
    "example": f"example-{token_hex(16)}",
    "default": f"default-{token_hex(16)}",
    "the word secret": f"my-secret-{token_hex(16)}",
    "a password": f"password{token_hex(16)}",
    "a row of digits": f"12345678{token_hex(16)}",
    "a row of keys": f"qwerty{token_hex(16)}",
    "the known 256 bits": "your-256-bit-secret-your-256-bits",
}


@pytest.fixture
def environ(tmp_path):
    """A complete environment, both secrets strong."""
    return {"INDIGITALL_HOME": str(tmp_path)} | {name: token_hex(32) for name in OURS}


def faults(environ):
    with pytest.raises(SettingsError) as refused:
        load_settings(environ)
    return refused.value.faults


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("kind", WEAK)
def test_a_weak_secret_is_refused_by_name_and_without_its_value(environ, name, kind):
    (fault,) = faults(environ | {name: WEAK[kind]})
    assert fault.startswith(f"{name}: ")
    assert WEAK[kind] not in fault


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("kind", WEAK)
def test_a_weak_secret_in_a_file_is_no_better(environ, tmp_path, name, kind):
    path = tmp_path / "value"
    path.write_text(WEAK[kind], encoding="utf-8")
    del environ[name]
    (fault,) = faults(environ | {f"{name}_FILE": str(path)})
    assert fault.startswith(f"{name}: ")
    assert WEAK[kind] not in fault


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("given", [{}, {"": ""}, {"": "   "}])
def test_a_missing_secret_is_refused(environ, name, given):
    del environ[name]
    found = faults(environ | {name + suffix: value for suffix, value in given.items()})
    assert found == (f"{name}: falta; es obligatoria",)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("state", ["absent", "a folder", "empty", "blank", "not text"])
def test_a_secret_file_that_cannot_be_read_is_refused(environ, tmp_path, name, state):
    path = tmp_path / "value"
    match state:
        case "a folder":
            path.mkdir()
        case "empty" | "blank":
            path.write_text("" if state == "empty" else " \n\n")
        case "not text":
            path.write_bytes(b"\xff\xfe" + token_hex(32).encode("utf-16-le"))
    del environ[name]
    (fault,) = faults(environ | {f"{name}_FILE": str(path)})
    assert fault.startswith(f"{name}: ")
    assert str(path) in fault


def test_one_value_for_both_is_refused_wherever_it_stands(environ, tmp_path):
    shared = token_hex(32)
    path = tmp_path / "value"
    path.write_text(f"{shared}\n", encoding="utf-8")
    del environ["INDIGITALL_PII_KEY"]
    environ |= {"INDIGITALL_MASTER_SECRET": shared, "INDIGITALL_PII_KEY_FILE": str(path)}
    (fault,) = faults(environ)
    assert fault == "INDIGITALL_PII_KEY: debe ser distinta de INDIGITALL_MASTER_SECRET"


def test_retired_secrets_stand_one_on_a_line_before_the_one_of_today(environ, tmp_path):
    first, second = token_hex(32), token_hex(32)
    path = tmp_path / "retired"
    path.write_text(f"{first}\n{second}\n", encoding="utf-8")
    settings = load_settings(environ | {"INDIGITALL_RETIRED_MASTER_SECRETS_FILE": str(path)})
    assert settings.master_secrets == (first, second, environ["INDIGITALL_MASTER_SECRET"])
    path.write_text("# not used\n", encoding="utf-8")
    unused = load_settings(environ | {"INDIGITALL_RETIRED_MASTER_SECRETS_FILE": str(path)})
    assert unused.master_secrets == (environ["INDIGITALL_MASTER_SECRET"],)


def test_the_secret_of_today_among_the_retired_ones_is_refused(environ):
    today = environ["INDIGITALL_MASTER_SECRET"]
    (fault,) = faults(environ | {"INDIGITALL_RETIRED_MASTER_SECRETS": f"{token_hex(32)}\n{today}"})
    assert fault == "INDIGITALL_RETIRED_MASTER_SECRETS: contiene el secreto que rige"


@pytest.mark.parametrize(
    "name",
    [
        "INDIGITALL_SERVER_KEY",
        "INDIGITALL_SERVER_KEY_101",
        "INDIGITALL_LOGIN_PASSWORD",
        "ALERT_WEBHOOK_SECRET",
        "SMTP_PASSWORD",
        "DATABASE_URL",
        "ADMIN_DATABASE_URL",
    ],
)
def test_a_secret_of_others_given_twice_or_in_an_absent_file_is_refused(environ, tmp_path, name):
    path = tmp_path / "value"
    (fault,) = faults(environ | {f"{name}_FILE": str(path)})
    assert fault.startswith(f"{name}: no se puede leer el archivo")
    value = token_hex(32)
    path.write_text(value, encoding="utf-8")
    (fault,) = faults(environ | {f"{name}_FILE": str(path), name: value})
    assert fault.startswith(f"{name}: está definida dos veces")
    assert value not in fault
