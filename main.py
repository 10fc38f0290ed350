"""CC_ControlNet: without arguments the editor, with arguments the command line."""

from __future__ import annotations

import sys

from ccnet import cli


def main() -> int:
    """Returns the exit code."""
    if len(sys.argv) > 1:
        return cli.main()
    print("The editor comes with a later version; until then CC_ControlNet works on the command line.\n")
    cli.show_help()
    return 0


if __name__ == "__main__":
    sys.exit(main())
