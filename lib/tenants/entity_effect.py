"""What entity rules do to a project's published conversations, before anybody applies them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, text

from lib.tenants.entity_file import StoredRule

__all__ = [
    "EntityCounts",
    "EntityEffect",
    "Unmatched",
    "effect_of",
    "load_rules",
    "unmatched_spellings",
]

RULES = """
select rule_kind, match_value, entity, priority
from app.entity_rules where project_id = :project_id order by priority
"""
# the evidence of int_contact_days, for every published conversation
EVIDENCE = """
with days as (
    select
        conversations.contact_key,
        conversations.local_date,
        conversations.entity as published_entity,
        conversations.message_count,
        (conversations.local_date + 1)::timestamp at time zone projects.timezone as ends_at,
        projects.timezone
    from marts.fct_conversations as conversations
    inner join app.projects using (project_id)
    where project_id = :project_id
),

session_messages as (
    select
        agent_session_id,
        min(sent_at) as first_at,
        array_agg(distinct (sent_at at time zone :timezone)::date) as dates
    from staging.stg_indigitall__messages
    where project_id = :project_id and agent_session_id is not null
    group by 1
),

sessions as (
    select
        marts.contact_key,
        marts.agent_session_id,
        marts.agent_id,
        listed.agent_domain,
        coalesce(marts.queued_at, marts.assigned_at, said.first_at) as starts_at,
        coalesce(
            marts.assigned_at, marts.first_response_at, marts.queued_at, said.first_at
        ) as known_at,
        array[
            (marts.queued_at at time zone :timezone)::date,
            (marts.assigned_at at time zone :timezone)::date,
            (marts.closed_at at time zone :timezone)::date
        ] || said.dates as dates
    from marts.fct_agent_sessions as marts
    left join staging.stg_indigitall__agent_sessions as listed
        on marts.project_id = listed.project_id and marts.agent_session_id = listed.agent_session_id
    left join session_messages as said on marts.agent_session_id = said.agent_session_id
    where marts.project_id = :project_id and marts.agent_id is not null
),

first_sessions as (
    select distinct on (days.contact_key, days.local_date)
        days.contact_key, days.local_date, sessions.agent_id, sessions.agent_domain
    from days
    inner join sessions
        on
            days.contact_key = sessions.contact_key
            and days.local_date = any(sessions.dates)
            and sessions.known_at < days.ends_at
    order by
        days.contact_key, days.local_date, sessions.starts_at, sessions.agent_session_id
),

answers as (
    select
        contact_key,
        entity_spelling,
        answered_at,
        lead(answered_at, 1, 'infinity') over (
            partition by contact_key order by answered_at, message_id
        ) as next_answered_at
    from staging.stg_indigitall__survey_answers
    where project_id = :project_id
),

evidence as (
    select
        days.contact_key,
        days.local_date,
        days.published_entity,
        days.message_count,
        contacts.channel_instance_id,
        first_sessions.agent_id,
        first_sessions.agent_domain,
        answers.entity_spelling
    from days
    left join first_sessions using (contact_key, local_date)
    left join staging.stg_indigitall__contacts as contacts
        on
            contacts.project_id = :project_id
            and days.contact_key = contacts.contact_key
            and contacts.unlisted_at is null
    left join answers
        on
            days.contact_key = answers.contact_key
            and days.ends_at > answers.answered_at
            and days.ends_at <= answers.next_answered_at
)
"""
RESOLVED = """
rules as (
    select
        state,
        rule_kind,
        trim(regexp_replace(lower(match_value), '\\s+', ' ', 'g')) as match_value,
        entity,
        priority
    from (
        select 'before' as state, rule_kind, match_value, entity, priority
        from app.entity_rules where project_id = :project_id
        union all
        select 'after', rule_kind, match_value, entity, priority
        from jsonb_to_recordset(cast(:rules as jsonb)) as proposed (
            rule_kind text, match_value text, entity text, priority integer
        )
    ) as both_states
),

