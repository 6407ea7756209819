"""The command line: a thin shell around the pipeline that turns failures into sentences and exit codes.

====== =====================================================================
code   meaning
====== =====================================================================
0      done
1      failed: one sentence on stderr, no traceback
2      used wrongly: the usage and one sentence on stderr
130    stopped by Ctrl-C: files are either complete or not there
====== =====================================================================

This module imports next to nothing, so that a missing package or library is a sentence, too.
"""

import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from core.errors import UsageError, WavecubeError

if TYPE_CHECKING:
    from argparse import Namespace

OpenWindow = Callable[[list[str]], int]
DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130
SETUP = "python3 -m pip install uv && uv run main.py"


def run(arguments: list[str], open_window: OpenWindow) -> int:
    """Do what the command line asks for.

    Parameters
    ----------
    arguments
        Without the program's name.
    open_window
        Opens the window for [INPUT] [--camera …] and returns an exit code; called in this thread. The only
        way from here to Qt.

    Returns
    -------
    int
        The exit code, see above. Never raises, whatever happens.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show "…" or a file's name shows something else instead of failing.
        with suppress(AttributeError, OSError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return _run(arguments, open_window)
    except SystemExit as stop:  # argparse: --help and mistakes, already told
        return stop.code if isinstance(stop.code, int) else FAILED
    except KeyboardInterrupt:
        return _fail("Stopped; files that were not complete have been removed.", INTERRUPTED)
    except WavecubeError as error:
        return _fail(str(error))
    except MemoryError:
        return _fail(
            "The memory of this machine is not enough for that; try fewer frames or a smaller --resize."
        )
    except ImportError as error:
        return _fail(_import_sentence(error))
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        return _fail(f"The system refused ({(error.strerror or str(error)).lower()}{place}).")
    except Exception as error:
        what = f"{type(error).__name__}: {error}".strip().rstrip(".:")
        return _fail(
            f"Something went wrong inside Wavecube ({what}); please report it, "
            "and run it again with WAVECUBE_DEBUG=1 to see where."
        )


def _run(arguments: list[str], open_window: OpenWindow) -> int:
    from core.commands.parser import COMMANDS, command_parser

    command = arguments[0] if arguments and arguments[0] in COMMANDS else ""
    parser = command_parser(command)
    options = parser.parse_intermixed_args(arguments[1:] if command else arguments)
    try:
        if not command:
            return _window(options, arguments, open_window)
        import_module(f"core.commands.{command}").run(options)
    except UsageError as error:
        parser.error(str(error))
    return DONE


def _window(options: "Namespace", arguments: list[str], open_window: OpenWindow) -> int:
    from core.commands.parser import COMMANDS

    if options.version:
        return _print_version()
    if options.doctor:
        return _doctor()
    if len(options.input) > 1:
        raise UsageError(
            f"The window takes one INPUT, not {len(options.input)}; the commands are {', '.join(COMMANDS)}."
        )
    for text in options.input:
        from core.sources.opening import open_source

        # Told here, where it was typed, and not in a window that opens only to say so.
        open_source(text)
    return open_window(arguments)


def _print_version() -> int:
    from core.commands.output import print_lines
    from core.doctor import program_version

    print_lines(iter([f"Wavecube {program_version()}"]))
    return DONE


def _doctor() -> int:
    from core.commands.output import print_lines
    from core.doctor import report

    findings = report()
    print_lines(iter([findings.text()]))
    if not findings.ok:
        raise WavecubeError("Something that Wavecube needs is missing; the lines marked FAIL tell what.")
    return DONE


def _import_sentence(error: ImportError) -> str:
    """Return what is missing from the installation, and what mends it."""
    from core.desktop import OPENCV_LIBRARIES, QT_LIBRARIES, missing_libraries, missing_sentence

    if ".so" in str(error) and (missing := missing_libraries(OPENCV_LIBRARIES | QT_LIBRARIES)):
        return f"{missing_sentence(missing)}."
    if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith(("core", "gui")):
        package = error.name.partition(".")[0]
        return f'The Python package {package} is not installed; run "{SETUP}" once.'
    return f"A part of Wavecube cannot be loaded ({error}); main.py --doctor tells more."


def _fail(sentence: str, code: int = FAILED) -> int:
    """Print one sentence to stderr (behind a traceback for those who ask for it); return the code."""
    if os.environ.get("WAVECUBE_DEBUG") == "1":
        traceback.print_exc()
    if sys.stderr is not None:
        try:
            print(f"main.py: {sentence}", file=sys.stderr)  # noqa: T201
        except (OSError, ValueError):
            return code
    return code
