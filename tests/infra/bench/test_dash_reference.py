"""The comparison with Dash: left out where it cannot be installed, and never a made-up figure."""

from infra.bench import dash_reference

PAGE = {"Este mes": {"kpis": [["messages", "10"]], "charts": [{}, {}]}}


def test_without_the_library_there_is_no_figure_and_no_browser_is_asked(monkeypatch, tmp_path):
    monkeypatch.setattr(dash_reference, "REQUIREMENTS", tmp_path / "no-such-file.txt")
    assert dash_reference.measure_dash(None, PAGE, tmp_path, repeats=1) == []
