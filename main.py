"""CC_ControlNet: without arguments, or with a picture, the editor; with other arguments the command line."""

from __future__ import annotations

import sys
from pathlib import Path

HELP = """usage: main.py [picture, project or result]     open the editor
       main.py --screenshot FILE [--story NAME]   draw its window into a picture
       main.py command ...                        the command line, which is:
"""
EDITOR_OPTIONS = ("--screenshot", "--theme", "--language", "--story", "--size")


def main() -> int:
    """Returns the exit code."""
    arguments = sys.argv[1:]
    if arguments and not _is_for_editor(arguments[0]):
        from ccnet import cli

        if arguments[0] in ("-h", "--help"):
            print(HELP)
        return cli.main()
    try:
        from gui import app
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("PySide6"):
            raise
        print(
            "The editor needs PySide6: run `make app`, or install this program with its extra 'gui'.", file=sys.stderr
        )
        return 1
    return app.run(arguments)


def _is_for_editor(argument: str) -> bool:
    """A file's name is told from a command by its dot, so that one that is not there is missed by name."""
    if argument.startswith("-"):
        return argument.partition("=")[0] in EDITOR_OPTIONS
    return bool(Path(argument).suffix) or Path(argument).is_file()


if __name__ == "__main__":
    sys.exit(main())
