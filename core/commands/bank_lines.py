"""What ``main.py banks`` prints: the list of all, and one bank with its words, parameters and kernels."""

import textwrap
from collections.abc import Iterator

from core.commands.output import plain
from core.filters.bank import FilterBank
from core.filters.builtin import bank_kinds
from core.filters.kinds import BankKind
from core.filters.views import View
from core.parameters import Parameter

_FIRST_WEIGHTS = 5
_WIDTH = 100


def bank_list() -> Iterator[str]:
    """Yield the lines that tell which banks there are, group by group."""
    kinds = bank_kinds()
    width = max(len(kind.name) for kind in kinds)
    group = ""
    for number, kind in enumerate(kinds):
        if kind.group != group:
            if group:
                yield ""
            group = kind.group
            yield f"{group}:"
        default = " (default)" if number == 0 else ""
        yield from _hanging(f"  {kind.name:<{width}}  ", f"{kind.description}{default}")
    yield ""
    yield "all about one:  main.py banks NAME"
    yield 'parameters:     "NAME?key=value&…", for example --bank "zero-mean?filters=16&kernel=3x5x5&seed=7"'
    yield "a file:         .npz with weights (N,kT,kH,kW,C) and optional bias (N,) and names"


def bank_page(kind: BankKind, bank: FilterBank) -> Iterator[str]:
    """Yield all that there is to say about a bank that was made by its name."""
    table = bank_table(bank)
    yield next(table)
    yield ""
    yield from _hanging("", f"{kind.title}: {kind.description}")
    words = (
        ("answers to", kind.answers),
        ("blind to", kind.blind),
        ("try", f"{kind.hint} ({kind.stimulus})"),
        ("source", kind.source),
    )
    for heading, text in words:
        if text:
            yield from _hanging(f"{heading + ':':<12}", text)
    yield from _parameter_lines(kind)
    yield from _view_lines(bank)
    for warning in bank.warnings:
        yield ""
        yield from _hanging("warning: ", warning)
    yield from table


def bank_table(bank: FilterBank) -> Iterator[str]:
    """Yield the lines that describe a bank and each of its kernels."""
    count, *sides, channels = bank.weights.shape
    size = "x".join(map(str, sides))
    seed = f", seed {bank.parameters['seed']}" if "seed" in bank.parameters else ""
    filters = "1 filter" if count == 1 else f"{count} filters"
    sees = {1: "grey", 3: "RGB"}.get(channels, f"{channels} channels")
    yield plain(f"{bank.kind}: {filters}, {size} (TxHxW) on {sees}{seed}")
    width = max(4, *(len(plain(name)) for name in bank.names))
    yield ""
    yield f"{'':>3}  {'name':<{width}} {'sum':>11} {'norm':>11} {'bias':>11}  first weights"
    for number, name in enumerate(bank.names):
        kernel = bank[number]
        first = " ".join(f"{value:+.4f}" for value in kernel.weights.flat[:_FIRST_WEIGHTS])
        dots = " …" if kernel.weights.size > _FIRST_WEIGHTS else ""
        figures = " ".join(f"{value:>+11.4g}" for value in (kernel.total, kernel.norm, kernel.bias))
        yield f"{number + 1:>3}  {plain(name):<{width}} {figures}  {first}{dots}"


def _parameter_lines(kind: BankKind) -> Iterator[str]:
    shown = [parameter for parameter in kind.parameters if not parameter.hidden]
    if not shown:
        return
    yield ""
    example = "&".join(f"{parameter.name}={parameter.word_of(parameter.default)}" for parameter in shown[:2])
    yield f'parameters, as in "{kind.name}?{example}":'
    width = max(len(parameter.name) for parameter in shown)
    for parameter in shown:
        tip = f"; {parameter.tip[:1].lower()}{parameter.tip[1:].rstrip('.')}" if parameter.tip else ""
        yield from _hanging(f"  {parameter.name:<{width}}  ", f"{_span(parameter)}{tip}")


def _span(parameter: Parameter) -> str:
    """Return what a parameter may be and what it is if nothing is said."""
    unit = f" {parameter.unit}" if parameter.unit else ""
    default = f"default {parameter.word_of(parameter.default)}"
    if parameter.is_choice:
        return f"{parameter.choices}{unit} ({default})"
    words = f" or {', '.join(parameter.words)}" if parameter.words else ""
    size = "TxHxW, each " if parameter.is_size else ""
    low, high = (
        f"{limit:g}" if isinstance(limit, float) else limit for limit in (parameter.low, parameter.high)
    )
    return f"{size}{low} to {high}{unit}{words} ({default})"


def _view_lines(bank: FilterBank) -> Iterator[str]:
    if not bank.views:
        return
    yield ""
    yield "can be shown instead of the responses (--show KEY):"
    width = max(len(view.key) for view in bank.views)
    for view in bank.views:
        yield from _hanging(
            f"  {view.key:<{width}}  ", f"{view.title}, {_tiles(view)}. {view.explanation}".rstrip()
        )


def _tiles(view: View) -> str:
    return "1 tile" if len(view.names) == 1 else f"{len(view.names)} tiles"


def _hanging(head: str, text: str) -> list[str]:
    """Return a paragraph that begins with a head, its further lines set in by the width of the head."""
    return textwrap.wrap(
        text, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    ) or [head.rstrip()]
