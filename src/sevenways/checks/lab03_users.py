"""The users of lab 03 whose messages are less alike: those of the newsletter's handler, and those of its filter."""

from typing import Any

from sevenways.checks import lab03_topic

User = dict[str, Any]

# Any text may be a note: also one that is JSON, and one that holds an address.
_NOTES = {1: "Greetings from Graz", 4: "42", 7: "null", 8: '{"email": "a.friend@mail.example"}'}
_CHATTY = {  # more fields than an envelope has
    "name": "Sam", "street": "Lange Gasse 7", "town": "Graz", "country": "AT", "language": "de", "phone": "none",
    "since": "2019", "spent": 75, "shelf": "poetry",
}  # fmt: skip


def readers() -> list[User]:
    """Ten: four with a note, one with many fields, and one whose address is neither her name nor in small letters."""
    found: list[User] = lab03_topic.users(10)
    for number, note in _NOTES.items():
        found[number]["Message"] = note
    found[2] |= _CHATTY
    found[5]["email"] = "Ada.B@Post.example"
    return found


_FROM_ELSEWHERE = {10: "DK", 19: "AR", 26: "IT", 30: "BR"}  # some begin like a country that is wanted
_SPENDS_MOST = 29


def spenders() -> list[User]:
    return [_spender(number) for number in range(40)]


def _spender(number: int) -> User:
    """Countries in turn, a few new ones, amounts around fifty; every seventh has no country, every eleventh has spent nothing yet."""
    user: User = {"user": f"user-{number}"}
    if number % 7:
        user["country"] = _FROM_ELSEWHERE.get(number, ("DE", "AT", "FR", "CH")[number % 4])
    if number % 11 != 5:
        user["spent"] = 5000 if number == _SPENDS_MOST else (50, 120, 49.5, 10, 75)[number % 5]
    return user
