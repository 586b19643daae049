"""How numbers, times and names are written in pictures, text twins and tables: one way each."""

import re
import textwrap
from collections.abc import Iterable

from motoclock.arn import Arn

MINUTE, HOUR, DAY = 60, 3600, 86400
_SECONDS = {"min": MINUTE, "h": HOUR, "d": DAY}
_PAIRS = (("min", "s", 1, HOUR), ("h", "min", MINUTE, DAY), ("d", "h", HOUR, float("inf")))


# A notebook's output at 1,024 pixels, beside an open side bar, has 74 columns; JupyterLab cuts a longer line anywhere, even in a word.
COLUMNS = 72


def folded(line: str) -> str:
    """The line, broken between words; what follows is indented, so that its beginning stands alone."""
    return textwrap.fill(line, COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def duration(seconds: float) -> str:
    """A length of time: "0.2 s", "4 s", "1 min 30 s", "2 h", "1 d 6 h". At most two units, rounded to what they can show."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < MINUTE:
        return f"{_number(seconds)} s" if round(seconds, 3) < MINUTE else "1 min"
    for large, small, small_s, limit_s in _PAIRS:
        whole, rest = divmod(round(seconds / small_s), _SECONDS[large] // small_s)
        if whole * _SECONDS[large] < limit_s:
            return f"{whole:,} {large} {rest} {small}" if rest else f"{whole:,} {large}"
    return f"{seconds:,.0f} s"


def moment(seconds: float) -> str:
    """A point in virtual time: "0:04", "0:04.2", "12:30", "1:00:00" (an hour), "3 d 04:00:00"."""
    thousandths = round(seconds * 1000)
    whole, rest = divmod(thousandths, 1000)
    fraction = f".{rest:03d}".rstrip("0") if rest else ""
    days, whole = divmod(whole, DAY)
    hours, whole = divmod(whole, HOUR)
    minutes, secs = divmod(whole, MINUTE)
    if days:
        return f"{days} d {hours:02d}:{minutes:02d}:{secs:02d}{fraction}"
    if hours:
        return f"{hours}:{minutes:02d}:{secs:02d}{fraction}"
    return f"{minutes}:{secs:02d}{fraction}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number of things: "1 message", "1,200 messages", "no messages"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {plural or noun + 's'}" if number else f"no {plural or noun + 's'}"


def at_most(number: int, noun: str, plural: str | None = None) -> str:
    """A limit: "at most 1 retry", "at most 5 retries"; "no retries" where it is none."""
    return f"at most {count(number, noun, plural)}" if number else count(number, noun, plural)


_COUNTED = ("runs", "requests", "records", "events", "firings", "executions")


def counted(number: int, word: str) -> str:
    """A number before a word that is already a plural: "1 run", "3 runs", "2 in flight"."""
    return f"{number:,} {word[:-1] if number == 1 and word in _COUNTED else word}"


def times(number: int) -> str:
    """How often: "once", "twice", "7 times"."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def ordinal(number: int) -> str:
    """Which time: "1st", "2nd", "3rd", "11th"."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{suffix}"


def money(dollars: float) -> str:
    """US dollars with the digits that matter: "$0", "$0.0000123", "$0.45", "$12.30"."""
    if not dollars:
        return "$0"
    if abs(dollars) >= 0.1:
        return f"${dollars:,.2f}"
    digits = 2
    while abs(dollars) < 10 ** -(digits - 2) and digits < 12:
        digits += 1
    text = f"{dollars:.{digits}f}".rstrip("0")
    return f"${text}0" if text[-2] == "." else f"${text}"


def listed(words: Iterable[str], most: int = 4) -> str:
    """A list in a sentence: "a, b and c"; beyond `most` the rest is counted."""
    words = list(words)
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def name_of(arn: str) -> str:
    """The short name in an ARN or URL: "orders", "charge", "payments.example"."""
    if "://" in arn:
        return arn.split("://", 1)[1].split("/", 1)[0]
    if not arn.startswith("arn:"):
        return arn
    parts = Arn.of(arn)
    service, path = parts.service, parts.path
    if service == "lambda" and len(path) > 1:
        return path[1]
    if service == "events" and path[0] in ("api-destination", "connection", "event-busv2", "subscriber"):
        return path[1]
    if service in ("dynamodb", "kinesis", "events", "pipes", "scheduler"):
        return parts.resource.partition(":")[0].split("/stream/")[0].rsplit("/", 1)[-1]
    return path[0] if service == "sns" else path[-1]


_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def legible(text: str) -> str:
    """The text with what no picture can hold (control characters, halves of a character) written as Python writes it."""
    return _NOT_IN_XML.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def shortened(text: str, most: int) -> str:
    """The text, cut to `most` characters with three dots when it is longer."""
    return text if len(text) <= most else text[: max(1, most - 3)].rstrip() + "..."


def _number(value: float) -> str:
    """Up to three significant decimals below ten, one above, without trailing zeros."""
    text = f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"
    return text.rstrip("0").rstrip(".")
