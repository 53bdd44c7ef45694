"""The user guide has every screen, and its pictures have the numbers its texts explain."""

import re

import pytest

from lib.config import CHECKOUT
from lib.ui.frame.navigation import SCREENS
from tests.support.guide_pictures import FOLDER, PICTURES

GUIDE = CHECKOUT / "docs" / "guia-de-usuario"
# a screen told on the page of another one, and the first page
ELSEWHERE = {"conversacion": "detalle", "": "inicio", "admin": "administracion"}


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.title)
def test_every_screen_has_its_page_in_the_guide(screen):
    name = ELSEWHERE.get(screen.address, screen.address)
    assert (GUIDE / f"{name}.md").is_file()
    assert f"({name}.md)" in (GUIDE / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_every_number_of_a_picture_is_explained(name):
    text = (GUIDE / f"{name}.md").read_text(encoding="utf-8")
    assert f"../img/guia/{name}.png" in text
    assert (FOLDER / f"{name}.png").is_file()
    explained = [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert explained == list(range(1, len(PICTURES[name][2]) + 1))
