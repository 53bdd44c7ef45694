"""Settings: where they come from, and what start-up refuses."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.config import (
    CHECKOUT,
    ServerKeyMissingError,
    SettingsError,
    embedded_options,
    get_settings,
    load_settings,
    local_home,
)
from lib.local_secrets import ensure_local_secrets, store_local_values

MASTER = "b7d4a1f093ce5826b7d4a1f093ce5826aa"
PII = "10f2e3d4c5b6a79888796a5b4c3d2e1f"


@pytest.fixture
def load(tmp_path):
    """Settings of a complete environment plus the given variables."""

    def with_variables(**variables):
        complete = {"INDIGITALL_MASTER_SECRET": MASTER, "INDIGITALL_PII_KEY": PII}
        return load_settings({"INDIGITALL_HOME": str(tmp_path), **complete, **variables})

    return with_variables


def _faults(load, **variables):
    with pytest.raises(SettingsError) as refusal:
        load(**variables)
    return refusal.value.faults


def test_only_the_secrets_have_no_default(load):
    settings = load()
    assert settings.database_url is None
    assert (settings.auth_modes, settings.port) == ({"dev"}, 8501)
    assert settings.base_url == "http://127.0.0.1:8501"
    assert (settings.log_format, settings.log_level) == (None, "INFO")
    assert settings.manifest_dir == CHECKOUT / "warehouse" / "target"


def test_everything_wrong_is_said_at_once_one_line_each(load):
    faults = _faults(
        load,
        INDIGITALL_MASTER_SECRET="short",
        INDIGITALL_PII_KEY="x" * 40,
        DATABASE_URL="mysql://root:hunter2@db/x",
        AUTH_MODE="open",
        INDIGITALL_PORT="eighty",
        BASE_URL="ftp://x",
        INDIGITALL_NOW="2026-02-17T10:00:00",
        LOG_FORMAT="xml",
    )
    assert sorted(fault.partition(":")[0] for fault in faults) == [
        "AUTH_MODE",
        "BASE_URL",
        "DATABASE_URL",
        "INDIGITALL_MASTER_SECRET",
        "INDIGITALL_NOW",
        "INDIGITALL_PII_KEY",
        "INDIGITALL_PORT",
        "LOG_FORMAT",
    ]
    assert all("\n" not in fault for fault in faults)


def test_a_fault_never_repeats_the_value(load):
    with pytest.raises(SettingsError) as refusal:
        load(DATABASE_URL="mysql://root:hunter2@db/x", INDIGITALL_PII_KEY="changeme" * 5)
    assert "hunter2" not in str(refusal.value)
    assert "changeme" not in str(refusal.value)


def test_missing_secrets_are_named(tmp_path):
    with pytest.raises(SettingsError) as refusal:
        load_settings({"INDIGITALL_HOME": str(tmp_path)})
    assert refusal.value.faults == (
        "INDIGITALL_MASTER_SECRET: falta; es obligatoria",
        "INDIGITALL_PII_KEY: falta; es obligatoria",
    )


def test_the_two_secrets_must_differ(load):
    (fault,) = _faults(load, INDIGITALL_PII_KEY=MASTER)
    assert fault == "INDIGITALL_PII_KEY: debe ser distinta de INDIGITALL_MASTER_SECRET"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.test",
        "postgresql:///analytics",
        "postgresql://u:p@db.test:port/analytics",
        "postgresql://u:p@db.test:0/analytics",
        "sqlite:///file.db",
        "db.test:5432",
    ],
)
def test_an_incomplete_database_address_is_refused(load, url):
    (fault,) = _faults(load, DATABASE_URL=url)
    assert fault.startswith("DATABASE_URL: se esperaba postgresql://")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8501.5"])
def test_a_port_that_cannot_be_is_refused(load, port):
    (fault,) = _faults(load, INDIGITALL_PORT=port)
    assert fault.startswith("INDIGITALL_PORT: ")


def test_nobody_is_a_trusted_proxy_unless_named(load):
    assert load().trusted_proxies == ()
    named = load(TRUSTED_PROXIES="10.0.0.2, 10.1.0.0/24,::1").trusted_proxies
    assert [str(one) for one in named] == ["10.0.0.2/32", "10.1.0.0/24", "::1/128"]


@pytest.mark.parametrize("value", ["0.0.0.0/0", "::/0", "10.0.0.1/24", "caddy", "*", "10.0.0.300"])
def test_a_proxy_that_is_no_address_or_half_the_world_is_refused(load, value):
    (fault,) = _faults(load, TRUSTED_PROXIES=value)
    assert fault.startswith("TRUSTED_PROXIES: ")


def test_an_empty_variable_counts_as_not_set(load):
    settings = load(DATABASE_URL="", LOG_FORMAT=" ", INDIGITALL_PORT="")
    assert (settings.database_url, settings.log_format, settings.port) == (None, None, 8501)


def test_a_secret_can_come_from_a_file(load, tmp_path):
    (tmp_path / "pii").write_text(f"{PII}\n")
    (tmp_path / "url").write_text("postgresql://a:b@db.test/analytics\n")
    settings = load(
        INDIGITALL_PII_KEY="",
        INDIGITALL_PII_KEY_FILE=str(tmp_path / "pii"),
        DATABASE_URL_FILE=str(tmp_path / "url"),
    )
    assert settings.pii_key.get_secret_value() == PII
    assert settings.database_url.get_secret_value() == "postgresql://a:b@db.test/analytics"


def test_a_secret_given_twice_or_in_an_unreadable_or_empty_file_is_refused(load, tmp_path):
    (tmp_path / "empty").write_text("\n")
    faults = _faults(
        load,
        INDIGITALL_MASTER_SECRET_FILE=str(tmp_path / "empty"),
        INDIGITALL_PII_KEY="",
        INDIGITALL_PII_KEY_FILE=str(tmp_path / "empty"),
        DATABASE_URL_FILE=str(tmp_path / "absent"),
    )
    assert sorted(faults) == [
        f"DATABASE_URL: no se puede leer el archivo {tmp_path / 'absent'}",
        "INDIGITALL_MASTER_SECRET: está definida dos veces, también como "
        "INDIGITALL_MASTER_SECRET_FILE; deje una sola",
        f"INDIGITALL_PII_KEY: el archivo {tmp_path / 'empty'} está vacío",
    ]


def test_local_secrets_are_the_last_source(tmp_path):
    ensure_local_secrets(tmp_path)
    store_local_values(tmp_path, {"INDIGITALL_SERVER_KEY_900101": "local-key"})
    environ = {"INDIGITALL_HOME": str(tmp_path), "INDIGITALL_MASTER_SECRET": MASTER}
    settings = load_settings(environ)
    assert settings.master_secret.get_secret_value() == MASTER
    assert len(settings.pii_key.get_secret_value()) == 64
    assert settings.server_key(900101) == "local-key"
    named = load_settings({**environ, "INDIGITALL_SERVER_KEY_900101": "named-key"})
    assert named.server_key(900101) == "named-key"


def test_local_secrets_open_to_others_stop_the_start(load, tmp_path):
    ensure_local_secrets(tmp_path).chmod(0o644)
    assert any("chmod 600" in fault for fault in _faults(load))


def test_each_project_has_its_own_server_key(load, tmp_path):
    (tmp_path / "key").write_text("key-of-andina\n")
    settings = load(
        INDIGITALL_SERVER_KEY_900101="key-of-demo",
        INDIGITALL_SERVER_KEY_900202_FILE=str(tmp_path / "key"),
    )
    assert settings.server_key(900101) == "key-of-demo"
    assert settings.server_key(900202) == "key-of-andina"


def test_a_project_without_a_key_names_the_variable(load):
    with pytest.raises(ServerKeyMissingError, match="INDIGITALL_SERVER_KEY_900303") as missing:
        load(INDIGITALL_SERVER_KEY_900101="key-of-demo").server_key(900303)
    assert (missing.value.project_id, missing.value.variable) == (
        900303,
        "INDIGITALL_SERVER_KEY_900303",
    )


def test_secrets_are_not_shown_by_the_settings(load):
    settings = load(
        INDIGITALL_SERVER_KEY_900101="key-of-demo", DATABASE_URL="postgresql://a:hunter2@db/x"
    )
    for secret in (MASTER, PII, "key-of-demo", "hunter2"):
        assert secret not in repr(settings)
        assert secret not in str(settings)


def test_relative_folders_start_at_the_checkout_wherever_the_command_was_typed(monkeypatch, load):
    monkeypatch.chdir("/")
    monkeypatch.setenv("INDIGITALL_HOME", "somewhere")
    assert local_home() == CHECKOUT / "somewhere"
    assert load(DBT_TARGET_PATH="other").manifest_dir == CHECKOUT / "warehouse" / "other"
    assert load(DBT_TARGET_PATH="/abs").manifest_dir == Path("/abs")


def test_the_fixed_clock_is_an_instant(load):
    fixed = load(INDIGITALL_NOW="2026-02-17T10:00:00-05:00").fixed_now
    assert fixed == datetime(2026, 2, 17, 15, tzinfo=UTC)


def test_addresses_lose_their_last_slash(load):
    assert load(BASE_URL="https://panel.test/").base_url == "https://panel.test"


def test_the_env_file_fills_in_only_what_is_not_set(monkeypatch, tmp_path):
    env_file = tmp_path / "env"
    env_file.write_text("LOG_LEVEL=DEBUG\nINDIGITALL_PORT=9999\n")
    monkeypatch.setenv("INDIGITALL_ENV_FILE", str(env_file))
    monkeypatch.setenv("INDIGITALL_HOME", str(tmp_path))
    monkeypatch.setenv("INDIGITALL_PORT", "8600")
    # the file is read into the environment: registered here so that it is taken out again
    monkeypatch.setenv("LOG_LEVEL", "to be removed")
    monkeypatch.delenv("LOG_LEVEL")
    ensure_local_secrets(tmp_path)
    get_settings.cache_clear()
    settings = get_settings()
    get_settings.cache_clear()
    assert (settings.log_level, settings.port) == ("DEBUG", 8600)


def test_settings_are_read_once(monkeypatch, tmp_path):
    ensure_local_secrets(tmp_path)
    monkeypatch.setenv("INDIGITALL_HOME", str(tmp_path))
    get_settings.cache_clear()
    first = get_settings()
    monkeypatch.setenv("INDIGITALL_PORT", "8600")
    assert get_settings() is first
    get_settings.cache_clear()


def test_the_local_server_has_options_before_any_secret_exists(monkeypatch):
    monkeypatch.delenv("PG_BIN", raising=False)
    assert (embedded_options().pg_bin, embedded_options().pg_user) == (None, "nobody")
    monkeypatch.setenv("PG_BIN", "/opt/postgresql/bin")
    monkeypatch.setenv("INDIGITALL_PG_USER", "postgres")
    assert embedded_options().pg_bin == Path("/opt/postgresql/bin")
    assert embedded_options().pg_user == "postgres"


def test_every_variable_is_explained_in_the_example_file():
    example = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
    names = {str(field.validation_alias) for field in type(load_example()).model_fields.values()}
    names |= {"PG_BIN", "INDIGITALL_PG_USER", "INDIGITALL_ENV_FILE", "INDIGITALL_SERVER_KEYS_FILE"}
    assert [name for name in sorted(names) if name not in example] == []


def load_example():
    """Settings of the example file, completed with secrets: it must be valid as it stands."""
    pairs = [
        line.partition("=")
        for line in (CHECKOUT / ".env.example").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    given = {name: value for name, _, value in pairs}
    return load_settings(
        given
        | {"INDIGITALL_MASTER_SECRET": MASTER, "INDIGITALL_PII_KEY": PII}
        | {"INDIGITALL_HOME": "/no/such/folder"}
    )
