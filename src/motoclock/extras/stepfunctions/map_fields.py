"""Fields of a distributed Map that moto's grammar lacks: ItemBatcher, WriterConfig, more of ItemReader, express children.

They are taken out of the definition before moto parses it, and put onto the iteration component and the reader that it made. Source:
Step Functions developer guide, state-map-distributed, input-output-itemreader, -itembatcher and -resultwriter.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
_READS = ("CSV", "JSON", "JSONL")
_BATCHER = ("MaxItemsPerBatch", "MaxInputBytesPerBatch")
_TRANSFORMATIONS, _OUTPUT_TYPES = ("NONE", "COMPACT", "FLATTEN"), ("JSON", "JSONL")


@dataclass(frozen=True, slots=True)
class MapFields:
    """What is beyond the grammar in one Map. `batcher` and `destination` are templates: components of the interpreter, or None."""

    batcher: Any = None
    destination: Any = None
    transformation: str = "COMPACT"
    output_type: str = "JSON"
    child_type: str = "STANDARD"
    input_type: str | None = None
    delimiter: str = ","
    pointer: str = ""


@dataclass(slots=True)
class _Found:
    """A Map, by the way to it from the top, and its fields."""

    way: tuple[str | int, ...]
    language: str
    state: dict[str, Any]
    fields: MapFields = field(default_factory=MapFields)


def parse_with(parse: Callable[[str], tuple], definition: str) -> tuple:
    """As `parse`, which is moto's, for definitions with these fields too. ValueError with a sentence for what can't be."""
    tree = json.loads(definition)
    found = [_taken(one, parse) for one in _distributed(tree, (), tree.get("QueryLanguage", "JSONPath"))]
    parsed = parse(json.dumps(tree) if found else definition)
    for one in found:
        state = _at(parsed[0], one.way)
        state.iteration_component.more = one.fields
        if state.item_reader:
            state.item_reader.fields = one.fields
    return parsed


def _distributed(machine: dict[str, Any], way: tuple[str | int, ...], language: str) -> Iterator[_Found]:
    for name, state in (machine.get("States") or {}).items():
        if not isinstance(state, dict):
            continue
        spoken = state.get("QueryLanguage", language)
        for number, branch in enumerate(state.get("Branches") or []):
            yield from _distributed(branch, (*way, name, number), spoken)
        processor = state.get("ItemProcessor") or state.get("Iterator")
        if isinstance(processor, dict):
            yield from _distributed(processor, (*way, name, "items"), spoken)
            if (processor.get("ProcessorConfig") or {}).get("Mode") == "DISTRIBUTED":
                yield _Found((*way, name), spoken, state)


def _at(program: Any, way: tuple[str | int, ...]) -> Any:
    """The state at the end of the way."""
    states = getattr(program, "_states", None) or program.states
    state = states.states[way[0]]
    if len(way) == 1:
        return state
    inside = state.iteration_component if way[1] == "items" else state.branches.programs[way[1]]
    return _at(inside, way[2:])


def _taken(one: _Found, parse: Callable[[str], tuple]) -> _Found:
    state, fields = one.state, one.fields
    config = (state.get("ItemProcessor") or state.get("Iterator"))["ProcessorConfig"]
    fields = replace(fields, child_type=config.get("ExecutionType", "STANDARD"))
    if fields.child_type == "EXPRESS":
        config["ExecutionType"] = "STANDARD"
    if "ItemBatcher" in state:
        batcher = state.pop("ItemBatcher")
        if not any(name.startswith(_BATCHER) for name in batcher):
            raise ValueError("ItemBatcher needs MaxItemsPerBatch or MaxInputBytesPerBatch.")
        fields = replace(fields, batcher=_template(_as_paths(batcher), one.language, parse))
    if "ResultWriter" in state:
        fields = _with_writer(state.pop("ResultWriter"), fields, one.language, parse)
    one.fields = _with_reader((state.get("ItemReader") or {}).get("ReaderConfig"), fields)
    return one


def _as_paths(batcher: dict[str, Any]) -> dict[str, Any]:
    """MaxItemsPerBatchPath as a template says it."""
    return {f"{name[:-4]}.$" if name.endswith("Path") else name: value for name, value in batcher.items()}


def _with_writer(writer: dict[str, Any], fields: MapFields, language: str, parse: Callable[[str], tuple]) -> MapFields:
    config = writer.get("WriterConfig")
    resource, place = writer.get("Resource"), writer.get("Parameters") or writer.get("Arguments")
    if not config and not resource:
        raise ValueError("ResultWriter needs WriterConfig, or Resource and Parameters.")
    if resource and (not str(resource).endswith(":s3:putObject") or not place):
        raise ValueError("ResultWriter writes with arn:aws:states:::s3:putObject and needs Bucket and Prefix.")
    config = config or {"Transformation": "NONE", "OutputType": "JSON"}
    transformation, output_type = config.get("Transformation", "NONE"), config.get("OutputType", "JSON")
    if transformation not in _TRANSFORMATIONS or output_type not in _OUTPUT_TYPES:
        raise ValueError(
            f"WriterConfig has a Transformation of {', '.join(_TRANSFORMATIONS)} and an OutputType of {', '.join(_OUTPUT_TYPES)}."
        )
    destination = _template(place, language, parse) if resource else None
    return replace(fields, destination=destination, transformation=transformation, output_type=output_type)


def _with_reader(config: dict[str, Any] | None, fields: MapFields) -> MapFields:
    """What a reader reads: InputType beyond CSV and JSON, a delimiter, a place inside the JSON."""
    if not config:
        return fields
    input_type = config.get("InputType")
    if "Transformation" in config or input_type not in _READS:
        what = f"InputType {input_type}" if input_type not in _READS else "Transformation"
        raise ValueError(f"ItemReader with {what} is not modelled here: InputType is one of {', '.join(_READS)}.")
    if input_type == "JSONL":
        config["InputType"] = "JSON"
    delimiter = config.pop("CSVDelimiter", "COMMA")
    if delimiter not in DELIMITERS:
        raise ValueError(f"CSVDelimiter is one of {', '.join(DELIMITERS)}.")
    return replace(
        fields, input_type=input_type, delimiter=DELIMITERS[delimiter], pointer=config.pop("ItemsPointer", "")
    )


def _template(value: dict[str, Any], language: str, parse: Callable[[str], tuple]) -> Any:
    """The component that moto makes of a payload template, or of an object with JSONata in it."""
    shape = {"Output": value} if language == "JSONata" else {"Parameters": value}
    state = {"Type": "Pass", "End": True, **shape}
    made = parse(json.dumps({"QueryLanguage": language, "StartAt": "T", "States": {"T": state}}))[0].states.states["T"]
    return made.output.jsonata_template_value if language == "JSONata" else made.parameters
