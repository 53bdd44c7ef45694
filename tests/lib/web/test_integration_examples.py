"""The curl commands of docs/integracion get the answers that stand below them."""

import asyncio
import re
import shlex
from pathlib import Path

import httpx
import pytest

from infra.issuer import __main__ as issuer_script
from lib.config import Settings
from tests.support.web import SECRET

PAGE = Path(__file__).resolve().parents[3] / "docs" / "integracion" / "entrada.md"
OURS = "https://analitica.example.com"
NOT_CURL = re.compile(r"^printf|^TOKEN=")
INCIDENT = re.compile(r"[0-9A-F]{4}-[0-9A-F]{4}")


@pytest.fixture
def folder(tmp_path):
    options = ["--iss", "https://login.example.com", "--audience", "indigitall-analytics"]
    entry = ["--cookie", "example_token", "--origin", "https://app.example.com"]
    assert issuer_script.main(["add", "--folder", str(tmp_path), *options, *entry]) == 0
    return tmp_path


@pytest.fixture
def settings(folder):
    return Settings.model_validate(
        {
            "INDIGITALL_MASTER_SECRET": SECRET,
            "INDIGITALL_PII_KEY": SECRET[::-1],
            "BASE_URL": OURS,
            "AUTH_MODE": "token,cookie",
            "AUTH_ISSUERS_FILE": str(folder / "issuers.yaml"),
        }
    )


@pytest.fixture
def new_token(folder, capsys):
    def new_token():
        options = ["--project", "900101", "--role", "supervisor", "--subject", "ana.rojas"]
        assert issuer_script.main(["sign", "--folder", str(folder), *options]) == 0
        return capsys.readouterr().out.strip()

    return new_token


@pytest.fixture
def ask(app):
    """Do what a curl command does, and say status and headers."""

    def ask(command, token):
        text = command.partition(" | ")[0].replace("${TOKEN%?}", token[:-1])
        words = shlex.split(text.replace("$TOKEN", token))
        assert words[:2] == ["curl", "-si"]
        url, headers, form = words[2], {}, {}
        for option, value in zip(words[3::2], words[4::2], strict=True):
            if option == "-H":
                name, _, content = value.partition(": ")
                headers[name] = content
            else:
                assert option == "--data-urlencode"
                name, _, content = value.partition("=")
                form[name] = content
        return asyncio.run(request(app, url, headers, form))

    return ask


async def request(app, url, headers, form):
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport) as browser:
        if form:
            return await browser.post(url, headers=headers, data=form)
        return await browser.get(url, headers=headers)


def examples():
    """Blocks of curl commands, each with the answer that is promised below it."""
    blocks = re.findall(r"^```bash\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)
    found = []
    for block in blocks:
        lines = block.replace("\\\n", " ").splitlines()
        pairs = list(zip(lines[::2], lines[1::2], strict=False))
        if not NOT_CURL.match(lines[0]):
            found.append(pairs)
    return found


def matches(answer, promised):
    """Whether an answer has the status and the headers that a comment names."""
    status, *headers = promised.removeprefix("# HTTP/1.1 ").split(", ")
    wanted = [header.split(": ", 1) for header in headers]
    return str(answer.status_code) == status.partition(":")[0] and all(
        part in answer.headers.get(name, "")
        for name, value in wanted
        for part in value.replace("...", "").split("; ")
    )


@pytest.mark.parametrize("block", examples(), ids=["D7 cookie", "D8 by POST", "D8 by GET"])
def test_the_examples_get_the_answers_that_the_page_promises(block, ask, new_token):
    token = new_token()
    for command, promised in block:
        answer = ask(command, token)
        assert matches(answer, promised), (command, answer.status_code, dict(answer.headers))
        assert token not in answer.text
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_refusal_tells_neither_the_reason_nor_the_token(ask, new_token):
    said = set()
    for spoil in ("x", "A" * 5_000, ".", "="):
        token = new_token() + spoil
        answer = ask(f"curl -si {OURS}/auth/token?token=$TOKEN", token)
        assert answer.status_code == 401
        assert token not in answer.text
        said.add(INCIDENT.sub("", answer.text))
    assert len(said) == 1
