"""Personal data taken out of free text: what contacts wrote, what analysts typed.

Found are phones, identity documents, cards, accounts, obligations and the amounts beside them,
e-mail and web addresses, street addresses, keys, and names after words that announce one. What is
replaced stands in brackets by its kind, so the sentence can still be understood.

Not found: digits written as words, names without an announcement (nor in small letters after
`soy`), bare numbers of fewer than eight digits without a word that says what they are, keys without
a digit, decimals, pictures. Amounts stay unless an obligation is named: what follows `$` or stands
before `pesos` is taken for one. Too much is hidden now and then: a count of eight digits, a word
with a capital after `soy` or `señor`. It lowers what a reader or a model learns by the way; it is
no anonymisation, and columns tagged personal stay out of reach all the same.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from lib.privacy.scrub_rules import AMOUNT, RULES, Kind, Rule

__all__ = ["scrub"]

# taken in place of what is hidden already: no pattern crosses it
HIDDEN = "\0"
PLACEHOLDER = re.compile(r"\[(?:" + "|".join(kind.value for kind in Kind) + r")\]")
MOST_ROUNDS = 10
DIGITS = re.compile(r"\d+")
# no letters either, and yet no pattern may overlook them
SHOWN = {HIDDEN, "\t", "\n", "\r"}
# blanks and dashes of any kind are read as the plain one
ALIKE = {"Zs": " ", "Pd": "-"}


def scrub(text: str) -> str:
    """The text with personal data replaced by `[teléfono]`, `[cédula]` and so on.

    The same text always gives the same; scrubbed text comes back as it is. Time grows with the
    length alone. Widths, digits of other scripts and invisible signs hide nothing.
    """
    for _round in range(MOST_ROUNDS):
        plain, places = _plain(text)
        spans = sorted(_spans(plain, has_obligation=f"[{Kind.OBLIGATION}]" in text))
        if not spans:
            return text
        text = _replaced(text, places, spans)
    # nobody writes so; what may be left of it goes without looking at it
    return DIGITS.sub(f"[{Kind.NUMBER}]", text)


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """The text as the patterns read it, and for each of its characters the place in the original.

    Placeholders are hidden, full-width signs narrow, all digits ASCII, invisible signs left out.
    """
    kept = text.replace(HIDDEN, "\1")
    kept = PLACEHOLDER.sub(lambda match: HIDDEN * len(match[0]), kept)
    signs, places = [], []
    for place, sign in enumerate(kept):
        category = unicodedata.category(sign)
        if sign not in SHOWN and category in {"Cc", "Cf", "Me", "Mn"}:
            continue
        digit = unicodedata.decimal(sign, None)
        narrow = str(digit) if digit is not None else ALIKE.get(category)
        narrow = narrow or unicodedata.normalize("NFKC", sign)
        signs.append(narrow if len(narrow) == 1 else sign)
        places.append(place)
    return "".join(signs), places


def _spans(plain: str, *, has_obligation: bool) -> Iterator[tuple[int, int, Kind]]:
    """What to hide, none of it overlapping."""
    for rule in RULES:
        found = list(_found(rule, plain))
        has_obligation |= rule.kind is Kind.OBLIGATION and bool(found)
        yield from ((start, end, rule.kind) for start, end in found)
        plain = _hidden(plain, found)
    if has_obligation:
        for match in AMOUNT.finditer(plain):
            yield *match.span("it"), Kind.AMOUNT


def _found(rule: Rule, plain: str) -> Iterator[tuple[int, int]]:
    """Where the rule's kind stands. What only looks like it may begin just before the real one."""
    at = 0
    while match := rule.pattern.search(plain, at):
        start, end = match.span("it")
        if rule.holds(match["it"]):
            yield start, end
            at = end
        else:
            at = start + 1


def _hidden(plain: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [plain[at:start], HIDDEN * (end - start)]
        at = end
    return "".join([*parts, plain[at:]])


def _replaced(text: str, places: Sequence[int], spans: Sequence[tuple[int, int, Kind]]) -> str:
    parts, at = [], 0
    for start, end, kind in spans:
        parts += [text[at : places[start]], f"[{kind}]"]
        at = places[end - 1] + 1
    return "".join([*parts, text[at:]])
