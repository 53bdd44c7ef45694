"""`python -m infra.sandbox --port N` serves the demo; `--truth DIR` writes its true numbers."""

import argparse
from pathlib import Path

import uvicorn

from infra.sandbox.app import create_app
from infra.sandbox.faults import FaultPlan
from infra.sandbox.trouble import Troubled
from infra.sandbox.world import DEMO_DAYS, DEMO_SEED, World
from lib import clock
from lib.log import configure_logging, get_logger

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8601
SECONDS_FOR_OPEN_REQUESTS = 1


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C, or write the truth and end."""
    parser = argparse.ArgumentParser(prog="python -m infra.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port to listen on")
    parser.add_argument("--host", default=LOOPBACK, help="a container listens on 0.0.0.0")
    parser.add_argument("--seed", type=int, default=DEMO_SEED, help="another seed, another world")
    parser.add_argument("--truth", type=Path, metavar="DIR", help="write the expected numbers here")
    parser.add_argument("--days", type=int, default=DEMO_DAYS, help="how far back it begins")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="people and traffic, times so much"
    )
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests to spoil")
    parser.add_argument("--fault-seed", type=int, default=0, help="which ones, and how")
    options = parser.parse_args(arguments)
    configure_logging()
    log = get_logger("infra.sandbox")
    now = clock.now()
    world = World.generate(options.seed, until=now, days=options.days, scale=options.scale)
    if options.truth is not None:
        from infra.sandbox.truth.export import write_truth  # noqa: PLC0415

        write_truth(world, now, options.truth)
        log.info("sandbox_truth_written", folder=str(options.truth))
        return
    counts = {str(key): len(project.messages) for key, project in world.projects.items()}
    log.info("sandbox_ready", url=f"http://{options.host}:{options.port}", messages=counts)
    plan = FaultPlan(options.faults, seed=options.fault_seed)
    uvicorn.run(
        Troubled(create_app(world), clock.now, plan),
        host=options.host,
        port=options.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=SECONDS_FOR_OPEN_REQUESTS,
    )


if __name__ == "__main__":
    main()
