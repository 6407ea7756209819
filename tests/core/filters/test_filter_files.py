"""Banks in files: what was saved comes back, and a hostile archive costs nothing but one sentence."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import ExportError, FilterError
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.filters.files import load_bank, save_bank

WEIGHTS = np.random.default_rng(0).standard_normal((2, 3, 4, 5, 3)).astype(np.float32)

ONE_INFINITE = WEIGHTS.copy()
ONE_INFINITE[1, 2, 3, 4, 1] = -np.inf


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def header(text: str, body: bytes = b"", version: int = 1) -> bytes:
    encoded = text.encode("latin-1")
    length = struct.pack("<H" if version == 1 else "<I", len(encoded))
    return b"\x93NUMPY" + bytes([version, 0]) + length + encoded + body


def archive(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(f"{name}.npy", content)
    return path


def test_what_is_saved_comes_back(tmp_path):
    bank = FilterBank.from_weights(WEIGHTS, bias=[0.5, -1.0], names=["Kante →", "zwei"])
    save_bank(tmp_path / "bank.npz", bank)
    again = load_bank(tmp_path / "bank.npz")
    assert np.array_equal(again.weights, bank.weights)
    assert np.array_equal(again.bias, bank.bias)
    assert again.names == bank.names
    assert again.kind == "file"
    assert again.parameters["path"] == str(tmp_path / "bank.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["bank.npz"]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", ["<f4", ">f8", "f2", "i1"])
def test_numbers_of_any_real_kind_are_read(tmp_path, save, dtype):
    weights = (WEIGHTS * 10).astype(dtype)
    save(tmp_path / "a.npz", weights=weights)
    assert np.array_equal(load_bank(tmp_path / "a.npz").weights, weights.astype(np.float32))


def test_booleans_fortran_order_and_bytes_names_are_read(tmp_path):
    np.savez(tmp_path / "a.npz", weights=np.asfortranarray(WEIGHTS), names=np.array([b"one", b"\xfftwo"]))
    bank = load_bank(tmp_path / "a.npz")
    assert np.array_equal(bank.weights, WEIGHTS)
    assert bank.names == ("one", "�two")
    np.savez(tmp_path / "b.npz", weights=WEIGHTS > 0)
    assert np.array_equal(load_bank(tmp_path / "b.npz").weights, WEIGHTS > 0)


def test_names_become_one_short_line_each(tmp_path):
    np.savez(tmp_path / "a.npz", weights=WEIGHTS, names=np.array(["a\n\x1b[31m b" + "c" * 500, "\t"]))
    first, second = load_bank(tmp_path / "a.npz").names
    assert first.startswith("a [31m bc")
    assert len(first) == 80
    assert second == "filter 2"


def test_other_entries_are_not_touched_so_an_export_is_a_bank(tmp_path):
    path = archive(tmp_path / "a.npz", weights=npy(WEIGHTS), volumes=bytes(300_000_000 // 100), clip=b"junk")
    assert len(load_bank(path)) == 2


def test_a_large_bank_fits(tmp_path):
    bank = make_bank("raw", filters=64, kernel=(16, 16, 16))
    save_bank(tmp_path / "a.npz", bank)
    assert np.array_equal(load_bank(tmp_path / "a.npz").weights, bank.weights)


FULL = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4, 5, 3), }"
SHORT = FULL.replace("(2, 3, 4, 5, 3)", "(1, 1, 1, 1, 3)")
Maker = Callable[[Path], Path]

HOSTILE: dict[str, tuple[str, Maker]] = {
    "empty file": ("not a NumPy archive", lambda p: (p.write_bytes(b""), p)[1]),
    "text": ("not a NumPy archive", lambda p: (p.write_text("hello"), p)[1]),
    "npy": ("not a NumPy archive", lambda p: (p.write_bytes(npy(WEIGHTS)), p)[1]),
    "nothing inside": ("no array named weights", lambda p: archive(p)),
    "no weights": ("no array named weights", lambda p: archive(p, bias=npy(np.zeros(2)))),
    "not an array": ("no header", lambda p: archive(p, weights=b"hello world, this is no array")),
    "empty array file": ("no header", lambda p: archive(p, weights=b"")),
    "unknown version": ("no header", lambda p: archive(p, weights=header(FULL, version=9)[:200])),
    "empty header": ("no header", lambda p: archive(p, weights=header(""))),
    "long header": ("header of 60000 bytes", lambda p: archive(p, weights=header(FULL.ljust(60000)))),
    "header claims 4 GB": (
        "header of 4294967295 bytes",
        lambda p: archive(p, weights=b"\x93NUMPY\x02\x00" + b"\xff" * 4),
    ),
    "32 GB claimed": (
        "claims 8000000000 numbers",
        lambda p: archive(p, weights=header(FULL.replace("2, 3, 4, 5, 3", "8000000000,"))),
    ),
    "a number of 3000 digits": (
        "numbers; at most",
        lambda p: archive(p, weights=header(FULL.replace("2, 3", "9" * 3000))),
    ),
    "shorter than claimed": (
        "claims 1440 bytes and has 100",
        lambda p: archive(p, weights=header(FULL, bytes(100))),
    ),
    "longer than claimed": (
        "claims 12 bytes and has 13",
        lambda p: archive(p, weights=header(SHORT, bytes(13))),
    ),
    "pickle": (
        "neither real numbers nor text",
        lambda p: archive(p, weights=header(FULL.replace("<f4", "|O"), b"cos\nsystem\n(S'false'\ntR.")),
    ),
    "structured": (
        "neither real numbers",
        lambda p: archive(p, weights=header(FULL.replace("'<f4'", "[('a', '<f4')]"))),
    ),
    "complex": ("neither real numbers", lambda p: archive(p, weights=npy(WEIGHTS.astype(np.complex64)))),
    "dates": ("neither real numbers", lambda p: archive(p, weights=npy(np.zeros(3, "M8[s]")))),
    "no such float": ("neither", lambda p: archive(p, weights=header(FULL.replace("<f4", "<f3")))),
    "text as weights": ("real numbers", lambda p: archive(p, weights=npy(np.array(["a"])))),
    "six axes": ("6 axes", lambda p: archive(p, weights=npy(np.zeros((1,) * 6)))),
    "four axes": ("five axes", lambda p: archive(p, weights=npy(np.zeros((2, 2, 2, 3))))),
    "no channels": (
        "1 to 1024 channels, not 0",
        lambda p: archive(p, weights=npy(np.zeros((1, 2, 2, 2, 0)))),
    ),
    "1025 channels": (
        "1 to 1024 channels, not 1025",
        lambda p: archive(p, weights=npy(np.zeros((1, 1, 1, 1, 1025)))),
    ),
    "17 million weights": (
        "claims 16777216 numbers; at most 4194304 are read",
        lambda p: archive(p, weights=header(FULL.replace("(2, 3, 4, 5, 3)", "(64, 16, 16, 16, 64)"))),
    ),
    "65 filters": ("1 to 64", lambda p: archive(p, weights=npy(np.zeros((65, 1, 1, 1, 1))))),
    "no filters": ("1 to 64", lambda p: archive(p, weights=npy(np.zeros((0, 1, 1, 1, 1))))),
    "17 wide": ("1 to 16", lambda p: archive(p, weights=npy(np.zeros((1, 1, 1, 17, 1))))),
    "not a number": (
        r"Filter 1 has the weight nan at .* \(0, 0, 0, 0\)",
        lambda p: archive(p, weights=npy(np.full((1, 1, 1, 1, 1), np.nan))),
    ),
    "a named filter that is infinite": (
        r"Filter 'zwei' has the weight -inf at .* \(2, 3, 4, 1\)",
        lambda p: archive(
            p,
            weights=npy(ONE_INFINITE),
            names=npy(np.array(["eins", "zwei"])),
        ),
    ),
    "beyond float32": (
        r"the weight 1e\+300 .* up to 3\.4e\+38",
        lambda p: archive(p, weights=npy(np.full((1, 1, 1, 1, 1), 1e300))),
    ),
    "bias too long": (
        r"2 filters need a bias of shape \(2,\), not \(3,\)",
        lambda p: archive(p, weights=npy(WEIGHTS), bias=npy(np.zeros(3))),
    ),
    "bias not a number": (
        "Filter 2 has the bias inf;",
        lambda p: archive(p, weights=npy(WEIGHTS), bias=npy(np.array([0, np.inf]))),
    ),
    "bias of text": ("bias", lambda p: archive(p, weights=npy(WEIGHTS), bias=npy(np.array(["a", "b"])))),
    "names of numbers": ("not a list", lambda p: archive(p, weights=npy(WEIGHTS), names=npy(np.zeros(2)))),
    "too few names": (
        "2 filters need 2 names, not 1",
        lambda p: archive(p, weights=npy(WEIGHTS), names=npy(np.array(["a"]))),
    ),
    "bad code points": (
        "damaged",
        lambda p: archive(
            p,
            weights=npy(WEIGHTS),
            names=header("{'descr': '<U1', 'fortran_order': False, 'shape': (2,), }", b"\xff" * 8),
        ),
    ),
    "zeros that unpack 1000 times": (
        "times its size",
        lambda p: archive(p, weights=header(FULL, bytes(5_000_000))),
    ),
    "many entries": ("entries", lambda p: archive(p, **{f"x{i}": b"" for i in range(1100)})),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_bad_archive_gives_one_sentence_and_takes_no_memory(tmp_path, case):
    words, make = HOSTILE[case]
    path = make(tmp_path / "bad.npz")
    tracemalloc.start()
    try:
        with pytest.raises(FilterError, match=words) as failure:
            load_bank(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(failure.value).endswith(".")
    assert "\n" not in str(failure.value)
    assert peak < 4e6


def test_an_archive_that_says_it_unpacks_to_gigabytes_is_refused_unread(tmp_path):
    path = archive(tmp_path / "bomb.npz", weights=header(FULL, bytes(1000)))
    data = bytearray(path.read_bytes())
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 2_100_000_000)
    path.write_bytes(data)
    with pytest.raises(FilterError, match=r"2\.1 GB"):
        load_bank(path)


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path):
    path = tmp_path / "large.npz"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)  # sparse: takes no disk
    with pytest.raises(FilterError, match="has 315 MB; a filter bank has at most 268 MB"):
        load_bank(path)


def test_damage_anywhere_is_told_and_never_a_traceback(tmp_path):
    whole = archive(tmp_path / "whole.npz", weights=npy(WEIGHTS), bias=npy(np.ones(2))).read_bytes()
    rng, path = np.random.default_rng(7), tmp_path / "damaged.npz"
    for _ in range(300):
        data = bytearray(whole)
        for place in rng.integers(0, len(data), 3):
            data[place] = rng.integers(0, 256)
        path.write_bytes(data[: rng.integers(1, len(data))] if rng.random() < 0.3 else data)
        try:
            load_bank(path)
        except FilterError as error:
            assert str(error).endswith(".")


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(FilterError, match="no file"):
        load_bank(tmp_path / "none.npz")
    with pytest.raises(FilterError):
        load_bank(tmp_path)


def test_a_bank_that_cannot_be_saved_leaves_the_old_file(tmp_path):
    with pytest.raises(ExportError, match="no folder"):
        save_bank(tmp_path / "nowhere" / "a.npz", make_bank(filters=1))
