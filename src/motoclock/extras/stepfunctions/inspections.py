"""TestState's inspection data: what each field of a state made of its data, and what an HTTP task sent and got.

Source: API reference of InspectionData; answers recorded in November 2025 and later; the example of an HTTP request and response in
the developer guide, test-state-isolation. Modelled: without revealSecrets, the request is shown without all that the connection adds;
the batches of afterItemBatcher are those that the children would get.
"""

import json
import re
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.states import ItemData, MapData
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from motoclock.extras.stepfunctions.distributed import batches_of, evaluated
from motoclock.extras.stepfunctions.errors import failure
from motoclock.extras.stepfunctions.http_delivery import Request
from motoclock.extras.stepfunctions.item_reader import items_in
from motoclock.extras.stepfunctions.jsonata import evaluate_in
from motoclock.extras.stepfunctions.map_fields import MapFields

_OF_MAPS: dict[str, tuple[str, type[int] | type[float]]] = {
    "MaxConcurrency": ("maxConcurrency", int),
    "ToleratedFailureCount": ("toleratedFailureCount", int),
    "ToleratedFailurePercentage": ("toleratedFailurePercentage", float),
}
_EXPRESSION = re.compile(r"{%(.*)%}", re.DOTALL)


class HttpExchange:
    """What an HTTP task sent and got, in the words of InspectionDataRequest and InspectionDataResponse."""

    def __init__(self, reveals_secrets: bool):
        self._reveals_secrets = reveals_secrets
        self._protocol = ""
        self.found: dict[str, dict[str, str]] = {}

    def asks(self, sent: Request, without_secrets: Request) -> None:
        shown = sent if self._reveals_secrets else without_secrets
        self._protocol = urlsplit(shown.url).scheme
        told = {"protocol": self._protocol, "method": shown.method, "url": shown.url}
        told["headers"] = _headers(shown.headers.items())
        if shown.body is not None:
            told["body"] = shown.body.decode("utf-8", "replace")
        self.found["request"] = told

    def answered(self, response: HTTPResponse, text: str) -> None:
        self.found["response"] = {
            "protocol": self._protocol,
            "statusCode": str(response.status),
            "statusMessage": response.reason,
            "headers": _headers((name.lower(), value) for name, value in response.getheaders()),
            "body": text,
        }


class Inspected(dict[str, Any]):
    """The data while a test runs; `http` looks on as an HTTP task calls, at level TRACE."""

    http: HttpExchange | None = None


def watch(state: Any, definition: dict[str, Any], inspected: Inspected) -> None:
    """Hang a watcher into each field of this one state; the parser made it for this test alone."""
    has_result = definition["Type"] == "Pass" and "Result" in definition
    if has_result:
        inspected["result"] = json.dumps(definition["Result"])
    if definition["Type"] == "Parallel" or has_result:  # of what comes before, nothing is shown: recorded
        _watch_results(state, inspected)
        return
    if getattr(state, "input_path", None) is not None:
        _record(state.input_path, "afterInputPath", inspected)
    is_jsonpath = state._is_language_query_jsonpath()
    parameters = getattr(state, "parameters" if definition["Type"] == "Pass" else "parargs", None)
    if parameters is not None:
        _record(parameters, "afterParameters" if is_jsonpath else "afterArguments", inspected)
    _watch_results(state, inspected)


def _watch_results(state: Any, inspected: Inspected) -> None:
    is_jsonpath = state._is_language_query_jsonpath()
    for field_name, key in (("result_selector", "afterResultSelector"), ("result_path", "afterResultPath")):
        if is_jsonpath and getattr(state, field_name, None) is not None:
            _record(getattr(state, field_name), key, inspected)


def _record(component: Any, name: str, inspected: Inspected) -> None:
    evaluate = component._eval_body

    def watched(env: Any) -> None:
        evaluate(env)
        inspected[name] = to_json_str(env.stack[-1])

    component._eval_body = watched


