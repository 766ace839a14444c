"""The benchmarks run: what is never run stops measuring what it says. How long it takes is for `make bench` to say."""

import importlib
import importlib.metadata
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from asking import advising
from conftest import RunningServer

from benchmarks import __main__ as benchmarks
from benchmarks import charts, engines, grown, hosts, load, questions, soak, timing, where
from benchmarks.peers.handwritten import HandWritten
from benchmarks.peers.outcome import Outcome
from benchmarks.peers.profiles import generated
from benchmarks.peers.theory import Theory, theory_of
from kb.datasets import dataset_of
from kb.packs import SHIPPED, load_packs, read_packs
from kb.reader import read_knowledge

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("part", benchmarks.PARTS)
def test_every_part_can_be_run(part: str) -> None:
    """It is a module with a main function, and the README of the folder says what it measures."""
    assert callable(importlib.import_module(f"benchmarks.{part}").main)
    assert f"`{part}.py`" in (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")


def test_questions_are_measured_one_by_one() -> None:
    """Every question has a time, and those with a goal are told apart from the others."""
    found = questions.measured(rounds=1)
    assert len({one.case.name for one in found}) == len(found) >= 10
    assert all(one.median > 0 for one in found)
    assert {one.case.goal for one in found} == {None, 5, 100, 300}
    assert timing.times(found).count("\n") == len(found) + 2


def test_a_part_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped name does not measure nothing in silence."""
    assert benchmarks.main(["question"]) == 2
    assert "there is no benchmark question" in capsys.readouterr().err


def test_medians_and_spreads() -> None:
    """A time is the median of its rounds; the spread leaves out the extremes."""
    case = timing.Case("x", lambda: lambda: None)
    found = timing.Measured(case, tuple(float(number) for number in [50, *range(1, 11)]))
    assert found.median == 6.0
    assert found.spread == (2.0, 10.0)


# --- The same decision in other engines ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def theory() -> Theory:
    """The shipped knowledge, laid out for deciding."""
    return theory_of(read_knowledge(load_packs(SHIPPED)))


@pytest.fixture(scope="module")
def adaptwise(theory: Theory) -> Iterator[engines.Adaptwise]:
    """An advisor on the same knowledge."""
    with advising(theory.knowledge) as advisor:
        yield engines.Adaptwise(advisor)


def test_the_hand_written_decision_has_the_same_proof(theory: Theory, adaptwise: engines.Adaptwise) -> None:
    """It is a lower bound only if it does the same work: node by node the same premises, points and claims."""
    cases, python = generated(theory.knowledge, 60), HandWritten(theory)
    adaptwise.prepare(cases)

    def told(node: dict) -> tuple:
        return node["kind"], node["premises"], node.get("points"), sorted(node.get("claims") or ())

    for case in cases:
        ours = {node["id"]: node for node in adaptwise.decide(case).reply["proof"]["nodes"]}
        theirs = python.decide(case)["proof"]["nodes"]
        assert {name: told(node) for name, node in theirs.items()} == {name: told(node) for name, node in ours.items()}
        assert len(ours) > 20


@pytest.mark.parametrize(("distribution", "module"), engines.OTHERS)
def test_other_engines_agree(theory: Theory, adaptwise: engines.Adaptwise, distribution: str, module: str) -> None:
    """Every engine that is installed decides as Adaptwise does."""
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"NOT COMPARED: {distribution} is not installed (requirements-bench.lock)")
    cases = generated(theory.knowledge, 12)
    adaptwise.prepare(cases)
    peer = importlib.import_module(f"benchmarks.peers.{module}").peer(theory, distribution)
    for case in cases:
        engines.agree([adaptwise, peer], case, [adaptwise.decide(case), peer.decide(case)])
    peer.close()


def test_engines_that_disagree_are_not_measured(theory: Theory) -> None:
    """One score that differs is enough, and it is named."""
    case = generated(theory.knowledge, 1)[0]
    python = HandWritten(theory)

    class Wrong(HandWritten):
        name = "wrong"

        def outcome(self, found: dict) -> Outcome:
            right = super().outcome(found)
            first = min(right.verdicts)
            status, score = right.verdicts[first]
            return Outcome(right.winners, {**right.verdicts, first: (status, score + 1)})

    found = python.decide(case)
    with pytest.raises(engines.Disagreement, match="wrong decides otherwise than hand-written Python"):
        engines.agree([python, Wrong(theory)], case, [found, found])


# --- Load ---------------------------------------------------------------------------------------------------------


def test_load_at_a_rate_counts_from_when_requests_were_due(server: RunningServer) -> None:
    """What arrives at a rate is sent at that rate, and what is refused is no answer."""
    host, port = server.url.removeprefix("http://").split(":")
    requests = [load.Request("GET", "/healthz"), load.Request("GET", "/healthz", expected=418)]
    found = load.run(load.Load(host, int(port), requests, seconds=1, clients=4, rate=60))
    assert 10 <= len(found.latencies) <= 60
    assert abs(len(found.latencies) - found.failures) <= 1
    assert "/healthz: 200" in found.first_failure
    assert 0 < found.percentile(0.5) <= found.percentile(0.99)


def test_nothing_answered_has_no_latency() -> None:
    """No server, no percentile that looks good."""
    found = load.run(load.Load("127.0.0.1", 9, [load.Request("GET", "/")], seconds=0.2, clients=1))
    assert found.latencies == [] and found.failures
    assert found.percentile(0.5) == float("inf")


def test_grown_knowledge_is_as_large_as_it_says() -> None:
    """Generated terms can be read, and what is multiplied is there so many times."""
    quads = read_packs(SHIPPED)
    shipped = read_knowledge(dataset_of(quads))
    grower = grown.Grower(shipped, min(shipped.tasks))
    larger = read_knowledge(dataset_of([*quads, *grower.quads("all together", 2)]))
    for kind in ("tasks", "constraints", "techniques"):
        assert len(getattr(larger, kind)) == 2 * len(getattr(shipped, kind)), kind
    assert len(larger.rules) > 1.5 * len(shipped.rules)
    assert len(larger.contributions) > 1.5 * len(shipped.contributions)


# --- The report ---------------------------------------------------------------------------------------------------


def test_charts_are_drawn_where_the_report_wants_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart is an SVG document with its figures in it, and the report shows it; without a folder nothing is drawn."""
    rows = [("one & two", 3.0), ("three", 1234.0)]
    assert charts.bars("x", "Title", rows, "ms") == ""
    monkeypatch.setenv(charts.FOLDER, str(tmp_path))
    assert charts.bars("x", "Title", rows, "ms") == "![Title](images/x.svg)\n"
    assert charts.lines("y", "Lines", {"a": [(1, 2), (100, 30)]}, "times", "ms", log=True)
    drawn = {one.stem: ElementTree.parse(one).getroot() for one in tmp_path.glob("*.svg")}
    texts = [node.text for node in drawn["x"].iter("{http://www.w3.org/2000/svg}text")]
    assert {"one & two", "1,234 ms"} <= set(texts)
    widths = [float(node.get("width")) for node in drawn["x"].iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[0] < widths[1] / 300
    assert drawn["y"].find("{http://www.w3.org/2000/svg}polyline") is not None


def test_the_report_repeats_the_goals_and_survives_a_part_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missed stands at the head; what could not be measured is said, and fails the run."""
    said = {"questions": timing.goal("quick", "slow", False) + "\n", "soak": ""}

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess:
        part = command[-1].rpartition(".")[2]
        return subprocess.CompletedProcess(command, int(part == "soak"), said[part])

    monkeypatch.setattr(benchmarks, "PARTS", tuple(said))
    monkeypatch.setattr(benchmarks.subprocess, "run", run)
    monkeypatch.setattr(benchmarks, "circumstances", dict)
    monkeypatch.setattr(benchmarks, "ROOT", tmp_path)
    monkeypatch.setattr(benchmarks, "REPORT", tmp_path / "performance.md")
    assert benchmarks.main([]) == 1
    _, _, rest = (tmp_path / "performance.md").read_text().partition("## Goals")
    assert rest.count("- goal missed: quick; found: slow") == 2
    assert "“soak” ended with an error" in rest


def test_growth_compares_the_last_third_with_the_second() -> None:
    """What fills in the beginning is not growth; what goes on growing is."""
    assert soak.growth([1, 5, 9, 10, 10, 10, 10, 10, 10]) == 1.0
    assert soak.growth([1, 1, 1, 1, 1, 1, 2, 2, 2]) == 2.0


@pytest.mark.parametrize("extent", where.EXTENTS)
def test_the_steps_of_inference_are_those_of_the_engine(
    adaptwise: engines.Adaptwise, theory: Theory, tmp_path: Path, extent: str
) -> None:
    """They run on the engine as it is, and every step takes some time."""
    cases = generated(theory.knowledge, 5)
    adaptwise.prepare(cases)
    requests = tmp_path / "asked.pl"
    where.written(adaptwise.advisor, [adaptwise.read[id(case)] for case in cases], requests)
    taken = where.steps(requests, extent)
    assert len(taken) == len(where.STEPS)
    assert all(one > 0 for one in taken)


def test_hosts_reach_each_other_and_nothing_else() -> None:
    """The network of a measurement has no way out, and is gone afterwards."""
    try:
        with hosts.hosts(["one", "two"]) as found:
            for host in found.values():
                assert hosts.ran(*host.prefix, "ip", "route").split()[0] == f"{hosts.NETWORK}.0/24"
                assert len(hosts.ran(*host.prefix, "ip", "route").splitlines()) == 1
            names = [host.name for host in found.values()]
            assert set(names) <= set(hosts.ran("ip", "netns", "list").split())
    except hosts.NotPossible as error:
        pytest.skip(f"NOT TESTED: {error}")
    assert not set(names) & set(hosts.ran("ip", "netns", "list").split())
