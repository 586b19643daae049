"""Seam: what Lambda's HTTP API answers to an invoke, and the qualifiers that moto's API layer does not read.

docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.awslambda.exceptions import UnknownFunctionException, ValidationException
from moto.awslambda.responses import LambdaResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import TYPE_RESPONSE, get_service_model

from motoclock.facts import lambda_
from motoclock.functions.call import Call
from motoclock.functions.outcome import FunctionNotFound, RecursionStopped, Throttled
from motoclock.services.lambda_.answers import (
    answer,
    named_wrongly,
    no_context,
    not_json,
    null,
    refused,
    request_too_large,
    too_large,
)
from motoclock.services.lambda_.descriptions import listed, paged
from motoclock.services.lambda_.function_urls import UrlAnswers
from motoclock.services.lambda_.naming import check_names, names_of, qualified, short_path
from motoclock.services.model_errors import ModelErrors, shaped
from motoclock.trace import DIRECT, Mode
from motoclock.world import the_world

INVOCATION_TYPES = ("Event", "RequestResponse", "DryRun")
_INVOKES = ("Invoke", "InvokeAsync")
_DONE = (200, 201, 202, 204)
CREATE_MAX_BYTES = lambda_.CREATE_REQUEST_MAX_BYTES.value
SYNC_MAX_BYTES = lambda_.SYNC_PAYLOAD_MAX_BYTES.value
ASYNC_MAX_BYTES = lambda_.ASYNC_PAYLOAD_MAX_BYTES.value
INVOKE_ASYNC_MAX_BYTES = lambda_.INVOKE_ASYNC_PAYLOAD_MAX_BYTES.value


class SevenLambdaResponse(ModelErrors, UrlAnswers, LambdaResponse):
    """moto's API layer, with invokes answered by the engine of the open Cloud."""

    def setup_class(self, request: Any, full_url: str, headers: Any, use_raw_body: bool | None = None) -> None:
        """A payload may be any bytes: whether they are JSON is for `invoke` to say."""
        is_payload = request.path.rstrip("/").endswith(("/invocations", "/invoke-async"))
        super().setup_class(request, full_url, headers, use_raw_body=is_payload or use_raw_body)

    def call_action(self) -> TYPE_RESPONSE:
        action = self._get_action()
        if action is None and self.method == "DELETE" and "/tags/" in self.parsed_url.path:
            return named_wrongly(null("tagKeys"))  # the query that makes it an UntagResource
        if action is None:  # no path of Lambda's, which moto says
            return super().call_action()
        if action == "CreateFunction" and len(self.body) > CREATE_MAX_BYTES:
            return request_too_large(CREATE_MAX_BYTES, action)
        try:
            self._check_names(action)
        except JsonRESTError as error:
            return named_wrongly(error)
        self.path = short_path(self.path, action, self.current_account)
        try:
            self.backend.check_revision(action, names_of(action, self.path), {} if action in _INVOKES else self._body())
            status, headers, body = super().call_action()
        except JsonRESTError as error:
            return shaped("lambda", error.code, {"content-type": "application/json"}, error.description)
        if status in _DONE:
            status = _status_of(action, status)
            headers = {**headers, "status": str(status)}
        return status, headers, body

    def _check_names(self, action: str) -> None:
        body = {} if action in _INVOKES else self._body()
        check_names(action, self.parsed_url.path, parse_qs(self.parsed_url.query), body, self.region)

    def _body(self) -> dict[str, Any]:
        body = json.loads(self.body) if self.body and _is_json(self.body) else {}
        return body if isinstance(body, dict) else {}

    def invoke(self) -> TYPE_RESPONSE:
        name, qualifier, payload = self._name_before("invocations"), self._qualifier(), self._payload()
        kind = self.headers.get("X-Amz-Invocation-Type") or "RequestResponse"
        if kind not in INVOCATION_TYPES:
            raise ValidationException(
                kind, "invocationType", f"Member must satisfy enum value set: [{', '.join(INVOCATION_TYPES)}]"
            )
        limit = ASYNC_MAX_BYTES if kind == "Event" else SYNC_MAX_BYTES
        if len(payload) > limit:
            return too_large(limit, "InvokeFunction")
        if payload and not _is_json(payload):
            return not_json(payload)
        try:
            context = _client_context(self.headers.get("X-Amz-Client-Context"))
        except ValueError:
            return no_context()
        try:
            if kind == "DryRun":
                the_world().services.functions.resolve(name, qualifier)
                return answer(204, {}, "")
            if kind == "Event":
                return self._accept(name, qualifier, payload)
            return self._run(name, qualifier, payload, context)
        except FunctionNotFound as missing:
            asked = qualified(name, qualifier)[1]
            raise UnknownFunctionException(missing.arn if asked else f"{missing.arn}:$LATEST") from None
        except RecursionStopped as stopped:
            return refused(400, "RecursiveInvocationException", f"{stopped}.")
        except Throttled as throttled:
            body = {"Reason": throttled.code, "Type": "User", "message": "Rate Exceeded."}
            return answer(429, {"x-amzn-ErrorType": "TooManyRequestsException"}, json.dumps(body))

    def invoke_async(self) -> TYPE_RESPONSE:
        """The deprecated InvokeAsync keeps its old limit."""
        payload = self._payload()
        if len(payload) > INVOKE_ASYNC_MAX_BYTES:
            return too_large(INVOKE_ASYNC_MAX_BYTES, "InvokeAsync")
        if payload and not _is_json(payload):
            return not_json(payload)
        try:
            status, headers, _ = self._accept(self._name_before("invoke-async"), None, payload)
        except FunctionNotFound as missing:
            raise UnknownFunctionException(missing.arn) from None
        return answer(status, headers, json.dumps({"Status": status}))

    def _set_configuration_qualifier(  # moto's name
        self, configuration: dict[str, Any], function_name: str, qualifier: str
    ) -> dict[str, Any]:
        """The ARN ends with the alias that was asked for."""
        configuration = super()._set_configuration_qualifier(configuration, function_name, qualifier)
        name, asked = qualified(function_name, qualifier)
        alias = self.backend._lambdas._get_function_aliases(name).get(asked or "")
        return configuration if alias is None else {**configuration, "FunctionArn": alias.arn}

    def remove_permission(self) -> TYPE_RESPONSE:
        name, _, sid = self.path.partition("/functions/")[2].partition("/policy/")
        revision = parse_qs(self.parsed_url.query).get("RevisionId", [""])[0]
        self.backend.remove_permission(unquote(name), unquote(sid).rstrip("/"), revision, self._qualifier())
        return answer(204, {}, "")

    def create_event_source_mapping(self) -> TYPE_RESPONSE:
        configuration = self.backend.create_event_source_mapping(self.json_body).get_configuration()
        return answer(202, {}, json.dumps(_on_its_way(configuration, "Creating")))

    def update_event_source_mapping(self) -> TYPE_RESPONSE:
        uuid = self.path.split("/")[-1]
        before = self.backend.get_event_source_mapping(uuid)
        was = before.get_configuration()["State"] if before else None
        configuration = self.backend.update_event_source_mapping(uuid, self.json_body).get_configuration()
        if configuration["State"] == was:
            return answer(202, {}, json.dumps(_on_its_way(configuration, "Updating")))
        going = {"Enabled": "Enabling", "Disabled": "Disabling"}[configuration["State"]]
        return answer(202, {}, json.dumps({**configuration, "State": going}))

    def list_functions(self) -> TYPE_RESPONSE:
        return answer(200, {}, listed(super().list_functions(), "Functions"))

    def list_versions_by_function(self) -> TYPE_RESPONSE:
        return answer(200, {}, listed(super().list_versions_by_function(), "Versions"))

    def list_aliases(self) -> TYPE_RESPONSE:
        version = parse_qs(self.parsed_url.query).get("FunctionVersion", [None])[0]
        every = json.loads(super().list_aliases()[2])["Aliases"]
        listed = [alias for alias in every if version in (None, alias["FunctionVersion"])]
        return answer(200, {}, json.dumps({"Aliases": listed}))

    def list_function_event_invoke_configs(self) -> TYPE_RESPONSE:
        name = names_of("ListFunctionEventInvokeConfigs", self.path)["FunctionName"]
        every = self.backend.list_function_event_invoke_configs(name)["FunctionEventInvokeConfigs"]
        page, more = paged(self.parsed_url.query, every)
        return answer(200, {}, json.dumps({"FunctionEventInvokeConfigs": page, **more}))

    def put_function_event_invoke_config(self) -> TYPE_RESPONSE:
        return self._config("put_function_event_invoke_config", self.json_body)

    def update_function_event_invoke_config(self) -> TYPE_RESPONSE:
        return self._config("update_function_event_invoke_config", self.json_body)

    def get_function_event_invoke_config(self) -> TYPE_RESPONSE:
        return self._config("get_function_event_invoke_config")

    def delete_function_event_invoke_config(self) -> TYPE_RESPONSE:
        self._config("delete_function_event_invoke_config")
        return answer(204, {}, "")

    def put_function_concurrency(self) -> TYPE_RESPONSE:
        wanted = self.json_body["ReservedConcurrentExecutions"]
        reserved = self.backend.put_function_concurrency(self._name_before("concurrency"), wanted)
        return answer(200, {}, json.dumps({"ReservedConcurrentExecutions": reserved}))

    def put_function_recursion_config(self) -> TYPE_RESPONSE:
        wanted = self.json_body["RecursiveLoop"]
        found = self.backend.put_function_recursion_config(self._name_before("recursion-config"), wanted)
        return answer(200, {}, json.dumps(found))

    def get_function_recursion_config(self) -> TYPE_RESPONSE:
        found = self.backend.get_function_recursion_config(self._name_before("recursion-config"))
        return answer(200, {}, json.dumps(found))

    def get_account_settings(self) -> TYPE_RESPONSE:
        return answer(200, {}, json.dumps(self.backend.account_settings()))

    # ------------------------------------------------------------------ inside

    @staticmethod
    def _enrich_response(headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
        """The request id of an invocation is the one its handler sees, not one that moto draws."""
        own = headers.pop("x-amzn-RequestId", None)
        headers, body = LambdaResponse._enrich_response(headers, body)
        if own is not None:
            headers["x-amzn-requestid"] = own
        return headers, body

    def _run(self, name: str, qualifier: str | None, payload: bytes, context: dict[str, Any] | None) -> TYPE_RESPONSE:
        call = Call(name, payload, mode=Mode.SYNCHRONOUS, source=DIRECT, qualifier=qualifier, client_context=context)
        outcome = the_world().services.functions.invoke(call)
        headers = {
            "content-type": "application/json",
            "x-amzn-RequestId": outcome.request_id,
            "X-Amz-Executed-Version": outcome.executed_version,
        }
        if outcome.function_error:
            headers["X-Amz-Function-Error"] = outcome.function_error
        if self.headers.get("X-Amz-Log-Type") == "Tail":
            headers["X-Amz-Log-Result"] = base64.b64encode(outcome.log_tail.encode()).decode()
        return answer(200, headers, outcome.payload)

    def _accept(self, name: str, qualifier: str | None, payload: bytes) -> TYPE_RESPONSE:
        request_id = the_world().services.functions.invoke_async(name, payload, source=DIRECT, qualifier=qualifier)
        return answer(202, {"x-amzn-RequestId": request_id}, "")

    def _config(self, action: str, *arguments: Any) -> TYPE_RESPONSE:
        name = unquote(
            self.path.rsplit("/", 2)[1] if self.path.endswith("event-invoke-config") else self.path.split("/")[-3]
        )
        found = getattr(self.backend, action)(name, *arguments, qualifier=self._qualifier())
        return answer(200, {}, json.dumps(found))

    def _name_before(self, word: str) -> str:
        return unquote(self.path.rstrip("/").removesuffix(f"/{word}").rpartition("/")[2])

    def _qualifier(self) -> str | None:
        return parse_qs(self.parsed_url.query).get("Qualifier", [None])[0]

    def _payload(self) -> bytes:
        return self.raw_body if isinstance(self.raw_body, bytes) else (self.raw_body or "").encode()


def _status_of(operation: str, status: int) -> int:
    """The model's: moto's own are others here and there. `status`: for those whose answers tell it."""
    model = get_service_model("lambda").operation_model(operation)
    members = {} if model.output_shape is None else model.output_shape.members
    if any(shape.serialization.get("location") == "statusCode" for shape in members.values()):
        return status
    return model.http.get("responseCode", status)


def _on_its_way(configuration: dict[str, Any], state: str) -> dict[str, Any]:
    """What the call itself answers; a moment later the mapping is enabled. One that is disabled says so at once."""
    return {**configuration, "State": state} if configuration["State"] == "Enabled" else configuration


def _client_context(sent: str | None) -> dict[str, Any] | None:
    """ValueError for what is no JSON object in base64."""
    context = json.loads(base64.b64decode(sent, validate=True)) if sent else None
    if sent and not isinstance(context, dict):
        raise ValueError
    return context


def _is_json(payload: bytes) -> bool:
    try:
        json.loads(payload)
    except ValueError:
        return False
    return True
