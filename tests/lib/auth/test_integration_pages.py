"""What docs/integracion says of tokens and issuers is what the code does."""

import json
import re
import secrets
import shlex
from pathlib import Path

import yaml

from infra.issuer import __main__ as issuer_script
from lib.auth.compact import HEADER_NAMES, LONGEST_TOKEN
from lib.auth.inspection import inspect
from lib.auth.issuer_file import ClaimNames, IssuerEntry, KeyEntry
from lib.auth.issuers import Issuers
from lib.auth.refusal import Reason
from lib.clock import now
from lib.tenants.projects import Project
from tests.lib.auth.token_world import pem_of, rsa_key

PAGES = Path(__file__).resolve().parents[3] / "docs" / "integracion"


def page(name):
    return (PAGES / name).read_text(encoding="utf-8")


def blocks(name, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page(name), re.DOTALL | re.MULTILINE)


def rows(name, heading):
    """First cells of the table under a heading, without the head of the table."""
    table = f"\n{page(name)}".partition(f"\n{heading}\n")[2]
    lines = re.findall(r"^\|.*$|^#.*$", table, re.MULTILINE)
    body = []
    for line in lines:
        if line.startswith("#"):
            break
        body.append(line.split("|")[1])
    return re.findall(r"`([^`]+)`", " ".join(body))


def test_every_reason_is_explained_in_the_order_of_the_checks():
    told = rows("token.md", "## What is refused, and with which word")
    assert told == [reason.value for reason in Reason]


def test_header_and_claims_are_listed_as_they_are_read():
    assert set(rows("token.md", "## Header")) == HEADER_NAMES
    names = ClaimNames()
    ours = {names.project, names.role, names.entities, names.name}
    registered = {"iss", "aud", "sub", "jti", "iat", "exp", "nbf"}
    assert set(rows("token.md", "## Claims")) == ours | registered
    assert f"**{LONGEST_TOKEN:,} characters**" in page("token.md")


def test_every_key_of_the_file_is_explained_with_its_value_when_it_is_not_given():
    told = set(rows("emisores.md", "# The file of issuers"))
    assert told == set(IssuerEntry.model_fields) | set(KeyEntry.model_fields)
    for name in ("leeway_seconds", "max_lifetime_seconds"):
        field = IssuerEntry.model_fields[name]
        assert re.search(rf"^\| `{name}` .*\| {field.default} \|$", page("emisores.md"), re.M)


def test_the_file_shown_is_one_that_loads(tmp_path):
    (shown,) = blocks("emisores.md", "yaml")
    for number, key in enumerate(yaml.safe_load(shown)["issuers"][0]["keys"]):
        (tmp_path / key["public_key_file"]).write_bytes(pem_of(rsa_key(f"shown-{number}")))
    (tmp_path / "issuers.yaml").write_text(shown, encoding="utf-8")
    (issuer,) = Issuers.load(tmp_path / "issuers.yaml")
    assert set(IssuerEntry.model_fields) == issuer.rules.model_fields_set


def test_the_first_commands_shown_give_the_verdict_shown(tmp_path, capsys):
    shown = blocks("index.md", "bash")[0].replace("\\\n", " ").replace("/tmp/issuer", str(tmp_path))
    (verdict_shown,) = (json.loads(block) for block in blocks("index.md", "json"))
    add, sign = (
        shlex.split(line.partition("|")[0])[3:]
        for line in shown.splitlines()
        if line.startswith("python -m infra.issuer")
    )
    assert issuer_script.main(add) == 0
    assert issuer_script.main(sign) == 0
    token = capsys.readouterr().out.removesuffix("\n")

    def any_project(project_id):
        return Project(project_id, "demo", "Demo", "UTC", is_demo=True)

    verdict = inspect(token, Issuers.load(tmp_path / "issuers.yaml"), now(), any_project)
    assert verdict == verdict_shown


def test_the_command_of_the_runbook_rotates(tmp_path):
    folder = ["--folder", str(tmp_path)]
    kid = secrets.token_hex(4)
    issuer_script.main(["add", *folder, "--iss", "https://a.example", "--audience", "a"])
    command = (
        blocks("rotar-una-llave.md", "bash")[-1]
        .replace("/tmp/issuer", str(tmp_path))
        .replace("K2", kid)
    )
    assert issuer_script.main(shlex.split(command)[3:]) == 0
    (issuer,) = Issuers.load(tmp_path / "issuers.yaml")
    assert [key.kid for key in issuer.local_keys] == [kid, "key-1"]
