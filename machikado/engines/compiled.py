"""How loops that must be fast are compiled: `@kernel`, and where the compiled code is kept.

numba notices that a kernel's own file changed, but not that a function it calls did, nor a constant of another file: it
would go on with old code and answer wrongly. So all compiled code lies in a folder named by a hash of all engine
sources. `make install` fills it (`python -m machikado.engines`); a booking never waits for a compiler.
"""

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar, cast

ENGINES = Path(__file__).parent
KEPT = ENGINES.parents[1] / ".cache" / "numba"
NOT_COMPILED = {"tests", "bench.py", "__main__.py"}
PROCESSES = 2
OLDER_KEPT = 2  # folders of older sources: a server that still runs them must find them

Function = TypeVar("Function", bound=Callable[..., object])


def fingerprint(engines: Path) -> str:
    """Sixteen hexadecimal digits that change with any file whose text can end up in compiled code."""
    found = hashlib.sha256()
    for path in sorted(engines.rglob("*.py")):
        place = path.relative_to(engines)
        if not NOT_COMPILED & {*place.parts}:
            found.update(place.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def folder(kept: Path, mark: str) -> Path:
    """Where numba reads and writes: `kept/mark`, or a copy in the temporary folder where that may not be written.

    numba refuses a folder that it cannot write to, even if all it needs lies there.
    """
    place = kept / mark
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return place
    except OSError:
        copy = Path(tempfile.mkdtemp(prefix="machikado-numba-"))
        atexit.register(shutil.rmtree, copy, ignore_errors=True)
        if place.exists():
            shutil.copytree(place, copy, dirs_exist_ok=True)
        return copy


MARK = fingerprint(ENGINES)
os.environ["NUMBA_CACHE_DIR"] = str(folder(KEPT, MARK))

import numba  # noqa: E402  it reads the environment when it is imported …
from numba import _dynfunc  # type: ignore[attr-defined]  # noqa: E402
from numba.core.codegen import JITCodeLibrary  # noqa: E402
from numba.core.compiler import CompilerBase, DefaultPassBuilder  # noqa: E402
from numba.core.compiler_machinery import register_pass  # noqa: E402
from numba.core.typed_passes import NativeLowering  # noqa: E402

numba.config.reload_config()  # type: ignore[no-untyped-call]  # … and again here, if somebody imported it before us


def kernel(function: Function) -> Function:
    """Compile a function for the types it is called with; it gives up the interpreter's lock while it runs."""
    return cast(Function, numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True)(function))  # type: ignore[call-overload]  # nor this


def inlined(function: Function) -> Function:
    """Like `kernel`, for small functions called millions of times: laid into their callers, arrays only borrowed.

    A tuple of arrays costs 100 ns to hand over, most of it counting references; without counting and calling it costs
    none. Such a function makes no array of its own; whoever calls it, a kernel or Python, holds the arrays.
    """
    return cast(Function, numba.njit(nogil=True, cache=True, inline="always", _nrt=False)(function))  # type: ignore[call-overload]  # its stubs lack _nrt


class Part(JITCodeLibrary):
    """The code of a function that is only ever part of a kernel: it waits for that to become machine code.

    numba would optimise a function and make machine code of it with all that it calls, and so again at each of its
    callers, up to the kernel: of code that no more than one of them runs.
    """

    def finalize(self) -> None:
        """Lay what is called beside it, as numba does, and leave it at that."""
        for library in dict.fromkeys(self._linking_libraries):
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)  # type: ignore[no-untyped-call]
class PartLowering(NativeLowering):
    """Writes a function as a part: callers are told of it, an address it has none."""

    _name = "part_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower a function and make it known."""
        name = state.func_id.func_qualname
        state.library = Part(state.targetctx.codegen(), name)  # type: ignore[no-untyped-call]
        state.flags.no_compile = True
        super().run_pass(state)  # type: ignore[no-untyped-call]
        lowered = state["cr"]
        nowhere = _dynfunc.make_function(sys.modules[__name__], name, "", 0, lowered.env, (state.library,))
        state.targetctx.insert_user_function(nowhere, lowered.fndesc, [state.library])
        state["cr"] = lowered._replace(cfunc=nowhere)
        return True


class PartCompiler(CompilerBase):
    """numba's own passes, but for the one that writes the code."""

    def define_pipelines(self) -> list[Any]:
        """The passes."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)  # type: ignore[no-untyped-call]
        passes.passes = [(PartLowering if each is NativeLowering else each, why) for each, why in passes.passes]
        passes.finalize()
        return [passes]


def borrowing(function: Function) -> Function:
    """Like `inlined`, for larger functions: it only borrows its arrays and makes none, but is called, not laid in.

    Nothing of it is kept but what is in the kernels that call it.
    """
    how = {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": PartCompiler}
    return cast(Function, Borrowing(numba.njit(nogil=True, **how)(function)))  # type: ignore[call-overload]


def entered(function: Function) -> Function:
    """Like `borrowing`, for functions that Python calls as well, which then holds the arrays.

    Only these and kernels have a way in from Python: to unpack some dozen arrays is more code than most functions are.
    """
    return cast(Function, numba.njit(nogil=True, cache=True, _nrt=False, no_cfunc_wrapper=True)(function))  # type: ignore[call-overload]


class Borrowing:
    """A function that kernels call and Python cannot: without a way in from Python the process would end."""

    def __init__(self, inner: numba.core.dispatcher.Dispatcher) -> None:
        """Show numba what it is, which refers to it only weakly."""
        self.inner, self.py_func = inner, inner.py_func
        self._numba_type_ = numba.types.Dispatcher(inner)

    def __call__(self, *arguments: object) -> object:
        """Raises TypeError."""
        raise TypeError(f"only kernels can call {self.py_func.__name__}")


def warm_all() -> list[str]:
    """Call every part of each engine's `warm.py`, so that all kernels are compiled; return the engines' names.

    Two processes share the parts, since compiling uses one core of a machine; what both need, both compile. So the
    longest parts are begun first.
    """
    engines = sorted(path.parent.name for path in ENGINES.glob("*/warm.py"))
    parts = sorted(
        ((engine, part) for engine in engines for part in range(len(_parts(engine)))), key=lambda each: each[1]
    )
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        for done in [processes.submit(_warm, engine, part) for engine, part in parts]:
            done.result()
    return engines


def _parts(engine: str) -> tuple[Callable[[], object], ...]:
    """What `warm.py` of an engine calls `PARTS`: the longest first, each good alone."""
    return cast(tuple[Callable[[], object], ...], import_module(f"machikado.engines.{engine}.warm").PARTS)


def _warm(engine: str, part: int) -> None:
    """Compile one part, in a process of its own."""
    _parts(engine)[part]()


def forget_old(kept: Path = KEPT, mark: str = MARK) -> None:
    """Remove what was compiled from sources that are long gone."""
    others = [path for path in kept.iterdir() if path.is_dir() and path.name != mark]
    for path in sorted(others, key=lambda each: each.stat().st_mtime, reverse=True)[OLDER_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
