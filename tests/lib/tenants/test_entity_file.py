"""Files of entity rules: what is refused and where, and how they join the rules there are."""

import pytest

from lib.tenants.entity_file import EntityFileError, StoredRule, merged_rules, read_rules

HEAD = "rule_kind,match_value,entity,priority\n"
AGENT = StoredRule("agent", "12", "Uno", 10)
ALIAS = StoredRule("survey_alias", "coop uno", "Uno", 1_000_000)


@pytest.fixture
def read(tmp_path):
    path = tmp_path / "reglas.csv"

    def read_text(text):
        path.write_text(text, encoding="utf-8")
        return read_rules(path, lambda phone: f"key of {phone[-1]}")

    return read_text


@pytest.fixture
def merge(tmp_path):
    def merge_rules(existing, *new, **options):
        lines = dict(enumerate(new, start=2))
        return merged_rules(tmp_path / "reglas.csv", existing, lines, **options)

    return merge_rules


def test_values_are_compared_in_lower_case_with_single_blanks(read):
    rules = read(f"{HEAD}survey_alias,  COOP   Uno ,  Uno  SA ,\nagent,12,Uno,7\n")
    assert rules == {
        2: StoredRule("survey_alias", "coop uno", "Uno SA", None),
        3: StoredRule("agent", "12", "Uno", 7),
    }


def test_a_phone_becomes_a_key_and_a_key_stays_one(read):
    rules = read(f"{HEAD}contact,573000000001,Uno,\ncontact,{'ab' * 16},Uno,\n")
    assert [rule.match_value for rule in rules.values()] == ["key of 1", "ab" * 16]


def test_the_column_of_priorities_may_be_missing(read):
    assert read("match_value,rule_kind,entity\n12,agent,Uno\n")[2].priority is None


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("robot,12,Uno,", ":2: rule_kind: one of channel_instance"),
        ("agent,,Uno,", ":2: match_value: a text of 1 to 120"),
        ("agent,12,,", ":2: entity: a text of 1 to 120"),
        ("agent,12,Uno,first", ":2: priority: a whole number"),
        ("agent,12,Uno,99999999999", ":2: priority: a whole number"),
        ("agent,12", ":2: row: as many fields"),
        ("agent,12,Uno,,x", ":2: row: as many fields"),
        ("contact,Ana Pérez,Uno,", ":2: match_value: a phone in digits"),
        ("agent,12,Uno,\nagent, 12 ,Uno,", ":3: match_value: repeats line 2"),
        ("agent,12,Uno,\nagent,12,Dos,", ":3: match_value: contradicts line 2"),
        ("agent,12,Uno,5\nagent,13,Uno,5", ":3: priority: that of line 2 as well"),
    ],
)
def test_a_fault_is_named_with_file_line_and_column(read, lines, fault):
    with pytest.raises(EntityFileError) as caught:
        read(f"{HEAD}{lines}\n")
    assert f"reglas.csv{fault}" in str(caught.value)
    assert "Ana" not in str(caught.value)


def test_all_faults_are_told_at_once(read):
    with pytest.raises(EntityFileError) as caught:
        read(f"{HEAD}robot,,Uno,\nagent,12,,\n")
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "rule_kind,match_value,entity,colour\n"])
def test_another_header_is_refused(read, text):
    with pytest.raises(EntityFileError, match="header: rule_kind, match_value, entity"):
        read(text)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "reglas.csv"
    path.write_bytes(HEAD.encode() + "agent,12,Bogotá,".encode("latin-1"))
    with pytest.raises(EntityFileError, match="cannot be read as CSV in UTF-8"):
        read_rules(path, str)


def test_a_rule_takes_the_place_of_that_for_the_same_value_and_keeps_its_priority(merge):
    merged = merge([AGENT, ALIAS], StoredRule("agent", "12", "Dos", None))
    assert merged == [StoredRule("agent", "12", "Dos", 10), ALIAS]


def test_a_new_rule_comes_behind_the_last_of_its_kind(merge):
    merged = merge(
        [AGENT, ALIAS],
        StoredRule("survey_alias", "la uno", "Uno", None),
        StoredRule("agent", "13", "Uno", None),
        StoredRule("contact", "ab" * 16, "Uno", None),
    )
    assert [(rule.rule_kind, rule.priority) for rule in merged] == [
        ("agent", 10),
        ("agent", 11),
        ("contact", 10_000),
        ("survey_alias", 1_000_000),
        ("survey_alias", 1_000_001),
    ]


def test_a_priority_asked_for_is_not_given_to_another_new_rule(merge):
    merged = merge([], StoredRule("agent", "13", "Uno", None), StoredRule("agent", "12", "Uno", 1))
    assert [(rule.match_value, rule.priority) for rule in merged] == [("12", 1), ("13", 2)]


def test_replacing_takes_rules_of_the_files_kinds_only(merge):
    new = StoredRule("survey_alias", "la uno", "Uno", None)
    assert AGENT in merge([AGENT, ALIAS], new, replace_kinds=True)
    assert ALIAS not in merge([AGENT, ALIAS], new, replace_kinds=True)
    assert ALIAS in merge([AGENT, ALIAS], new)


def test_the_priority_of_an_existing_rule_is_refused(merge):
    with pytest.raises(
        EntityFileError, match=":2: priority: that of an existing rule of kind agen"
    ):
        merge([AGENT], StoredRule("agent", "13", "Uno", 10))


def test_two_rules_may_change_places(merge):
    other = StoredRule("agent", "13", "Dos", 20)
    merged = merge(
        [AGENT, other], StoredRule("agent", "12", "Uno", 20), StoredRule("agent", "13", "Dos", 10)
    )
    assert [rule.match_value for rule in merged] == ["13", "12"]


def test_an_entity_written_in_two_ways_is_refused(merge):
    with pytest.raises(EntityFileError, match=":2: entity: written Uno elsewhere"):
        merge([AGENT], StoredRule("agent", "13", "UNO", None))
