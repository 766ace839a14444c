"""The bridge to Prolog: what crosses it, what it withstands, and what it does when Prolog cannot answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import bridge
from engine.bridge import Engine, Limits
from engine.errors import EngineError, EngineTimeout, EngineUnavailable, Overloaded
from engine.terms import Compound, PrologTerm, compound, write_term

ROOT = Path(__file__).parents[1]
FACTS = (ROOT / "tests" / "prolog" / "worlds" / "travel.facts").read_text(encoding="utf-8")
GENEROUS = Limits(seconds=60.0, inferences=10_000_000_000)


def case(task: str = "none", weather: str | None = None) -> Compound:
    """A case of the travel world, all packs active."""
    values = [compound("v", "weather", weather, "stated")] if weather else []
    return compound("case", task, values, [], [], ["core", "later"])


def heavy_facts(size: int = 60) -> str:
    """A knowledge base on which a question takes seconds."""
    always = ["pack(core, 0).", "threshold(strong, 3).", "threshold(required, 4).", "task(t)."]
    scales = [f"constraint(c{n}, plain, 1, [v, w, x, y, z])." for n in range(40)]
    needs = [
        f"need(n{n}, requirement). demand_rule(r{n}, core, n{n}, 1, value(c{n % 40}, is, [x], [x])). "
        f"demand_anchor(always, r{n})."
        for n in range(size)
    ]
    techniques = [f"technique(t{n}, {n})." for n in range(size)]
    given_ = [
        f"contribution(n{n}, t{t}, 'g{n}-{t}', core, supply, 1, "
        f"value(c{n * t % 40}, is, [{'vwxyz'[(n + t) % 5]}], [{'vwxyz'[(n + t) % 5]}]))."
        for n in range(size)
        for t in range(size)
        if (n + t) % 3
    ]
    return "\n".join([*always, *scales, *needs, *techniques, *given_])


HEAVY = (compound("case", "t", [], [], [], ["core"]), "t59", 3, "true")
"""What to ask of it for so long: all sets of three changes that would make a technique win."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine with two threads and the travel world."""
    running = Engine(threads=2)
    assert running.load("travel", FACTS) > 100
    running.load("heavy", heavy_facts())
    yield running
    running.close()


