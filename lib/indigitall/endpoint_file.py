"""The file of endpoints: read once, checked whole, turned into the values the code works with."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import ValidationError

from lib.indigitall.endpoint_models import EndpointFile
from lib.indigitall.endpoint_types import Endpoint
from lib.indigitall.errors import EndpointFileError

__all__ = ["ENDPOINT_FILE", "load_endpoints"]

ENDPOINT_FILE = Path(__file__).with_name("endpoints.yaml")
Place = tuple[str, ...]


def load_endpoints(path: Path = ENDPOINT_FILE) -> Mapping[str, Endpoint]:
    """The endpoints of a file by name, in its order.

    Raises EndpointFileError; each fault in it names the file, the line and the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EndpointFileError(f"{path}: cannot be read as YAML: {error}") from error
    lines: dict[Place, int] = {(): 1}
    faults: list[str] = []
    repeated: set[Place] = set()
    for place, line in _keys(root, ()):
        if place in lines:
            repeated.add(place)
        if place in repeated and place[:-1] not in repeated:
            faults.append(f"{path}:{line}: {'.'.join(place)}: stands there twice")
        lines[place] = line
    try:
        entries = EndpointFile.model_validate(content).endpoints
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            place = tuple(map(str, fault["loc"]))
            faults.append(f"{path}:{_line(lines, place)}: {'.'.join(place)}: {fault['msg']}")
        entries = {}
    if faults:
        raise EndpointFileError("\n".join(faults))
    return {name: entry.endpoint(name) for name, entry in entries.items()}


def _keys(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    """Every key and list item of the tree with the line it stands on."""
    if isinstance(node, yaml.MappingNode):
        children = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(str(number), item, item) for number, item in enumerate(node.value)]
    else:
        return
    for name, marked, value in children:
        yield (*place, name), marked.start_mark.line + 1
        yield from _keys(value, (*place, name))


def _line(lines: Mapping[Place, int], place: Place) -> int:
    """Of the key itself; of the nearest one above when it is missing."""
    while place not in lines:
        place = place[:-1]
    return lines[place]
