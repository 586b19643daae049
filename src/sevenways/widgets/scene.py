"""One run of a scenario, ready to be shown: pictures, a table, a sentence, and their text twin."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from motoclock.wording import count, duration, times
from sevenways.draw.column import text_picture
from sevenways.learners_code import kept_apart, mistake_in_words

VIEWS = ("diagram", "timeline", "backlog", "summary")


@dataclass(frozen=True, slots=True)
class View:
    """One thing to look at. `html` is for what looks better as a table than as a picture; `name` is what it is called in a sentence."""

    svg: str
    text: str
    html: str | None = None
    name: str = "another picture"


@dataclass(frozen=True, slots=True)
class Scene:
    """What a run has to show, in order, and one sentence that says it in words."""

    views: tuple[View, ...]
    sentence: str

    @property
    def text(self) -> str:
        return "\n\n".join(view.text for view in self.views)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A run that ended in an error: the sentence to show in place of the pictures."""

    sentence: str


class NothingToShow(Exception):
    """The scenario returned something that can't be drawn. The message says what to return."""


def play(scenario: Callable[..., Any], arguments: dict[str, Any], show: tuple[str, ...]) -> Scene | Mistake:
    """Run the scenario to one side and draw what it returns. Never raises."""
    name = getattr(scenario, "__name__", "the scenario")
    try:
        with kept_apart():
            result = scenario(**arguments)
            try:
                return _scene(result, show, name)
            finally:
                for cloud in _items(result):
                    if hasattr(cloud, "close"):
                        cloud.close()
    except NothingToShow as error:
        return Mistake(str(error))
    except KeyboardInterrupt:
        return Mistake(f"{name} was interrupted before it ended.")
    except BaseException as error:
        return Mistake(f"{name} stopped with {mistake_in_words(error)}")


def _scene(result: Any, show: tuple[str, ...], name: str) -> Scene:
    views: list[View] = []
    sentences: list[str] = []
    for item in _items(result):
        if all(hasattr(item, view) for view in VIEWS):
            numbers = item.summary()  # once: a long trace takes a while to read
            views += [_view(numbers if view == "summary" else getattr(item, view)(), f"the {view}") for view in show]
            sentences.append(in_a_sentence(numbers))
        elif hasattr(item, "_repr_svg_") or hasattr(item, "_repr_html_"):
            views.append(_view(item))
        else:
            raise NothingToShow(
                f"{name} returned {_article(type(item).__name__)}. Return the Cloud that it ran, a picture, or several of them."
            )
    if not views:
        raise NothingToShow(
            f"{name} returned nothing to show. Return the Cloud that it ran, a picture, or several of them."
        )
    if not any(sentences):
        sentences = [views[0].text.strip().partition("\n")[0]]
    return Scene(tuple(views), " ".join(filter(None, sentences)))


def _items(result: Any) -> tuple[Any, ...]:
    return tuple(result) if isinstance(result, (tuple, list)) else (result,)


def _view(item: Any, name: str = "") -> View:
    text = repr(item)
    html = item._repr_html_() if hasattr(item, "_repr_html_") else None
    svg = item._repr_svg_() if hasattr(item, "_repr_svg_") else None
    titled = re.search("<title>([^<]+)</title>", svg or "")
    return View(
        svg or text_picture(text),
        text,
        None if svg else html,
        name or (f'"{titled[1]}"' if titled else "another picture"),
    )


def in_a_sentence(summary: Mapping[str, Any]) -> str:
    """The numbers of a run as one would say them; what is zero and need not be said is left out."""
    fates = [f"{summary['processed']:,} processed"]
    fates += [f"{summary[key]:,} {words}" for key, words in _FATES.items() if summary.get(key)]
    work = [count(summary["invocations"], "invocation")]
    work += [count(summary[key], noun) for key, noun in _TROUBLES.items() if summary.get(key)]
    at_once = f", at most {summary['peak_concurrency']:,} at once" if summary.get("peak_concurrency") else ""
    done = f"; half done within {duration(summary['p50_s'])}" if summary.get("p50_s") is not None else ""
    kind = getattr(summary, "kind", "message")
    sent = f"{count(summary['sent'], kind)} sent"
    if summary.get("copies", summary["sent"]) != summary["sent"]:
        many = summary["copies"]
        sent += f", to be read {times(many)}" if kind == "record" else f" in {count(many, 'copy', 'copies')}"
    moved = f"{sent}, {', '.join(fates)}; " if summary["sent"] or summary["processed"] else ""
    return f"{moved}{', '.join(work)}{at_once}{done}."


_FATES = {
    "waiting": "waiting",
    "in_flight": "in flight",
    "dead_lettered": "dead-lettered",
    "filtered": "filtered out",
    "lost": "lost",
    "duplicates": "started more than once",
}
_TROUBLES = {"errors": "error", "throttles": "throttle"}


def _article(word: str) -> str:
    return "None" if word == "NoneType" else f"{'an' if word[0].lower() in 'aeiou' else 'a'} {word}"
