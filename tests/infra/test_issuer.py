"""The issuer of our own: what it signs the product accepts, until its key is retired."""

import json
import os
import stat
import subprocess
import sys
import urllib.request
from datetime import timedelta
from threading import Thread

import pytest
import yaml

from infra.issuer.__main__ import main
from infra.issuer.key_set import key_set, server
from lib.auth.issuers import Issuers
from lib.auth.permissions import Role
from lib.auth.verifier import Reason, TokenRefusedError, verify_token
from lib.clock import now
from tests.lib.auth.token_world import find_project

NORTH, SOUTH = "https://norte.example", "https://sur.example"


@pytest.fixture
def run(tmp_path, capsys):
    """Run the script on a folder; its standard output, or None when it failed."""

    def run(command, *options):
        code = main([command, "--folder", str(tmp_path), *options])
        out = capsys.readouterr().out
        return out if code == 0 else None

    return run


@pytest.fixture
def verdict(tmp_path):
    def verdict(token, at=None):
        issuers = Issuers.load(tmp_path / "issuers.yaml")
        try:
            return verify_token(token.strip(), issuers, at or now(), find_project)
        except TokenRefusedError as error:
            return error.reason

    return verdict


@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_what_it_signs_is_accepted_with_project_role_entities_and_name(run, verdict, algorithm):
    run("add", "--iss", NORTH, "--audience", "analytics", "--algorithm", algorithm)
    given = run(
        *("sign", "--project", "202", "--role", "supervisor", "--subject", "u-7"),
        *("--entity", "cali", "--entity", "pasto", "--display-name", "Ana Inventada"),
    )
    verified = verdict(given)
    assert (verified.project_id, verified.role, verified.subject) == (202, Role.SUPERVISOR, "u-7")
    assert (verified.entities, verified.name) == (("cali", "pasto"), "Ana Inventada")
    assert verified.expires_at - verified.issued_at == timedelta(seconds=300)
    assert verdict(given, now() + timedelta(minutes=6)) is Reason.EXPIRED


def test_every_token_has_a_jti_of_its_own(run, verdict):
    run("add", "--iss", NORTH, "--audience", "analytics")
    assert len({verdict(run("sign", "--project", "101")).jti for _ in range(20)}) == 20


def test_it_also_makes_tokens_that_must_be_refused(run, verdict):
    run("add", "--iss", NORTH, "--audience", "analytics", "--max-lifetime", "600")
    made = {
        Reason.EXPIRED: run("sign", "--project", "101", "--issued-in", "-400"),
        Reason.ISSUED_IN_FUTURE: run("sign", "--project", "101", "--issued-in", "120"),
        Reason.LIFETIME_TOO_LONG: run("sign", "--project", "101", "--lifetime", "601"),
        Reason.UNKNOWN_PROJECT: run("sign", "--project", "999"),
        Reason.BAD_ROLE: run("sign", "--project", "101", "--role", "operator"),
    }
    assert {reason: verdict(token) for reason, token in made.items()} == {r: r for r in made}


def test_after_a_rotation_both_keys_count_until_the_overlap_is_over(run, verdict):
    run("add", "--iss", NORTH, "--audience", "analytics", "--kid", "a", "--algorithm", "RS256")
    old = run("sign", "--project", "101", "--lifetime", "3600")
    run("rotate", "--kid", "b", "--overlap", "1800")
    new = run("sign", "--project", "101", "--lifetime", "3600")
    assert (verdict(old).slug, verdict(new).slug) == ("norte", "norte")
    later = now() + timedelta(seconds=1_800)
    assert verdict(old, later) is Reason.UNKNOWN_KEY
    assert verdict(new, later).slug == "norte"
    run("rotate", "--kid", "c", "--overlap", "60")
    assert verdict(old, now() + timedelta(seconds=1_799)).slug == "norte"


def test_secrets_and_private_keys_are_for_their_owner_alone_and_not_in_the_file(run, tmp_path):
    run("add", "--iss", NORTH, "--audience", "a", "--kid", "n")
    run("add", "--iss", SOUTH, "--audience", "a", "--kid", "s", "--algorithm", "RS256")
    for name in ("n.secret", "s.private.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    listed = (tmp_path / "issuers.yaml").read_text(encoding="utf-8")
    assert (tmp_path / "n.secret").read_text().strip() not in listed
    assert "PRIVATE" not in listed
    assert [entry["iss"] for entry in yaml.safe_load(listed)["issuers"]] == [NORTH, SOUTH]


def test_nothing_is_overwritten_and_what_cannot_be_is_refused(run, tmp_path):
    run("add", "--iss", NORTH, "--audience", "a", "--kid", "n")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert run("add", "--iss", NORTH, "--audience", "a", "--kid", "m") is None
    assert run("add", "--iss", SOUTH, "--audience", "a", "--kid", "n") is None
    assert run("rotate", "--kid", "n") is None
    assert run("rotate", "--iss", SOUTH, "--kid", "m") is None
    assert run("sign", "--iss", SOUTH, "--project", "101") is None
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_public_keys_are_served_on_loopback_and_the_product_reads_them(run, verdict, tmp_path):
    with server(tmp_path, 0) as serving:
        thread = Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        url = f"http://127.0.0.1:{serving.server_port}/jwks.json"
        options = ("--algorithm", "RS256", "--jwks-url", url)
        run("add", "--iss", SOUTH, "--audience", "a", "--kid", "s", *options)
        assert verdict(run("sign", "--project", "202")).slug == "sur"
        with urllib.request.urlopen(url) as answer:
            assert json.load(answer) == key_set(tmp_path)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(url.replace("jwks.json", "s.private.pem"))
        serving.shutdown()
        thread.join()
    (published,) = key_set(tmp_path)["keys"]
    assert set(published) == {"kty", "key_ops", "n", "e", "kid", "alg", "use"}


def test_a_token_goes_from_the_script_to_the_inspection_as_the_manual_shows(run, tmp_path):
    run("add", "--iss", NORTH, "--audience", "analytics")
    signed = [sys.executable, "-m", "infra.issuer", "sign", "--folder", str(tmp_path)]
    token = subprocess.run([*signed, "--project", "101"], capture_output=True, check=True).stdout
    inspected = subprocess.run(
        [sys.executable, "-m", "lib.auth", "inspect", "--no-database"],
        input=token,
        env={**os.environ, "AUTH_ISSUERS_FILE": str(tmp_path / "issuers.yaml")},
        capture_output=True,
        check=True,
    )
    assert json.loads(inspected.stdout)["claims"]["project"] == 101
