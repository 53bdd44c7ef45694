-- A rate that nobody could apply, or two for one day: what a message costs would be anybody's guess. Stops the build.
with rates as (
    select
        *,
        row_number() over (order by category, valid_from, valid_to, rate_cop) as place,
        coalesce(valid_to, 'infinity'::date) as last_valid,
        concat(
            'category ', coalesce(category, 'none'),
            ', from ', coalesce(valid_from::text, 'none'),
            ' to ', coalesce(valid_to::text, 'open'),
            ', ', coalesce(rate_cop::text, 'no'), ' COP'
        ) as row_text
    from {{ ref('whatsapp_rates') }}
),

faults as (
    select
        row_text,
        'expected valid_from, and no valid_to before it' as fault
    from rates
    where (valid_from <= last_valid) is not true
    union all
    select
        row_text,
        'expected a price of 0 or more' as fault
    from rates
    where (rate_cop >= 0) is not true
    union all
    select
        row_text,
        'unknown category' as fault
    from rates
    where
        category is distinct from {{ billing_category('category') }}
        or category in ('otro', 'sin_categoria')
    union all
    select
        one.row_text,
        'overlaps ' || other.row_text as fault
    from rates as one
    inner join rates as other
        on
            one.category = other.category
            and one.place > other.place
            and one.valid_from <= other.last_valid
            and one.last_valid >= other.valid_from
)

select
    null::integer as project_id,
    concat('whatsapp_rates row (', row_text, '): ', fault) as fault
from faults
