"""What an alert says: in Spanish, whose data, since when, what to do; nothing of the content."""

from datetime import UTC, datetime

from lib.alerts import wording
from lib.alerts.book import Entry, News
from lib.alerts.incidents import KINDS, Incident

AT = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)


def entry(kind="stale", slug="demo", *, times=1, resolved_at=None):
    return Entry(Incident(1, slug, kind, "chat_history", AT), times, resolved_at, {}, {})


def test_one_line_per_incident_with_local_time_and_the_next_step():
    text = wording.body(News((entry(times=4),), (entry(resolved_at=AT),)))
    assert text.splitlines()[:2] == [
        "[ALERTA] demo: no se lee chat_history completo desde 2026-02-17 10:00 (Bogotá)"
        " (visto 4 veces). Siguiente paso: revise que el worker y los horarios de Prefect estén"
        " activos.",
        "[RESUELTO] demo: no se lee chat_history completo: terminó 2026-02-17 10:00 (Bogotá).",
    ]


def test_every_kind_has_its_words():
    for kind in KINDS:
        assert "Siguiente paso: " in wording.body(News((entry(kind),), ()))


def test_the_subject_counts_and_names_at_most_three_projects():
    four = tuple(entry(slug=slug) for slug in ("a", "b", "c", "d"))
    assert wording.subject(News(four, ())) == "Analítica: 4 alertas (a, b, c y 1 más)"
    over = (entry(resolved_at=AT), entry("held_back", resolved_at=AT))
    assert wording.subject(News((entry(),), over)) == (
        "Analítica: 1 alerta y 2 recuperaciones (demo)"
    )
