"""Machine code of the inner loops, made when it is first needed; any thread.

A function takes about 10 ms to make and serves every clip and every set of weights.
"""

import ctypes
import logging
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import ir

from core.convolution.native.emit import write_driver
from core.convolution.native.kernel_ir import Shape, write_kernel
from core.convolution.native.staging_ir import Staging, write_staging

log = logging.getLogger(__name__)

_lock = threading.Lock()
_addresses: dict[Shape | Staging | None, int] = {}
_engines: list[Any] = []  # keeps the code alive as long as the process


def address_of(what: Shape | Staging | None) -> int:
    """Return the address of compiled code ``void (int64 *job)``; of what runs such code, for None.

    Raises
    ------
    RuntimeError, OSError
        If LLVM cannot make code here.
    """
    with _lock:
        if what not in _addresses:
            _addresses[what] = _compile(what)
        return _addresses[what]


@cache
def driver() -> Callable[[int], None]:
    """Return what runs a list of such functions (see `emit.write_driver`); it holds no interpreter lock."""
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address_of(None))


@cache
def usable() -> bool:
    """Tell whether code can be made on this machine: tried once, with a small function."""
    try:
        driver()
    except Exception as error:  # whatever a foreign library may raise: another way will do the work
        log.warning("no native convolution: %s", error)
        return False
    return True


def vector_width() -> int:
    """Return how many float32 fit a vector of this processor."""
    with _lock:
        features = _host()[1]
    if features.get("avx512f"):
        return 16
    # On ARM, pairs of its short vectors: it has 32 registers for them.
    return 8 if features.get("avx2") or features.get("neon") or features.get("fp-armv8") else 4


def vector_registers() -> int:
    """Return how many such vectors the processor can hold at a time."""
    return 32 if vector_width() == 16 else 16


def _compile(what: Shape | Staging | None) -> int:
    from llvmlite import binding

    module = ir.Module()
    if what is None:
        name = write_driver(module)
    else:
        name = write_kernel(module, what) if isinstance(what, Shape) else write_staging(module, what)
    cpu, features = _host()
    described = ",".join(f"{'+' if there else '-'}{feature}" for feature, there in sorted(features.items()))
    target = binding.Target.from_default_triple()
    machine = target.create_target_machine(cpu=cpu, features=described, opt=3)
    parsed = binding.parse_assembly(str(module))
    parsed.verify()
    engine = binding.create_mcjit_compiler(parsed, machine)
    engine.finalize_object()
    _engines.append(engine)
    return int(engine.get_function_address(name))


@cache
def _host() -> tuple[str, dict[str, bool]]:
    """Return the processor's name and features, with LLVM made ready for it."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding.get_host_cpu_name(), dict(binding.get_host_cpu_features())
