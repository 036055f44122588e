"""What the real az takes for each command that is named, as JSON: its options, how many values each has, and which ones."""

import json
import sys
from importlib.metadata import version

from azure.cli.core import get_default_cli
from azure.cli.core.commands.events import EVENT_INVOKER_POST_LOAD_ARGUMENTS, EVENT_INVOKER_PRE_LOAD_ARGUMENTS
from knack.events import EVENT_INVOKER_POST_CMD_TBL_CREATE

cli = get_default_cli()


def parser_of(words):
    invocation = cli.invocation_cls(
        cli_ctx=cli, parser_cls=cli.parser_cls, commands_loader_cls=cli.commands_loader_cls, help_cls=cli.help_cls
    )
    cli.invocation = invocation
    name = " ".join(words)
    invocation.data["command_string"] = name
    loader = invocation.commands_loader
    loader.load_command_table(words)
    loader.command_name = name
    loader.command_table = {name: loader.command_table[name]}
    # The events of a run: whoever listens adds --subscription and --ids.
    cli.raise_event(EVENT_INVOKER_PRE_LOAD_ARGUMENTS, commands_loader=loader)
    loader.load_arguments(name)
    for event in (EVENT_INVOKER_POST_LOAD_ARGUMENTS, EVENT_INVOKER_POST_CMD_TBL_CREATE):
        cli.raise_event(event, commands_loader=loader)
    invocation.parser.load_command_table(loader)
    return invocation.parser.subparsers[tuple(words[:-1])].choices[words[-1]]


def option(action):
    return {
        "names": action.option_strings,
        "values": "1" if action.nargs is None else str(action.nargs),
        **({"required": True} if action.required else {}),
        **({"of": [str(choice) for choice in action.choices]} if action.choices else {}),
    }


def options(name):
    # One whose name begins like that is az's own, and hidden.
    named = [action for action in parser_of(name.split())._actions if action.option_strings]
    return [option(action) for action in named if not action.option_strings[0].startswith("--_")]


print(json.dumps({"tool": "azure-cli", "version": version("azure-cli"), "commands": {n: options(n) for n in sys.argv[1:]}}))
