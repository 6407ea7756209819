"""``main.py banks``: which filter banks there are, and all about one."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from core.commands.bank_lines import bank_list, bank_page, bank_table
from core.commands.output import print_lines
from core.errors import FilterError, UsageError
from core.filters.bank import FilterBank
from core.filters.builtin import bank_kind, bank_names, make_bank, parse_bank
from core.filters.files import load_bank
from core.filters.kinds import BankKind
from core.parameters import nearest


def run(options: Namespace) -> None:
    """Print the names, or one bank."""
    if options.name is not None:
        bank = chosen_bank(options.name, options)
        kind = _kind(options.name)
        print_lines(bank_table(bank) if kind is None else bank_page(kind, bank))
        return
    if _flags(options):
        raise UsageError("--filters, --kernel and --seed go with the name of a bank.")
    print_lines(bank_list())


def chosen_bank(text: str | None, options: Namespace) -> FilterBank:
    """Return the bank of ``NAME?key=value&…`` or of a file, with --filters, --kernel and --seed.

    Parameters
    ----------
    text
        A name of `bank_names` in any case, with parameters on demand; a file; or None for the default bank.
    options
        With `filters`, `kernel` and `seed`; None where not given.

    Raises
    ------
    UsageError
        If there is no such bank, or a parameter is out of range or does not apply.
    FilterError
        If the file cannot be used.
    """
    wanted = _flags(options)
    text = bank_names()[0] if text is None else text
    kind = _kind(text)
    if kind is not None:
        return _made(kind, parse_bank(text)[1], wanted)
    path = Path(text)
    if not path.suffix and not path.exists():
        close = nearest(text.partition("?")[0].strip().lower(), bank_names())
        choice = f"main.py banks lists the names, and a file ends in .npz.{close}"
        raise UsageError(f"There is no filter bank {text!r}: {choice}")
    if wanted:
        given = " and ".join(f"--{name}" for name in wanted)
        raise UsageError(f"A bank from a file is what it is: {given} cannot change {path.name}.")
    return load_bank(path)


def _made(kind: BankKind, pairs: dict[str, str], wanted: dict[str, Any]) -> FilterBank:
    names = [parameter.name for parameter in kind.parameters if not parameter.hidden]
    for flag in wanted:
        if flag not in names:
            takes = f"it takes {', '.join(names)}" if names else "it takes no parameters"
            raise UsageError(f"--{flag} does not apply to {kind.title}: {takes}.")
        if flag in pairs:
            raise UsageError(f"{flag} is given twice: behind the bank's name and as --{flag}.")
    try:
        return make_bank(kind.name, **pairs, **wanted)
    except FilterError as error:  # everything that can be wrong here stood on the command line
        raise UsageError(str(error)) from error


def _kind(text: str) -> BankKind | None:
    """Return the kind that a text begins with, or None for a file."""
    try:
        return bank_kind(text.partition("?")[0])
    except FilterError:
        return None


def _flags(options: Namespace) -> dict[str, Any]:
    given = {name: getattr(options, name) for name in ("filters", "kernel", "seed")}
    return {name: value for name, value in given.items() if value is not None}
