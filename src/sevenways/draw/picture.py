"""What every drawing function returns: an SVG and a text twin that says the same."""

from dataclasses import dataclass

# A picture that would be taller is folded, so that it can be seen without scrolling. JupyterLab shows it as wide as its output, which
# is 1,220 pixels in a window of 1,400: there these are 730 of the screen's.
HIGHEST = 540


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture of what happened. Notebooks show `svg`; its repr, for terminals and screen readers, is `text`."""

    svg: str
    text: str

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text
