"""The only caches of numbers. Every key begins with the project and what of it the reader may see.

It holds the data version too: a new publication changes the version, so nothing old is ever served
and nothing needs a time limit. All questions of one page run in one read-only snapshot of the
project's own connection.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import streamlit as st

from lib.db.tenant import TenantPools, tenant_connection
from lib.metrics.options import Options, load_options
from lib.metrics.results import MetricResult
from lib.metrics.scope import Scope
from lib.ui.cards.asking import ask
from lib.ui.filters.address import View
from lib.ui.frame.errors import CARD_FAULTS, is_lost


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the registry about one view; `id` tells two of the same question apart."""

    id: str
    question: str
    view: View
    hour_to: int = 24


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything one page asks. `today` is part of it: a running period is compared with the same
    part of the one before, and tomorrow that is another part."""

    today: date
    asked: tuple[Asked, ...]
    # fingerprint of all of the above, made once: cached functions are called a dozen times a run
    key: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        whole = repr((self.today, self.asked)).encode()
        object.__setattr__(self, "key", hashlib.sha256(whole).hexdigest())

    def view_of(self, asked_id: str) -> View:
        """The view one question was asked about."""
        return next(asked.view for asked in self.asked if asked.id == asked_id)


def scene_key(scene: Scene) -> str:
    """How Streamlit tells one scene from another in its cache keys."""
    return scene.key


class PartialAnswersError(Exception):
    """Some questions failed. Carries what was answered and the errors, and is never cached."""

    def __init__(
        self, answers: Mapping[str, MetricResult], errors: Mapping[str, Exception]
    ) -> None:
        self.answers = answers
        self.errors = errors
        super().__init__(f"no answer to: {', '.join(errors)}")


@lru_cache(maxsize=1)
def tenant_pools() -> TenantPools:
    """The tenant connections of this process."""
    return TenantPools()


@st.cache_data(max_entries=500, show_spinner=False)
def cached_options(project_id: int, scope: Scope, data_version: int) -> Options:
    """What a reader's filter bar offers in one data version."""
    with tenant_connection(tenant_pools(), project_id) as connection:
        return load_options(connection, scope)


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs={Scene: scene_key})
def cached_answers(
    project_id: int, scope: Scope, data_version: int, scene: Scene
) -> dict[str, MetricResult]:
    """The answers to all questions of a page from one snapshot, by their ids.

    Raises PartialAnswersError when some fail, and what the connection raises when it is lost.
    """
    answers: dict[str, MetricResult] = {}
    errors: dict[str, Exception] = {}
    waiting = list(scene.asked)
    while waiting:
        # a failed statement ends its transaction: the rest go on in a fresh one
        with tenant_connection(tenant_pools(), project_id) as connection:
            while waiting:
                asked = waiting.pop(0)
                try:
                    answers[asked.id] = ask(
                        connection, asked.question, asked.view, asked.hour_to, scope=scope
                    )
                except CARD_FAULTS as error:
                    if is_lost(error):
                        raise
                    errors[asked.id] = error
                    break
    if errors:
        raise PartialAnswersError(answers, errors)
    return answers


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs={Scene: scene_key})
def cached_check(project_id: int, scope: Scope, data_version: int, scene: Scene) -> bool:
    """True once all answers are in the cache: a warm page learns it without unpacking them.

    Raises what `cached_answers` raises.
    """
    cached_answers(project_id, scope, data_version, scene)
    return True
