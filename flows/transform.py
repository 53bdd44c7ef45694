"""raw -> marts: one `dbt build` for every project with something new, published as one.

python -m flows.transform                        what is new, in all projects
python -m flows.transform --project 900101 --from 2026-01-01 --to 2026-01-31
python -m flows.transform --full-refresh
python -m flows.transform --dbt build            any dbt command, with the right connection
python -m flows.transform --parse                manifests only, no database needed
"""

import argparse
import json
import sys
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Engine

from flows.code_hash import code_hash
from flows.dbt_process import WAREHOUSE, DbtRun, NodeResult, run_build, run_plain
from lib.clock import now
from lib.config import get_settings
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.urls import NoDatabaseError
from lib.db.warehouse import (
    WarehouseBusyError,
    find_work,
    finish_run,
    last_publication,
    only_build,
    settle_unchanged,
    start_run,
)
from lib.log import configure_logging, get_logger
from lib.metrics.manifest import FILE_NAME, shipped_model_hash

FAILED = {"error", "fail", "runtime error"}

log = get_logger(__name__)


class TransformError(Exception):
    """A build that did not publish all it should have; `run_id` names its row in app.dbt_runs."""

    def __init__(self, run_id: str, message: str) -> None:
        self.run_id = run_id
        super().__init__(message)


class BuildFailedError(TransformError):
    """dbt itself failed: a model, a contract, the connection. Nothing was published."""


class AuditFailedError(TransformError):
    """Tests failed: `held_back` says why each of these projects keeps its former version."""

    def __init__(self, run_id: str, held_back: dict[int, str], published: tuple[int, ...]) -> None:
        self.held_back = held_back
        self.published = published
        reasons = "; ".join(f"project {id_}: {reason}" for id_, reason in held_back.items())
        super().__init__(
            run_id,
            f"the audit held back {reasons}. See the rows with `make dbt ARGS='test --select NAME "
            "--store-failures'`, mend them or the model, then run flows.transform again",
        )


@dataclass(frozen=True, slots=True)
class TransformResult:
    """What one call did; `run_id` is None when nothing was new and dbt did not run."""

    run_id: str | None
    published: tuple[int, ...] = ()
    nodes: tuple[NodeResult, ...] = ()

    @property
    def seconds(self) -> float:
        """What its models, tests and publication took, added up."""
        return sum(node.seconds for node in self.nodes)


def transform(
    projects: Sequence[int] | None = None,
    since: date | None = None,
    until: date | None = None,
    full_refresh: bool = False,
) -> TransformResult:
    """Build and publish what is new; days from `since` to `until` also when nothing in them is.

    Without `projects` every project takes part. A changed model (another semantic manifest than
    the published one) rebuilds all days. Raises AuditFailedError when a project was held back (the
    others are published), BuildFailedError, WarehouseBusyError, NoDatabaseError.
    """
    engine = engine_for_role(OWNER, pool_size=2)
    try:
        with only_build(engine):
            model_hash, code = _model_hash(), code_hash(WAREHOUSE)
            with engine.begin() as connection:
                settle_unchanged(connection, projects, now())
                work = find_work(
                    connection, projects, model_hash=model_hash, code_hash=code, now=now()
                )
            if not (work.reasons or full_refresh or since or until):
                log.info("transform_skipped", reason="nothing new")
                return TransformResult(None)
            log.info("transform_started", reasons=work.reasons or ("asked for",))
            variables = {
                "projects": list(projects or ()),
                "from": since.isoformat() if since else None,
                "to": until.isoformat() if until else None,
                "model_hash": model_hash,
                "code_hash": code,
            }
            arguments = ["--vars", json.dumps(variables)]
            if full_refresh or work.needs_all_days:
                arguments.append("--full-refresh")
            return _build(engine, arguments, model_hash)
    finally:
        engine.dispose()


def _model_hash() -> str:
    """The fingerprint of the shipped metric catalogue; parses first when there is none yet."""
    if not (get_settings().manifest_dir / FILE_NAME).exists():
        run_plain(["--quiet", "parse"], connected=False)
    return shipped_model_hash()


def _build(engine: Engine, arguments: list[str], model_hash: str) -> TransformResult:
    run_id = uuid.uuid4().hex
    with engine.begin() as connection:
        start_run(connection, run_id, " ".join(["build", *arguments]), model_hash, now())
    run = run_build(arguments, get_settings().home / "dbt")
    with engine.begin() as connection:
        audit = last_publication(connection, run.invocation_id)
        held_back = {id_: reason for id_, reason in audit.items() if reason is not None}
        published = tuple(id_ for id_, reason in audit.items() if reason is None)
        status = "held_back" if held_back else "failed" if run.exit_code else "published"
        results = [asdict(result) for result in run.results]
        finish_run(connection, run_id, status=status, audit=audit, results=results, now=now())
    log.info("transform_finished", status=status, published=published, held_back=list(held_back))
    if held_back:
        raise AuditFailedError(run_id, held_back, published)
    if run.exit_code:
        raise BuildFailedError(run_id, _what_failed(run))
    return TransformResult(run_id, published, run.results)


def _what_failed(run: DbtRun) -> str:
    """Names and messages of the failed nodes, else what dbt said before it had any."""
    failed = [f"{node.name}: {node.message}" for node in run.results if node.status in FAILED]
    said = failed or list(run.errors) or ["no message; run it again with --dbt build"]
    return "dbt build was expected to publish and failed: " + "\n".join(said)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 0 when everything new is published."""
    parser = argparse.ArgumentParser(prog="python -m flows.transform", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--project", type=int, action="append", help="only this one (repeatable)")
    parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--to", dest="until", type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--full-refresh", action="store_true", help="every day of every project")
    parser.add_argument("--parse", action="store_true", help="only write dbt's manifests")
    parser.add_argument("--dbt", nargs=argparse.REMAINDER, metavar="...", help="a dbt command")
    given = parser.parse_args(arguments)
    if given.parse:
        return run_plain(["--quiet", "parse"], connected=False)
    configure_logging(get_settings().log_format, get_settings().log_level)
    if given.dbt is not None:
        return _typed(given.dbt)
    try:
        transform(given.project, given.since, given.until, given.full_refresh)
    except (NoDatabaseError, TransformError, WarehouseBusyError) as error:
        log.error("transform_failed", error=str(error))
        return 1
    return 0


def _typed(arguments: Sequence[str]) -> int:
    """A dbt command of an engineer, alone with the warehouse like every build."""
    engine = engine_for_role(OWNER, pool_size=1)
    try:
        with only_build(engine):
            return run_plain(arguments, connected=True)
    finally:
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
