"""The command that looks at a token, run as people run it."""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from lib.db.engines import admin_engine
from tests.lib.auth.signing import write_token
from tests.lib.auth.token_world import NORTH, SECONDS, SOUTH, build_world, rsa_key

TWO_PROJECTS = """
insert into app.projects (project_id, slug, name, is_active, backfill_from)
values (101, 'norte', 'Norte', true, '2026-01-01'), (202, 'sur', 'Sur', false, '2026-01-01')
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("issuers")


@pytest.fixture(scope="module")
def world(folder):
    return build_world(folder)


def token_of(world, issuer, **changes):
    claims = {**world.claims(issuer), **changes}
    header = world.header(issuer)
    return write_token(header, claims, world.key(issuer), header["alg"])


def inspect(folder, given, *options, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "lib.auth", "inspect", *options],
        input=given.encode() if isinstance(given, str) else given,
        env={**os.environ, "AUTH_ISSUERS_FILE": str(folder / "issuers.yaml"), **environment},
        capture_output=True,
        timeout=60,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_good_token_is_accepted_with_what_names_no_person(folder, world):
    given = token_of(world, NORTH, name="Ana Inventada", entities=["cali"])
    code, out, err = inspect(folder, given + "\n", "--no-database")
    assert (code, json.loads(out)) == (
        0,
        {
            "verdict": "accepted",
            "reason": None,
            "issuer": NORTH,
            "claims": {
                "iss": NORTH,
                "aud": ["analytics"],
                "project": 101,
                "role": "director",
                "iat": SECONDS - 10,
                "exp": SECONDS + 290,
            },
        },
    )
    for hidden in ("Ana", "u-17", "una-vez", given.split(".")[2], world.secret.decode()):
        assert hidden not in out + err


def test_a_refused_token_says_why_and_nothing_of_itself(folder, world):
    forged = write_token(world.header(SOUTH), world.claims(SOUTH), rsa_key("stranger"), "RS256")
    code, out, err = inspect(folder, forged, "--no-database")
    assert code == 1
    assert json.loads(out) == {"verdict": "refused", "reason": "bad_signature", "issuer": SOUTH}
    assert not any(part in out + err for part in forged.split("."))


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        (lambda token: token + "\n\n", "malformed"),
        (lambda token: token + " ", "malformed"),
        (lambda token: "\n" + token, "malformed"),
        (lambda token: "", "malformed"),
        (lambda token: token.encode() + b"\xff", "malformed"),
        (lambda token: "A" * 1_000_000, "too_long"),
    ],
    ids=["two line ends", "a blank", "a line end before", "nothing", "no text", "far too long"],
)
def test_only_one_line_end_behind_is_forgiven(folder, world, alter, reason):
    code, out, _ = inspect(folder, alter(token_of(world, NORTH)), "--no-database")
    assert (code, json.loads(out)["reason"]) == (1, reason)


def test_without_a_database_no_other_setting_is_needed(folder, world, tmp_path):
    given = token_of(world, SOUTH)
    bare = {"INDIGITALL_HOME": str(tmp_path), "DATABASE_URL": ""}
    assert inspect(folder, given, "--no-database", **bare)[0] == 0
    named = ("--no-database", "--issuers", str(folder / "issuers.yaml"))
    assert inspect(folder, given, *named, **bare, AUTH_ISSUERS_FILE="")[0] == 0
    code, out, err = inspect(folder, given, **bare)
    assert (code, out) == (2, "")
    assert "inspect_failed" in err


def test_with_a_database_the_project_must_be_known_and_active(folder, world, module_database):
    engine = admin_engine()
    with engine.begin() as connection:
        connection.execute(text(TWO_PROJECTS))
    engine.dispose()
    assert inspect(folder, token_of(world, NORTH))[0] == 0
    for given in (token_of(world, NORTH, project_id=999), token_of(world, SOUTH)):
        code, out, _ = inspect(folder, given)
        assert (code, json.loads(out)["reason"]) == (1, "unknown_project")


def test_a_database_that_does_not_answer_is_told_in_one_line(folder, world):
    address = "postgresql://nadie:nada@127.0.0.1:9/nada"
    code, out, err = inspect(folder, token_of(world, NORTH), DATABASE_URL=address)
    assert (code, out) == (2, "")
    assert "inspect_failed" in err
    assert "Traceback" not in err


def test_where_no_issuer_is_configured_every_token_is_refused(folder, world):
    code, out, err = inspect(folder, token_of(world, NORTH), "--no-database", AUTH_ISSUERS_FILE="")
    assert (code, json.loads(out)["reason"]) == (1, "unknown_issuer")
    assert "no_issuers" in err


def test_a_faulty_file_of_issuers_is_told_by_its_faults(folder, world, tmp_path):
    path = tmp_path / "issuers.yaml"
    path.write_text("issuers: [{iss: x}]", encoding="utf-8")
    code, out, err = inspect(folder, "x", "--no-database", "--issuers", str(path))
    assert (code, out) == (2, "")
    assert "issuers.0.audiences" in err
