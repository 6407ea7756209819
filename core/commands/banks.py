"""``main.py banks``: which filter banks there are, and the kernels of one."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from core.commands.output import bank_list, bank_table, print_lines
from core.errors import FilterError, UsageError
from core.filters.bank import FilterBank
from core.filters.builtin import bank_names, make_bank
from core.filters.files import load_bank


def run(options: Namespace) -> None:
    """Print the names, or one bank."""
    if options.name is not None:
        print_lines(bank_table(chosen_bank(options.name, options)))
        return
    if _parameters(options):
        raise UsageError("--filters, --kernel and --seed go with the name of a bank.")
    print_lines(bank_list())


def chosen_bank(text: str | None, options: Namespace) -> FilterBank:
    """Return the bank of a name or file with --filters, --kernel and --seed.

    Parameters
    ----------
    text
        A name of `bank_names` in any case, a file, or None for the default bank.
    options
        With `filters`, `kernel` and `seed`; None where not given.

    Raises
    ------
    UsageError
        If there is no such bank, or a parameter is out of range or does not apply.
    FilterError
        If the file cannot be used.
    """
    wanted = _parameters(options)
    names = bank_names()
    if text is None or text.strip().casefold() in {name.casefold() for name in names}:
        try:
            return make_bank(text or names[0], **wanted)
        except FilterError as error:  # everything that can be wrong here stood on the command line
            raise UsageError(str(error)) from error
    path = Path(text)
    if not path.suffix and not path.exists():
        choice = f"the names are {', '.join(names)}, and a file ends in .npz"
        raise UsageError(f"There is no filter bank {text!r}: {choice}.")
    if wanted:
        given = " and ".join(f"--{name}" for name in wanted)
        raise UsageError(f"A bank from a file is what it is: {given} cannot change {path.name}.")
    return load_bank(path)


def _parameters(options: Namespace) -> dict[str, Any]:
    given = {name: getattr(options, name) for name in ("filters", "kernel", "seed")}
    return {name: value for name, value in given.items() if value is not None}
