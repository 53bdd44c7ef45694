"""Mutants of rules: one place of a model or macro changed, as rules.yaml lists them.

Unit tests give their models invented rows, so one run of all of them tries one mutant of every
model at once; a changed macro reaches many models and has a run of its own.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from lib.config import CHECKOUT

LIST = Path(__file__).parent / "rules.yaml"


class StaleMutantError(Exception):
    """The text a mutant changes is not there exactly once any more: the list must be mended."""


@dataclass(frozen=True, slots=True)
class RuleMutant:
    """What a rule says, and a change after which its model would say something else.

    `tests` names the tests in Python that are to notice; without any, the unit tests of the model.
    """

    rule: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ()

    @property
    def model(self) -> str:
        """Name of the model or macro that is changed."""
        return Path(self.file).stem

    @property
    def is_macro(self) -> bool:
        """True when more than one model changes with it."""
        return "/macros/" in f"/{self.file}"

    def apply(self, checkout: Path) -> None:
        """Change the file of a copy of the checkout. Raises StaleMutantError."""
        path = checkout / self.file
        content = path.read_text(encoding="utf-8")
        found = content.count(self.old)
        if found != 1:
            raise StaleMutantError(
                f"{self.file}: expected {self.old!r} once, found it {found} times; mend rules.yaml"
            )
        path.write_text(content.replace(self.old, self.new), encoding="utf-8")


def rule_mutants() -> list[RuleMutant]:
    """The mutants of rules.yaml, in its order."""
    entries = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return [
        RuleMutant(
            rule=entry["rule"],
            file=entry["file"],
            old=entry["old"],
            new=entry["new"],
            tests=tuple(entry.get("tests", ())),
        )
        for entry in entries
    ]


def rounds(mutants: Iterable[RuleMutant]) -> list[list[RuleMutant]]:
    """Mutants that can be tried together: never two of one model, macros alone."""
    together: list[list[RuleMutant]] = []
    alone: list[list[RuleMutant]] = []
    for mutant in mutants:
        if mutant.is_macro or mutant.tests:
            alone.append([mutant])
            continue
        for batch in together:
            if all(other.file != mutant.file for other in batch):
                batch.append(mutant)
                break
        else:
            together.append([mutant])
    return [*together, *alone]


def copy_of_checkout(target: Path, parts: Sequence[str]) -> Path:
    """A copy of these folders and files of the checkout, without what was built in them."""
    ignored = shutil.ignore_patterns("target", "logs", "__pycache__", "dbt_packages")
    for part in parts:
        source = CHECKOUT / part
        if source.is_dir():
            shutil.copytree(source, target / part, ignore=ignored)
        else:
            (target / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / part)
    return target