def child(code: str, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own, from the repository."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


# --- Terms --------------------------------------------------------------------------------------------------

READER = r"""
    set_stream(user_input, encoding(utf8)),
    repeat, read_term(user_input, Term, [module(user)]),
    ( Term == end_of_file -> halt ; shown(Term), nl, flush_output, fail ).
shown(X) :- var(X), !, write('VAR').
shown(X) :- integer(X), !, format("I~d", [X]).
shown([]) :- !, write('L()').
shown([H|T]) :- is_list(T), !, write('L('), shown_all([H|T]), write(')').
shown(X) :- atom(X), !, format("A~a", [X]).
shown(X) :- compound(X), !, X =.. [F|As], format("C~a(", [F]), shown_all(As), write(')').
shown(_) :- write('OTHER').
shown_all([X]) :- !, shown(X).
shown_all([X|Xs]) :- shown(X), write(','), shown_all(Xs).
"""


def shown(term: PrologTerm) -> str:
    """A term as the reader shows what it read."""
    if isinstance(term, int):
        return f"I{int(term)}"
    if isinstance(term, str):
        return f"A{term}"
    if isinstance(term, Compound):
        return f"C{term.functor}({','.join(map(shown, term.arguments))})"
    return f"L({','.join(map(shown, term))})"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """A Prolog process that reads terms and shows their structure."""
    program = tmp_path_factory.mktemp("reader") / "reader.pl"
    program.write_text(f":- encoding(utf8).\nloop :- {READER}", encoding="utf-8")
    with subprocess.Popen(
        ["swipl", "-q", "-f", "none", "-g", "loop", str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def read_back(reader: subprocess.Popen[str], text: str) -> str:
    """What Prolog reads from a text."""
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(f"{text}.\n")
    reader.stdin.flush()
    return reader.stdout.readline().rstrip("\n")


ids = st.from_regex(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", fullmatch=True, alphabet=st.characters(max_codepoint=127))
functors = st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True, alphabet=st.characters(max_codepoint=127))
terms = st.recursive(
    ids | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(
            lambda name, arguments: Compound(name, tuple(arguments)), functors, st.lists(inner, min_size=1, max_size=4)
        )
    ),
    max_leaves=12,
)


@given(term=terms)
@example(term=["volatile", "dynamic", "table", "is", "mod", "end_of_file", "discontiguous"])
@example(term=Compound("is", ("1", Compound("halt", (1,)))))
def test_terms_are_read_as_they_were_meant(reader: subprocess.Popen[str], term: PrologTerm) -> None:
    """Prolog reads back exactly the structure that was written, whatever the ids are."""
    assert read_back(reader, write_term(term)) == shown(term)


@given(text=st.text(max_size=30) | st.text("aZ0'\"\\.,()[]{}|:-_ %/*!;\n\t", max_size=20))
@example(text="a'),halt,foo('")
@example(text="a\n")
@example(text="Variable")
@example(text="")
@example(text="\u0661\u0662")
@example(text="\u00e9t\u00e9")
@example(text="a\u0000b")
@example(text="0'a")
def test_no_text_becomes_code(reader: subprocess.Popen[str], text: str) -> None:
    """A text is either refused or read as one atom with this very name."""
    try:
        written = write_term(text)
    except ValueError:
        with pytest.raises(ValueError, match="not an id"):
            write_term(compound("case", "a", [text]))
        return
    assert text.isascii()
    assert read_back(reader, written) == f"A{text}"


@given(name=st.text(max_size=10))
@example(name="halt)")
@example(name="Upper")
@example(name="a-b")
@example(name="a\n")
def test_no_text_becomes_a_functor(reader: subprocess.Popen[str], name: str) -> None:
    """A functor is refused unless it is a plain name."""
    try:
        written = write_term(compound(name, "a"))
    except ValueError:
        return
    assert read_back(reader, written) == f"C{name}(Aa)"


@pytest.mark.parametrize("operation", ["halt)", "X", "shell('ls')", "", "ping, halt"])
def test_no_operation_becomes_code(engine: Engine, operation: str) -> None:
    """Operations are names; anything else is refused before it reaches Prolog."""
    with pytest.raises(ValueError, match=r"not an? "):
        engine.ask(operation)
    with pytest.raises(ValueError, match="not a functor"):
        engine.ask(operation, 1)


# --- Answers ------------------------------------------------------------------------------------------------


def test_answers_are_data(engine: Engine) -> None:
    """A question gives the decoded JSON of its answer."""
    assert engine.ask("ping") == {"pong": True}
    answer = engine.ask("recommend", "travel", case("commute", "wet"), 1, "full")
    assert answer["winners"] == ["train"]
    assert answer["proof"]["root"] == "decision"


@pytest.mark.parametrize(
    ("operation", "arguments", "kind"),
    [
        ("recommend", ("no-such-base", case(), 1, "none"), "no-such-knowledge"),
        ("recommend", ("travel", "nonsense", 1, "none"), "existence_error"),
        ("halt", (), "existence_error"),
        ("shell", ("ls",), "existence_error"),
    ],
)
def test_failures_name_their_kind_and_nothing_else(
    engine: Engine, operation: str, arguments: Sequence[PrologTerm], kind: str
) -> None:
    """A failure says what kind it is, without Prolog text."""
    with pytest.raises(EngineError) as caught:
        engine.ask(operation, *arguments)
    assert str(caught.value) in {f"the engine failed: {kind}", "the engine failed: determinism_error"}
    assert engine.ask("ping") == {"pong": True}


@pytest.mark.parametrize("facts", ["ill(a).", "task(a) :- halt.", ":- halt.", "task(X).", "task(a", "task(a). 'ü'(b)."])
def test_facts_that_are_not_known_are_refused(engine: Engine, facts: str) -> None:
    """Loading takes facts of the closed set, all or none."""
    with pytest.raises(EngineError):
        engine.load("refused", facts)
    with pytest.raises(EngineError, match="no-such-knowledge"):
        engine.ask("recommend", "refused", case(), 1, "none")


def test_many_threads_get_the_right_answers(engine: Engine) -> None:
    """Eight threads with good and bad questions at once: each gets its own answer."""
    good = [(task, weather) for task in ("none", "trip", "commute", "errand") for weather in ("wet", "dry", None)]
    expected = {key: engine.ask("recommend", "travel", case(*key), 1, "summary") for key in good}
    assert len({str(answer) for answer in expected.values()}) == len(good)

    def work(number: int) -> int:
        right = 0
        for turn in range(60):
            key = good[(number * 7 + turn) % len(good)]
            match turn % 5:
                case 0:
                    right += _raises("no-such-knowledge", engine, "recommend", "elsewhere", case(*key), 1, "none")
                case 1:
                    few = Limits(inferences=500)
                    right += _raises("inferences", engine, "recommend", "travel", case(*key), 1, "full", limits=few)
                case 2:
                    right += _raises("not an id", engine, "recommend", "it's", case(*key), 1, "none")
                case _:
                    right += engine.ask("recommend", "travel", case(*key), 1, "summary") == expected[key]
        return right

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [60] * 8


def _raises(what: str, engine: Engine, *question: Any, **options: Any) -> bool:
    try:
        engine.ask(*question, **options)
    except (EngineError, ValueError) as error:
        return what in str(error)
    return False


# --- Limits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "which"),
    [(Limits(seconds=0.05, inferences=10**12), "time"), (Limits(seconds=60, inferences=20_000), "inferences")],
)
def test_limits_end_a_question(engine: Engine, limits: Limits, which: str) -> None:
    """A question over its limit is given up, says which limit it was, and leaves the engine usable."""
    with pytest.raises(EngineTimeout) as caught:
        engine.ask("changes", "heavy", *HEAVY, limits=limits)
    assert caught.value.limit == which
    assert [engine.ask("ping") for _ in range(4)] == [{"pong": True}] * 4


def test_limit_of_memory_ends_a_question() -> None:
    """A question that needs more stack than allowed is given up, and leaves the engine usable."""
    small = Engine(threads=1, limits=Limits(seconds=60, stack_bytes=1_000_000))
    try:
        small.load("heavy-for-small", heavy_facts())
        with pytest.raises(EngineTimeout) as caught:
            small.ask("changes", "heavy-for-small", *HEAVY)
        assert caught.value.limit == "memory"
        assert small.ask("ping") == {"pong": True}
    finally:
        small.close()


def test_question_past_its_limit_is_signalled(engine: Engine) -> None:
    """Where Prolog does not keep the limit itself, a signal ends the question and no other."""
    number = next(engine._numbers)
    goal = compound("changes", "heavy", *HEAVY)
    request = f"{write_term(compound('request', number, 60_000, 10**12, goal))}."
    impatient = Limits(seconds=0.1, grace=0.2)
    with pytest.raises(EngineTimeout):
        bridge._decoded(engine._submit(number, request.encode(), impatient))
    assert [engine.ask("ping") for _ in range(4)] == [{"pong": True}] * 4


# --- Overload, wedged threads -------------------------------------------------------------------------------


class Stuck:
    """The library, but that questions wait for as long as wanted, as if stuck in native code."""

    def __init__(self) -> None:
        self.real = bridge._library()
        self.lib = self.real.lib
        self.entered, self.release = threading.Semaphore(0), threading.Event()
        self.signalled: list[int] = []

    def call(self, request: bytes) -> bytes:
        """Answer, but a ping only when released."""
        if b"ping" in request:
            self.entered.release()
            assert self.release.wait(30)
        return self.real.call(request)

    def signal(self, _thread: int, job: int) -> None:
        """Note the signal, to no effect."""
        self.signalled.append(job)


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stuck]:
    """A library in which every ping waits."""
    library = Stuck()
    monkeypatch.setattr(bridge, "_library", lambda: library)
    yield library
    library.release.set()


