"""Typed columns and indexes by which a build finds what changed without reading all of raw.

An agent session's times are read from its JSON once, when the row is written. `raw.instant` is what
the macro `parse_timestamp` of the warehouse is for messages; a test holds the two together.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# immutable: a text without offset is refused or read as UTC, so no setting changes the answer
INSTANT = r"""
create function raw.instant(value text) returns timestamptz
language plpgsql immutable strict parallel safe
as $instant$
begin
    if value !~ '^20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.]\d+)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)?$'
        or substr(value, 6, 2) not between '01' and '12'
        or substr(value, 9, 2) not between '01' and (case
            when substr(value, 6, 2) in ('04', '06', '09', '11') then '30'
            when substr(value, 6, 2) <> '02' then '31'
            when left(value, 4)::integer % 4 = 0 then '29'
            else '28'
        end)
        or substr(value, 12, 2) > '23' or substr(value, 15, 2) > '59'
        or substr(value, 18, 2) > '59'
    then
        return null;
    end if;
    return case when value ~ '(Z|[+-]\d\d:?\d\d)$' then value else value || 'Z' end::timestamptz;
end
$instant$;
grant execute on function raw.instant(text) to indigo_owner, indigo_ingest;
"""
TIMES = ", ".join(f"raw.instant(payload ->> '{name}')" for name in ("queuedAt", "assignedAt"))
CLOSED = "raw.instant(payload ->> 'closedAt')"
SESSIONS = f"""
alter table raw.agent_sessions
    add column agent_id text generated always as (nullif(payload ->> 'agentId', '')) stored,
    add column queued_at timestamptz
        generated always as (raw.instant(payload ->> 'queuedAt')) stored,
    add column assigned_at timestamptz
        generated always as (raw.instant(payload ->> 'assignedAt')) stored,
    add column closed_at timestamptz generated always as ({CLOSED}) stored,
    add column begins_at timestamptz generated always as (least({TIMES}, {CLOSED})) stored,
    add column ends_at timestamptz
        generated always as (greatest({TIMES}, coalesce({CLOSED}, 'infinity'))) stored;
comment on column raw.agent_sessions.ends_at is 'its latest time; infinity while it is not closed';
create index agent_sessions_span on raw.agent_sessions (project_id, ends_at, begins_at);
create index agent_sessions_contact on raw.agent_sessions (project_id, contact_key);
create index agent_sessions_agent on raw.agent_sessions (
    project_id, agent_id, coalesce(queued_at, assigned_at, closed_at) desc nulls last,
    agent_session_id desc
) where deleted_at is null;
"""
OTHERS = """
create index messages_event on raw.messages (project_id, contact_key, sent_at)
where content_type = 'event';
create index contacts_batch on raw.contacts (project_id, batch_id);
create index contacts_contact on raw.contacts (project_id, contact_key);
"""
DOWN = """
drop index raw.contacts_contact, raw.contacts_batch, raw.messages_event;
alter table raw.agent_sessions
    drop column ends_at, drop column begins_at, drop column closed_at, drop column assigned_at,
    drop column queued_at, drop column agent_id;
drop index raw.agent_sessions_contact;
drop function raw.instant(text);
"""


def upgrade() -> None:
    op.execute(INSTANT)
    op.execute(SESSIONS)
    op.execute(OTHERS)


def downgrade() -> None:
    op.execute(DOWN)
