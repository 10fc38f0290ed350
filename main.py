"""CC_ControlNet: without arguments, or with a picture, the editor; with other arguments the command line."""

from __future__ import annotations

import sys
from pathlib import Path

EDITOR_OPTIONS = ("--screenshot", "--theme", "--language", "--story", "--size")


def main() -> int:
    """Returns the exit code."""
    arguments = sys.argv[1:]
    if arguments and not _is_for_editor(arguments[0]):
        from ccnet import cli

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
    return argument.partition("=")[0] in EDITOR_OPTIONS or (not argument.startswith("-") and Path(argument).is_file())


if __name__ == "__main__":
    sys.exit(main())