def test_full_queue_is_overload(stuck: Stuck) -> None:
    """What finds the queue full is refused at once; what waits is answered later, however long it waited."""
    engine = Engine(threads=1, waiting=2, limits=Limits(seconds=30))
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(engine.ask, "ping")
        assert stuck.entered.acquire(timeout=10)
        waiting = [pool.submit(engine.ask, "ping") for _ in range(2)]
        while engine._jobs.qsize() < 2:
            pass
        with pytest.raises(Overloaded):
            engine.ask("ping")
        stuck.release.set()
        assert [one.result(10) for one in (first, *waiting)] == [{"pong": True}] * 3
    engine.close()


def test_waiting_does_not_count_as_running(stuck: Stuck) -> None:
    """A question that waits longer than its limit allows it to run is neither signalled nor given up."""
    engine = Engine(threads=1, limits=Limits(seconds=30))
    brief = Limits(seconds=0.05, grace=0.05)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(engine.ask, "ping")
        assert stuck.entered.acquire(timeout=10)
        second = pool.submit(engine.ask, "recommend", "no-such-base", case(), 1, "none", limits=brief)
        threading.Event().wait(0.5)
        assert not second.done()
        assert stuck.signalled == []
        stuck.release.set()
        assert first.result(10) == {"pong": True}
        assert "no-such-knowledge" in str(second.exception(10))
    engine.close()


