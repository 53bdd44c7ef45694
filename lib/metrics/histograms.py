"""Percentiles of long periods, read from counted buckets instead of every single duration.

Bucket 0 holds 0 seconds; bucket k holds whole seconds from 1.1^(k-1) up to, and without, 1.1^k.
Inside a bucket the durations are taken as spread evenly over its whole seconds, so a value is off
by less than the width of its bucket: 10 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.metrics.catalog import Histogram

EXACT_DAYS = 90
TOLERANCE = 0.1
WIDTH = "cast(1.1 as double precision)"
LOWEST = f"ceil(power({WIDTH}, bucket - 1))"
HIGHEST = f"ceil(power({WIDTH}, bucket)) - 1"


@dataclass(frozen=True, slots=True)
class Bucketed:
    """One percentile asked of a histogram, and the two result columns it fills: value and n."""

    percentile: float
    histogram: Histogram
    columns: tuple[str, str]


def histogram_sql(
    asked: Sequence[Bucketed], groups: Sequence[tuple[str, str]], conditions: Sequence[str]
) -> str:
    """One SELECT for percentiles of one mart; `groups` are (expression, name).

    A percentile is what percentile_cont reads between the two nearest ranks.
    """
    kinds = list(dict.fromkeys((item.histogram.buckets, item.histogram.counts) for item in asked))
    names = "".join(f"{name}, " for _sql, name in groups)
    keys = "".join(f"{sql} as {name}, " for sql, name in groups)
    places = ", ".join(str(place + 1) for place in range(len(groups)))
    kept = "\n        and ".join(conditions)
    grouped = f"\ngroup by {places}" if groups else ""
    unnested = "\n        union all\n".join(
        f"        select {kind} as kind, pair.bucket, pair.n\n"
        f"        from unnest(facts.{buckets}, facts.{counts}) as pair (bucket, n)"
        for kind, (buckets, counts) in enumerate(kinds)
    )
    values = ",\n".join(
        _percentile(item, kinds.index((item.histogram.buckets, item.histogram.counts)))
        for item in asked
    )
    shown = f"{names}\n    " if groups else ""
    return f"""with counted as (
    select {keys}held.kind, held.bucket, sum(held.n) as n
    from marts.{asked[0].histogram.model.table} as facts
    cross join lateral (
{unnested}
    ) as held
    where
        {kept}
    group by {", ".join(str(place + 1) for place in range(len(groups) + 2))}
),

ranked as (
    select
        {names}kind, bucket, n,
        sum(n) over (partition by {names}kind order by bucket) - n as below,
        sum(n) over (partition by {names}kind) as total
    from counted
)

select
    {shown}{values.lstrip()}
from ranked{grouped}"""


def _percentile(item: Bucketed, kind: int) -> str:
    """The value between the ranks around 1 + p * (n - 1), and n."""
    position = f"(1 + {item.percentile} * (total - 1))"
    low, high = _at_rank(f"floor({position})", kind), _at_rank(f"ceil({position})", kind)
    part = f"max(case when kind = {kind} then {position} - floor({position}) end)"
    total = f"max(case when kind = {kind} then total end)"
    value, n = item.columns
    return (
        f"    {low}\n    + {part}\n    * ({high}\n    - {low}) as {value},\n"
        f"    coalesce({total}, 0) as {n}"
    )


def _at_rank(rank: str, kind: int) -> str:
    """The duration of one rank: its place among those of the bucket that holds it."""
    inside = f"{LOWEST} + ({HIGHEST} - {LOWEST}) * ({rank} - below - 0.5) / n"
    return (
        f"max(case when kind = {kind} and {rank} > below and {rank} <= below + n"
        f" then case bucket when 0 then 0 else {inside} end end)"
    )
