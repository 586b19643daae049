"""What changed since, and where AWS says so."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import boto3
import pytest

from motoclock.facts import all_facts, changes
from sevenways import what_changed
from sevenways.authoring.pages import facts_page
from sevenways.way.sources import _APIS, reference

FACTS = list({fact.source: fact for _, fact in all_facts()}.values())
HOSTS = {"docs.aws.amazon.com", "github.com"}


@pytest.mark.parametrize("service", sorted({name for change in changes() for name in change.services}))
def test_the_table_of_a_service_leads_to_its_sources(service: str) -> None:
    shown = what_changed(service)
    addresses = [source.address for _, sources in shown.rows for source in sources if source.address]
    assert re.findall(r'href="([^"]*)"', shown._repr_html_()) == addresses
    assert len(addresses) * 2 >= len(shown.rows), "a table without links"
    assert all(row.topic in repr(shown) for row, _ in shown.rows)


def test_a_source_is_a_page_that_can_be_opened_or_says_what_it_is() -> None:
    guides = ("LDG/", "SQSG/", "SNSG/", "EBG/", "SCHG/", "KDG/", "DDBG/", "bc:sqs", "bc:lambda")
    for fact in FACTS:
        source = reference(fact)
        assert source.words and "<" not in source.words, fact.source
        if source.address:
            parts = urlsplit(source.address)
            assert parts.scheme == "https" and parts.hostname in HOSTS, fact.source
            assert re.fullmatch(r"[\w./-]+", parts.path), f"{fact.source} has more in it than the name of a page"
        else:
            assert not fact.source.startswith(guides)


def test_a_key_of_a_service_model_leads_to_a_page_that_the_model_has() -> None:
    """AWS's reference has a page for each operation and each structure, and its names are those of the model."""
    for fact in FACTS:
        service = fact.source.removeprefix("bc:").partition(".")[0]
        found = re.search(r"/API_(?:streams_)?(\w+)\.html$", reference(fact).address)
        if found and service in _APIS:
            model = boto3.client(service, region_name="us-east-1").meta.service_model
            assert found[1] in model.operation_names or model.shape_for(found[1]).type_name == "structure"


def test_the_request_of_an_operation_leads_to_the_operation() -> None:
    by_source = {fact.source: reference(fact) for fact in FACTS}
    assert by_source["bc:sqs.CreateQueueRequest.Attributes"].words == "SQS API, CreateQueue"
    assert by_source["bc:lambda.InvocationRequest.Payload"].address.endswith("/API_Invoke.html")
    assert by_source["bc:dynamodbstreams.LimitExceededException"].words == "DynamoDB Streams API"


def test_the_page_of_facts_links_each_source_that_has_a_page() -> None:
    page = facts_page(None)  # type: ignore[arg-type]
    rows = [line for line in page.splitlines() if line.startswith("| `") and line.count(" | ") == 4]
    linked = [line for line in rows if "](https://" in line]
    wanted = [fact for _, fact in all_facts() if reference(fact).address]
    assert len(linked) == len(wanted) > len(rows) / 2