def test_wedged_thread_is_given_up(stuck: Stuck) -> None:
    """A thread that answers neither its limit nor a signal is reported, once the signal had its time."""
    wedged = threading.Event()
    engine = Engine(threads=1, limits=Limits(seconds=0.1, grace=0.1), when_wedged=wedged.set)
    with pytest.raises(EngineTimeout):
        engine.ask("ping")
    assert wedged.is_set()
    assert len(stuck.signalled) == 1
    stuck.release.set()
    engine.close()


WEDGE = """
import threading
from engine import bridge
library = bridge._library()
answer = library.call
library.call = lambda request: answer(request) if b"ping" not in request else threading.Event().wait()
library.signal = lambda thread, job: None
engine = bridge.Engine(threads=1, limits=bridge.Limits(seconds=0.1, grace=0.1))
engine.ask("ping")
print("still here")
"""


def test_wedged_process_ends_by_default() -> None:
    """Without a supervisor's own way, the process ends, so that it can be restarted."""
    done = child(WEDGE)
    assert (done.returncode, done.stdout) == (os.EX_SOFTWARE, "")


# --- The engine's life --------------------------------------------------------------------------------------


def test_closing_twice_is_closing_once() -> None:
    """Closing ends the threads; closing again does nothing; nothing is answered any more."""
    engine = Engine(threads=2)
    assert engine.ask("ping") == {"pong": True}
    engine.close()
    engine.close()
    assert not any(thread.is_alive() for thread in engine._threads)
    with pytest.raises(EngineError, match="closed"):
        engine.ask("ping")


def test_another_engine_after_one_was_closed(engine: Engine) -> None:
    """Engines come and go in one process; knowledge that was loaded stays."""
    for _ in range(5):
        other = Engine(threads=1)
        assert other.ask("recommend", "travel", case("commute", "wet"), 1, "none")["winners"] == ["train"]
        other.close()
    assert engine.ask("ping") == {"pong": True}


def test_process_ends_cleanly_without_close() -> None:
    """Leaving an engine open is no crash at exit, also with questions under way."""
    code = """
import sys, threading
from engine.bridge import Engine
engine = Engine(threads=2)
engine.load("t", open(sys.argv[1], encoding="utf-8").read())
threads = [threading.Thread(target=lambda: [engine.ask("ping") for _ in range(50)], daemon=True) for _ in range(4)]
[thread.start() for thread in threads]
print(engine.ask("ping"))
"""
    done = child(code, ROOT / "tests" / "prolog" / "worlds" / "travel.facts")
    assert (done.returncode, done.stdout.strip()) == (0, "{'pong': True}"), done.stderr


