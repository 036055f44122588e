"""Prints every flag of `vllm serve`, as the real parser has it, as JSON.

kind: "switch" (takes no value and has a --no- form), "flag" (takes no value),
"integer", "number", "choice" or "text". Aliases are listed with the flag they mean.
range: what the engine's configuration, which is named, takes of numbers; the parser itself takes any.
names: those that the engine looks a text up in, when it starts.
"""

import argparse
import json

from vllm import __version__, config
from vllm.entrypoints.launchers.cli_args import make_arg_parser
from vllm.model_executor.layers.quantization import QUANTIZATION_METHODS
from vllm.reasoning import ReasoningParserManager
from vllm.tool_parsers import ToolParserManager
from vllm.utils.argparse_utils import FlexibleArgumentParser

CONFIGS = [
    config.ModelConfig,
    config.CacheConfig,
    config.ParallelConfig,
    config.SchedulerConfig,
    config.LoRAConfig,
    config.UVAOffloadConfig,
    config.MultiModalConfig,
    config.VllmConfig,
]
NAMES = {
    "quantization": sorted(QUANTIZATION_METHODS),
    "reasoning-parser": sorted(ReasoningParserManager.list_registered()),
    "tool-call-parser": sorted(ToolParserManager.list_registered()),
}


def range_of(flag: str) -> dict | None:
    for owner in CONFIGS:
        field = owner.__pydantic_fields__.get(flag.replace("-", "_"))
        if field is None:
            continue
        bounds = {
            bound: getattr(each, bound)
            for each in field.metadata
            for bound in ("gt", "ge", "lt", "le")
            if getattr(each, bound, None) is not None
        }
        if bounds:
            return {"in": owner.__name__, **bounds}
    return None


def kind_of(action: argparse.Action) -> str:
    if isinstance(action, argparse.BooleanOptionalAction):
        return "switch"
    if action.nargs == 0:
        return "flag"
    if action.choices is not None:
        return "choice"
    if action.type in (int, float):
        return {int: "integer", float: "number"}[action.type]
    return "text"


def describe(action: argparse.Action) -> dict:
    kind = kind_of(action)
    found = {"kind": kind}
    if kind == "choice":
        found["choices"] = [str(choice) for choice in action.choices]
    return found


def with_values(flag: str, found: dict) -> dict:
    if flag in NAMES:
        found["names"] = NAMES[flag]
    bounds = range_of(flag) if found["kind"] in ("integer", "number") else None
    return found if bounds is None else {**found, "range": bounds}


flags = {}
for action in make_arg_parser(FlexibleArgumentParser())._actions:
    names = [name[2:] for name in action.option_strings if name.startswith("--")]
    names = [name for name in names if not (name.startswith("no-") and name[3:] in names)]
    if not names or names[0] == "help":
        continue
    main, *others = names
    flags[main] = with_values(main, describe(action))
    for other in others:
        flags[other] = {"kind": "alias", "of": main}
print(json.dumps({"engine": "vllm", "version": __version__.split("+")[0], "flags": dict(sorted(flags.items()))}, indent=1))
