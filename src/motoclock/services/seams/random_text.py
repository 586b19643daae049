"""Seam: moto's random texts, drawn as moto draws them but without a call a letter. Each answer has a request id of fifty letters."""

import string
from collections.abc import Sequence

from moto.moto_api._internal import moto_random
from moto.moto_api._internal.moto_random import MotoRandom

_HEX = "".join(map(str, moto_random.HEX_CHARS))


def install() -> None:
    MotoRandom.get_random_string = _text
    MotoRandom.get_random_hex = lambda random, length=8: _drawn(random, _HEX, length)


def _text(random: MotoRandom, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:
    text = _drawn(random, string.ascii_letters + (string.digits if include_digits else ""), length)
    return text.lower() if lower_case else text


def _drawn(random: MotoRandom, letters: Sequence[str], length: int) -> str:
    """What `Random.choice` draws so often, bit by bit: a number of as many bits as their count has, and another if it is too large."""
    draw, count = random.getrandbits, len(letters)
    bits = count.bit_length()
    found: list[str] = []
    while len(found) < length:
        if (number := draw(bits)) < count:
            found.append(letters[number])
    return "".join(found)
