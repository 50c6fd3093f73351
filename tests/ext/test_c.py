"""The C tests: each ``test_*.c`` of this folder is compiled with the kernels, warnings being errors, under the address
and undefined behaviour sanitizers; each of its tests runs in a process and a folder of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from peers import found

HERE = Path(__file__).resolve().parent
CORE = HERE.parents[1] / "ext" / "core"
SOURCES = sorted(HERE.glob("test_*.c"))

STRICT = ["-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wpedantic", "-Werror"]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O1", "-g", *STRICT, *SANITIZERS, "-pthread"]

#: seconds; the tests' own alarms are shorter
TIMEOUT = 60


def names_in(source: Path) -> list[str]:
    return re.findall(r"^TEST\((\w+)\)", source.read_text(), re.MULTILINE)


class Compiler:
    """``cc`` with sanitizers, and what it has made so far: each kernel and each program once in a session."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects: list[Path] | None = None
        self.programs: dict[Path, Path] = {}

    def compile(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["cc", *FLAGS, f"-I{CORE}", f"-I{HERE}", *map(str, arguments)], capture_output=True, text=True, check=False
        )

    def lacks(self) -> str:
        """Why no test can be compiled here, or ""."""
        if shutil.which("cc") is None:
            return "there is no C compiler (cc)"
        probe = self.folder / "probe.c"
        probe.write_text("int main(void) { return 0; }\n")
        done = self.compile(probe, "-o", self.folder / "probe")
        if done.returncode == 0:
            done = subprocess.run([self.folder / "probe"], capture_output=True, text=True, check=False)
        return f"cc has no address and undefined sanitizers here: {done.stderr[:300]}" if done.returncode else ""

    def kernels(self) -> list[Path]:
        if self.objects is None:
            made = []
            for source in sorted(CORE.glob("*.c")):
                made.append(self.folder / f"{source.stem}.o")
                done = self.compile("-c", source, "-o", made[-1])
                assert done.returncode == 0, done.stderr
            self.objects = made
        return self.objects

    def program(self, source: Path) -> Path:
        if source not in self.programs:
            program = self.folder / source.stem
            done = self.compile(source, *self.kernels(), "-o", program)
            assert done.returncode == 0, done.stderr
            self.programs[source] = program
        return self.programs[source]


@pytest.fixture(scope="session")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    made = Compiler(tmp_path_factory.mktemp("ext"))
    lacks = made.lacks()
    if lacks:
        found.missing(lacks)
    return made


@pytest.mark.parametrize(
    ("source", "name"),
    [
        pytest.param(source, name, id=f"{source.stem.removeprefix('test_')}-{name}")
        for source in SOURCES
        for name in names_in(source)
    ],
)
def test_c(compiler: Compiler, source: Path, name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [compiler.program(source), name], cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, f"exit code {done.returncode} (-14: it hangs)\n{done.stderr[-6000:]}"
    assert f"ok {name}" in done.stdout.splitlines()


def test_every_kernel_has_its_tests() -> None:
    kernels = {path.stem for path in CORE.glob("*.c")}
    tests = {source.stem.removeprefix("test_") for source in SOURCES} | {"status"}  # status.c: in test_command.c
    assert {kernel for kernel in kernels if not any(f"{test}_".startswith(f"{kernel}_") for test in tests)} == set()


@pytest.mark.parametrize("fuzzer", sorted(path.stem for path in HERE.parent.glob("fuzz/fuzz_*.c")))
def test_every_fuzzer_has_seeds(fuzzer: str, tmp_path: Path) -> None:
    seeds = HERE.parent / "fuzz" / "seeds.py"
    done = subprocess.run([sys.executable, seeds, fuzzer, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.iterdir())) >= 5


def test_a_failing_check_fails_the_program(compiler: Compiler, tmp_path: Path) -> None:
    source = tmp_path / "failing.c"
    source.write_text(
        '#include "check.h"\n'
        "TEST(equal)\n{\n    CHECK_EQUAL(1, 2);\n}\n"
        "TEST(hanging)\n{\n    alarm(1);\n    for (;;) pause();\n}\n"
        "TEST(outside)\n{\n    volatile size_t beyond = 1;\n    char *at = malloc(1);\n    at[beyond] = 0;\n}\n"
    )
    done = compiler.compile(source, "-o", tmp_path / "failing")
    assert done.returncode == 0, done.stderr
    codes = {}
    for name in ("equal", "hanging", "outside", "absent"):
        codes[name] = subprocess.run([tmp_path / "failing", name], capture_output=True, check=False).returncode
    assert codes == {"equal": 1, "hanging": -14, "outside": 1, "absent": 1}
