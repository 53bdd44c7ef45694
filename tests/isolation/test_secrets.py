"""Programs started with a known value in every secret: none is ever seen outside its file."""

import os
import secrets
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import jwt
import pytest
import yaml

from infra.children import find_free_port
from infra.new_secrets import UNUSED
from lib import clock
from lib.config import get_settings
from lib.config_sources import SECRETS
from lib.db.roles import PLATFORM_ROLES, project_role, reveal_role
from lib.db.scoped import close_app_connections
from lib.db.urls import role_password
from tests.support.compose import answers, process, wait_for
from tests.support.pages import build_pages_world

PROJECT = 900101
ISSUER = "https://norte.example"
NOWHERE = "http://127.0.0.1:9"


@dataclass
class Planted:
    """The secrets by name, the environment that names their files, and what must not be seen."""

    values: dict[str, str]
    environment: dict[str, str]
    folder: Path
    tokens: list[str] = field(default_factory=list)

    @property
    def canaries(self):
        roles = [role.name for role in PLATFORM_ROLES if role.login]
        roles += [project_role(PROJECT), reveal_role(PROJECT)]
        return [*self.values.values(), *map(role_password, roles), *self.tokens]

    def seen_in(self, text):
        """The names or first letters of what stands in a text although it must not."""
        names = {value: name for name, value in self.values.items()}
        return [names.get(value, value[:6]) for value in self.canaries if value in text]


@pytest.fixture(scope="module")
def planted(module_database, tmp_path_factory):
    """Every secret of the product in a file of its own, the database's password among them."""
    build_pages_world(module_database)
    folder = tmp_path_factory.mktemp("planted")
    settings = get_settings()
    address = module_database.set(drivername="postgresql")
    values = {
        "INDIGITALL_MASTER_SECRET": settings.master_secret.get_secret_value(),
        "INDIGITALL_PII_KEY": settings.pii_key.get_secret_value(),
        "DATABASE_PASSWORD": module_database.password,
        "INDIGITALL_RETIRED_MASTER_SECRETS": secrets.token_hex(32),
        "ISSUER_KEY": secrets.token_hex(32),
        **{
            name: secrets.token_hex(32)
            for name in ("INDIGITALL_SERVER_KEY", f"INDIGITALL_SERVER_KEY_{PROJECT}")
        },
        "INDIGITALL_LOGIN_PASSWORD": secrets.token_hex(32),
        "ALERT_WEBHOOK_SECRET": secrets.token_hex(32),
        "ALERT_WEBHOOK_PATH": secrets.token_hex(32),
        "SMTP_PASSWORD": secrets.token_hex(32),
    }
    written = values | {
        "DATABASE_URL": address.render_as_string(hide_password=False),
        "ADMIN_DATABASE_URL": address.render_as_string(hide_password=False),
        "ALERT_WEBHOOK_URL": f"{NOWHERE}/hooks/{values['ALERT_WEBHOOK_PATH']}",
    }
    for name, value in written.items():
        path = folder / name
        path.write_text(f"{value}\n", encoding="utf-8")
        path.chmod(0o600)
    issuers = folder / "issuers.yaml"
    issuer = {
        "iss": ISSUER,
        "audiences": ["analytics"],
        "algorithm": "HS256",
        "keys": [{"secret_file": "ISSUER_KEY"}],
    }
    issuers.write_text(yaml.safe_dump({"issuers": [issuer]}), encoding="utf-8")
    how = folder / "connection.yaml"
    how.write_text("limits: {wait_seconds: [0.01]}\n", encoding="utf-8")
    named = [name for name in written if name in SECRETS or name.startswith("INDIGITALL_SERVER_")]
    environment = {
        **{key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ},
        **{f"{name}_FILE": str(folder / name) for name in named},
        "INDIGITALL_ENV_FILE": os.devnull,
        "INDIGITALL_HOME": str(folder / "home"),
        "INDIGITALL_API_URL": NOWHERE,
        "INDIGITALL_CONNECTION_FILE": str(how),
        "INDIGITALL_LOGIN_MAIL": "lectura@example.org",
        "ALERT_MAIL_TO": "ops@example.org",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": "9",
        "SMTP_SECURITY": "none",
        "SMTP_USER": "avisos",
        "SMTP_FROM": "avisos@example.org",
        "AUTH_MODE": "token",
        "AUTH_ISSUERS_FILE": str(issuers),
        "LOG_LEVEL": "DEBUG",
        "INDIGITALL_NOW": os.environ["INDIGITALL_NOW"],
    }
    yield Planted(values, environment, folder)
    close_app_connections()


@pytest.fixture
def command_lines(planted):
    """What the process list of this machine showed of our secrets while the test ran."""
    seen, done = set(), threading.Event()

    def look():
        while not done.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    words = path.read_text(encoding="utf-8", errors="replace")
                except OSError:
                    continue
                seen.update(planted.seen_in(words))

    watching = threading.Thread(target=look)
    watching.start()
    yield seen
    done.set()
    watching.join()


