"""The figures of the screen drawn for paper."""

import xml.etree.ElementTree as ET

import pytest

from lib.charts import figures
from lib.charts.figures import Series
from lib.charts.paper import UnknownShapeError, svg

SVG = "{http://www.w3.org/2000/svg}"


def groups(drawn: str, start: str) -> list[str]:
    found = (element.get("id", "") for element in ET.fromstring(drawn).iter(f"{SVG}g"))
    return [name for name in found if name.startswith(start)]


def test_each_line_of_a_figure_is_drawn_the_running_step_included():
    one = Series("Uno", (1.0, 2.0, None), ("a", "b", "c"))
    two = Series("Dos", (3.0, 4.0, 5.0), ("a", "b", "c"), is_dashed=True)
    figure = figures.line(["ene", "feb", "mar"], [one, two], is_partial=True)
    drawn = svg(figure)
    assert len(groups(drawn, "legend")) == 1
    assert len(groups(drawn, "xtick")) == 3


def test_a_bar_per_name_with_its_text():
    series = Series("Mensajes", (3.0, 0.0), ("a", "b"))
    drawn = svg(figures.bars(["Norte", "Sur"], series, texts=["3", "0"]))
    assert len(groups(drawn, "ytick")) == 2
    # its texts are outlines: no font is needed to read them
    assert f"{SVG}text" not in {element.tag for element in ET.fromstring(drawn).iter()}


def test_a_shape_without_a_drawing_for_paper_is_named():
    grid = figures.heatmap(["0"], ["lun"], [[1.0]], [["uno"]])
    with pytest.raises(UnknownShapeError, match="got heatmap, scatter"):
        svg(grid)
