import plotly.graph_objects as go
import pytest

from lib.charts import figures
from lib.charts.figures import ChartDataError, Series
from lib.charts.theme import BLUE, BLUE_LIGHT, DIRECTION_COLORS, GREY, TEMPLATE

DAYS = ["lun 16 feb", "mar 17 feb", "mié 18 feb"]
NOW = Series("Este periodo", (3.0, None, 5.0), ("a", "b", "c"))
BEFORE = Series("Periodo anterior", (1.0, 2.0, 3.0), ("d", "e", "f"), is_dashed=True)


def contrast(foreground, background="#FFFFFF"):
    def luminance(color):
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(foreground), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_line_keeps_its_gaps_and_says_its_texts():
    figure = figures.line(DAYS, [NOW])
    assert len(figure.data) == 1
    assert figure.data[0].y == (3.0, None, 5.0)
    assert figure.data[0].hovertext == ("a", "b", "c")
    assert figure.layout.showlegend is False


def test_the_period_compared_with_is_dashed_and_grey():
    figure = figures.line(DAYS, [NOW, BEFORE])
    assert [trace.line.dash for trace in figure.data] == ["solid", "dash"]
    assert figure.data[1].line.color == GREY
    assert figure.layout.showlegend is True


def test_the_step_still_running_is_dotted_and_the_finished_ones_are_not():
    solid, step, end = figures.line(DAYS, [NOW], is_partial=True).data
    assert solid.y == (3.0, None, None)
    assert (step.line.dash, step.y, step.hoverinfo) == ("dot", (None, 5.0), "skip")
    assert (end.x, end.y, end.hovertext) == (("mié 18 feb",), (5.0,), ("c",))


def test_one_point_is_a_dot_because_it_makes_no_line():
    assert figures.line(DAYS[:1], [Series("x", (1.0,), ("a",))]).data[0].mode == "markers"


def test_the_busiest_hours_are_darker():
    figure = figures.peak_columns(list("abcd"), Series("x", (1, 9, 5, 7), tuple("abcd")))
    assert list(figure.data[0].marker.color) == [BLUE_LIGHT, BLUE, BLUE, BLUE]


def test_no_hour_is_a_peak_when_nothing_was_counted():
    figure = figures.peak_columns(["0", "1"], Series("x", (0, None), ("a", "b")))
    assert list(figure.data[0].marker.color) == [BLUE_LIGHT, BLUE_LIGHT]


def test_bars_run_from_the_top_and_grow_with_their_number():
    labels = [f"Intención {n}" for n in range(20)]
    values = tuple(float(n) for n in range(20))
    figure = figures.bars(labels, Series("x", values, tuple(labels)), texts=labels)
    assert figure.data[0].orientation == "h"
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.height > figures.HEIGHT
    assert figure.layout.xaxis.range[1] > 19


def test_a_long_name_is_shortened_on_the_axis():
    figure = figures.bars(["x" * 80], Series("x", (1.0,), ("x" * 80,)), texts=["1"])
    assert len(figure.data[0].y[0]) == figures.LONGEST_LABEL


def test_a_heatmap_has_its_first_row_on_top():
    figure = figures.heatmap(["0", "1"], ["Lun", "Mar"], [[1, 2], [3, None]], [["", ""], ["", ""]])
    assert figure.layout.yaxis.autorange == "reversed"
    assert [list(row) for row in figure.data[0].z] == [[1, 2], [3, None]]


def test_every_point_carries_its_place_and_the_period_compared_with_none():
    now, before = figures.line(DAYS, [NOW, BEFORE]).data
    assert (list(now.customdata), before.customdata) == ([0, 1, 2], None)
    assert list(figures.line(DAYS, [NOW], is_partial=True).data[2].customdata) == [2]
    assert list(figures.bars(DAYS, NOW, texts=DAYS).data[0].customdata) == [0, 1, 2]
    _grid, points = figures.heatmap(["0", "1"], ["Lun"], [[1, 2]], [["a", "b"]]).data
    assert (points.x, points.y) == (("0", "1"), ("Lun", "Lun"))
    assert (list(points.customdata), points.hovertext) == ([0, 1], ("a", "b"))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.line(["a", "b"], [Series("x", (1.0,), ("a",))]),
        lambda: figures.columns(["a"], [Series("x", (1.0,), ())]),
        lambda: figures.bars(["a"], Series("x", (1.0,), ("a",)), texts=[]),
        lambda: figures.heatmap(["a"], ["b"], [[1, 2]], [["", ""]]),
        lambda: figures.heatmap(["a"], ["b", "c"], [[1]], [[""]]),
    ],
)
def test_labels_and_values_of_different_number_are_refused(draw):
    with pytest.raises(ChartDataError):
        draw()


@pytest.mark.parametrize(
    "figure",
    [
        figures.line(DAYS, [NOW]),
        figures.columns(DAYS, [NOW]),
        figures.bars(DAYS, NOW, texts=DAYS),
        figures.heatmap(DAYS, ["a"], [[1, 2, 3]], [["", "", ""]]),
    ],
)
def test_every_figure_has_the_one_template_and_spanish_separators(figure):
    assert isinstance(figure, go.Figure)
    assert figure.layout.template == TEMPLATE
    assert figure.layout.template.layout.separators == ",."
    assert figure.layout.height >= figures.HEIGHT


def test_texts_on_charts_have_enough_contrast():
    assert contrast(TEMPLATE.layout.font.color) >= 4.5
    assert contrast(TEMPLATE.layout.xaxis.tickfont.color) >= 4.5


def test_inbound_bot_and_agent_have_three_colours():
    assert len({DIRECTION_COLORS[name] for name in ("inbound", "bot", "agent")}) == 3


def test_a_finished_figure_says_the_same_and_is_made_ready_once():
    drawn = figures.line(["ene", "feb"], [Series("Uno", (1.0, 2.0), ("a", "b"))], is_partial=True)
    finished = figures.FinishedFigure(drawn)
    assert finished.to_dict() == drawn.to_dict()
    assert finished.to_json() == drawn.to_json()
    assert finished.to_dict() is finished.to_dict()
