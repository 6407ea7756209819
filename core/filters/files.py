"""Banks from files and to files: NumPy archives (``.npz``) from anybody, read without trusting them.

A bank is an archive with ``weights`` (N, kT, kH, kW, C) and optionally ``bias`` (N,) and ``names`` (N,);
other entries are not touched, so an exported result is a bank as well (there ``names`` may be those of what
was shown: where there are ``filters`` (N,), these are the filters' names).

A 2 MB archive can unpack to gigabytes, a header of 128 bytes can claim 32 GB, and a pickled array runs
foreign code. Therefore sizes are checked in the archive's directory and in our own reading of each
array's header before anything is unpacked, only numbers and text are read, and never a pickle.
"""

import math
import re
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.atomic import replacing
from core.errors import FilterError
from core.filters.bank import FilterBank
from core.limits import MAX_FILTER_FILE_BYTES, MAX_WEIGHTS, megabytes

MAX_ENTRIES = 1000
MAX_RATIO = 200
# Small entries compress as they like: a bias of zeros is honest, and harmless.
_RATIO_COUNTS_FROM = 2**20
_MAX_AXES = 5
_MAX_HEADER = 4096
_MAX_NAME = 80

_DIRECTORY_END, _ZIP64_LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_DIRECTORY_END_BYTES, _ZIP64_LOCATOR_BYTES, _MAX_COMMENT = 22, 20, 65535


def load_bank(path: str | Path) -> FilterBank:
    """Read a bank.

    Parameters
    ----------
    path
        An ``.npz`` archive.

    Raises
    ------
    FilterError
        If there is no such file, it is not such an archive, it is damaged or over a limit.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            _check_directory(file, path)
            with zipfile.ZipFile(file) as archive:
                return _bank(archive, path)
    except FileNotFoundError:
        raise FilterError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise FilterError(f"{path} is a folder, not a filter bank.") from None
    except PermissionError:
        raise FilterError(f"{path} may not be read.") from None
    except (OSError, EOFError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise FilterError(f"{path.name} is not a NumPy archive (.npz), or it is damaged.") from error


def save_bank(path: str | Path, bank: FilterBank) -> None:
    """Write a bank as an ``.npz`` archive; an old file there is replaced only by a complete new one.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    with replacing(Path(path)) as part, part.open("wb") as file:
        np.savez(file, weights=bank.weights, bias=bank.bias, names=np.array(bank.names, dtype=np.str_))


def _bank(archive: zipfile.ZipFile, path: Path) -> FilterBank:
    entries = {info.filename: info for info in archive.infolist()}
    titles = "filters.npy" if "filters.npy" in entries else "names.npy"
    wanted = [entries[name] for name in ("weights.npy", "bias.npy", titles) if name in entries]
    if "weights.npy" not in entries:
        raise FilterError(f"{path.name} holds no array named weights.")
    _check_sizes(wanted, path)
    arrays = {info.filename: _array(archive, info, path) for info in wanted}
    bias, names = arrays.get("bias.npy"), arrays.get(titles)
    return FilterBank.from_weights(
        arrays["weights.npy"],
        bias,
        None if names is None else _titles(names, path),
        kind="file",
        parameters={"path": str(path)},
    )


def _check_directory(file: IO[bytes], path: Path) -> None:
    """Check the file's size and the number of entries before `zipfile` builds an object for each."""
    size = file.seek(0, 2)
    if size > MAX_FILTER_FILE_BYTES:
        limit = megabytes(MAX_FILTER_FILE_BYTES)
        raise FilterError(f"{path.name} has {megabytes(size)}; a filter bank has at most {limit}.")
    tail_size = min(size, _DIRECTORY_END_BYTES + _MAX_COMMENT + _ZIP64_LOCATOR_BYTES)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    end = tail.rfind(_DIRECTORY_END)
    record = tail[end : end + _DIRECTORY_END_BYTES]
    if end < 0 or len(record) < _DIRECTORY_END_BYTES:
        raise FilterError(f"{path.name} is not a NumPy archive (.npz).")
    entries, directory = int.from_bytes(record[10:12], "little"), int.from_bytes(record[12:16], "little")
    # An archive of the size allowed here has no reason for 64-bit counts, which would bypass this check.
    large = tail[max(end - _ZIP64_LOCATOR_BYTES, 0) : end].startswith(_ZIP64_LOCATOR)
    if large or entries > MAX_ENTRIES or directory > MAX_ENTRIES * 1024:
        raise FilterError(f"{path.name} has more than the {MAX_ENTRIES} entries a filter bank may have.")
    file.seek(0)


