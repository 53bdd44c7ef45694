"""Personal data taken out of free text: what contacts wrote, what analysts typed.

Found are phones, identity documents, cards, accounts, obligations and the amounts beside them,
e-mail and web addresses, street addresses, keys, and names after words that announce one. What is
replaced stands in brackets by its kind, so the sentence can still be understood.

Not found: digits written as words, names without an announcement, bare numbers of fewer than eight
digits without a word that says what they are, pictures. It lowers what a reader or a model learns
by the way; it is no anonymisation, and columns tagged personal stay out of reach all the same.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from lib.privacy.scrub_rules import AMOUNT, RULES, Kind

__all__ = ["scrub"]

# taken in place of what is hidden already: no pattern crosses it
HIDDEN = "\0"
PLACEHOLDER = re.compile(r"\[(?:" + "|".join(kind.value for kind in Kind) + r")\]")
MOST_ROUNDS = 10


def scrub(text: str) -> str:
    """The text with personal data replaced by `[teléfono]`, `[cédula]` and so on.

    The same text always gives the same; scrubbed text comes back as it is. Time grows with the
    length alone. Widths, digits of other scripts and invisible signs hide nothing.
    """
    for _round in range(MOST_ROUNDS):
        plain, places = _plain(text)
        spans = sorted(_spans(plain, has_obligation=f"[{Kind.OBLIGATION}]" in text))
        if not spans:
            break
        text = _replaced(text, places, spans)
    return text


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """The text as the patterns read it, and for each of its characters the place in the original.

    Placeholders are hidden, full-width signs narrow, all digits ASCII, invisible signs left out.
    """
    kept = PLACEHOLDER.sub(lambda match: HIDDEN * len(match[0]), text)
    signs, places = [], []
    for place, sign in enumerate(kept):
        if sign != HIDDEN and unicodedata.category(sign) in {"Cf", "Mn"}:
            continue
        digit = unicodedata.decimal(sign, None)
        narrow = str(digit) if digit is not None else unicodedata.normalize("NFKC", sign)
        signs.append(narrow if len(narrow) == 1 else sign)
        places.append(place)
    return "".join(signs), places


def _spans(plain: str, *, has_obligation: bool) -> Iterator[tuple[int, int, Kind]]:
    """What to hide, none of it overlapping."""
    for rule in RULES:
        found = [
            match.span("it") for match in rule.pattern.finditer(plain) if rule.holds(match["it"])
        ]
        has_obligation |= rule.kind is Kind.OBLIGATION and bool(found)
        yield from ((start, end, rule.kind) for start, end in found)
        plain = _hidden(plain, found)
    if has_obligation:
        for match in AMOUNT.finditer(plain):
            yield *match.span("it"), Kind.AMOUNT


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
