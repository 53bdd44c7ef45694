from urllib.parse import unquote

from lib.ui.kpis.sparkline import sparkline


def test_a_line_rises_from_the_bottom_to_the_top():
    svg = unquote(sparkline([0, 10], "x"))
    assert 'd="M3.0 37.0 L197.0 3.0"' in svg


def test_a_gap_stays_open():
    assert unquote(sparkline([1, None, 2, 3], "x")).count("M") == 2


def test_equal_values_make_a_level_line_and_too_few_make_none():
    assert "L197.0 37.0" in unquote(sparkline([5, 5], "x"))
    assert sparkline([5], "x") == ""
    assert sparkline([None, 5, None], "x") == ""
    assert sparkline([], "x") == ""


def test_the_picture_describes_itself_and_is_escaped():
    html = sparkline([1, 2], 'Mensajes "30" <días>')
    assert 'alt="Mensajes &quot;30&quot; &lt;días&gt;"' in html
    assert 'src="data:image/svg+xml,' in html
