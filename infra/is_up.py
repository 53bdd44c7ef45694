"""Does an address of this machine answer well? `python -m infra.is_up URL` ends with 0 or 1.

For health checks inside an image that has no curl; only the standard library, so that it is cheap.
"""

import sys
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

SECONDS = 5


def is_up(address: str) -> bool:
    """Whether a GET of this address ends with 200 within five seconds, asked without a proxy."""
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_up(sys.argv[1]) else 1)
