"""Names: what a WITH query, an alias or a neighbour may hide, and from where it can be seen."""

import pytest

M, C = "marts.fct_messages", "marts.dim_contacts"
BLOCKED = {
    "a WITH query out of its scope": (
        "unqualified_table",
        "select a.n from (with t as (select 1 as n) select n from t) as a, t",
    ),
    "a WITH query before its definition": (
        "unqualified_table",
        "with a as (select n from b), b as (select 1 as n) select n from a",
    ),
    "a WITH query that names itself": (
        "unqualified_table",
        "with pg_class as (select relname from pg_class) select relname from pg_class",
    ),
    "a WITH query of a union's other half": (
        "unqualified_table",
        "select 1 as n union all (with t as (select 2 as n) select n from t)"
        " union all select n from t",
    ),
    "a catalogue behind a WITH query of a mart's name": (
        "unknown_column",
        "with fct_messages as (select 1 as n) select entity from fct_messages",
    ),
    "two WITH queries of one name": (
        "bad_name",
        "with t as (select 1 as n), t as (select 2 as n) select n from t",
    ),
    "a personal column behind an alias of its name": (
        "personal_column",
        f"select (select contact_id from {C} limit 1) from (select 1 as contact_id) as t",
    ),
    "a personal column of the query around": (
        "personal_column",
        f"select channel from {C} as c where exists (select 1 from {M} where c.contact_id = '1')",
    ),
    "a personal column of the query around, unqualified": (
        "personal_column",
        f"select channel from {C} where exists (select 1 from {M} where contact_name = '1')",
    ),
    "a personal column by LATERAL": (
        "personal_column",
        f"select l.x from {C} as c cross join lateral (select c.contact_name as x) as l",
    ),
    "a personal column in ORDER BY": (
        "personal_column",
        f"select channel from {C} order by contact_name",
    ),
    "a personal column in GROUP BY": (
        "personal_column",
        f"select count(*) from {C} group by contact_id",
    ),
    "a personal column in HAVING": (
        "personal_column",
        f"select channel from {C} group by channel having max(contact_id) > '5'",
    ),
    "a personal column in a window": (
        "personal_column",
        f"select rank() over (order by contact_id) from {C}",
    ),
    "a personal column in a named window": (
        "personal_column",
        f"select rank() over w from {C} window w as (order by contact_id)",
    ),
    "a personal column in FILTER": (
        "personal_column",
        f"select count(*) filter (where contact_id > '5') from {C}",
    ),
    "a personal column in WITHIN GROUP": (
        "personal_column",
        f"select mode() within group (order by contact_id) from {C}",
    ),
    "a personal column ordering an aggregate": (
        "personal_column",
        f"select string_agg(channel, ',' order by contact_id) from {C}",
    ),
    "a personal column in DISTINCT ON": (
        "personal_column",
        f"select distinct on (contact_id) channel from {C}",
    ),
    "a personal column in ON": (
        "personal_column",
        f"select c.channel from {C} as c join {M} as m on m.entity = c.contact_id",
    ),
    "a personal column in ON, of a source that joins later": (
        "personal_column",
        f"select (select 1 from {M} as a join {M} as b on contact_id = 'x'"
        f" join (select 1 as contact_id) as z on true limit 1) from {C}",
    ),
    "a personal column in a list": (
        "unknown_construct",
        f"select 1 where '1' = any (array(select contact_id from {C}))",
    ),
    "a personal column in VALUES": (
        "personal_column",
        f"select v.a from {C} as c cross join lateral (values (c.contact_id)) as v(a)",
    ),
    "a personal column in CASE": (
        "personal_column",
        f"select case when contact_id > '5' then 1 end from {C}",
    ),
    "a personal column in a quoted name": ("personal_column", f'select "contact_id" from {C}'),
    "a neighbour without LATERAL": (
        "unknown_table",
        f"select x.n from {M} as m, (select m.entity as n) as x",
    ),
    "a row made of columns": ("whole_row", f"select (entity, direction) from {M}"),
    "a row made by name": ("unknown_function", f"select row(entity, direction) from {M}"),
    "the inheriting tables": ("star", f"select entity from {M} *"),
    "a whole row of a subquery": ("whole_row", "select t from (select 1 as n) as t"),
    "a whole row of a WITH query": ("whole_row", "with t as (select 1 as n) select t from t"),
    "a whole row of the query around": (
        "whole_row",
        f"select (select count(m)) from {M} as m",
    ),
    "a mart by its name when it has an alias": (
        "unknown_table",
        f"select fct_messages.entity from {M} as m",
    ),
    "a column with its schema": ("unknown_construct", f"select marts.fct_messages.entity from {M}"),
    "one alias twice": ("bad_name", f"select 1 from {M} as m, {C} as m"),
    "a subquery without a name": ("bad_name", "select n from (select 1 as n)"),
    "more names than columns": ("bad_name", "select a from (select 1 as n) as t(a, b)"),
    "a name that was replaced": ("unknown_column", "select n from (select 1 as n) as t(a)"),
    "a column that only the other half of a union has": (
        "unknown_column",
        "select entity from (select 1 as n union all select 2 as entity) as t",
    ),
    "halves of other widths": ("syntax", "select 1 union all select 1, 2"),
    "an alias in WHERE": ("unknown_column", f"select entity as e from {M} where e = 'x'"),
    "a function that gives rows of catalogues": (
        "unknown_function",
        "select x.a from pg_ls_dir('.') as x(a)",
    ),
    "a scalar function in FROM": ("unknown_function", "select x from lower('A') as x"),
    "a join inside parentheses": (
        "unknown_construct",
        f"select 1 from ({M} as a join {M} as b on true) as j",
    ),
}
ALLOWED = {
    "a WITH query of a mart's name beside the mart": (
        f"with fct_messages as (select entity from {M}) select f.entity, m.direction"
        f" from fct_messages as f join {M} as m on m.entity = f.entity"
    ),
    "a WITH query inside a subquery": (
        f"select a.n from (with t as (select count(*) as n from {M}) select n from t) as a"
    ),
    "an inner WITH query that hides an outer one": (
        "with t as (select 1 as a) select b from (with t as (select 2 as b) select b from t) as u"
    ),
    "a WITH query seen from a subquery": (
        f"with t as (select 'x' as e) select entity from {M} where entity in (select e from t)"
    ),
    "a correlated subquery": (
        f"select m.entity, (select count(*) from {C} as c where c.contact_key = m.direction) as n"
        f" from {M} as m"
    ),
    "a correlated subquery without aliases": (
        f"select entity from {M} where exists (select 1 from {C} where channel = direction)"
    ),
    "LATERAL": (
        f"select m.entity, l.n from {M} as m left join lateral"
        f" (select count(*) as n from {C} as c where c.channel = m.direction) as l on true"
    ),
    "names of a WITH query": "with t(a, b) as (select 1, 2) select a + b as c from t",
    "names of VALUES": "select v.a from (values (1, 'x'), (2, 'y')) as v(a, b) where v.b = 'x'",
    "a union with its order": (
        f"select entity as e from {M} union select channel from {C} order by e limit 3"
    ),
    "LATERAL VALUES": (
        f"select v.a from {C} as c cross join lateral (values (c.channel), (c.contact_key)) as v(a)"
    ),
    "LATERAL unnest": (
        f"select u.a from {C} as c cross join lateral unnest(array[c.channel]) as u(a)"
    ),
    "rows compared": f"select 1 from {M} where (entity, direction) in (('a', 'b'), ('c', 'd'))",
    "USING": f"select m.entity from {M} as m join {C} as c using (project_id)",
    "an alias in GROUP BY and ORDER BY": (
        f"select date_trunc('month', local_date) as mes, count(*) as n from {M}"
        " group by mes order by n"
    ),
    "an unnamed aggregate by its function's name": (
        f"select count from (select count(*) from {M}) as t"
    ),
    "an alias of the name of a personal column of a mart that is not read": (
        f"select channel as body from {C}"
    ),
    "the whole query in parentheses": f"(select entity from {M})",
    "rows with their number": "select u.a, u.n from unnest(array[3, 4]) with ordinality as u(a, n)",
}


@pytest.mark.parametrize("trick", BLOCKED)
def test_a_name_that_cannot_be_seen_is_blocked(judged, trick):
    reason, sql = BLOCKED[trick]
    verdict = judged(sql)
    assert (verdict.allowed, verdict.reason) == (False, reason), verdict.sql


@pytest.mark.parametrize("use", ALLOWED)
def test_a_name_that_can_be_seen_is_allowed(judged, use):
    verdict = judged(ALLOWED[use])
    assert verdict.allowed, verdict.detail_es
