"""The app schema: projects and their rules, the state of loads and publications.

Every table with a project_id has FORCE row level security with one policy per role that may read
it: the owner (dbt, onboarding) and the ingestion see all projects, `indigo_app` sees the project
that its transaction names in `app.project_id`, or the one whose slug it names in `app.slug`;
without either it sees nothing, so no query of the app can list tenants.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PROJECTS = """
create table app.projects (
    project_id integer primary key check (project_id > 0),
    slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
    name text not null,
    timezone text not null default 'America/Bogota',
    is_demo boolean not null default false,
    is_active boolean not null default true,
    backfill_from date not null,
    agent_mail_domains text[] not null default '{}',
    agent_ids text[] not null default '{}',
    created_at timestamptz not null default now()
);
comment on column app.projects.agent_ids is 'the roster: sessions of other agents are quarantined';

create table app.entity_rules (
    project_id integer not null,
    priority integer not null,
    rule_kind text not null check (
        rule_kind in ('channel_instance', 'agent_domain', 'agent', 'contact', 'survey_alias')
    ),
    match_value text not null check (match_value = lower(match_value)),
    entity text not null,
    primary key (project_id, rule_kind, match_value),
    constraint entity_rules_priority unique (project_id, priority) deferrable initially deferred
);
comment on column app.entity_rules.priority is 'the lowest matching one decides; no ties';
comment on column app.entity_rules.match_value is
    'lower case; for rule_kind contact a contact_key, never a phone';

create table app.agent_names (
    project_id integer not null,
    agent_id text not null,
    agent_name text not null,
    primary key (project_id, agent_id)
);
"""

STATES = """
create table app.data_versions (
    project_id integer primary key,
    data_version bigint not null,
    published_at timestamptz not null,
    data_until timestamptz,
    loaded_until timestamptz,
    model_hash text not null,
    held_back_since timestamptz,
    held_back_reason text
);
comment on column app.data_versions.data_until is 'latest sent_at published';
comment on column app.data_versions.loaded_until is 'committed_at of the newest published batch';
comment on column app.data_versions.held_back_since is
    'set while a failed test keeps this version in service';

create table app.dbt_runs (
    run_id text primary key,
    command text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    status text not null,
    projects integer[] not null default '{}',
    held_back_projects integer[] not null default '{}',
    model_hash text,
    results jsonb not null default '[]'
);
comment on column app.dbt_runs.results is 'name, kind, status, seconds, rows, failures, message';

create table app.sync_state (
    project_id integer not null,
    endpoint text not null,
    last_attempt_at timestamptz,
    last_success_at timestamptz,
    last_status text,
    last_error text,
    complete_until date,
    primary key (project_id, endpoint)
);
"""

RIGHTS = """
grant select on app.projects, app.entity_rules, app.agent_names, app.data_versions, app.sync_state
to indigo_app;
grant select on app.projects, app.entity_rules, app.agent_names to indigo_ingest;
grant select, insert, update on app.sync_state to indigo_ingest;
"""

PROJECT_TABLES = ("projects", "entity_rules", "agent_names", "data_versions", "sync_state")
INGEST_READS = ("projects", "entity_rules", "agent_names")
NAMED_PROJECT = "project_id = nullif(current_setting('app.project_id', true), '')::integer"
NAMED_SLUG = "slug = nullif(current_setting('app.slug', true), '')"

DOWN = """
drop table app.sync_state, app.dbt_runs, app.data_versions, app.agent_names, app.entity_rules,
    app.projects;
"""


def protect(table: str) -> str:
    """Force row level security on one table and name who sees which rows of it."""
    visible = f"{NAMED_PROJECT} or {NAMED_SLUG}" if table == "projects" else NAMED_PROJECT
    statements = [
        f"alter table app.{table} enable row level security",
        f"alter table app.{table} force row level security",
        f"create policy owner_rows on app.{table} for all to indigo_owner"
        " using (true) with check (true)",
        f"create policy named_project on app.{table} for select to indigo_app using ({visible})",
    ]
    if table in INGEST_READS:
        statements.append(
            f"create policy ingest_rows on app.{table} for select to indigo_ingest using (true)"
        )
    if table == "sync_state":
        statements.append(
            f"create policy ingest_rows on app.{table} for all to indigo_ingest"
            " using (true) with check (true)"
        )
    return ";\n".join(statements)


def upgrade() -> None:
    op.execute(PROJECTS)
    op.execute(STATES)
    op.execute(RIGHTS)
    for table in PROJECT_TABLES:
        op.execute(protect(table))


def downgrade() -> None:
    op.execute(DOWN)