def test_every_secret_of_the_settings_is_planted(planted):
    assert {f"{name}_FILE" for name in SECRETS} <= set(planted.environment)
    assert not [name for name in planted.environment if name in SECRETS]
    assert not planted.seen_in(str(planted.environment))
    assert UNUSED.strip() not in planted.canaries


def run(planted, words, **changes):
    """A program of ours to its end: its exit code and all it said."""
    log = planted.folder / f"{words[0]}.log"
    with process([sys.executable, "-m", *words], planted.environment | changes, log) as child:
        code = child.wait(180)
    return code, log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["infra.prepare"], 0),
        (["flows.ingest", "--project", str(PROJECT)], 1),
        (["flows.probe", "--project", str(PROJECT)], 2),
        (["flows.watch"], 1),
        (["flows.onboard", "/nowhere.yaml"], 1),
        (["flows.transform", "--project", str(PROJECT)], None),
        (["lib.web", "--port", "0x"], 2),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_shows_no_secret_in_what_it_says_or_in_the_process_list(
    planted, command_lines, words, code
):
    ended, said = run(planted, words)
    assert code in {None, ended}, said
    assert said
    assert planted.seen_in(said) == []
    assert command_lines == set()


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (["flows.ingest", "--project", str(PROJECT)], {"INDIGITALL_PII_KEY_FILE": "/nowhere"}),
        (["lib.web"], {"INDIGITALL_PII_KEY_FILE": "INDIGITALL_MASTER_SECRET"}),
        (["lib.web"], {"DATABASE_URL_FILE": "ISSUER_KEY"}),
        (["infra.prepare"], {"ADMIN_DATABASE_URL_FILE": "SMTP_PASSWORD"}),
    ],
    ids=["unreadable", "one for both", "a key for an address", "a password for an address"],
)
def test_a_program_that_refuses_to_start_shows_no_secret(planted, words, changes):
    changes = {
        name: str(planted.folder / value) if value in planted.values else value
        for name, value in changes.items()
    }
    code, said = run(planted, words, **changes)
    assert code == 1
    assert any(name.removesuffix("_FILE") in said for name in changes), said
    assert planted.seen_in(said) == []


def test_a_database_that_refuses_our_passwords_shows_none_of_them(planted):
    wrong = planted.folder / "wrong"
    wrong.write_text(secrets.token_hex(32), encoding="utf-8")
    planted.values["WRONG"] = wrong.read_text(encoding="utf-8")
    words = ["flows.ingest", "--project", str(PROJECT)]
    code, said = run(planted, words, INDIGITALL_MASTER_SECRET_FILE=str(wrong))
    assert code == 1
    assert planted.seen_in(said) == []


def token(planted, **changes):
    now = int(clock.now().timestamp())
    claims = {
        "iss": ISSUER,
        "aud": "analytics",
        "sub": "u-1",
        "jti": secrets.token_hex(16),
        "iat": now - 5,
        "exp": now + 60,
        "project_id": PROJECT,
        "role": "director",
    } | changes
    made = jwt.encode(claims, planted.values["ISSUER_KEY"], algorithm="HS256")
    planted.tokens.append(made)
    return made


def test_the_application_shows_no_secret_and_no_token_in_logs_answers_or_process_list(
    planted, command_lines
):
    port = find_free_port(0)
    site = f"http://127.0.0.1:{port}"
    log = planted.folder / "application.log"
    command = [sys.executable, "-m", "lib.web", "--port", str(port)]
    with process(command, planted.environment | {"BASE_URL": site}, log) as child:
        wait_for(lambda: answers(f"{site}/health"), child, log)
        said = []
        with httpx.Client(base_url=site, trust_env=False) as browser:
            good, bad = token(planted), token(planted, exp=1)
            entered = browser.get("/auth/token", params={"token": good})
            assert entered.status_code == 303
            asked = [
                entered,
                browser.get("/auth/token", params={"token": good}),
                browser.get("/auth/token", params={"token": bad}),
                browser.post("/auth/token", data={"token": f"{bad}x"}),
                browser.get("/", params={"token": token(planted)}),
                *(browser.get(path) for path in ("/", "/health", "/ready", "/nada", "/salir")),
            ]
            planted.tokens += [value for cookie in browser.cookies.jar if (value := cookie.value)]
        said = [
            answer.text + "".join(f"{name}: {value}\n" for name, value in answer.headers.items()
                                  if name != "set-cookie")
            for answer in asked
        ]  # fmt: skip
        assert planted.seen_in("".join(said)) == []
        assert planted.seen_in(Path(f"/proc/{child.pid}/environ").read_text(encoding="utf-8")) == []
    assert planted.seen_in(log.read_text(encoding="utf-8")) == []
    assert command_lines == set()
