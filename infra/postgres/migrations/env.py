"""Where Alembic runs the revisions: on the connection that `lib.db.migrate` hands over.

The connection is the owner's (`indigo_owner`), inside one transaction for all revisions: a revision
that fails leaves the database as it was. Migrations are never written from model classes, and never
run from a URL in a file, so there is no offline mode.
"""

from alembic import context

from lib.db.migrate import VERSION_SCHEMA

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema=VERSION_SCHEMA,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
