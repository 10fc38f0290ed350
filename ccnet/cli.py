"""The command line: dress a character, find its clothes, make a result again, look after models.

Everything that can be refused is refused before torch is imported, so that a typing mistake costs no waiting. Exit
codes: 0 done, 1 refused with one sentence on stderr, 2 a wrong option, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence

from ccnet import demo_command, dress_command, mask_command, models_command

EXAMPLE = 'ccnet dress hero.png --outfit "red sailor uniform, white pleated skirt"'


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; wrong options exit as argparse does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    args = _parser().parse_args(argv)
    try:
        args.run(args)
    except ValueError as error:
        print(f"ccnet: {error}", file=sys.stderr)
        return 1
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and "memory" not in str(error):
            raise
        print("ccnet: Out of memory: use a smaller --resolution or fewer --candidates.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("ccnet: Stopped.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ccnet",
        description="Swap the outfit of an anime or cartoon character and leave every other pixel alone.",
        epilog=f"example: {EXAMPLE}",
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    dress_command.add_commands(commands)
    mask_command.add_command(commands)
    demo_command.add_command(commands)
    models_command.add_commands(commands.add_parser("models", help="your models: list, get, import, give away"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
