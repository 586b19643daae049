"""The article, then and now: every claim is on the page, every verdict is backed, and every link leads somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import nbformat
import pytest

from sevenways.authoring.article import PAGE, Verdict, article_page, services
from sevenways.authoring.build import check
from sevenways.authoring.claims import rows
from sevenways.workbook.update import PAGES as WORKBOOK_PAGES

ROOT = Path(__file__).parents[3]
CLAIMS = [claim for part in services(ROOT) for claim in part.claims]

ONE = """
article.checked = "today"
[claims.S1]
says = "one"
lessons = ["01-a"]
article = "It is one."
verdict = "changed"
since = "May 2020"
note = "Now it is {0}."
facts = ["sqs.MAX_RECEIVE_COUNT_ADVICE"]
[services.S]
name = "SQS"
when = "Choose it."
[misconceptions]
"""


def test_the_page_has_every_claim_of_the_article() -> None:
    wanted = tomllib.loads((ROOT / "content" / "claims.toml").read_text(encoding="utf-8"))["claims"]
    assert [claim.id for claim in CLAIMS] == list(wanted)
    page = article_page(ROOT)
    for claim in CLAIMS:
        assert claim.says in page
        assert claim.note in page
    assert f"{len(wanted)} claims" in page


def test_every_claim_of_a_lesson_that_is_written_links_to_the_cell_that_shows_it() -> None:
    shown = {
        (row.id, row.lesson, row.cell) for row in rows(ROOT) if row.built and not row.id.startswith("misconception")
    }
    assert {(claim.id, *cell) for claim in CLAIMS for cell in claim.cells} == shown


def test_every_link_to_a_cell_leads_to_a_cell_that_has_run() -> None:
    links = re.findall(r"\]\(\.\./(\S+?)#cell-id=(\S+?)\)", article_page(ROOT))
    assert len(links) == sum(len(claim.cells) for claim in CLAIMS)
    for path in {path for path, _ in links}:
        ran = {cell.id for cell in nbformat.read(ROOT / path, as_version=4).cells if cell.get("outputs")}
        assert {id for linked, id in links if linked == path} <= ran


def test_the_page_leads_to_no_page_that_a_workbook_lacks() -> None:
    pages = set(re.findall(r"\]\(([\w-]+\.md)", article_page(ROOT)))
    assert pages <= {page.name for page in WORKBOOK_PAGES}


def test_a_source_that_can_be_read_is_a_link() -> None:
    small = re.findall(r"<small>(.*?)</small>", article_page(ROOT))
    assert small and all("bc:" not in source for source in small)
    assert sum("](https://" in source for source in small) > len(small) / 2


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_verdict_has_its_note_and_a_change_its_month_and_its_source(claim) -> None:
    assert claim.note.endswith(".")
    assert "{" not in claim.note
    if claim.verdict is Verdict.CHANGED:
        assert re.fullmatch(r"[A-Z][a-z]+ 20\d\d", claim.since)
        assert claim.sources
    else:
        assert not claim.since


def test_a_claim_whose_unit_is_still_to_come_says_so(root: Path) -> None:
    (root / "content" / "claims.toml").write_text(ONE)
    page = article_page(root)
    assert "**↻ Changed in May 2020.** Now it is 5 receives.\n  Shown in a later unit.\n" in page
    assert "**0 still hold, and 1 has changed.**" in page


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('article = "It is one."', "S1 has no `article`."),
        ('verdict = "changed"', "S1 has no `verdict`."),
        ('since = "May 2020"', "S1 has no `since`."),
        ('note = "Now it is {0}."', "S1 has no `note`."),
        ("MAX_RECEIVE_COUNT_ADVICE", "S1 names sqs., which is no fact."),
        ('note = "Now it is {0}."\nfacts = ["sqs.MAX_RECEIVE_COUNT_ADVICE"]', "S1 has no `note`."),
    ],
)
def test_what_a_claim_lacks_is_said_in_a_sentence(root: Path, line: str, sentence: str) -> None:
    (root / "content" / "claims.toml").write_text(ONE.replace(line, ""))
    with pytest.raises(ValueError, match=re.escape(sentence)):
        article_page(root)


def test_a_change_without_a_source_is_refused(root: Path) -> None:
    said = ONE.replace('facts = ["sqs.MAX_RECEIVE_COUNT_ADVICE"]', "").replace("{0}", "5")
    (root / "content" / "claims.toml").write_text(said)
    with pytest.raises(ValueError, match="S1 has changed, and no fact or source says so"):
        article_page(root)
    (root / "content" / "claims.toml").write_text(said.replace("since", 'source = "[AWS](https://aws.example)"\nsince'))
    assert "[AWS](https://aws.example)" in article_page(root)


def test_a_number_of_aws_is_not_typed_into_a_note() -> None:
    """It comes from a fact, as everywhere: a digit in claims.toml would be a second home of it."""
    claims = tomllib.loads((ROOT / "content" / "claims.toml").read_text(encoding="utf-8"))["claims"]
    typed = {
        name: row["note"]
        for name, row in claims.items()
        if re.search(r"\d", re.sub(r"\{\d\}|unit \d\d", "", row["note"]))
    }
    assert typed == {}


def test_a_page_that_is_not_what_claims_say_is_stale(root: Path) -> None:
    (root / "content" / "claims.toml").write_text(ONE)
    (root / PAGE).write_text("something else")
    assert f"{PAGE} is stale; run `make build`." in check(root).wrong
