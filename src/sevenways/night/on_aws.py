"""What the last stage asks besides the promises: that AWS lets in what must come in, and nobody else, and a place for every failure."""

from collections.abc import Iterator

from sevenways.night.nights import BAD_CLICK, CLICKS, Night


def refused(night: Night) -> str:
    """The first delivery that AWS refused for want of a statement; "" when there was none."""
    if not night.strict or not night.unpermitted:
        return ""
    more = f", and {len(night.unpermitted) - 1} more" if len(night.unpermitted) > 1 else ""
    return f"AWS refused deliveries: {night.unpermitted[0]}{more}"


def not_fit(night: Night) -> Iterator[str]:
    """A sentence for each thing that is missing: a click, a place, a statement that names who may come in."""
    clicks = night.clicks_seen.intersection(CLICKS)
    if BAD_CLICK in clicks:
        yield f"recommend says that it has seen {BAD_CLICK}, and there is no page for it"
    elif unseen := [click for click in CLICKS if click not in clicks and click != BAD_CLICK]:
        seen = f"recommend had seen {len(clicks)} of {len(CLICKS)} clicks after an hour"
        if not clicks:
            yield f"{seen}: nothing gives it any, or it says nothing of them"
        elif CLICKS[-1] in clicks:
            yield f"{seen}: {BAD_CLICK} was given up, and the good clicks of its batch with it, {unseen[0]} first"
        else:
            yield f"{seen}: {BAD_CLICK} stands in front of the others"
    elif not night.bad_click_kept:
        yield f"{BAD_CLICK} was given up, and nothing lies in any place that says so"
    yield from night.placeless
    yield from night.forgetful
    yield from night.open_to_all
