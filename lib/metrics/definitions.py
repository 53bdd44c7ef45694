"""What each metric means, in the words of its declaration, for pages, chat and documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lib.metrics.catalog import Catalog, DefinitionChange, Measure, Metric
from lib.metrics.manifest import current_catalog

AGGREGATION_WORDS: Mapping[str, str] = {
    "sum": "suma de {sql}",
    "count": "cuenta de {sql}",
    "count_distinct": "cuenta de {sql} distintos",
    "average": "promedio de {sql}",
    "percentile": "percentil {percentile} de {sql}",
    "min": "mínimo de {sql}",
    "max": "máximo de {sql}",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric explained; texts are Spanish, `thresholds` in its unit (rates from 0 to 1).

    `formula_es` says how it is computed; `numerator` and `denominator` are metrics, of ratios only.
    `version` goes up by one with each of `changes`. `marts` are the tables it may be read from, the
    cheapest first.
    """

    name: str
    label_es: str
    definition_es: str
    formula_es: str
    unit: str
    direction: str
    thresholds: Mapping[str, float]
    caveat: str | None
    synonyms: tuple[str, ...]
    owner: str
    since: str | None
    changes: tuple[DefinitionChange, ...]
    version: int
    dimensions: tuple[str, ...]
    marts: tuple[str, ...]
    numerator: str | None
    denominator: str | None


def get_definitions(
    names: Iterable[str] | None = None, *, catalog: Catalog | None = None
) -> tuple[Definition, ...]:
    """The definitions of these metrics (or aliases), in that order; of all by name without any.

    Raises UnknownMetricError for a name that does not exist.
    """
    catalog = catalog or current_catalog()
    asked = sorted(catalog.metrics) if names is None else names
    found = {metric.name: metric for metric in map(catalog.metric, asked)}
    return tuple(_definition(catalog, metric) for metric in found.values())


def _definition(catalog: Catalog, metric: Metric) -> Definition:
    return Definition(
        name=metric.name,
        label_es=metric.label_es,
        definition_es=metric.definition_es,
        formula_es=_formula(catalog, metric),
        unit=metric.unit,
        direction=metric.direction,
        thresholds=metric.thresholds,
        caveat=metric.caveat,
        synonyms=metric.synonyms,
        owner=metric.owner,
        since=metric.since,
        changes=metric.changes,
        version=metric.version,
        dimensions=metric.dimensions,
        marts=_marts(catalog, metric),
        numerator=metric.numerator,
        denominator=metric.denominator,
    )


def _formula(catalog: Catalog, metric: Metric) -> str:
    if metric.numerator and metric.denominator:
        above, below = catalog.metric(metric.numerator), catalog.metric(metric.denominator)
        return f"{above.label_es} ({above.name}) / {below.label_es} ({below.name})"
    own = metric.answers[0]
    words = f"{_aggregation(own.measure)}, de {own.model.table}"
    if metric.window_start:
        words += f", solo con {metric.window_start} dentro del periodo"
    return words


def _aggregation(measure: Measure) -> str:
    sql = " ".join(measure.sql.split())
    if measure.aggregation in {"sum", "count"} and sql == "1":
        return "cuenta de filas"
    percentile = round((measure.percentile or 0) * 100)
    return AGGREGATION_WORDS[measure.aggregation].format(sql=sql, percentile=percentile)


def _marts(catalog: Catalog, metric: Metric) -> tuple[str, ...]:
    """Tables from the cheapest up; of a ratio those of its two parts."""
    parts = [catalog.metric(name) for name in catalog.base_metrics([metric.name])]
    tables = [answer.model.table for part in parts for answer in part.answers]
    tables += [part.histogram.model.table for part in parts if part.histogram]
    return tuple(dict.fromkeys(tables))
