"""Each rule with a statement that breaks it and the honest neighbour that must pass."""

import pytest

from tests.lib.guard.call_rules import CALL_RULES

# rule: (reason, hostile, benign)
NAME_RULES = {
    "a query is not empty": ("empty", "  \n ", "select 1"),
    "20 KB are enough": (
        "too_long",
        "select '" + "x" * 20_500 + "'",
        "select '" + "x" * 1_900 + "'",
    ),
    "no NUL": ("bad_character", "select 1\x00", "select 1\n"),
    "no other control": ("bad_character", "select\x0b1", "select\t1"),
    "no byte order mark": ("bad_character", "\ufeffselect 1", "select 1"),
    "no blank that is none": ("bad_character", "select\u00a01", "select 'año' as año"),
    "no letters that cannot be seen": ("bad_character", "select 1 as a\u200bb", "select 1 as ab"),
    "no text that runs backwards": ("bad_character", "select '\u202e'", "select '¿qué?'"),
    "no U& texts": ("unicode_escape", "select U&'\\0441'", "select 'u' as u"),
    "no U& names": ("unicode_escape", 'select u&"a"', "select 1 as u"),
    "few parentheses": (
        "too_deep",
        "select " + "(" * 61 + "1" + ")" * 61,
        "select " + "(" * 30 + "1" + ")" * 30,
    ),
    "few elements": (
        "too_complex",
        "select " + "+".join(["1"] * 4000),
        "select " + "+".join(["1"] * 200),
    ),
    "it is SQL": ("syntax", "select from where", "select 1 where true"),
    "one statement": ("several_statements", "select 1; select 2", "select 1; -- fin"),
    "no hidden second": ("several_statements", "select 1 /* ; */; drop table x", "select ';'"),
    "no change": ("not_a_query", "delete from marts.fct_messages", "select 'delete'"),
    "no command": ("not_a_query", "set role project_202", "select 'set role'"),
    "no copy": ("not_a_query", "copy marts.fct_messages to '/x'", "select 'copy'"),
    "no values alone": ("not_a_query", "values (1)", "select a from (values (1)) as v(a)"),
    "no table alone": (
        "star",
        "table marts.fct_messages",
        "select entity from marts.fct_messages",
    ),
    "no change in WITH": (
        "unknown_construct",
        "with d as (delete from marts.fct_messages returning entity) select entity from d",
        "with d as (select entity from marts.fct_messages) select entity from d",
    ),
    "no recursion": (
        "recursive",
        "with recursive t(n) as (select 1 union all select n + 1 from t) select n from t",
        "with t(n) as (select 1 union all select 2) select n from t",
    ),
    "no INTO": ("into", "select 1 as a into x", "select 1 as a"),
    "no locks": (
        "locking",
        "select entity from marts.fct_messages for update",
        "select entity from marts.fct_messages",
    ),
    "no sampling": (
        "sampling",
        "select entity from marts.fct_messages tablesample system (1)",
        "select entity from marts.fct_messages limit 1",
    ),
    "no inheritance": (
        "unknown_construct",
        "select entity from only marts.fct_messages",
        "select entity from marts.fct_messages as x",
    ),
    "no parameters": (
        "parameter",
        "select entity from marts.fct_messages where entity = $1",
        "select entity from marts.fct_messages where entity = '$1'",
    ),
    "no named parameters": ("parameter", "select :a", "select ':a'"),
    "no star": (
        "star",
        "select * from marts.fct_messages",
        "select count(*) from marts.fct_messages",
    ),
    "no star of a table": (
        "star",
        "select m.* from marts.fct_messages as m",
        "select m.entity from marts.fct_messages as m",
    ),
    "no star in another call": (
        "star",
        "select sum(*) from marts.fct_messages",
        "select count(*) filter (where entity = 'Norte') from marts.fct_messages",
    ),
    "no row": (
        "whole_row",
        "select m from marts.fct_messages as m",
        "select m.entity as m from marts.fct_messages as m",
    ),
    "no row counted": (
        "whole_row",
        "select count(m) from marts.fct_messages as m",
        "select count(m.entity) from marts.fct_messages as m",
    ),
    "no row as text": (
        "whole_row",
        "select m::text from marts.fct_messages as m",
        "select m.local_date::text from marts.fct_messages as m",
    ),
    "no field of a row": (
        "unknown_construct",
        "select (m).entity from marts.fct_messages as m",
        "select (m.entity) from marts.fct_messages as m",
    ),
    "no column as a function": (
        "unknown_function",
        "select body(m) from marts.fct_messages as m",
        "select lower(m.entity) from marts.fct_messages as m",
    ),
    "no personal column": (
        "personal_column",
        "select body from marts.fct_messages",
        "select direction from marts.fct_messages",
    ),
    "no personal column of an alias": (
        "personal_column",
        "select c.contact_name from marts.dim_contacts as c",
        "select c.contact_key from marts.dim_contacts as c",
    ),
    "no personal column in a condition": (
        "personal_column",
        "select channel from marts.dim_contacts where contact_id like '57%'",
        "select channel from marts.dim_contacts where contact_key like '57%'",
    ),
    "no personal column by USING": (
        "personal_column",
        "select channel from marts.dim_contacts join (select 'x' as contact_id) as y"
        " using (contact_id)",
        "select channel from marts.dim_contacts join (select 'x' as contact_key) as y"
        " using (contact_key)",
    ),
    "no personal column by NATURAL": (
        "natural_join",
        "select channel from marts.dim_contacts natural join (select 'x' as k) as y",
        "select channel from marts.dim_contacts cross join (select 'x' as k) as y",
    ),
    "no personal column by renaming": (
        "bad_name",
        "select d from marts.dim_contacts as c(a, b, x, d)",
        "select d from (select channel from marts.dim_contacts) as c(d)",
    ),
    "no personal column in capitals": (
        "personal_column",
        "select CONTACT_ID from marts.dim_contacts",
        "select CHANNEL from MARTS.DIM_CONTACTS",
    ),
    "no system column": (
        "system_column",
        "select ctid from marts.fct_messages",
        "select 'ctid' from marts.fct_messages",
    ),
    "no system column of an alias": (
        "system_column",
        "select m.xmin from marts.fct_messages as m",
        "select min(m.local_date) from marts.fct_messages as m",
    ),
    "no identity": ("identity", "select current_user", "select current_date"),
    "no session": ("identity", "select session_user", "select current_timestamp"),
    "no short identity": ("unknown_column", "select user", "select 'user'"),
    "no schema": ("identity", "select current_schema", "select now()"),
    "tables have a schema": (
        "unqualified_table",
        "select entity from fct_messages",
        "select entity from marts.fct_messages",
    ),
    "the schema is marts": (
        "unknown_table",
        "select entity from raw.fct_messages",
        "select entity from marts.fct_messages",
    ),
    "no catalogue": (
        "unknown_table",
        "select rolname from pg_catalog.pg_roles",
        "select 'pg_roles' as rolname",
    ),
    "no bare catalogue": ("unqualified_table", "select relname from pg_class", "select 1"),
    "no quoted name with a dot": (
        "unqualified_table",
        'select entity from "marts.fct_messages"',
        'select entity from "marts"."fct_messages"',
    ),
    "no name in other letters": (
        "unknown_table",
        'select entity from marts."FCT_MESSAGES"',
        "select entity from marts.FCT_MESSAGES",
    ),
    "no other database": (
        "unknown_construct",
        "select entity from other.marts.fct_messages",
        "select entity from marts.fct_messages",
    ),
    "names fit into PostgreSQL": (
        "bad_name",
        "select 1 as " + "a" * 64,
        "select 1 as " + "a" * 63,
    ),
}
RULES = NAME_RULES | CALL_RULES


@pytest.mark.parametrize("rule", RULES)
def test_what_breaks_the_rule_is_blocked_for_that_reason(judged, rule):
    reason, hostile, _benign = RULES[rule]
    verdict = judged(hostile)
    assert (verdict.allowed, verdict.reason, verdict.sql) == (False, reason, None)
    assert verdict.detail_es


@pytest.mark.parametrize("rule", RULES)
def test_the_honest_neighbour_of_the_rule_is_allowed(judged, rule):
    verdict = judged(RULES[rule][2])
    assert (verdict.allowed, verdict.reason) == (True, "allowed"), verdict.detail_es
    assert verdict.sql.endswith('AS "consulta" LIMIT 101')
