"""What is no whole backup, or a target that cannot take one, is refused with the reason."""

import shutil

import pytest

from infra.backup import TargetError, dump, main, restore
from infra.backup_folder import BackupFolderError, read_backup, write_backup
from lib.config import get_settings
from lib.db.migrate import head_revision


@pytest.fixture(scope="module")
def folder(module_database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("backups") / "2026-02-17"
    dump(folder)
    return folder


def test_an_older_server_and_an_unknown_revision_are_refused(folder, tmp_path):
    backup = read_backup(folder)
    for number, (changes, reason) in enumerate(
        (
            ({"server_major": 99}, "restore into 99 or newer"),
            ({"revision": "9999"}, "which this code does not know"),
        )
    ):
        changed = tmp_path / str(number)
        shutil.copytree(folder, changed)
        (changed / "backup.json").unlink()
        write_backup(changed, backup.model_copy(update=changes))
        with pytest.raises(TargetError, match=reason):
            restore(changed)


def test_an_unfinished_damaged_or_foreign_folder_is_no_backup(folder, tmp_path):
    with pytest.raises(BackupFolderError, match="expected to hold"):
        read_backup(tmp_path / "nowhere")
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    with (damaged / "database.dump").open("ab") as file:
        file.write(b"x")
    with pytest.raises(BackupFolderError, match="not the file that was written"):
        read_backup(damaged)
    (damaged / "backup.json").write_text("{}")
    with pytest.raises(BackupFolderError, match="not what this program writes"):
        read_backup(damaged)
    (damaged / "backup.json").unlink()
    with pytest.raises(BackupFolderError, match="expected to hold"):
        read_backup(damaged)


def test_a_backup_is_never_written_over(folder, capsys):
    assert main(["dump", str(folder)]) == 1
    assert "expected to be new or empty" in capsys.readouterr().err
    assert read_backup(folder).revision == head_revision()


def test_the_command_writes_and_says_how_much(module_database, tmp_path, capsys):
    assert main(["dump", str(tmp_path / "again")]) == 0
    said = capsys.readouterr().err
    assert '"event": "backup_written"' in said
    assert get_settings().master_secret.get_secret_value() not in said
