"""A short code for a figure that was shown: pasted back, it brings the figure or what changed.

The code is random, so it says nothing; who is not in its project learns not even that it exists.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Row, text

from lib.clock import now
from lib.db.scoped import app_connection
from lib.db.tenant import TenantPools, tenant_connection
from lib.metrics.asked import (
    Figures,
    Question,
    ask,
    canonical,
    read_question,
    write_question,
)
from lib.metrics.catalog import Catalog, DefinitionChange
from lib.metrics.errors import MetricsError, NothingPublishedError, UnknownHuellaError
from lib.metrics.manifest import current_catalog
from lib.metrics.scope import Scope
from lib.tenants.freshness import load_freshness

# without 0 O, 1 I L and U: nothing to misread, few words to read into it
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")

FIND = """
select
    code, question, definition_versions, data_version, figures, asked_at
from app.huellas
"""
BY_CODE = FIND + "where project_id = :project_id and code = :code"
BY_QUESTION = (
    FIND
    + """
where project_id = :project_id and question_hash = :question_hash and data_version = :data_version
"""
)
KEEP = """
insert into app.huellas (
    project_id, code, question, question_hash, definition_versions, data_version, figures, asked_at
)
values (
    :project_id, :code, cast(:question as jsonb), :question_hash,
    cast(:definition_versions as jsonb), :data_version, cast(:figures as jsonb), :asked_at
)
on conflict do nothing
"""


@dataclass(frozen=True, slots=True)
class Huella:
    """A figure as it was shown: the question, what its metrics meant, the data it was read from.

    `definition_versions` holds the version of each metric asked and of the parts of ratios.
    """

    code: str
    question: Question
    definition_versions: Mapping[str, int]
    data_version: int
    asked_at: datetime
    figures: Figures


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a huella stands for, and the same question asked now.

    `now_shown` is None when it cannot be asked any more, `reason` then says why.
    `definition_changes` has the changes made since, of the metrics whose meaning is another.
    """

    huella: Huella
    data_version: int
    now_shown: Figures | None
    definition_changes: Mapping[str, tuple[DefinitionChange, ...]]
    reason: str | None = None

    @property
    def is_reproduced(self) -> bool:
        """True when asking again gives the very figures."""
        return self.now_shown == self.huella.figures

    @property
    def has_newer_data(self) -> bool:
        """True when the project was published again since."""
        return self.data_version != self.huella.data_version


def make_huella(pools: TenantPools, project_id: int, question: Question) -> Huella:
    """The huella of a question, with its figures; asked again on the same data, the same one.

    Raises MetricsError for what cannot be asked, NothingPublishedError for a project without data.
    """
    catalog = current_catalog()
    names = tuple(catalog.metric(name).name for name in question.metrics)
    asked = replace(canonical(question), metrics=names)
    data_version, figures = _ask_one_version(pools, project_id, asked)
    versions = _versions(catalog, names)
    written = write_question(asked)
    values = {
        "project_id": project_id,
        "question": written,
        "question_hash": hashlib.sha256(
            f"{written} {sorted(versions.items())}".encode()
        ).hexdigest(),
        "definition_versions": json.dumps(versions),
        "data_version": data_version,
        "figures": json.dumps(asdict(figures)),
        "asked_at": now(),
    }
    with app_connection(project_id=project_id) as connection:
        found = connection.execute(text(BY_QUESTION), values).one_or_none()
        while found is None:
            code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
            connection.execute(text(KEEP), values | {"code": code})
            # another reader of the same figure may have been first: then its code is the one
            found = connection.execute(text(BY_QUESTION), values).one_or_none()
    return _huella(found)


def resolve_huella(pools: TenantPools, project_id: int, code: str, scope: Scope) -> Resolved:
    """The figure behind a code of this project, asked again now; blanks, hyphens, case are nothing.

    It is asked with the scope it was made with. Raises UnknownHuellaError, always the same, for a
    code that is malformed, nobody's, another project's, or of a scope that this reader lacks.
    """
    plain = re.sub(r"[\s-]", "", code).upper()
    if not CODE.fullmatch(plain):
        raise UnknownHuellaError
    with app_connection(project_id=project_id) as connection:
        values = {"project_id": project_id, "code": plain}
        row = connection.execute(text(BY_CODE), values).one_or_none()
    if row is None:
        raise UnknownHuellaError
    huella = _huella(row)
    if not scope.covers(huella.question.scope):
        raise UnknownHuellaError
    changes = _changes_since(current_catalog(), huella)
    try:
        data_version, shown = _ask_one_version(pools, project_id, huella.question)
    except NothingPublishedError:
        raise
    except MetricsError as error:
        freshness = load_freshness(project_id)
        return Resolved(
            huella, freshness.data_version if freshness else 0, None, changes, str(error)
        )
    return Resolved(huella, data_version, shown, changes)


def _ask_one_version(
    pools: TenantPools, project_id: int, question: Question
) -> tuple[int, Figures]:
    """The figures and the data version they are of: asked again when one was published between."""
    while True:
        before = load_freshness(project_id)
        if before is None:
            raise NothingPublishedError(project_id)
        with tenant_connection(pools, project_id) as connection:
            figures = ask(connection, question)
        after = load_freshness(project_id)
        if after is not None and after.data_version == before.data_version:
            return before.data_version, figures


def _versions(catalog: Catalog, names: tuple[str, ...]) -> dict[str, int]:
    needed = dict.fromkeys((*names, *catalog.base_metrics(names)))
    return {name: catalog.metric(name).version for name in needed}


def _changes_since(catalog: Catalog, huella: Huella) -> dict[str, tuple[DefinitionChange, ...]]:
    return {
        name: catalog.metrics[name].changes[version - 1 :]
        for name, version in huella.definition_versions.items()
        if name in catalog.metrics and catalog.metrics[name].version != version
    }


def _huella(row: Row[tuple[object, ...]]) -> Huella:
    figures = row.figures
    return Huella(
        code=row.code,
        question=read_question(row.question),
        definition_versions=row.definition_versions,
        data_version=row.data_version,
        asked_at=row.asked_at,
        figures=Figures(tuple(figures["columns"]), tuple(map(tuple, figures["rows"]))),
    )
