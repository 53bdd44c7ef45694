"""Changes each rule once and says which test noticed: `python -m tests.mutation [words of a rule]`.

Ends with 1 when a change went unnoticed. Formulas of metrics have mutants of their own, which every
test run tries (tests/lib/metrics/test_formula_mutants.py).
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.dbt_process import run_plain
from lib.config import ensure_local_secrets, get_settings
from lib.db.embedded import embedded_server
from lib.db.prepare import prepare_database
from lib.log import configure_logging
from tests.mutation.rules import RuleMutant, copy_of_checkout, rounds, rule_mutants
from tests.mutation.unit_tests import UnitTestsFailedToRunError, noticed_by_model
from tests.support.local_server import reachable_folder

CODE = ("lib", "flows", "infra", "pages", "tests", "warehouse", ".streamlit", "pyproject.toml")
MANIFESTS = ("manifest.json", "semantic_manifest.json")


def main(words: list[str]) -> int:
    """Try every mutant whose rule or file has these words; 1 when one survived."""
    configure_logging(level="WARNING")
    mutants = [m for m in rule_mutants() if all(w in f"{m.rule} {m.file}" for w in words)]
    survivors = 0
    with built_warehouse():
        for batch in rounds(mutants):
            for mutant, noticed in tried(batch):
                survivors += not noticed
                said = ", ".join(noticed) or "SURVIVED"
                sys.stdout.write(f"{mutant.model:45} {mutant.rule}\n    {said}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{len(mutants)} mutants, {survivors} survived\n")
    return 1 if survivors else 0


@contextmanager
def built_warehouse() -> Iterator[None]:
    """A server of our own in which every relation that a model reads exists, empty."""
    with reachable_folder() as home:
        os.environ["INDIGITALL_HOME"] = str(home)
        for name in ("DATABASE_URL", "ADMIN_DATABASE_URL"):
            os.environ.pop(name, None)
        ensure_local_secrets(home)
        get_settings.cache_clear()
        with embedded_server(home):
            prepare_database()
            target = str(home / "target")
            for command in ("seed", "run"):
                arguments = ["--quiet", command, "--target-path", target]
                if run_plain(arguments, connected=True) != 0:
                    raise RuntimeError(f"dbt {command} failed on the unchanged warehouse")
            yield


def tried(batch: list[RuleMutant]) -> Iterator[tuple[RuleMutant, list[str]]]:
    """Each mutant of a round with the tests that noticed it."""
    with tempfile.TemporaryDirectory(prefix="indigitall-mutants-") as folder:
        if batch[0].tests:
            yield from _tried_in_python(batch[0], Path(folder))
            return
        checkout = copy_of_checkout(Path(folder), ("warehouse",))
        for mutant in batch:
            mutant.apply(checkout)
        try:
            noticed = noticed_by_model(checkout / "warehouse")
        except UnitTestsFailedToRunError as error:
            raise SystemExit(f"{[m.rule for m in batch]} cannot run:\n{error}") from error
        for mutant in batch:
            everywhere = [name for names in noticed.values() for name in names]
            yield mutant, everywhere if mutant.is_macro else noticed.get(mutant.model, [])


def _tried_in_python(mutant: RuleMutant, folder: Path) -> Iterator[tuple[RuleMutant, list[str]]]:
    checkout = copy_of_checkout(folder, CODE)
    copy_of_checkout(folder, tuple(f"warehouse/target/{name}" for name in MANIFESTS))
    mutant.apply(checkout)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{mutant.rule} cannot run:\n{done.stdout[-2000:]}{done.stderr[-500:]}")
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    yield mutant, [line.removeprefix("FAILED ").split(" - ")[0] for line in failed]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
