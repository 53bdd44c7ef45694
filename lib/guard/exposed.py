"""What the analyst's SQL may read: the marts of one exposure in dbt's manifest.

A mart that is not named there, a column that is tagged personal, a column without an entry in the
YAML: none of them exists for the guard.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from lib.config import manifest_folder
from lib.guard.allow_list import AllowList

__all__ = ["EXPOSURE", "AllowListError", "load_allow_list", "shipped_allow_list"]

FILE_NAME = "manifest.json"
EXPOSURE = "consultas_del_asistente"
Json = dict[str, Any]


class AllowListError(Exception):
    """The manifest does not say what may be read; free SQL stays off until it does."""


def shipped_allow_list() -> AllowList:
    """The allow-list of the models that ship with this code. Raises AllowListError."""
    return load_allow_list(manifest_folder() / FILE_NAME)


def load_allow_list(path: Path) -> AllowList:
    """The allow-list of a manifest, read again only when the file changes.

    Raises AllowListError when the file is missing, unreadable, or lacks the exposure.
    """
    try:
        stamp = path.stat()
    except OSError as error:
        raise AllowListError(f"{path.name}: expected a file of `dbt parse`, {error}") from None
    return _load_version(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=4)
def _load_version(path: Path, modified_ns: int, size: int) -> AllowList:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        return read_allow_list(manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AllowListError(
            f"{path.name}: expected a manifest of `dbt parse`, {type(error).__name__}: {error}"
        ) from None


def read_allow_list(manifest: Json) -> AllowList:
    """The allow-list of the manifest's content. Raises AllowListError."""
    exposures = [e for e in manifest["exposures"].values() if e["name"] == EXPOSURE]
    if len(exposures) != 1:
        raise AllowListError(f"expected one exposure {EXPOSURE}, found {len(exposures)}")
    relations = {}
    for unique_id in exposures[0]["depends_on"]["nodes"]:
        node = manifest["nodes"][unique_id]
        if node["resource_type"] != "model" or not node["config"]["meta"].get("mart"):
            raise AllowListError(f"{EXPOSURE} names {unique_id}, which is no mart")
        personal = {name for name, each in node["columns"].items() if _is_personal(each)}
        columns = [name for name in node["columns"] if name not in personal]
        relations[node["alias"]] = (columns, personal)
    if not relations:
        raise AllowListError(f"{EXPOSURE} names no mart")
    return AllowList.of(relations)


def _is_personal(column: Json) -> bool:
    # dbt keeps a column's meta in two places; either is enough
    return bool(column.get("meta", {}).get("pii") or column["config"].get("meta", {}).get("pii"))