resolved as (
    select
        evidence.published_entity,
        evidence.message_count,
        coalesce(before.entity, 'Sin entidad') as entity_before,
        coalesce(after.entity, 'Sin entidad') as entity_after
    from evidence
    left join lateral (
        {first_hit}
    ) as before on true
    left join lateral (
        {first_hit_after}
    ) as after on true
)
"""
FIRST_HIT = """
        select rules.entity
        from rules
        where rules.state = '{state}' and (rules.rule_kind, rules.match_value) in (
            ('channel_instance', evidence.channel_instance_id),
            ('agent_domain', evidence.agent_domain),
            ('agent', evidence.agent_id),
            ('contact', evidence.contact_key),
            ('survey_alias', evidence.entity_spelling)
        )
        order by rules.priority, rules.rule_kind
        limit 1
"""
EFFECT = (
    EVIDENCE.rstrip()
    + ",\n"
    + RESOLVED.format(
        first_hit=FIRST_HIT.format(state="before"), first_hit_after=FIRST_HIT.format(state="after")
    )
    + """
select
    entity_before as entity,
    'before' as state,
    count(*) as conversations,
    coalesce(sum(message_count), 0)::bigint as messages,
    count(*) filter (where entity_before <> entity_after) as moved,
    count(*) filter (where entity_before <> published_entity) as unpublished
from resolved
group by 1
union all
select entity_after, 'after', count(*), coalesce(sum(message_count), 0)::bigint, 0, 0
from resolved
group by 1
"""
)
UNMATCHED = (
    EVIDENCE.rstrip()
    + """
select
    evidence.entity_spelling as spelling,
    count(*) as contact_days,
    count(distinct evidence.contact_key) as contacts
from evidence
where
    evidence.entity_spelling is not null
    and not exists (
        select from app.entity_rules as rules
        where
            rules.project_id = :project_id
            and rules.rule_kind = 'survey_alias'
            and trim(regexp_replace(lower(rules.match_value), '\\s+', ' ', 'g'))
            = evidence.entity_spelling
    )
group by 1
having count(*) >= :at_least
order by 2 desc, 1
"""
)


@dataclass(frozen=True, slots=True)
class EntityCounts:
    """Conversations and messages of one entity, before and after."""

    entity: str
    conversations_before: int = 0
    conversations_after: int = 0
    messages_before: int = 0
    messages_after: int = 0


@dataclass(frozen=True, slots=True)
class EntityEffect:
    """Counts by entity; `moved` conversations would change theirs.

    `unpublished` conversations have another entity by the present rules than the marts show: a
    build of earlier changes is still to come.
    """

    entities: tuple[EntityCounts, ...]
    moved: int
    unpublished: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A spelling of an entity in surveys that no alias knows, and how often it decides nothing."""

    spelling: str
    contact_days: int
    contacts: int


def load_rules(connection: Connection, project_id: int) -> list[StoredRule]:
    """The rules of a project, first one first."""
    rows = connection.execute(text(RULES), {"project_id": project_id})
    return [StoredRule(**row._asdict()) for row in rows]


def effect_of(
    connection: Connection, project_id: int, timezone: str, rules: Sequence[StoredRule]
) -> EntityEffect:
    """What the published conversations would look like with these rules instead of today's."""
    values = {"project_id": project_id, "timezone": timezone}
    proposed = json.dumps([asdict(rule) for rule in rules])
    rows = connection.execute(text(EFFECT), {**values, "rules": proposed}).all()
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        counts = found.setdefault(row.entity, {})
        counts[f"conversations_{row.state}"] = row.conversations
        counts[f"messages_{row.state}"] = row.messages
    return EntityEffect(
        tuple(EntityCounts(entity, **found[entity]) for entity in sorted(found)),
        sum(row.moved for row in rows),
        sum(row.unpublished for row in rows),
    )


def unmatched_spellings(
    connection: Connection, project_id: int, timezone: str, *, at_least: int = 1
) -> list[Unmatched]:
    """Spellings that no alias knows on at least so many contact days, most frequent first."""
    values = {"project_id": project_id, "timezone": timezone, "at_least": at_least}
    return [Unmatched(**row._asdict()) for row in connection.execute(text(UNMATCHED), values)]
