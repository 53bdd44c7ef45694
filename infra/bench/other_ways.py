"""The same questions answered otherwise: on facts, on staging, without row level security.

Each other way is a schema of views under the names of the marts, owned and read by the superuser,
whom no row policy stops. A recorded statement is told the schema instead of `marts` and is
otherwise the very text that the tenant ran.
"""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from infra.bench.backend import Executed
from lib.config import CHECKOUT

__all__ = [
    "ON_FACTS",
    "WITHOUT_POLICY",
    "drop_views",
    "make_views",
    "pointed_at",
    "staging_statements",
]

WITHOUT_POLICY, ON_FACTS = "bench_without_policy", "bench_on_facts"
# aggregates whose model is plain SQL over facts
RECOMPUTED = ("fct_messages_hourly", "fct_intents_daily")
MODELS = CHECKOUT / "warehouse" / "models" / "marts" / "conversations"
REFERENCE = re.compile(r"\{\{\s*ref\('(\w+)'\)\s*\}\}")
MARTS = "select tablename from pg_tables where schemaname = 'marts' order by 1"

# messages per day, hour, direction as staging has them; the index on sent_at narrows the days
ON_STAGING = """
select {groups}, count(*)
from (
    select
        (sent_at at time zone 'America/Bogota')::date as local_date,
        extract(hour from sent_at at time zone 'America/Bogota') as hour,
        extract(isodow from sent_at at time zone 'America/Bogota') as weekday,
        case
            when send_type = 'input' then 'inbound'
            when send_type = 'operator' then 'agent'
            when send_type = 'dialogflow' then 'bot'
            when send_type in ('agent_notification', 'note') then 'system'
            when sending_id is not null then 'campaign'
            when integration in ('df', 'ai') then 'bot'
            else 'other'
        end as direction
    from staging.stg_indigitall__messages
    where
        project_id = %(project)s
        and sent_at >= %(start)s::timestamp at time zone 'America/Bogota'
        and sent_at < (%(end)s + 1)::timestamp at time zone 'America/Bogota'
) as spoken
where direction in ('inbound', 'bot', 'agent')
group by {groups}
"""


def make_views(admin: Connection, project_id: int) -> None:
    """Create the schemas anew for one project."""
    drop_views(admin)
    marts = [str(name) for (name,) in admin.execute(text(MARTS))]
    for schema in (WITHOUT_POLICY, ON_FACTS):
        admin.exec_driver_sql(f"create schema {schema}")
        for mart in marts:
            admin.exec_driver_sql(
                f"create view {schema}.{mart} as"
                f" select * from marts.{mart} where project_id = {project_id}"
            )
    for mart in RECOMPUTED:
        model = (MODELS / f"{mart}.sql").read_text(encoding="utf-8")
        query = REFERENCE.sub(rf"{WITHOUT_POLICY}.\1", model)
        admin.exec_driver_sql(f"drop view {ON_FACTS}.{mart}")
        admin.exec_driver_sql(f"create view {ON_FACTS}.{mart} as {query}")


def drop_views(admin: Connection) -> None:
    """Remove what `make_views` made."""
    for schema in (ON_FACTS, WITHOUT_POLICY):
        admin.exec_driver_sql(f"drop schema if exists {schema} cascade")


def pointed_at(schema: str, statements: Sequence[Executed]) -> list[Executed]:
    """The statements with another schema in the place of `marts`."""
    return [Executed(s.sql.replace("marts.", f"{schema}."), s.values) for s in statements]


def staging_statements(values: Mapping[str, object]) -> list[Executed]:
    """The questions about messages alone, written by hand on staging."""
    groups = ("local_date", "direction", "hour", "weekday, hour")
    return [Executed(ON_STAGING.format(groups=group), values) for group in groups]
