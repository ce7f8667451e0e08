"""Print docs/commands.md: what every command says of itself.

python scripts/commands_page.py > docs/commands.md
"""

import sys
from collections.abc import Iterator

import click

from melanoscope.cli import cli

INTRO = """# Commands

What `melanoscope COMMAND --help` says. Research use only; not a medical device.
"""


def section(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[str]:
    """The help of `command` and of those below it; the root is only their list."""
    context = click.Context(command, parent, name, max_content_width=100, terminal_width=100)
    if parent:
        yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for word in command.list_commands(context):
            yield from section(command.commands[word], word, context)


sys.stdout.reconfigure(encoding="utf-8")
print("\n".join((INTRO, *section(cli, "melanoscope"))), end="")
