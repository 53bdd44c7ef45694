"""Which rows a statement reads: days and filters as predicates on bare columns."""

from lib.metrics.catalog import Catalog, SemanticModel
from lib.metrics.dimensions import DIMENSIONS
from lib.metrics.filters import ALLOWED, MAY_BE_MISSING, VALUE_PARAMETERS, WITHOUT_VALUE
from lib.metrics.routing import CONVERSATION_KEY, NARROWED_THROUGH, Route


def conditions_of(
    catalog: Catalog, way: Route, group_by: tuple[str, ...], *, limited: bool
) -> list[str]:
    """The predicates of a route: its days, its filters, and groups that must have a value.

    With `limited` every table named keeps the rows of the allowed entities alone.
    """
    model = way.answer.model
    conditions = [f"{model.columns['local_date']} between :start and :end"]
    if limited:
        conditions.append(_allowed(model))
    conditions += [_kept(name, model) for name in way.direct]
    conditions += [_of_conversations(catalog, name, limited) for name in way.narrowed]
    conditions += [
        f"{model.columns[DIMENSIONS[name].column]} is not null"
        for name in group_by
        if not DIMENSIONS[name].keeps_missing
    ]
    return conditions


def _kept(name: str, model: SemanticModel) -> str:
    column = model.columns[DIMENSIONS[name].column]
    if name == "hour":
        return f"{column} = any(:hours)"
    if name == "weekday":
        return f"{column} = any(:weekdays)"
    if name == "is_technical_intent":
        return f"{column} = :technical"
    if name in MAY_BE_MISSING:
        return f"coalesce({column}, '{WITHOUT_VALUE}') = any(:{VALUE_PARAMETERS[name]})"
    return f"{column} = any(:{VALUE_PARAMETERS[name]})"


def _allowed(model: SemanticModel) -> str:
    return f"{model.columns['entity']} = any(:{ALLOWED})"


def _of_conversations(catalog: Catalog, name: str, limited: bool) -> str:
    """Keeps the rows of conversations that the other mart says are of the kind asked."""
    other = catalog.models[NARROWED_THROUGH[name]]
    same = [f"kept.{key} = facts.{key}" for key in ("project_id", *CONVERSATION_KEY)]
    inner = [*same, "kept.local_date between :start and :end", _kept(name, other)]
    inner += [_allowed(other)] if limited else []
    wanted = "\n            and ".join(inner)
    return (
        f"exists (\n        select 1\n        from marts.{other.table} as kept\n"
        f"        where\n            {wanted}\n    )"
    )
