"""What can be wrong with a project's data, and what is wrong now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import Connection, text

__all__ = ["KINDS", "Incident", "Kind", "current_incidents"]

Kind = Literal["stale", "ingest_failed", "held_back", "build_failed", "publication_late"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Staleness is judged by the last whole reading and not by the newest message: a quiet Sunday is no
# trouble. A project that has never been read is stale since it was registered.
INCIDENTS = """
with active as (
    select project_id, slug, created_at from app.projects where is_active
),
builds as (
    select projects || held_back_projects as projects, finished_at, status
    from app.dbt_runs
    where finished_at is not null
)
select active.project_id, active.slug, 'ingest_failed' as kind, state.endpoint as subject,
    coalesce(state.last_success_at, active.created_at) as since
from active
inner join app.sync_state as state using (project_id)
where state.last_status = 'failed'
union all
select active.project_id, active.slug, 'stale', 'chat_history',
    coalesce(state.last_success_at, active.created_at)
from active
left join app.sync_state as state
    on state.project_id = active.project_id and state.endpoint = 'chat_history'
where coalesce(state.last_success_at, active.created_at) < :stale_before
union all
select active.project_id, active.slug, 'held_back', 'marts', version.held_back_since
from active
inner join app.data_versions as version using (project_id)
where version.held_back_since is not null
union all
select active.project_id, active.slug, 'build_failed', 'marts', last_build.finished_at
from active
cross join lateral (
    select builds.finished_at, builds.status
    from builds
    -- a build that broke before it knew its projects kept all of them waiting
    where builds.projects = '{}' or active.project_id = any(builds.projects)
    order by builds.finished_at desc
    limit 1
) as last_build
where last_build.status = 'failed'
union all
select active.project_id, active.slug, 'publication_late', 'marts', min(batch.committed_at)
from active
inner join raw.batches as batch using (project_id)
where batch.published_at is null and batch.committed_at < :stale_before
group by 1, 2
order by 1, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that is wrong, or was: whose, what, of what, since when."""

    project_id: int
    slug: str
    kind: Kind
    subject: str
    since: datetime

    @property
    def key(self) -> tuple[int, str, str]:
        """What makes it the same incident in every round."""
        return (self.project_id, self.kind, self.subject)


def current_incidents(
    connection: Connection, at: datetime, stale_after: timedelta
) -> Sequence[Incident]:
    """Everything that is wrong now, by project; data are stale after `stale_after` unread.

    Batches that no build has published for as long are late. For the owner's role.
    """
    rows = connection.execute(text(INCIDENTS), {"stale_before": at - stale_after})
    return [Incident(**row._asdict()) for row in rows]
