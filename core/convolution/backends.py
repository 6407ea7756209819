"""Which way of computing a convolution takes: the fastest that this machine has for the case.

======== ================================== =======================================================
way      what it needs                      where it is chosen
======== ================================== =======================================================
native   llvmlite, a processor it knows     wherever it is there, below 64 channels
openvino OpenVINO                           from 64 channels on; without native, from three filters
                                            of 24 weights on
numpy    nothing beside NumPy and OpenCV    everywhere else
======== ================================== =======================================================

``WAVECUBE_ENGINE=numpy`` (or another name) forces a way, for comparing and for finding faults.
"""

import logging
import os
from collections.abc import Callable, Iterator
from functools import cache

from core.convolution import planes
from core.convolution.columns import ColumnsMethod
from core.convolution.layout import Floats, Layout, Method
from core.convolution.planes import PlanesMethod
from core.errors import UsageError

log = logging.getLogger(__name__)

NAMES = ("native", "openvino", "numpy")
VARIABLE = "WAVECUBE_ENGINE"

# From so many on, the native way's pixels no longer stay in the cache between two filters (measured:
# 64 channels 92 against 80 ms, 256 channels 288 against 155 ms).
_MANY_CHANNELS = 64

Maker = Callable[[Layout, Floats, Floats, int], Method]


def usable_names() -> tuple[str, ...]:
    """Return the ways that work on this machine, the one that is tried first in front."""
    return tuple(name for name in NAMES if _maker(name) is not None)


def forced() -> str | None:
    """Return the way that the environment asks for, if any.

    Raises
    ------
    UsageError
        If there is no such way, or it does not work here.
    """
    name = os.environ.get(VARIABLE) or None
    if name is not None and name not in NAMES:
        raise UsageError(f"{VARIABLE} is one of {', '.join(NAMES)}, not {name!r}.")
    if name is not None and _maker(name) is None:
        raise UsageError(f"{VARIABLE} asks for {name}, which does not work on this computer; leave it out.")
    return name


def method_for(
    layout: Layout, weights: Floats, bias: Floats, threads: int, name: str | None = None
) -> Method:
    """Return the best way for a case.

    Parameters
    ----------
    layout
        The geometry.
    weights, bias
        (N, kT, kH, kW, C) and (N,) float32, for the channels of the frames.
    threads
        How many jobs may run at the same time.
    name
        One of `usable_names`; None leaves the choice to us and to the environment.

    Raises
    ------
    UsageError
        If the environment asks for something that is not there.
    """
    name = name or forced()
    for way in (name,) if name else _preferred(layout, len(weights)):
        maker = _maker(way)
        if maker is None:
            continue
        try:
            return maker(layout, weights, bias, threads)
        except (MemoryError, UsageError):
            raise
        except Exception:
            if name or way == NAMES[-1]:
                raise
            _tell_once(way)
    raise UsageError(f"The way {name!r} to compute does not work on this computer.")


def _preferred(layout: Layout, filters: int) -> Iterator[str]:
    """Yield the ways in the order in which to try them; each is imported only when it is its turn."""
    if layout.channels >= _MANY_CHANNELS and _openvino_suits(layout, filters):
        yield "openvino"
    yield "native"
    if layout.channels < _MANY_CHANNELS and _openvino_suits(layout, filters):
        yield "openvino"
    yield "numpy"


def _openvino_suits(layout: Layout, filters: int) -> bool:
    if _maker("openvino") is None:
        return False
    from core.convolution.openvino_way import suits

    return suits(filters, layout)


@cache
def _maker(name: str) -> Maker | None:
    """Return what makes a way's methods; None where it cannot be used. The import takes 0.1 s, once."""
    try:
        if name == "native":
            from core.convolution.native.compiled import usable
            from core.convolution.native.method import NativeMethod

            return NativeMethod if usable() else None
        if name == "openvino":
            from core.convolution.openvino_way import OpenVinoMethod

            return OpenVinoMethod
    except ImportError as error:
        log.info("the way %s is not there: %s", name, error)
        return None
    except Exception:
        log.warning("the way %s could not be loaded", name, exc_info=True)
        return None
    return _numpy


def _numpy(layout: Layout, weights: Floats, bias: Floats, threads: int) -> Method:
    way = PlanesMethod if planes.suits(len(weights), layout) else ColumnsMethod
    return way(layout, weights, bias, threads)


@cache
def _tell_once(way: str) -> None:
    log.warning("the way %s failed; the next one takes its place", way, exc_info=True)
