"""Asks the real vLLM argument parser about argument lists.

Reads a JSON file with a list of argument lists, prints one JSON line per list:
{"ok": true, "served": [...]} or {"ok": false, "error": "..."}.
"""

import contextlib
import io
import json
import sys

from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args
from vllm.utils.argparse_utils import FlexibleArgumentParser


def judge(argv: list[str]) -> dict:
    words = io.StringIO()
    try:
        with contextlib.redirect_stderr(words):
            parsed = make_arg_parser(FlexibleArgumentParser(prog="vllm serve")).parse_args(argv)
            validate_parsed_serve_args(parsed)
    except SystemExit:
        return {"ok": False, "error": words.getvalue().strip().splitlines()[-1]}
    except Exception as error:  # the validator raises what it likes
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}
    return {"ok": True, "served": parsed.served_model_name}


with open(sys.argv[1], encoding="utf8") as file:
    for argv in json.load(file):
        print(json.dumps(judge(argv)), flush=True)
