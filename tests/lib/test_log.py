"""One line per event, the same shape for our events and other libraries', no passwords."""

import json
import logging

import pytest
import structlog

from lib.log import configure_logging, get_logger


@pytest.fixture(autouse=True)
def no_bound_ids():
    """What a test binds is gone after it; logging itself is restored after every test anyway."""
    yield
    structlog.contextvars.clear_contextvars()


def _lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_is_one_json_line_with_its_facts(capsys):
    configure_logging("json")
    get_logger("lib.raw").info("batch_committed", rows=3, entity="Cooperativa Bogotá")
    (line,) = _lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "batch_committed",
        "level": "info",
        "logger": "lib.raw",
        "rows": 3,
        "entity": "Cooperativa Bogotá",
    }


def test_bound_ids_stand_in_every_line_also_of_other_libraries(capsys):
    configure_logging("json")
    structlog.contextvars.bind_contextvars(project_id=900101, run_id="r1")
    get_logger("a.room.of.ours").info("started")
    logging.getLogger("another.library").warning("slow answer: %s s", 3)
    ours, theirs = _lines(capsys)
    assert (ours["project_id"], ours["run_id"]) == (900101, "r1")
    assert (theirs["project_id"], theirs["event"]) == (900101, "slow answer: 3 s")


def test_events_below_the_level_are_not_written(capsys):
    configure_logging("json", "WARNING")
    get_logger("a").info("quiet")
    logging.getLogger("b").info("quiet")
    get_logger("a").warning("loud")
    assert [line["event"] for line in _lines(capsys)] == ["loud"]


def test_configuring_again_does_not_double_the_lines(capsys):
    configure_logging("json")
    configure_logging("json")
    get_logger("a").info("once")
    assert len(_lines(capsys)) == 1


def test_without_a_terminal_the_format_is_json(capsys):
    configure_logging()
    get_logger("a").info("event")
    assert _lines(capsys)[0]["event"] == "event"


def test_the_console_format_is_readable_text(capsys):
    configure_logging("console")
    get_logger("a").info("server_started", port=5432)
    text = capsys.readouterr().err
    assert "server_started" in text
    assert "port=5432" in text


@pytest.mark.parametrize("format", ["json", "console"])
def test_passwords_in_urls_never_reach_the_log(capsys, format):
    configure_logging(format)
    url = "postgresql://indigo_app:s3cr3t-w0rd@127.0.0.1:5432/indigitall"
    logger = get_logger("a")
    logger.info(f"connecting to {url}", url=url)
    logging.getLogger("sqlalchemy").error("no answer from %s", url)
    try:
        raise ConnectionError(f"refused: {url}")
    except ConnectionError:
        logger.exception("failed")
    text = capsys.readouterr().err
    assert "s3cr3t-w0rd" not in text
    assert "indigo_app:***@127.0.0.1" in text
