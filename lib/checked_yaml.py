"""A YAML file checked whole against a model; every fault names the file, the line and the key."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

__all__ = ["Strict", "faults_of", "load_checked"]

Place = tuple[str, ...]
Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A misspelt key is an error, never a setting silently left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


def load_checked(path: Path, model: type[Model], error_type: type[Exception]) -> Model:
    """The file as the model. Raises `error_type` with one line per fault, never a value."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise error_type(f"{path}: cannot be read as YAML: {error}") from error
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
        checked = model.model_validate(content)
    except ValidationError as error:
        faults += [
            f"{path}:{_line(lines, place)}: {'.'.join(place)}: {what}"
            for place, what in faults_of(error)
        ]
    if faults:
        raise error_type("\n".join(faults))
    return checked


def faults_of(error: ValidationError) -> list[tuple[Place, str]]:
    """Where each fault is and what it is; never the value itself."""
    return [
        (tuple(map(str, fault["loc"])), fault["msg"])
        for fault in error.errors(include_url=False, include_input=False)
    ]


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