def _check_sizes(entries: list[zipfile.ZipInfo], path: Path) -> None:
    total = sum(info.file_size for info in entries)
    if total > MAX_FILTER_FILE_BYTES:
        limit = megabytes(MAX_FILTER_FILE_BYTES)
        raise FilterError(f"{path.name} would unpack to {megabytes(total)}; the limit is {limit}.")
    for info in entries:
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > _RATIO_COUNTS_FROM and ratio > MAX_RATIO:
            raise FilterError(
                f"{path.name} unpacks to {ratio:.0f} times its size; the limit is {MAX_RATIO} times."
            )
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FilterError(f"{path.name} is encrypted or packed in a way that is not read here.")


@dataclass(frozen=True, slots=True)
class _Header:
    """What an array claims to be."""

    dtype: np.dtype[np.generic]
    fortran: bool
    shape: tuple[int, ...]
    length: int

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> NDArray[np.generic]:
    name = info.filename.removesuffix(".npy")
    with archive.open(info) as entry:
        header = _header(entry, f"The array {name} of {path.name}")
        claim, there = header.nbytes, info.file_size - header.length
        data = entry.read(claim) if claim == there else b""
        if len(data) != claim or entry.read(1):
            there = there if claim != there else len(data)
            raise FilterError(
                f"The array {name} of {path.name} claims {claim} bytes and has {there}: it is damaged."
            )
    flat = np.frombuffer(data, header.dtype)
    # Fortran's order is C's order of the transposed array.
    return flat.reshape(header.shape[::-1]).T if header.fortran else flat.reshape(header.shape)


def _header(entry: IO[bytes], what: str) -> _Header:
    """Read the header of an npy array (numpy.lib.format, versions 1 to 3) without evaluating it."""
    magic = entry.read(8)
    width = {1: 2, 2: 4, 3: 4}.get(magic[6] if len(magic) == 8 else 0)
    if magic[:6] != b"\x93NUMPY" or width is None:
        raise FilterError(f"{what} has no header that NumPy writes.")
    length = int.from_bytes(entry.read(width), "little")
    if length > _MAX_HEADER:
        raise FilterError(f"{what} has a header of {length} bytes; at most {_MAX_HEADER} are read.")
    text = entry.read(length).decode("latin-1")
    shape = re.search(r"'shape'\s*:\s*\(([\d,\s]*)\)", text)
    order = re.search(r"'fortran_order'\s*:\s*(True|False)", text)
    if shape is None or order is None:
        raise FilterError(f"{what} has no header that NumPy writes.")
    axes = tuple(int(n[:20]) for n in re.findall(r"\d+", shape[1]))
    if len(axes) > _MAX_AXES:
        raise FilterError(f"{what} has {len(axes)} axes; at most {_MAX_AXES} are read.")
    if math.prod(axes) > MAX_WEIGHTS:
        raise FilterError(f"{what} claims {math.prod(axes)} numbers; at most {MAX_WEIGHTS} are read.")
    return _Header(_dtype(text, what), order[1] == "True", axes, 8 + width + length)


def _dtype(header: str, what: str) -> np.dtype[np.generic]:
    """Return the type of the numbers or of the text; nothing else is read, pickles least of all."""
    given = re.search(r"'descr'\s*:\s*'([<>|=]?(?:[fiub]\d{1,2}|[US]\d{1,5}))'", header)
    try:
        if given is not None:
            return np.dtype(given[1])
    except TypeError:
        pass
    raise FilterError(f"{what} holds neither real numbers nor text.")


def _titles(names: NDArray[np.generic], path: Path) -> list[str]:
    """Return names as one short printable line each."""
    if names.ndim != 1 or names.dtype.kind not in "US":
        raise FilterError(f"The names in {path.name} are not a list of texts.")
    if names.dtype.kind == "U":
        points = np.frombuffer(names.tobytes(), names.dtype.str[0] + "u4")
        if points.size and points.max() > sys.maxunicode:
            raise FilterError(f"The names in {path.name} are damaged.")
    texts = [t.decode("utf-8", "replace") if isinstance(t, bytes) else str(t) for t in names.tolist()]
    lines = [" ".join("".join(c if c.isprintable() else " " for c in text).split()) for text in texts]
    return [line[:_MAX_NAME] or f"filter {i + 1}" for i, line in enumerate(lines)]
