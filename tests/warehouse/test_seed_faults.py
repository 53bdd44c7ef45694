"""Rows of seeds that nobody could apply: each stops the build with the row named."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from flows.transform import transform
from tests.support.raw_source import Message, RawSource, at
from tests.support.seed_faults import seed_faults

RATES = ("assert_whatsapp_rates_are_usable", "whatsapp_rates")
PURPOSES = ("assert_campaign_purposes_are_usable", "campaign_purposes")
QUESTIONS = ("assert_survey_maps_are_sound", "survey_questions")
SCORES = ("assert_survey_maps_are_sound", "survey_scores")
HOLIDAYS = ("assert_holidays_are_days_of_one_country", "holidays")
Seed = tuple[str, str]

FAULTS: list[tuple[Seed, str, str]] = [
    (RATES, "marketing,,2022-12-31,50,true,", "category marketing, from none to 2022-12-31"),
    (RATES, "marketing,,2022-12-31,50,true,", "expected valid_from, and no valid_to before it"),
    (RATES, "marketing,2022-06-01,2022-05-31,50,true,", "no valid_to before it"),
    (RATES, "marketing,2022-01-01,2022-12-31,-1,true,", "expected a price of 0 or more"),
    (RATES, "marketing,2022-01-01,2022-12-31,,true,", "expected a price of 0 or more"),
    (RATES, "promo,2022-01-01,2022-12-31,50,true,", "unknown category"),
    (RATES, "otro,2022-01-01,2022-12-31,50,true,", "unknown category"),
    (RATES, "marketing,2025-12-31,2025-12-31,50,true,", "overlaps category marketing, from 2023"),
    (RATES, "marketing,2027-01-01,,60,true,", "overlaps category marketing, from 2026-01-01"),
    (
        PURPOSES,
        ",,%cuota%,comercial,",
        "(project every, channel every, pattern %cuota%): duplicate",
    ),
    (PURPOSES, ",,  %CUOTA% ,comercial,", "duplicate rule"),
    (PURPOSES, "101,sms,%x%,saludo,", "(project 101, channel sms, pattern %x%): unknown purpose"),
    (PURPOSES, ",,%x%,,", "unknown purpose none"),
    (PURPOSES, ",carta,%x%,comercial,", "unknown channel"),
    (PURPOSES, ",sms,,comercial,", "expected a pattern"),
    (QUESTIONS, "¿Qué Tal?,satisfaction,2026-1,2024-01-01", "expected the text que tal"),
    (QUESTIONS, "que tal,humor,2026-1,2024-01-01", "expected the measure satisfaction or effort"),
    (QUESTIONS, "que tal,satisfaction,,2024-01-01", "expected a value in every column"),
    (
        QUESTIONS,
        "como califica la atencion recibida,effort,2026-2,2024-01-01",
        "expected one row of this text and valid_from",
    ),
    (SCORES, "satisfaction,6 soberbio,6,2026-1,2024-01-01", "expected a score from 1 to 5"),
    (SCORES, "satisfaction,ni idea,,2026-1,2024-01-01", "expected a score from 1 to 5"),
    (SCORES, "satisfaction,5 excelente,4,2026-2,2024-01-01", "one row of this text"),
    (HOLIDAYS, "2023-01-01,Otra vez,CO,0.109", "holidays row (2023-01-01 Año Nuevo)"),
    (HOLIDAYS, "2023-01-02,Ajeno,EC,0.109", "holidays row (2023-01-02 Ajeno)"),
]
SOUND: list[tuple[Seed, str]] = [
    (RATES, "marketing,2022-01-01,2022-12-31,0,false,"),
    (PURPOSES, "101,,%cuota%,comercial,"),
    (PURPOSES, ",sms,%cuota%,comercial,"),
    (QUESTIONS, "como califica la atencion recibida,effort,2026-2,2027-01-01"),
    (SCORES, "effort,5 excelente,5,2026-2,2027-01-01"),
    (HOLIDAYS, "2023-01-02,Día de prueba,CO,0.109"),
]


@pytest.fixture(scope="module")
def built(new_source: Callable[..., RawSource], owner: Engine) -> Engine:
    for project_id in (101, 202):
        new_source(project_id).load([Message(message_id="m1", sent_at=at("2026-02-10 09:00"))])
    transform()
    return owner


@pytest.mark.parametrize(("seed", "row", "said"), FAULTS)
def test_a_row_nobody_can_apply_is_named_with_its_fault(
    built: Engine, seed: Seed, row: str, said: str
):
    test, name = seed
    found = seed_faults(built, test, name, row)
    assert any(said in fault for fault in found), found
    assert all(fault.startswith(f"{name} row (") for fault in found)


@pytest.mark.parametrize(("seed", "row"), SOUND)
def test_a_row_that_can_be_applied_has_no_fault(built: Engine, seed: Seed, row: str):
    assert seed_faults(built, *seed, row) == []
