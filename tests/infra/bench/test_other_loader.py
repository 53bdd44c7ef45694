"""The comparison with dlt: left out where it cannot be installed, and never a made-up figure."""

from infra.bench import other_loader
from infra.bench.raw_upsert import _csv_pages
from lib.config import Settings


def test_without_the_library_there_is_no_figure(monkeypatch, tmp_path):
    monkeypatch.setattr(other_loader, "REQUIREMENTS", tmp_path / "no-such-file.txt")
    settings = Settings.model_construct(home=tmp_path)
    monkeypatch.setattr(other_loader, "get_settings", lambda: settings)
    assert other_loader.measure_dlt_merge(list(_csv_pages(10)), 10) == []