def of_items(env: Environment, state: Any, reader_data: str | None, inspected: Inspected) -> None:
    """What a Map's fields make of its items, though no iteration runs. The failure that a mistake in them is."""
    fields: MapFields = getattr(state.iteration_component, "more", None) or MapFields()
    items = _items(env, state, fields, reader_data, inspected)
    selector = state.item_selector or state.parameters
    if items is None:
        return
    if selector is not None:
        items = [evaluated(env, selector, MapData(Item=ItemData(Index=n, Value=item))) for n, item in enumerate(items)]
        inspected["afterItemSelector"] = to_json_str(items)
    if fields.batcher is not None:
        inspected["afterItemBatcher"] = to_json_str(batches_of(items, evaluated(env, fields.batcher)))


def _items(
    env: Environment, state: Any, fields: MapFields, reader_data: str | None, inspected: Inspected
) -> list[Any] | None:
    """None where a reader would read them, and the test doesn't say what."""
    if state.item_reader is not None:
        return _read(env, state.item_reader, fields, reader_data, inspected)
    path = state.items_path
    if path is None and state.items is None:
        return None
    (path or state.items).eval(env)
    items = env.stack.pop()
    if path is None:
        return items if isinstance(items, list) else None  # JSONata's own error comes with the state
    if not isinstance(items, list):
        asked = path.string_sampler.literal_value
        asked = asked[1:] if asked.startswith("$$") else asked
        raise failure(env, StatesErrorNameType.StatesRuntime, f'Reference path "{asked}" must point to array.')
    inspected["afterItemsPath"] = to_json_str(items)
    return items


def _read(env: Environment, reader: Any, fields: MapFields, data: str | None, inspected: Inspected) -> list[Any] | None:
    if data is None:
        return None
    config: dict[str, Any] = {}
    if reader.reader_config:
        reader.reader_config.eval(env)
        config = env.stack.pop()
    try:
        items = [*items_in(data, fields, config)][: config.get("MaxItemsValue")]
    except (ValueError, KeyError, IndexError) as wrong:
        raise failure(env, StatesErrorNameType.StatesItemReaderFailed, str(wrong)) from None
    if fields.pointer:
        inspected["afterItemsPointer"] = to_json_str(items)
    return items


def afterwards(
    state: Any, definition: dict[str, Any], inspected: Inspected, answer: dict[str, Any], result: str | None
) -> dict[str, Any]:
    """All that is shown once the state has ended. `result` is what its work gave, as JSON."""
    found: dict[str, Any] = dict(inspected)
    type_ = definition["Type"]
    if state._is_language_query_jsonpath() and answer["status"] == "SUCCEEDED":
        if type_ == "Task" or (type_ == "Pass" and "result" not in found):
            found.setdefault("afterParameters", found.get("afterInputPath", found["input"]))
        if type_ in ("Task", "Pass", "Map", "Parallel"):
            selected = result or found.get("result", found.get("afterParameters", found["input"]))
            found.setdefault("afterResultSelector", selected)
            found.setdefault("afterResultPath", answer["output"])
    return found | (inspected.http.found if inspected.http else {})


def limits_of(env: Environment, definition: dict[str, Any]) -> dict[str, int | float]:
    """What a Map has of its limits, by the names of InspectionData: a number, or what the expression for it gives."""
    found: dict[str, int | float] = {"maxConcurrency": 0}
    for name, (key, kind) in _OF_MAPS.items():
        value = definition.get(name)
        if isinstance(value, str) and (expression := _EXPRESSION.fullmatch(value)):
            evaluate_in(env, expression[1], True, name)
            value = env.stack.pop()
        if isinstance(value, int | float) and not isinstance(value, bool):
            found[key] = kind(value)
    return found


def _headers(pairs: Any) -> str:
    return f"[{', '.join(f'{name}: {value}' for name, value in pairs)}]"
