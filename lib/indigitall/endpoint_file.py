"""The file of endpoints: read once, checked whole, turned into the values the code works with."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from lib.checked_yaml import faults_of, load_checked
from lib.indigitall.endpoint_models import EndpointFile
from lib.indigitall.endpoint_types import Endpoint
from lib.indigitall.errors import EndpointFileError

__all__ = ["ENDPOINT_FILE", "load_endpoints", "project_endpoints"]

ENDPOINT_FILE = Path(__file__).with_name("endpoints.yaml")
Tree = Mapping[str, Any]


def load_endpoints(path: Path = ENDPOINT_FILE) -> Mapping[str, Endpoint]:
    """The endpoints of a file by name, in its order.

    Raises EndpointFileError; each fault in it names the file, the line and the key.
    """
    return _values(load_checked(path, EndpointFile, EndpointFileError))


def project_endpoints(
    overrides: Tree, enabled: Collection[str] = (), path: Path = ENDPOINT_FILE
) -> Mapping[str, Endpoint]:
    """The endpoints of one project: those of the file with what the project has otherwise.

    `overrides` has the file's shape below `endpoints`; what it does not name stays as in the file,
    a list is replaced whole, and an endpoint the file does not have is a new one. `is_default` says
    whether this project reads it: as it is enabled by file, override, or name in `enabled`. Raises
    EndpointFileError, which names endpoint and key.
    """
    merged = _merged(_content(path)["endpoints"], overrides)
    try:
        found = _values(EndpointFile.model_validate({"endpoints": merged}))
    except ValidationError as error:
        faults = [f"{'.'.join(place[1:])}: {what}" for place, what in faults_of(error)]
        raise EndpointFileError(
            "\n".join(f"endpoint_overrides: {each}" for each in faults)
        ) from error
    if unknown := sorted(set(enabled) - set(found)):
        raise EndpointFileError(
            f"enabled_endpoints: names of endpoints were expected and {', '.join(unknown)} came"
        )
    return {
        name: replace(endpoint, is_default=endpoint.is_default or name in enabled)
        for name, endpoint in found.items()
    }


def _values(checked: EndpointFile) -> Mapping[str, Endpoint]:
    return {name: entry.endpoint(name) for name, entry in checked.endpoints.items()}


@lru_cache(maxsize=4)
def _content(path: Path) -> Tree:
    load_checked(path, EndpointFile, EndpointFileError)
    content: Tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _merged(base: Tree, over: Tree) -> dict[str, Any]:
    """Both trees; where they meet in something other than two trees the second one stands."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged
