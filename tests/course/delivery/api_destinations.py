"""A warehouse outside of AWS that a rule posts to."""

from tests.engine.delivery.events_stage import ROLE, events

KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "x-api-key", "ApiKeyValue": "s3cret"}}


def destination(path: str = "/parcels", auth: dict = KEY, kind: str = "API_KEY", method: str = "POST", **more) -> str:
    connection = events().create_connection(Name="warehouse", AuthorizationType=kind, AuthParameters=auth)[
        "ConnectionArn"
    ]
    return events().create_api_destination(
        Name="book", ConnectionArn=connection, InvocationEndpoint=f"https://warehouse.example{path}", HttpMethod=method, **more
    )["ApiDestinationArn"]  # fmt: skip


def to(arn: str, **more) -> dict:
    return {"Arn": arn, "RoleArn": ROLE, **more}
