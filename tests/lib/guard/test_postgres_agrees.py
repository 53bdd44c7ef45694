"""PostgreSQL itself says what an allowed statement reads: nothing that the guard does not allow.

Each text is made into a view; its parsed form names every relation, column and function. The
statements are the honest ones, and thousands of random changes of honest and hostile ones.
"""

import random
import re

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlglot.errors import SqlglotError

from lib.config import get_settings
from lib.db.onboarding import create_project_roles
from lib.guard.dialect import GuardDialect
from lib.guard.exposed import shipped_allow_list
from lib.guard.judge import judge
from lib.guard.reviewed import reviewed_functions
from tests.lib.guard.test_benign import QUERIES
from tests.lib.guard.test_rules import RULES
from tests.lib.guard.test_scopes import ALLOWED, BLOCKED
from tests.support.metric_world import OTHER, PROJECT, build_world
from tests.support.statements import read_statements, techniques

WORD = re.compile(r"\S+")
# what operators, casts and special forms are called in PostgreSQL's catalogue
SPECIAL_FORMS = frozenset(
    WORD.findall("""
        bpchar varchar text date timestamp timestamptz time interval numeric int2 int4 int8 float4
        float8 bool extract timezone substring position btrim ltrim rtrim unnest like
    """)
)
# current_date, current_timestamp, localtimestamp
WORDS_OF_TIME = frozenset({"0", "3", "7"})
SPLICES = WORD.findall("""
    contact_id contact_name body c m t * ( ) , . lateral natural join using as with select from
    marts.dim_contacts marts.fct_messages over filter ::text row array [ ] ctid current_user
    distinct on exists in any values limit 'x' $1 ~ || -> and or not interval collate rollup
    "t" "body" union order group by for update fetch first offset 1
""")
CHANGES = 4000
DEPENDENCIES = """
select c.relnamespace::regnamespace::text, c.relname, a.attname
from pg_rewrite as r
join pg_depend as d
    on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
    and d.refclassid = 'pg_class'::regclass
join pg_class as c on c.oid = d.refobjid
left join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.refobjsubid
where r.ev_class = 'public.judged'::regclass and c.relname <> 'judged'
"""


@pytest.fixture(scope="module")
def admin(module_database):
    engine = create_engine(module_database)
    with engine.begin() as connection:
        for project in (PROJECT, OTHER):
            create_project_roles(connection, project)
        build_world(connection, get_settings().manifest_dir / "manifest.json")
    engine.dispose()
    address = module_database.set(drivername="postgresql")
    with psycopg.connect(
        address.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        yield connection


def foreign_parts(admin, sql):
    """What the view of this statement reads and calls beyond the lists; None when it is no SQL."""
    try:
        admin.execute(f"create view public.judged as select count(*) as n from ({sql}) as q")
    except psycopg.Error:
        return None
    try:
        relations = shipped_allow_list().relations
        found = {
            (schema, relation, column)
            for schema, relation, column in admin.execute(DEPENDENCIES)
            if schema != "marts"
            or relation not in relations
            or (column is not None and column not in relations[relation].columns)
        }
        tree = admin.execute(
            "select ev_action::text from pg_rewrite where ev_class = 'public.judged'::regclass"
        ).fetchone()[0]
        called = [int(oid) for oid in re.findall(r":(?:funcid|aggfnoid|winfnoid) (\d+)", tree)]
        names = admin.execute(
            "select distinct proname from pg_proc where oid = any(%s::oid[])", [called]
        )
        found |= {name for (name,) in names} - set(reviewed_functions()) - SPECIAL_FORMS
        found |= set(re.findall(r"\{SQLVALUEFUNCTION :op (\d+)", tree)) - WORDS_OF_TIME
        # column number 0 is the whole row, below it are the system's
        found |= set(re.findall(r"\{VAR :varno \d+ :varattno (?:-\d+|0) ", tree))
        return found | set(re.findall(r"\{(?:XMLEXPR|ROWMARKCLAUSE|FIELDSELECT)", tree))
    finally:
        admin.execute("drop view public.judged")


@pytest.mark.parametrize("name", QUERIES)
def test_an_honest_question_reads_only_what_is_allowed(admin, name):
    verdict = judge(QUERIES[name], shipped_allow_list(), 100)
    assert foreign_parts(admin, verdict.sql) == set()


def word_lists():
    """Every statement of the tests and the corpora, as lists of words."""
    statements = [*QUERIES.values(), *ALLOWED.values(), *(sql for _, sql in BLOCKED.values())]
    statements += [sql for rule in RULES.values() for sql in rule[1:]]
    for corpus in ("benign", "foreign", "hostile"):
        for technique in techniques(corpus):
            statements += [item.sql for item in read_statements(corpus, technique)]
    dialect = GuardDialect()
    for sql in statements:
        if len(sql) < 3000:
            try:
                tokens = dialect.tokenize(sql)
            except SqlglotError:
                continue
            yield [sql[token.start : token.end + 1] for token in tokens]


def changed(words, others, luck):
    """One to three random changes: words of another statement, a splice, a gap, two swapped."""
    words = list(words)
    for _turn in range(luck.choice((1, 1, 1, 2, 3))):
        place, kind = luck.randrange(len(words) + 1), luck.randrange(4)
        if kind == 0:
            other = luck.choice(others)
            start = luck.randrange(len(other) + 1)
            words[place : place + luck.randrange(4)] = other[start : start + luck.randrange(1, 8)]
        elif kind == 1:
            words.insert(place, luck.choice(SPLICES))
        elif kind == 2:
            words[place : place + 1] = [luck.choice(SPLICES)]
        else:
            del words[place : place + luck.randrange(1, 4)]
    return " ".join(words)


def test_no_random_change_makes_the_guard_allow_what_postgresql_reads_otherwise(admin):
    luck, lists = random.Random(20260217), list(word_lists())
    allowed = run = 0
    for _turn in range(CHANGES):
        sql = changed(luck.choice(lists), lists, luck)
        verdict = judge(sql, shipped_allow_list(), 100)
        if verdict.allowed:
            allowed += 1
            found = foreign_parts(admin, verdict.sql)
            run += found is not None
            assert not found, (sql, verdict.sql)
    # some are still honest, or the test would prove nothing; nearly all of those are SQL
    assert allowed > 50
    assert run > allowed * 0.6
