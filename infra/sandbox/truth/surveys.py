"""Surveys that came back and how satisfied people said they were, without any map of texts."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import date

from infra.sandbox.truth.rows import Row

NO_QUESTIONS = ("type", "entity", "flowToken")


@dataclass(frozen=True, slots=True)
class SurveyTruth:
    """One survey that came back; `score` (1 to 5) answers its question about satisfaction."""

    message_id: str
    contact_id: str
    local_date: date
    score: int | None

    @property
    def is_satisfied(self) -> bool:
        """Whether it is a 4 or a 5."""
        return (self.score or 0) >= 4


def survey_of(row: Row) -> SurveyTruth | None:
    """The survey a message brings back; None when it brings none or one without any answer."""
    if not row.is_event:
        return None
    try:
        form = json.loads(row.content)["eventParameters"]["flowResponse"]
        answers = {key: str(form[key]) for key in form if key not in NO_QUESTIONS}
    except (ValueError, KeyError, TypeError):
        return None
    if not answers:
        return None
    scores = [_score(answer) for question, answer in answers.items() if _asks_for_it(question)]
    return SurveyTruth(row.message_id, row.contact_id, row.local_date, (scores or [None])[0])


def _asks_for_it(question: str) -> bool:
    """Whether the question is how the contact liked the attention, however it is spelt."""
    letters = unicodedata.normalize("NFKD", question.lower())
    words = "".join(c for c in letters if not unicodedata.combining(c))
    return "califica" in words and "atencion" in words


def _score(answer: str) -> int | None:
    """The digit an answer begins with."""
    first = answer.strip()[:1]
    return int(first) if first in ("1", "2", "3", "4", "5") else None
