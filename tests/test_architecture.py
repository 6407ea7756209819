"""The borders between layers, read from the imports themselves."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [*sorted(path for top in ("core", "gui") for path in (ROOT / top).rglob("*.py")), ROOT / "main.py"]

# Lower never imports higher. A file not named here takes the layer of its folder.
LAYERS = {
    "core.errors": 0, "core.paths": 0, "core.limits": 0, "core.settings": 0, "core.playback": 0, "core.cv": 0,
    "core.progress": 0, "core.parameters": 0, "core.atomic": 0, "core.spool": 0,
    "core.clip": 1, "core.sources.base": 1, "core.ring": 1, "core.filters.kernel": 1,
    "core.convolution.geometry": 1,
    "core.sources": 2, "core.filters": 2,
    "core.recorder": 3, "core.capture": 3, "core.volume": 3, "core.recording": 3,
    "core.convolution": 4,
    "core.display": 5, "core.analysis": 5, "core.combine": 5,
    "core.export": 6,
    "core.pipeline": 7, "core.long_clips": 7, "core.live": 7, "core.project": 7,
    "core.lessons": 7,
    "core.cli": 8, "core.commands": 8, "core.desktop": 8, "core.doctor": 8,
}  # fmt: skip


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def inside(folder: str) -> list[Path]:
    """Return the sources below a folder; there are some, or nothing would be tested."""
    found = [path for path in SOURCES if path.is_relative_to(ROOT / folder)]
    assert found
    return found


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return every imported module, as finely as the file system tells modules from names."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                inner = ROOT.joinpath(*str(node.module).split("."), f"{alias.name}.py")
                yield f"{node.module}.{alias.name}" if inner.exists() else str(node.module)


def layer(module: str) -> int | None:
    while module:
        if module in LAYERS:
            return LAYERS[module]
        module = module.rpartition(".")[0]
    return None


def test_no_file_has_more_than_400_lines() -> None:
    lines = {module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: count for name, count in lines.items() if count > 400} == {}


def test_core_imports_no_qt() -> None:
    taken = {
        (module_name(path), name)
        for path in inside("core")
        for name in imports(path)
        if name.split(".")[0] in {"PySide6", "shiboken6", "gui"}
    }
    assert taken == set()


def test_core_imports_downwards() -> None:
    upwards = set()
    for path in inside("core"):
        own = layer(module_name(path))
        for name in imports(path):
            other = layer(name) if name.split(".")[0] == "core" else None
            if own is not None and other is not None and other > own:
                upwards.add(f"{module_name(path)} (layer {own}) imports {name} (layer {other})")
    assert upwards == set()


def test_gui_does_no_array_arithmetic() -> None:
    taking = {path.name for path in inside("gui") if "numpy" in {n.split(".")[0] for n in imports(path)}}
    assert taking == {"qimage.py"}


def test_widgets_know_nothing_of_the_session() -> None:
    forbidden = {"gui.session", "gui.main_window", "gui.live"}
    assert {module_name(p) for p in inside("gui/widgets") if forbidden & set(imports(p))} == set()


def test_only_one_file_imports_cv2() -> None:
    importing = {module_name(path) for path in SOURCES if "cv2" in imports(path)}
    assert importing == {"core.cv"}


def test_every_core_module_has_a_layer() -> None:
    names = [module_name(path) for path in SOURCES if path.is_relative_to(ROOT / "core")]
    assert [name for name in names if name != "core" and layer(name) is None] == []


def test_no_circular_imports() -> None:
    known = {module_name(path): path for path in SOURCES}
    edges = {name: {n for n in imports(path) if n in known and n != name} for name, path in known.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for other in sorted(edges[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())
