"""`python -m lib.guard` as others call it: JSON lines in, JSON lines out."""

import json
import subprocess
import sys

LINES = [
    '{"id": 1, "sql": "select entity, count(*) from marts.fct_messages group by entity"}',
    "no JSON",
    '{"id": "b", "sql": "select body from marts.fct_messages"}',
    "",
    '{"id": 3}',
    "[1]",
    '{"id": {"a": 1}, "sql": 5}',
    '{"id": 4, "sql": "select \\ud800"}',
    "[" * 100_000,
    '{"id": 5, "sql": "select 1"}',
]


def run(lines, *options):
    return subprocess.run(
        [sys.executable, "-m", "lib.guard", *options],
        input="\n".join(lines).encode(),
        capture_output=True,
        timeout=120,
    )


def test_each_line_gets_its_verdict_in_order_and_nothing_crashes():
    done = run(LINES)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": 1, "verdict": "allow", "reason": "allowed"},
        {"id": None, "line": 2, "verdict": "block", "reason": "malformed"},
        {"id": "b", "verdict": "block", "reason": "personal_column"},
        {"id": 3, "line": 5, "verdict": "block", "reason": "malformed"},
        {"id": None, "line": 6, "verdict": "block", "reason": "malformed"},
        {"id": {"a": 1}, "verdict": "block", "reason": "malformed"},
        {"id": 4, "verdict": "block", "reason": "bad_character"},
        {"id": None, "line": 9, "verdict": "block", "reason": "malformed"},
        {"id": 5, "verdict": "allow", "reason": "allowed"},
    ]


def test_bytes_that_are_no_text_are_a_blocked_line():
    done = subprocess.run(
        [sys.executable, "-m", "lib.guard"],
        input=b'\xff\xfe\n{"id": 1, "sql": "select 1"}\n',
        capture_output=True,
        timeout=120,
    )
    verdicts = [json.loads(line)["verdict"] for line in done.stdout.splitlines()]
    assert verdicts == ["block", "allow"]


def test_a_verdict_comes_before_the_next_line_is_sent():
    with subprocess.Popen(
        [sys.executable, "-m", "lib.guard"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for number in range(3):
            request = json.dumps({"id": number, "sql": "select 1"}).encode()
            process.stdin.write(request + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(timeout=30) == 0
