"""Asks the real vLLM how it starts with argument lists: parser, checks of the server, and the engine's own configuration.

Reads a JSON file with a list of argument lists, prints one JSON line per list:
{"ok": true} or {"ok": false, "exit": 1, "words": "..."}, with the last words that it would print.
"""

import contextlib
import io
import json
import sys

from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args
from vllm.entrypoints.launchers.launcher import validate_api_server_args
from vllm.utils.argparse_utils import FlexibleArgumentParser


def judge(argv: list[str]) -> dict:
    words = io.StringIO()
    try:
        with contextlib.redirect_stderr(words):
            parsed = make_arg_parser(FlexibleArgumentParser(prog="vllm serve")).parse_args(argv)
            validate_parsed_serve_args(parsed)
            validate_api_server_args(parsed)
            AsyncEngineArgs.from_cli_args(parsed).create_engine_config()
    except SystemExit as end:
        return {"ok": False, "exit": end.code, "words": words.getvalue().strip().splitlines()[-1]}
    except Exception as error:  # the engine raises what it likes, and Python ends with 1
        return {"ok": False, "exit": 1, "words": f"{type(error).__module__}.{type(error).__name__}: {error}"}
    return {"ok": True}


with open(sys.argv[1], encoding="utf8") as file:
    for argv in json.load(file):
        print(json.dumps(judge(argv)), flush=True)
