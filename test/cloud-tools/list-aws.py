"""What the real aws takes for each command that is named, as JSON: its options, how many values each has, and which ones."""

import json
import sys
from importlib.metadata import version

from awscli.clidriver import create_clidriver

driver = create_clidriver()


def command_of(words):
    command = driver
    for word in words:
        command = (command.subcommand_table if hasattr(command, "subcommand_table") else command._get_command_table())[word]
    return command


VALUES = {"boolean": "0", "list": "+"}


def parts_of(model):
    """Of key=value,key=value: what may stand as a key."""
    member = model.member if model is not None and model.type_name == "list" else model
    return list(member.members) if member is not None and member.type_name == "structure" else []


def option(argument):
    model = argument.argument_model
    return {
        "names": [argument.cli_name],
        "values": VALUES.get(argument.cli_type_name, "1"),
        **({"required": True} if argument.required else {}),
        **({"of": list(model.enum)} if getattr(model, "enum", None) else {}),
        **({"parts": parts_of(model)} if parts_of(model) else {}),
    }


def options(name):
    return [option(argument) for argument in command_of(name.split()).arg_table.values()]


print(json.dumps({"tool": "awscli", "version": version("awscli"), "commands": {n: options(n) for n in sys.argv[1:]}}))
