import re

import pytest

from lib.web.shell import INDEX, ShellError, page_shell


def test_the_start_page_is_spanish_and_names_no_library():
    shell = page_shell()
    assert '<html lang="es">' in shell
    text = re.sub(r'(src|href)="[^"]*"', "", shell).lower()
    assert "streamlit" not in text
    assert "javascript to run" not in text


def test_the_start_page_loads_the_files_of_the_installed_version():
    shell = page_shell()
    source = INDEX.read_text(encoding="utf-8")
    names = re.findall(r"\./static/(?:js|css)/index\.[^\"]+", source)
    assert len(names) >= 2
    assert all(name.removeprefix(".") in shell for name in names)


def test_nothing_in_the_start_page_is_inline_script_or_foreign():
    shell = page_shell()
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", shell, flags=re.DOTALL)
    assert scripts
    assert set(scripts) == {""}
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', shell) == []


def test_an_unknown_start_page_stops_the_start(tmp_path):
    index = tmp_path / "index.html"
    index.write_text("<html></html>", encoding="utf-8")
    with pytest.raises(ShellError):
        page_shell(index)
