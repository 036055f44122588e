"""Prints every flag of `vllm serve`, as the real parser has it, as JSON.

kind: "switch" (takes no value and has a --no- form), "flag" (takes no value),
"integer", "number", "choice" or "text". Aliases are listed with the flag they mean.
"""

import argparse
import json

from vllm import __version__
from vllm.entrypoints.launchers.cli_args import make_arg_parser
from vllm.utils.argparse_utils import FlexibleArgumentParser


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


flags = {}
for action in make_arg_parser(FlexibleArgumentParser())._actions:
    names = [name[2:] for name in action.option_strings if name.startswith("--")]
    names = [name for name in names if not (name.startswith("no-") and name[3:] in names)]
    if not names or names[0] == "help":
        continue
    main, *others = names
    flags[main] = describe(action)
    for other in others:
        flags[other] = {"kind": "alias", "of": main}
print(json.dumps({"engine": "vllm", "version": __version__.split("+")[0], "flags": dict(sorted(flags.items()))}, indent=1))
