select generate_series(date '2020-01-01', date '2040-12-31', interval '1 day')::date as local_date
