"""Rules of functions, types and values: rule -> (reason, hostile, benign)."""

CALL_RULES = {
    "no unknown function": ("unknown_function", "select pg_sleep(1)", "select abs(-1)"),
    "no settings": ("unknown_function", "select set_config('role', 'x', true)", "select now()"),
    "no function of a schema": (
        "unknown_construct",
        "select pg_catalog.lower('A')",
        "select lower('A')",
    ),
    "no quoted function": ("unknown_function", "select \"lower\"('A')", "select lower('A')"),
    "no format": ("unknown_function", "select format('%100s', 'x')", "select concat('x', 'y')"),
    "no arrays of everything": (
        "unknown_function",
        "select array_agg(entity) from marts.fct_messages",
        "select string_agg(entity, ', ') from marts.fct_messages",
    ),
    "no long padding": ("bad_argument", "select lpad('x', 1000000)", "select lpad('7', 2, '0')"),
    "no padding by data": (
        "bad_argument",
        "select rpad('x', message_count) from marts.fct_messages",
        "select rpad('x', 10) from marts.fct_messages",
    ),
    "no long repetition": ("bad_argument", "select repeat('x', 1001)", "select repeat('x', 40)"),
    "no long series": (
        "bad_argument",
        "select n from generate_series(1, 1000000) as g(n)",
        "select n from generate_series(1, 24) as g(n)",
    ),
    "no series without step": (
        "bad_argument",
        "select n from generate_series(1, 2, 0) as g(n)",
        "select n from generate_series(24, 1, -1) as g(n)",
    ),
    "no series by data": (
        "bad_argument",
        "select n from marts.fct_messages as m, generate_series(1, m.message_count) as g(n)",
        "select n from generate_series(date '2026-01-01', date '2026-02-01', '1 day') as g(n)",
    ),
    "no series of seconds for years": (
        "bad_argument",
        "select n from generate_series(now() - interval '1 year', now(), '1 second') as g(n)",
        "select n from generate_series(current_date - 30, current_date, interval '1 day') as g(n)",
    ),
    "no series in the select list": (
        "bad_argument",
        "select generate_series(1, 3)",
        "select n from generate_series(1, 3) as n",
    ),
    "no series that may stand still": (
        "bad_argument",
        "select d from generate_series(date '2026-01-01', date '2026-03-01',"
        " interval '-1 month 31 days') as g(d)",
        "select d from generate_series(date '2026-01-01', date '2026-03-01',"
        " interval '1 month 1 day') as g(d)",
    ),
    "no lists without ARRAY": (
        "unknown_construct",
        "select [entity] from marts.fct_messages",
        "select array[entity] from marts.fct_messages",
    ),
    "no part of a list": (
        "unknown_construct",
        "select wait_buckets[1] from marts.fct_agents_daily",
        "select cardinality(wait_buckets) from marts.fct_agents_daily",
    ),
    "no joined texts over a window": (
        "bad_argument",
        "select string_agg(entity, ',') over () from marts.fct_messages",
        "select string_agg(entity, ',') from marts.fct_messages",
    ),
    "few tables": (
        "too_complex",
        "select 1 from " + ", ".join(f"marts.fct_messages as m{n}" for n in range(41)),
        "select 1 from " + ", ".join(f"marts.fct_messages as m{n}" for n in range(4)),
    ),
    "few queries": (
        "too_complex",
        " union all ".join(["select 1"] * 61),
        " union all ".join(["select 1"] * 12),
    ),
    "no great power": ("bad_argument", "select 9.9 ^ 100000", "select 2 ^ 10"),
    "no power by data": (
        "bad_argument",
        "select power(2, message_count) from marts.fct_messages",
        "select power(message_count, 2) from marts.fct_messages",
    ),
    "no reference back": (
        "bad_pattern",
        "select entity from marts.fct_messages where entity ~ '(a+)\\1'",
        "select entity from marts.fct_messages where entity ~* '^(norte|sur)'",
    ),
    "no pattern of data": (
        "bad_pattern",
        "select entity from marts.fct_messages where entity ~ direction",
        "select entity from marts.fct_messages where entity like direction",
    ),
    "no pattern that counts far": (
        "bad_pattern",
        "select regexp_replace(entity, '(x{1,99}){1,99}', '') from marts.fct_messages",
        "select regexp_replace(entity, '[0-9]{4}', '') from marts.fct_messages",
    ),
    "no pattern that counts far behind zeros": (
        "bad_pattern",
        "select entity ~ '((a{000000255}){000000255})' from marts.fct_messages",
        "select entity ~ '[0-9]{0,02}' from marts.fct_messages",
    ),
    "no text that doubles": (
        "too_large",
        "with a as (select repeat('x', 1000) as t), b as (select t || t || t || t as t from a),"
        " c as (select t || t || t || t as t from b), d as (select t || t || t || t as t from c),"
        " e as (select t || t || t || t as t from d) select length(t) from e",
        "with a as (select repeat('x', 1000) as t), b as (select t || t as t from a)"
        " select length(t) from b",
    ),
    "no long texts looked up in a subquery": (
        "too_large",
        "select 1 where 'x' not in (select repeat(entity, 2) from marts.fct_messages)",
        "select 1 where 'x' not in (select lower(entity) from marts.fct_messages)",
    ),
    "no replacement that multiplies": (
        "too_large",
        "select replace(repeat('a', 1000), 'a', repeat('b', 1000))",
        "select replace(entity, '_', ' ') from marts.fct_messages",
    ),
    "no catalogue types": ("unknown_type", "select 'x'::regclass", "select '1'::integer"),
    "no xml": ("unknown_type", "select '<a/>'::xml", "select '<a/>'::text"),
    "no wide char": ("unknown_type", "select 'x'::char(10000000)", "select 'x'::varchar(20)"),
    "no own operator": (
        "unknown_construct",
        "select 1 operator(pg_catalog.+) 2",
        "select 1 + 2",
    ),
    "no JSON operator": (
        "unknown_construct",
        "select entity -> 'a' from marts.fct_messages",
        "select entity || 'a' from marts.fct_messages",
    ),
    "no escape texts": ("unknown_construct", "select E'\\x41'", "select '\\x41'"),
    "no bit texts": ("unknown_construct", "select b'1'", "select '1'"),
    "no numbers of another base": ("unknown_construct", "select 0x1F", "select 31"),
    "limits are written": (
        "bad_literal",
        "select entity from marts.fct_messages limit (select 5)",
        "select entity from marts.fct_messages limit 5 offset 5",
    ),
    "no time zone column": (
        "personal_column",
        "select sent_at at time zone body from marts.fct_messages",
        "select sent_at at time zone 'America/Bogota' from marts.fct_messages",
    ),
}
