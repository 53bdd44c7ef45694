"""`make bench`: measures on a database of its own, writes bench.json and prints the table.

SIZE=200000 make bench
"""

import os
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from infra.bench.compile import measure_compile
from infra.bench.raw_upsert import measure_raw_upsert
from infra.bench.results import as_table, write_results
from infra.demo import register_projects
from lib.config import CHECKOUT, ensure_local_secrets, get_settings
from lib.db.embedded import embedded_server
from lib.db.prepare import prepare_database
from lib.log import configure_logging
from lib.tenants.config import ProjectConfig

DEFAULT_SIZE = 100_000
PROJECT_ID = 900909


def main() -> None:
    """Run every benchmark at SIZE rows; the table says which goals hold."""
    size = int(os.environ.get("SIZE", DEFAULT_SIZE))
    configure_logging(level="WARNING")
    home = Path(tempfile.mkdtemp(prefix="indigitall-bench-"))
    home.chmod(0o711)
    os.environ["INDIGITALL_HOME"] = str(home)
    for name in ("DATABASE_URL", "ADMIN_DATABASE_URL"):
        os.environ.pop(name, None)
    try:
        ensure_local_secrets(home)
        get_settings.cache_clear()
        with embedded_server(home):
            prepare_database()
            project = ProjectConfig(
                project_id=PROJECT_ID, slug="bench", name="Bench", backfill_from=date(2026, 1, 1)
            )
            register_projects([project])
            results = [*measure_raw_upsert(PROJECT_ID, size), *measure_compile()]
    finally:
        shutil.rmtree(home)
    write_results(results, CHECKOUT / "bench.json")
    sys.stdout.write(as_table(results) + "\n")


if __name__ == "__main__":
    main()
