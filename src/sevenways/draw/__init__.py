"""Pictures of what happened: pure functions of a trace or an account snapshot. Each returns an SVG and a text that says the same."""

from sevenways.draw.backlog import backlog
from sevenways.draw.diagram import diagram
from sevenways.draw.passport import passport
from sevenways.draw.picture import Picture
from sevenways.draw.retries import who_retries
from sevenways.draw.summary import Summary, summary
from sevenways.draw.timeline import timeline

__all__ = ["Picture", "Summary", "backlog", "diagram", "passport", "summary", "timeline", "who_retries"]