def test_memory_stays_flat() -> None:
    """Ten thousand good and bad questions leave the process as large as it was."""
    code = """
import resource, sys
from engine.bridge import Engine, Limits
from engine.errors import EngineError
from engine.terms import compound
engine = Engine(threads=2)
engine.load("t", open(sys.argv[1], encoding="utf-8").read())
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
def ask(number):
    try:
        if number % 20 == 0:
            values = [compound("v", "weather", "wet", "stated"), compound("v", "distance", "far", "stated")]
            engine.ask("recommend", "t", compound("case", "commute", values, [], [], ["core", "later"]), number, "full")
        elif number % 4 == 1:
            engine.ask("recommend", f"elsewhere-{number}", compound("case", "t", [], [], [], []), 1, "none")
        else:
            engine.ask("ping")
    except EngineError:
        pass
for number in range(2500):
    ask(number)
before = resident()
for number in range(10_000):
    ask(number)
print(resident() - before)
"""
    done = child(code, ROOT / "tests" / "prolog" / "worlds" / "travel.facts")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 6_000_000


# --- Installations ------------------------------------------------------------------------------------------

TRY = """
from engine.errors import EngineUnavailable
from engine.bridge import Engine
try:
    Engine(threads=1)
except EngineUnavailable as error:
    print(error)
"""


def test_missing_prolog_is_said(tmp_path: Path) -> None:
    """Without SWI-Prolog there is a message that says what to install."""
    hide = """
import ctypes.util, os
ctypes.util.find_library = lambda name: None
import pathlib
real = os.path.exists
os.path.exists = lambda path: "swipl" not in str(path) and real(path)
"""
    done = child(hide + TRY, PATH=str(tmp_path), LIBSWIPL_PATH="", SWI_HOME_DIR="")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "SWI-Prolog was not found: install swi-prolog-core-packages\n"


def test_old_prolog_is_said() -> None:
    """A version before 9.0 is refused."""
    done = child("from pyswip import core\ncore.PL_version = lambda which: 80432\n" + TRY)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "SWI-Prolog is too old: version 9.0 or newer is needed\n"


@pytest.mark.parametrize("planted", ["broken( :- .", "single(Unused).", ":- use_module(library(no_such_library))."])
def test_program_that_does_not_load_is_said(tmp_path: Path, planted: str) -> None:
    """A program with a mistake is refused, although consulting it would go on."""
    shutil.copytree(bridge.PROGRAM, tmp_path / "prolog")
    with (tmp_path / "prolog" / "case.pl").open("a", encoding="utf-8") as program:
        program.write(f"\n{planted}\n")
    elsewhere = "import sys, pathlib\nfrom engine import bridge\nbridge.PROGRAM = pathlib.Path(sys.argv[1])\n"
    done = child(elsewhere + TRY, tmp_path / "prolog")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the reasoning program did not load\n"


@pytest.mark.parametrize("folder", ["a space", "it's", "größe-漢", "back\\slash"])
def test_program_loads_from_any_folder(tmp_path: Path, folder: str) -> None:
    """Where the program lies does not matter."""
    shutil.copytree(bridge.PROGRAM, tmp_path / folder / "prolog")
    elsewhere = "import sys, pathlib\nfrom engine import bridge\nbridge.PROGRAM = pathlib.Path(sys.argv[1])\n"
    done = child(elsewhere + "print(bridge.Engine(threads=1).ask('ping'))", tmp_path / folder / "prolog")
    assert (done.returncode, done.stdout) == (0, "{'pong': True}\n"), done.stderr


def test_locale_does_not_matter(engine: Engine) -> None:
    """Where the locale is C, the answers are the same."""
    code = """
import sys, orjson
from engine.bridge import Engine
from engine.terms import compound
engine = Engine(threads=1)
engine.load("travel", open(sys.argv[1], encoding="utf-8").read())
answer = engine.ask("recommend", "travel", compound("case", "commute", [], [], [], ["core", "later"]), 1, "full")
sys.stdout.buffer.write(orjson.dumps(answer))
"""
    facts = ROOT / "tests" / "prolog" / "worlds" / "travel.facts"
    plain = child(code, facts, LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert plain.returncode == 0, plain.stderr
    assert orjson.loads(plain.stdout) == engine.ask("recommend", "travel", case("commute"), 1, "full")


def test_errors_of_the_engine_are_one_family() -> None:
    """Whoever catches EngineError catches all of them."""
    assert all(issubclass(kind, EngineError) for kind in (EngineUnavailable, EngineTimeout, Overloaded))
