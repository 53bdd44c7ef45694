"""The file of endpoints: read once, checked whole, turned into the values the code works with."""

from collections.abc import Mapping
from pathlib import Path

from lib.indigitall.checked_yaml import load_checked
from lib.indigitall.endpoint_models import EndpointFile
from lib.indigitall.endpoint_types import Endpoint

__all__ = ["ENDPOINT_FILE", "load_endpoints"]

ENDPOINT_FILE = Path(__file__).with_name("endpoints.yaml")


def load_endpoints(path: Path = ENDPOINT_FILE) -> Mapping[str, Endpoint]:
    """The endpoints of a file by name, in its order.

    Raises EndpointFileError; each fault in it names the file, the line and the key.
    """
    entries = load_checked(path, EndpointFile).endpoints
    return {name: entry.endpoint(name) for name, entry in entries.items()}
