"""Numbers, times and dates as Colombia writes them: 37.214 · 12,7 % · 1.234,5 · 17/02/2026.

Pure functions from a value to a text; null is always "sin dato", never 0.
"""

import unicodedata
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from lib.ui.words.labels import MONTHS, MONTHS_SHORT, NO_VALUE, WEEKDAYS, WEEKDAYS_SHORT

NBSP = "\u00a0"
MINUS = "\u2212"
Number = int | float | Decimal


def integer(value: Number | None) -> str:
    """37214 -> 37.214"""
    return decimal(value, 0)


def decimal(value: Number | None, places: int = 1) -> str:
    """1234.5 -> 1.234,5, halves rounded away from zero as in a spreadsheet."""
    if value is None:
        return NO_VALUE
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(exact):,.{places}f}".translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if exact < 0 else text


def percent(share: Number | None, places: int = 1) -> str:
    """A share between 0 and 1 as a percentage: 0.127 -> 12,7 %"""
    if share is None:
        return NO_VALUE
    return f"{decimal(Decimal(str(share)) * 100, places)}{NBSP}%"


def signed(text: str) -> str:
    """A formatted number with its sign always written: 3,1 -> +3,1"""
    return text if text.startswith(MINUS) else f"+{text}"


def duration(seconds: Number | None) -> str:
    """45 -> 45 s, 125 -> 2 min 05 s, 3780 -> 1 h 03 min"""
    if seconds is None:
        return NO_VALUE
    whole = int(Decimal(str(seconds)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    minutes, rest = divmod(abs(whole), 60)
    hours, minutes = divmod(minutes, 60)
    sign = MINUS if whole < 0 else ""
    if hours:
        return f"{sign}{integer(hours)}{NBSP}h{NBSP}{minutes:02d}{NBSP}min"
    if minutes:
        return f"{sign}{minutes}{NBSP}min{NBSP}{rest:02d}{NBSP}s"
    return f"{sign}{rest}{NBSP}s"


def measure(value: object, unit: str) -> str:
    """One figure in the format of its unit; percentages arrive as shares, times as seconds."""
    if value is None or isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return NO_VALUE if value is None else str(value)
    if unit == "porcentaje":
        return percent(value)
    if unit == "segundos":
        return duration(value)
    if unit == "COP":
        return f"${NBSP}{integer(value)}"
    return integer(value) if value == int(value) else decimal(value)


def day(value: date | None) -> str:
    """17/02/2026"""
    return NO_VALUE if value is None else f"{value.day:02d}/{value.month:02d}/{value.year}"


def day_short(value: date) -> str:
    """17 feb"""
    return f"{value.day} {MONTHS_SHORT[value.month]}"


def day_with_weekday(value: date) -> str:
    """mar 17 feb"""
    return f"{WEEKDAYS_SHORT[value.isoweekday()].lower()} {day_short(value)}"


def day_long(value: date) -> str:
    """martes 17 de febrero de 2026"""
    return f"{weekday_name(value)} {value.day} de {MONTHS[value.month]} de {value.year}"


def weekday_name(value: date) -> str:
    """martes"""
    return WEEKDAYS[value.isoweekday()].lower()


def week(monday: date) -> str:
    """9 al 15 feb, 26 ene al 1 feb"""
    sunday = monday + timedelta(days=6)
    first = str(monday.day) if monday.month == sunday.month else day_short(monday)
    return f"{first} al {day_short(sunday)}"


def month(value: date) -> str:
    """feb 2026"""
    return f"{MONTHS_SHORT[value.month]} {value.year}"


def grain_label(value: date, grain: str) -> str:
    """The name of one day, week (by its Monday) or month (by its first day)."""
    if grain == "week":
        return week(value)
    return month(value) if grain == "month" else day_with_weekday(value)


def axis_label(value: date, grain: str) -> str:
    """The same, short enough for an axis: 17 feb for a day or a week, feb 2026 for a month."""
    return month(value) if grain == "month" else day_short(value)


def date_range(start: date, end: date) -> str:
    """01/02/2026 – 17/02/2026, or one day alone."""
    return day(start) if start == end else f"{day(start)} – {day(end)}"


def instant(value: datetime | None, timezone: str) -> str:
    """17/02/2026 10:05, in the project's time zone."""
    if value is None:
        return NO_VALUE
    local = value.astimezone(ZoneInfo(timezone))
    return f"{day(local.date())} {local:%H:%M}"


def time_of_day(value: datetime | None, timezone: str) -> str:
    """10:05:33, in the project's time zone."""
    return NO_VALUE if value is None else f"{value.astimezone(ZoneInfo(timezone)):%H:%M:%S}"


def ago(since: datetime, now: datetime) -> str:
    """hace 5 min, hace 3 h, hace 2 días"""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 1:
        return "hace un momento"
    if minutes < 60:
        return f"hace {minutes} min"
    if minutes < 48 * 60:
        return f"hace {minutes // 60} h"
    return f"hace {minutes // (24 * 60)} días"


def plain(text: str) -> str:
    """Lower case, without accents: how a text is searched."""
    taken_apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in taken_apart if not unicodedata.combining(letter))
