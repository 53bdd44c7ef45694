"""Surveys of the small world: five scores in the first project, of which three are 4 or 5."""

from collections.abc import Mapping, Sequence
from datetime import date

Row = dict[str, object]
SURVEYS = (
    # project, contact, day, entity, score
    (900101, "ana", 9, "Norte", 5),
    (900101, "ana", 10, "Norte", 4),
    (900101, "beto", 10, "Sur", 1),
    (900101, "beto", 16, "Sur", 3),
    (900101, "cami", 16, "Norte", 5),
    (900101, "cami", 17, "Norte", None),
    (900202, "zoe", 10, "Oeste", 1),
)


def survey_rows(surveys: Sequence[tuple[int, str, int, str, int | None]] = SURVEYS) -> list[Row]:
    """Rows of fct_survey_answers; a survey without score asks what nobody has described."""
    return [dict(_row(number, survey)) for number, survey in enumerate(surveys)]


def _row(number: int, survey: tuple[int, str, int, str, int | None]) -> Mapping[str, object]:
    project, contact, day, entity, score = survey
    local_date = date(2026, 2, day)
    return {
        "project_id": project,
        "message_id": f"survey-{number}",
        "question": "nota" if score else "comentario",
        "contact_key": contact,
        "local_date": local_date,
        "local_hour": 22,
        "local_weekday": local_date.isoweekday(),
        "entity": entity,
        "channel": "cloudapi",
        "is_first_answer": True,
        "measure": "satisfaction" if score else None,
        "score": score,
        "is_satisfied": None if score is None else score >= 4,
    }
