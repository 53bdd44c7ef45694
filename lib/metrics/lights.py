"""The traffic light of a metric, from the thresholds in its definition."""

from typing import Literal

from lib.metrics.catalog import Metric

Light = Literal["green", "yellow", "red"]


def traffic_light(metric: Metric, value: float | None) -> Light | None:
    """Green below `green_below`, red above `red_above`, yellow between and on both borders.

    None without value or thresholds.
    """
    green_below = metric.thresholds.get("green_below")
    red_above = metric.thresholds.get("red_above")
    if value is None or green_below is None or red_above is None:
        return None
    if value < green_below:
        return "green"
    return "red" if value > red_above else "yellow"
