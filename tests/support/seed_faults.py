"""What the test of a seed says of rows that somebody might load."""

import csv
import json

from sqlalchemy import Engine, text

from flows.dbt_process import WAREHOUSE
from lib.config import get_settings


def seed_faults(engine: Engine, test: str, seed: str, *rows: str) -> list[str]:
    """The texts that the dbt test would publish with these CSV lines added to the built seed.

    Needs a build with dbt's compiled manifest; nothing is left behind.
    """
    path = get_settings().home / "dbt" / "manifest.json"
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"].values()
    code = next(node["compiled_code"] for node in nodes if node["name"] == test)
    header = (WAREHOUSE / "seeds" / f"{seed}.csv").read_text(encoding="utf-8").splitlines()[0]
    insert = text(
        f"insert into build.{seed}"
        f" select * from jsonb_populate_record(null::build.{seed}, cast(:row as jsonb))"
    )
    with engine.connect() as connection:
        for values in csv.reader(rows):
            cells = zip(header.split(","), values, strict=True)
            row = {name: value for name, value in cells if value != ""}
            connection.execute(insert, {"row": json.dumps(row)})
        return [found[1] for found in connection.exec_driver_sql(code.replace("%", "%%"))]
