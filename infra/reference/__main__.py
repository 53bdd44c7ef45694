"""Writes the pages that are made from the source: `make docs`."""

import sys

from infra.reference.pages import write_pages
from lib.config import CHECKOUT
from lib.log import configure_logging, get_logger


def main() -> int:
    """Write the pages anew; 0 also when nothing has changed."""
    configure_logging()
    for path in write_pages(CHECKOUT / "docs"):
        get_logger("infra.reference").info("page_written", page=path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
