"""Which rows a statement reads: days and filters as predicates on bare columns."""

from lib.metrics.catalog import Catalog, SemanticModel
from lib.metrics.dimensions import DIMENSIONS
from lib.metrics.filters import VALUE_PARAMETERS
from lib.metrics.routing import CONVERSATION_KEY, NARROWED_THROUGH, Route


def conditions_of(catalog: Catalog, way: Route, group_by: tuple[str, ...]) -> list[str]:
    """The predicates of a route: its days, its filters, and groups that must have a value."""
    model = way.answer.model
    conditions = [f"{model.columns['local_date']} between :start and :end"]
    conditions += [_kept(name, model) for name in way.direct]
    conditions += [_of_conversations(catalog, name) for name in way.narrowed]
    conditions += [
        f"{model.columns[DIMENSIONS[name].column]} is not null"
        for name in group_by
        if not DIMENSIONS[name].keeps_missing
    ]
    return conditions


def _kept(name: str, model: SemanticModel) -> str:
    column = model.columns[DIMENSIONS[name].column]
    if name == "hour":
        return f"{column} >= :hour_from and {column} < :hour_to"
    if name == "weekday":
        return f"{column} = any(:weekdays)"
    if name == "is_technical_intent":
        return f"{column} = :technical"
    return f"{column} = any(:{VALUE_PARAMETERS[name]})"


def _of_conversations(catalog: Catalog, name: str) -> str:
    """Keeps the rows of conversations that the other mart says are of the kind asked."""
    other = catalog.models[NARROWED_THROUGH[name]]
    same = [f"kept.{key} = facts.{key}" for key in ("project_id", *CONVERSATION_KEY)]
    inner = [*same, "kept.local_date between :start and :end", _kept(name, other)]
    wanted = "\n            and ".join(inner)
    return (
        f"exists (\n        select 1\n        from marts.{other.table} as kept\n"
        f"        where\n            {wanted}\n    )"
    )
