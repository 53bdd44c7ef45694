"""The folder a backup is: `database.dump` of pg_dump, and `backup.json` that says what is in it.

`backup.json` is written last: without it the folder is no backup. Both are open to their owner
alone, for they hold everything the database holds.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

__all__ = [
    "ARCHIVE",
    "FORMAT",
    "Backup",
    "BackupFolderError",
    "checksum",
    "new_folder",
    "read_backup",
    "write_backup",
]

ARCHIVE = "database.dump"
DESCRIPTION = "backup.json"
FORMAT = 1


class BackupFolderError(Exception):
    """The folder cannot be written to, or is no whole backup of ours; the message says which."""


class Backup(BaseModel):
    """What a backup holds, for the restore to compare: no row and no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    made_at: datetime
    server_major: int
    program_major: int
    revision: str
    projects: tuple[int, ...]
    roles: tuple[str, ...]
    rows: dict[str, int]
    rights: tuple[str, ...]
    archive_bytes: int
    archive_sha256: str


def new_folder(folder: Path) -> Path:
    """Make the folder with an empty archive file and return the file's path.

    Raises BackupFolderError when something is there already: a backup is never written over.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BackupFolderError(f"{folder} was expected to be new or empty and holds files")
        folder.chmod(0o700)
        archive = folder / ARCHIVE
        os.close(os.open(archive, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise BackupFolderError(f"{folder} cannot be written to ({error.strerror})") from error
    return archive


def write_backup(folder: Path, backup: Backup) -> None:
    """Describe the archive; from here on the folder is a backup."""
    growing = folder / f".{DESCRIPTION}"
    handle = os.open(growing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(backup.model_dump_json(indent=2) + "\n")
    growing.rename(folder / DESCRIPTION)


def read_backup(folder: Path) -> Backup:
    """The description, after the archive was found to be the one described.

    Raises BackupFolderError for a folder that is missing, incomplete, damaged or of another format.
    """
    try:
        backup = Backup.model_validate_json((folder / DESCRIPTION).read_bytes())
        is_whole = checksum(folder / ARCHIVE) == backup.archive_sha256
    except OSError as error:
        raise BackupFolderError(
            f"{folder} was expected to hold {DESCRIPTION} and {ARCHIVE} of a finished backup:"
            f" {error.strerror}"
        ) from error
    except ValidationError as error:
        raise BackupFolderError(
            f"{folder / DESCRIPTION} is not what this program writes: {error.error_count()} faults"
        ) from error
    if backup.format != FORMAT:
        raise BackupFolderError(f"expected a backup of format {FORMAT}, found {backup.format}")
    if not is_whole:
        raise BackupFolderError(f"{folder / ARCHIVE} is not the file that was written")
    return backup


def checksum(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
