"""Merge a CSV of messages by their key with dlt, twice; prints the seconds of each as JSON.

Run by `infra.bench.other_loader` with the Python of an environment that has dlt and none of ours:
python merge_with_dlt.py messages.csv, with the database's address in DLT_BENCH_URL.
"""

import csv
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dlt  # type: ignore[import-not-found]


def main(path: Path) -> None:
    """First into nothing, then the same rows again."""
    pipeline = dlt.pipeline(
        "bench",
        destination=dlt.destinations.postgres(os.environ["DLT_BENCH_URL"]),
        dataset_name="dlt_bench",
        pipelines_dir=str(path.parent / "dlt"),
    )

    def rows() -> Iterator[dict[str, str]]:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        pipeline.run(
            rows(), table_name="messages", write_disposition="merge", primary_key="messageId"
        ).raise_on_failed_jobs()
        seconds.append(time.perf_counter() - begun)
    sys.stdout.write(json.dumps(seconds) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
