"""The whole product on one machine: `python -m infra.local run | demo | stop`.

`run` brings an empty machine to a page with numbers and keeps the data fresh; `demo` makes the data
only; `stop` ends a `run` of the same data folder. Each step is one event, and a failing step says
what to do next.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import httpx

from infra.children import Child, ChildFailedError, find_free_port, run_to_end, start_child
from infra.demo import DEMO_PROJECT_IDS, local_environment, register_demo
from infra.instance import AlreadyRunningError, claim_instance, stop_instance
from lib.config import SettingsError, ensure_local_secrets, get_settings, local_home
from lib.db.embedded import EmbeddedServerError, embedded_server
from lib.db.prepare import prepare_database
from lib.log import configure_logging, get_logger

log = get_logger("infra.local")
REFRESH_SECONDS = 15 * 60
WATCH_SECONDS = 1.0
READY_SECONDS = 90


class NotReadyError(Exception):
    """A server of ours did not answer in time, or ended before it did."""


def run() -> None:
    """Serve the app until Ctrl-C or `make stop`, ingesting at start and every 15 minutes."""
    with _platform() as environment, ExitStack() as children:
        has_data = register_demo()
        if not has_data:
            _refresh(environment)
        port = get_settings().port
        if find_free_port(port) != port:
            raise NotReadyError(f"port {port} was expected to be free and is taken")
        _step("app", port=port)
        app = start_child("app", ["lib.web"], environment)
        children.callback(app.stop)
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(app, f"{address}/ready")
        log.info("ready", open=f"{address}/?tenant=demo", stop="Ctrl-C")
        _serve(app, environment, refresh_now=has_data)


def demo() -> None:
    """Make or renew the demo's data and end."""
    with _platform() as environment:
        register_demo()
        _refresh(environment)
        log.info("demo_ready", projects=list(DEMO_PROJECT_IDS))


def stop() -> None:
    """End the `run` that uses this data folder, if any."""
    log.info("stopped" if stop_instance(local_home()) else "nothing_to_stop")


@contextmanager
def _platform() -> Iterator[dict[str, str]]:
    """Secrets, PostgreSQL, schema and sandbox; yields the environment that children need."""
    home = local_home()
    ensure_local_secrets(home)
    settings = get_settings()
    configure_logging(settings.log_format, settings.log_level)
    with claim_instance(home), ExitStack() as running:
        if settings.database_url is None:
            _step("database", folder=str(home))
            running.enter_context(embedded_server(home))
        _step("roles_and_tables")
        prepare_database()
        environment: dict[str, str] = {}
        # the data folder keeps the address of a former sandbox: only the environment counts
        if not os.environ.get("INDIGITALL_API_URL"):
            port = find_free_port(settings.port + 1)
            _step("sandbox_api", port=port)
            environment = local_environment(home, port)
            sandbox = start_child("sandbox", ["infra.sandbox", "--port", str(port)], environment)
            running.callback(sandbox.stop)
        yield environment


def _refresh(environment: dict[str, str]) -> None:
    """Read what is new from the API and publish it. Raises ChildFailedError."""
    for project_id in DEMO_PROJECT_IDS:
        _step("ingest", project_id=project_id)
        run_to_end("ingest", ["flows.ingest", "--project", str(project_id)], environment)
    _step("transform")
    run_to_end("transform", ["flows.transform"], environment)


def _serve(app: Child, environment: dict[str, str], *, refresh_now: bool) -> None:
    """Watch the app and keep the data fresh. Raises NotReadyError when the app ends by itself."""
    due = time.monotonic() + (0 if refresh_now else REFRESH_SECONDS)
    while app.is_running():
        if time.monotonic() >= due:
            try:
                _refresh(environment)
            except ChildFailedError as error:
                # the pages keep serving the last published version and say how old it is
                log.error("refresh_failed", step=error.name, exit_code=error.exit_code)
            due = time.monotonic() + REFRESH_SECONDS
        time.sleep(WATCH_SECONDS)
    raise NotReadyError(f"the app ended by itself with {app.process.returncode}")


def _wait_until_ready(app: Child, address: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and app.is_running():
        try:
            if httpx.get(address, timeout=5, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass  # not listening yet: the loop is the waiting
        time.sleep(0.1)
    raise NotReadyError(f"{address} was expected to answer within {READY_SECONDS} s")


def _step(name: str, **facts: object) -> None:
    log.info("step", name=name, **facts)


def _stop_on_signal(number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt(number)


ADVICE: dict[type[Exception], str] = {
    ChildFailedError: "read that step's lines above; once mended, `make run` goes on from there",
    AlreadyRunningError: "stop the other one with `make stop`",
    SettingsError: "mend the settings named above (see .env.example)",
    EmbeddedServerError: "see the server's log under .indigitall/postgres",
    NotReadyError: "is the port taken? set INDIGITALL_PORT to another one",
}
EXPECTED = tuple(ADVICE)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it ended in order, 1 with advice when a step failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = {"run": run, "demo": demo, "stop": stop}
    parser.add_argument("command", choices=commands)
    command = commands[parser.parse_args(arguments).command]
    configure_logging()
    signal.signal(signal.SIGTERM, _stop_on_signal)
    try:
        command()
    except KeyboardInterrupt:
        log.info("stopping")
    except EXPECTED as error:
        advice = next(text for kind, text in ADVICE.items() if isinstance(error, kind))
        log.error("step_failed", error=str(error), advice=advice)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
