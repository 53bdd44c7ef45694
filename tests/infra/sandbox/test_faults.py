"""Which requests go wrong: on demand, by chance, and never by accident."""

import pytest
from pydantic import ValidationError

from infra.sandbox.faults import HEALING, Fault, FaultPlan, RequestCounter

HISTORY, CONTACTS = "/v1/chat/history/csv", "/v1/chat/contacts"


def test_without_a_plan_nothing_goes_wrong():
    assert [FaultPlan().next(HISTORY) for _ in range(100)] == [None] * 100


def test_a_fault_waits_for_its_request_and_happens_so_many_times():
    plan = FaultPlan(asked_for=[Fault(kind="503", path=HISTORY, after=1, times=2)])
    asked = [HISTORY, CONTACTS, HISTORY, HISTORY, HISTORY]
    assert [plan.next(path) for path in asked] == [None, None, "503", "503", None]


def test_a_fault_without_a_path_concerns_every_path():
    plan = FaultPlan(asked_for=[Fault(kind="cut")])
    assert [plan.next(path) for path in (CONTACTS, HISTORY)] == ["cut", None]


def test_chance_spoils_its_share_and_the_same_seed_the_same_requests():
    thrown = [[FaultPlan(0.1, seed=seed).next(HISTORY)] for seed in (1, 1)]
    assert thrown[0] == thrown[1]
    plan = FaultPlan(0.1, seed=5)
    found = [plan.next(HISTORY) for _ in range(2_000)]
    assert 150 < sum(kind is not None for kind in found) < 250
    assert set(found) - {None} == set(HEALING)
    plan.clear()
    assert {plan.next(HISTORY) for _ in range(200)} == {None}


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="from 0 to below 1"):
        FaultPlan(share)


@pytest.mark.parametrize("fault", [{"kind": "gremlin"}, {"kind": "cut", "times": 0}, {"when": 1}])
def test_a_fault_nobody_knows_is_refused(fault):
    with pytest.raises(ValidationError):
        Fault.model_validate(fault)


def test_requests_are_counted_per_path_and_minute():
    counter = RequestCounter()
    for path, minute in ((HISTORY, "10:00"), (CONTACTS, "10:00"), (HISTORY, "10:00")):
        counter.count(path, minute)
    counter.count(HISTORY, "10:01")
    assert counter.as_json() == {CONTACTS: {"10:00": 1}, HISTORY: {"10:00": 2, "10:01": 1}}
