"""The advisor on the second domain: reading profiles, answering, changing, naming answers."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.advisor import Advisor
from engine.errors import EngineError
from engine.live import LiveAdvisor
from engine.profile import InvalidProfile, Problem, Profile
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge
from kb.store import Snapshot, Store
from tests.asking import AS_OF, VERSION, advising, engine

ROOT = Path(__file__).parents[1]
SECOND_DOMAIN = ROOT / "tests" / "second_domain" / "packs"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The second domain as a store gives it."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store')}/kb.sqlite", packs=SECOND_DOMAIN)
    store.open()
    yield store.snapshot()
    store.database.close()


@pytest.fixture(scope="module")
def advisor(snapshot: Snapshot) -> Iterator[Advisor]:
    """An advisor on the second domain."""
    with advising(snapshot) as running:
        yield running


def problems(advisor: Advisor, **stated: Any) -> list[Problem]:
    """Everything wrong with what is stated."""
    with pytest.raises(InvalidProfile) as caught:
        advisor.profile(**stated)
    assert str(caught.value) == "; ".join(problem.message for problem in caught.value.problems)
    return list(caught.value.problems)


def values(profile: Profile) -> dict[str, str]:
    """The values of a profile by constraint."""
    return {value.constraint: value.value for value in profile.values}


# --- What is wrong with a profile ------------------------------------------------------------------------------

SCALE = "one of scarce, ample, unknown"
STRENGTHS = ("moderate", "required", "strong", "weak", "denied")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (
            {"task": "ledgr"},
            Problem("/task", "there is no task “ledgr”", "the id of a task", ("payment-ledger",)),
        ),
        ({"task": "zzzz"}, Problem("/task", "there is no task “zzzz”", "the id of a task", ())),
        ({"task": 5}, Problem("/task", "a number is not a task", "the id of a task, as a string")),
        ({"task": ["ledger"]}, Problem("/task", "a list is not a task", "the id of a task, as a string")),
        (
            {"constraints": {"memory-bugdet": "ample"}},
            Problem(
                "/constraints/memory-bugdet",
                "there is no constraint “memory-bugdet”",
                "the id of a constraint",
                ("memory-budget",),
            ),
        ),
        (
            {"constraints": {"a/b~c": 1}},
            Problem("/constraints/a~1b~0c", "there is no constraint “a/b~c”", "the id of a constraint"),
        ),
        (
            {"constraints": {"memory-budget": "scarse"}},
            Problem("/constraints/memory-budget", "“scarse” is not a value of “memory-budget”", SCALE, ("scarce",)),
        ),
        (
            {"constraints": {"memory-budget": 3}},
            Problem("/constraints/memory-budget", "the number 3 is not a value of “memory-budget”", SCALE),
        ),
        (
            {"constraints": {"memory-budget": True}},
            Problem("/constraints/memory-budget", "“true” is not a value of “memory-budget”", SCALE),
        ),
        (
            {"constraints": {"memory-budget": ["ample"]}},
            Problem("/constraints/memory-budget", "a list is not a value of “memory-budget”", SCALE),
        ),
        (
            {"constraints": {"memory-budget": {"value": "ample"}}},
            Problem("/constraints/memory-budget", "an object is not a value of “memory-budget”", SCALE),
        ),
        (
            {"needs": {"quick-read": "strong"}},
            Problem("/needs/quick-read", "there is no need “quick-read”", "the id of a need", ("quick-reads",)),
        ),
        (
            {"needs": {"quick-reads": "very"}},
            Problem("/needs/quick-reads", "“very” is not a strength", f"one of {', '.join(STRENGTHS)}", STRENGTHS),
        ),
        (
            {"needs": {"quick-reads": 3}},
            Problem("/needs/quick-reads", "a number is not a strength", f"one of {', '.join(STRENGTHS)}", STRENGTHS),
        ),
        (
            {"needs": {"quick-reads": True}},
            Problem("/needs/quick-reads", "a boolean is not a strength", f"one of {', '.join(STRENGTHS)}", STRENGTHS),
        ),
        (
            {"exclude": ["document-store", "nosqul"]},
            Problem("/exclude/1", "there is no technique “nosqul”", "the id of a technique", ("document-store",)),
        ),
        ({"exclude": [None]}, Problem("/exclude/0", "null is not a technique", "the id of a technique, as a string")),
    ],
)
def test_what_is_wrong_is_said(advisor: Advisor, stated: dict[str, Any], expected: Problem) -> None:
    """Each kind of problem says where it is, what is wrong, what was expected and the nearest valid choices."""
    assert problems(advisor, **stated) == [expected]


RATES = (
    "one of trickle, steady, flood, unknown, or a number or range in reads per second "
    "(trickle: 0 to below 10; steady: 10 to below 1000; flood: 1000 or more)"
)


@pytest.mark.parametrize(
    ("raw", "message", "nearest"),
    [
        (-5, "-5 lies outside every band of “read-rate”", ()),
        ("-0.5", "-0.5 lies outside every band of “read-rate”", ()),
        ("flod", "“flod” is not a value of “read-rate”", ("flood",)),
        ("20 apples", "“20 apples” is not a value of “read-rate”", ()),
        (float("nan"), "the number nan is not a value of “read-rate”", ()),
        (float("inf"), "the number inf is not a value of “read-rate”", ()),
        (10**60, f"the number {10**60} is not a value of “read-rate”", ()),
        ("x" * 500, f"“{'x' * 57}...” is not a value of “read-rate”", ()),
        ("", "“” is not a value of “read-rate”", ()),
    ],
)
def test_wrong_numbers_are_said(advisor: Advisor, raw: object, message: str, nearest: tuple[str, ...]) -> None:
    """A number outside every band, of a foreign unit, or that is none, is named with the bands that there are."""
    assert problems(advisor, constraints={"read-rate": raw}) == [
        Problem("/constraints/read-rate", message, RATES, nearest)
    ]


def test_every_problem_is_said_at_once(advisor: Advisor) -> None:
    """Reading does not stop at the first problem."""
    found = problems(
        advisor,
        task="ledgr",
        constraints={"nothing": 1, "read-rate": -1, "memory-budget": "ample"},
        needs={"nothing": "strong", "quick-reads": "very"},
        exclude=["nothing", 3],
    )
    assert [problem.pointer for problem in found] == [
        "/task",
        "/constraints/nothing",
        "/constraints/read-rate",
        "/needs/nothing",
        "/needs/quick-reads",
        "/exclude/0",
        "/exclude/1",
    ]


@pytest.mark.parametrize(
    ("stated", "pointer", "message"),
    [
        (
            {"constraints": {"read-rate": "flood", "read rate": "trickle"}},
            "/constraints/read rate",
            "“read-rate” is stated twice, as “flood” and as “trickle”",
        ),
        (
            {"constraints": {"read-rate": 20, "read rate": 30}},
            "/constraints/read rate",
            "“read-rate” is stated twice, as “20” and as “30”",
        ),
        (
            {"needs": {"quick-reads": "strong", "fast lookups": "denied"}},
            "/needs/fast lookups",
            "“quick-reads” is stated twice, as “strong” and as “denied”",
        ),
    ],
)
def test_contradictions_are_said(advisor: Advisor, stated: dict[str, Any], pointer: str, message: str) -> None:
    """The same thing under two names with two statements is no profile."""
    (found,) = problems(advisor, **stated)
    assert (found.pointer, found.message) == (pointer, message)


def test_the_same_said_twice_is_said_once(advisor: Advisor) -> None:
    """Two names with one statement are one statement, and a number says more than its value, in either order."""
    one = advisor.profile(constraints={"read-rate": "steady", "read rate": 20}, needs={"quick-reads": "weak"})
    two = advisor.profile(
        constraints={"read rate": 20, "read-rate": "steady"}, needs={"fast lookups": "weak", "quick reads": "weak"}
    )
    assert one == two
    assert one.values[0].number == 20
    assert advisor.recommend(two, AS_OF).id == advisor.recommend(one, AS_OF).id


# --- What is understood ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["payment-ledger", "payment ledger", "Payment_Ledger", "ledger", " LEDGER. ", "Payments"]
)
def test_tasks_go_by_any_name(advisor: Advisor, name: str) -> None:
    """A task is found by id, label and synonym, whatever its case and punctuation."""
    assert advisor.profile(task=name).task == "payment-ledger"


@pytest.mark.parametrize("name", ["oltp", "bookkeeping", "transaction processing"])
def test_hidden_names_are_understood(advisor: Advisor, name: str) -> None:
    """Names that are not shown are understood."""
    assert advisor.profile(task=name).task == "transaction-processing"


@pytest.mark.parametrize(
    ("given_", "raw", "value"),
    [
        ("hosting", "own-servers", "own-servers"),
        ("hosting", "Own Servers", "own-servers"),
        ("record shape", "uniform rows", "tabular"),
        ("read-rate", "a flood of reads", "flood"),
        ("read-rate", 0, "trickle"),
        ("read-rate", 9.99, "trickle"),
        ("read-rate", 10, "steady"),
        ("read-rate", Decimal("999.999"), "steady"),
        ("read-rate", 1000, "flood"),
        ("read-rate", "5000", "flood"),
        ("read-rate", "5,000 reads per second", "flood"),
        ("read-rate", "5 thousand reads per second", "flood"),
        ("read-rate", "20 seconds between reads", "trickle"),
        ("read-rate", "0.0005 seconds between reads", "flood"),
        ("stored-volume", "3 TB", "vast"),
        ("stored-volume", "49 gigabytes", "pocket"),
        ("stored-volume", "0.05 terabytes", "roomy"),
    ],
)
def test_values_go_by_names_and_numbers(advisor: Advisor, given_: str, raw: object, value: str) -> None:
    """A value is found by id, label or a number in any unit that converts."""
    assert set(values(advisor.profile(constraints={given_: raw})).values()) == {value}


def test_a_number_keeps_its_band_and_unit(advisor: Advisor) -> None:
    """The number, its unit and the band that turned it into a value are kept."""
    (value,) = advisor.profile(constraints={"stored-volume": "3 TB"}).values
    assert (value.number, value.unit, value.band) == (3000, "gigabyte", "stored-volume-vast")
    core = advisor.recommend(advisor.profile(constraints={"stored-volume": "3 TB"}), AS_OF).core()
    assert core["profile"]["origin"]["stored-volume"] == "derived"
    assert core["profile"]["numbers"]["stored-volume"] == {
        "number": 3000,
        "unit": "gigabyte",
        "band": "stored-volume-vast",
    }


@pytest.mark.parametrize("nothing", [None, "unknown"])
def test_unknown_is_saying_nothing(advisor: Advisor, nothing: object) -> None:
    """What is unknown is as if it had not been mentioned."""
    profile = advisor.profile(nothing, {"read-rate": nothing, "hosting": nothing}, {"quick-reads": nothing})
    assert profile == advisor.profile() == Profile()
    assert advisor.recommend(profile, AS_OF).id == advisor.recommend(Profile(), AS_OF).id


@pytest.mark.parametrize("denial", [False, "denied"])
def test_needs_can_be_denied(advisor: Advisor, denial: object) -> None:
    """A need can be denied by word and by false."""
    assert advisor.profile(needs={"quick-reads": denial}).needs == (("quick-reads", "denied"),)


def test_booleans_answer_yes_or_no() -> None:
    """A boolean is the value that is called yes or no."""
    knowledge = read_knowledge(load_packs(SHIPPED))
    asked = {
        constraint.id
        for constraint in knowledge.constraints.values()
        if {value.id for value in constraint.values} == {"yes", "no"}
    }
    assert len(asked) > 3
    advisor = Advisor(Snapshot(VERSION, frozenset(), knowledge), engine(), "tests-booleans")
    try:
        for raw, value in ((True, "yes"), (False, "no")):
            assert set(values(advisor.profile(constraints=dict.fromkeys(asked, raw))).values()) == {value}
    finally:
        advisor.close()


def test_profiles_are_canonical(advisor: Advisor) -> None:
    """Order, names and repetition of what is stated mean nothing."""
    one = advisor.profile(
        "ledger",
        {"read rate": "flood", "hosting": "own servers"},
        {"quick-reads": "weak", "light-upkeep": "strong"},
        ["cache", "document-store", "cache"],
    )
    two = advisor.profile(
        "payment-ledger",
        {"hosting": "own-servers", "read-rate": "flood"},
        {"light upkeep": "strong", "fast lookups": "weak"},
        ["nosql", "key-value-cache"],
    )
    assert one == two
    assert one.exclude == ("document-store", "key-value-cache")


# --- Profiles that are sent back ----------------------------------------------------------------------------------

scales = {"hosting": ["own-servers", "edge-device"], "read-rate": ["flood", "steady"], "memory-budget": ["ample"]}
stated = st.fixed_dictionaries(
    {},
    optional={
        **{constraint: st.sampled_from(some) for constraint, some in scales.items()},
        "stored-volume": st.floats(0, 1e9)
        | st.integers(0, 10**9)
        | st.floats(0.001, 1000).map(lambda number: f"{number:.6f} TB"),
        "read-rate": st.floats(0.001, 1e6).map(lambda number: f"{number:.9f} seconds between reads")
        | st.decimals(0, 10**6, places=12, allow_nan=False),
    },
)
strengths = st.dictionaries(
    st.sampled_from(["quick-reads", "light-upkeep", "durable-writes"]), st.sampled_from(STRENGTHS), max_size=3
)


@given(constraints=stated, needs=strengths, task=st.sampled_from([None, "leaderboard", "payment-ledger"]))
def test_a_profile_that_is_sent_back_is_the_same(
    advisor: Advisor, constraints: Mapping[str, Any], needs: Mapping[str, Any], task: str | None
) -> None:
    """Reading a profile's request, also through JSON, gives the same profile."""
    profile = advisor.profile(task, constraints, needs, ["document-store"])
    assert advisor.profile(**profile.request()) == profile
    sent = orjson.loads(orjson.dumps(profile.request()))
    assert advisor.profile(**sent) == profile
    assert advisor._reader.changed(profile, {}) == profile


# --- Answers -------------------------------------------------------------------------------------------------


def test_a_question_is_answered(advisor: Advisor) -> None:
    """A ledger with joint writes is kept in the technique that makes updates atomic."""
    answer = advisor.recommend(advisor.profile("ledger", {"joint-writes": "always"}), AS_OF)
    assert answer.technique == "relational-database"
    core = answer.core()
    assert core["as_of"] == "2026-11-22"
    assert core["packs"] == ["basics", "notes"]
    assert core["recommended"]["label"] == "relational database"
    assert core["trace"]["nodes"]
    with pytest.raises(KeyError):
        answer.result("nothing")


@pytest.mark.parametrize("explain", ["none", "summary", "full"])
def test_the_proof_comes_as_far_as_asked_for(advisor: Advisor, explain: str) -> None:
    """The answer is the same whatever is brought along of its proof; why finds the whole of it."""
    profile = advisor.profile("ledger")
    answer, full = advisor.recommend(profile, AS_OF, explain=explain), advisor.recommend(profile, AS_OF)
    assert {**answer.core(), "trace": None} == {**full.core(), "trace": None}
    assert (answer.core()["trace"] is None) == (explain == "none")
    if explain == "none":
        with pytest.raises(LookupError):
            _ = answer.proof
    else:
        assert set(answer.proof.nodes) <= set(full.proof.nodes)
    assert advisor.why(answer).as_dict() == advisor.why(full).as_dict()


def test_packs_that_are_off_do_not_count(advisor: Advisor) -> None:
    """Without the pack whose observation overrules it, the older view counts again."""
    profile = advisor.profile(None, {"joint-writes": "always-joint", "read-rate": "trickle"})
    both, old = advisor.recommend(profile, AS_OF), advisor.recommend(profile, AS_OF, ["basics"])
    assert both.result("document-store")["status"] != "excluded"
    assert old.result("document-store")["status"] == "excluded"
    assert [entry["statement"] for entry in both.core()["set_aside"]] == ["document-atomic"]
    assert old.core()["set_aside"] == []


def test_unknown_packs_are_said(advisor: Advisor) -> None:
    """A pack that is not installed is named, with those that are."""
    with pytest.raises(InvalidProfile) as caught:
        advisor.recommend(advisor.profile(), AS_OF, ["basics", "no-such-pack"])
    (problem,) = caught.value.problems
    assert (problem.pointer, problem.nearest) == ("/packs", ("basics", "notes"))


def test_why_not_goes_by_any_name(advisor: Advisor) -> None:
    """A technique is found by its names; an unknown one is named with the nearest."""
    answer = advisor.recommend(advisor.profile("ledger"), AS_OF)
    assert advisor.why_not(answer, "nosql").technique == "document-store"
    with pytest.raises(InvalidProfile) as caught:
        advisor.why_not(answer, "documnt store")
    (problem,) = caught.value.problems
    assert (problem.pointer, problem.nearest[0]) == ("/technique", "document-store")


# --- What if ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("payment-ledger", {"read-rate": "flood", "hosting": "own-servers"}, {"quick-reads": "weak"}, ["cache"])),
        (
            {"constraints": {"read rate": "trickle"}},
            ("ledger", {"read-rate": "trickle", "hosting": "own-servers"}, {"quick-reads": "weak"}, ["cache"]),
        ),
        (
            {"constraints": {"read-rate": None, "memory-budget": "ample"}},
            ("ledger", {"hosting": "own-servers", "memory-budget": "ample"}, {"quick-reads": "weak"}, ["cache"]),
        ),
        (
            {"constraints": {"hosting": "unknown"}},
            ("ledger", {"read-rate": "flood"}, {"quick-reads": "weak"}, ["cache"]),
        ),
        (
            {"needs": {"fast lookups": "required", "light-upkeep": False}},
            (
                "ledger",
                {"read-rate": "flood", "hosting": "own-servers"},
                {"quick-reads": "required", "light-upkeep": "denied"},
                ["cache"],
            ),
        ),
        (
            {"needs": {"quick-reads": None}},
            ("ledger", {"read-rate": "flood", "hosting": "own-servers"}, {}, ["cache"]),
        ),
        (
            {"task": None, "exclude": []},
            (None, {"read-rate": "flood", "hosting": "own-servers"}, {"quick-reads": "weak"}, []),
        ),
        (
            {"task": "leaderboard", "exclude": ["document-store"], "constraints": None, "needs": None},
            (
                "leaderboard",
                {"read-rate": "flood", "hosting": "own-servers"},
                {"quick-reads": "weak"},
                ["document-store"],
            ),
        ),
    ],
)
def test_changes_are_merged(advisor: Advisor, changes: dict[str, Any], expected: tuple[Any, ...]) -> None:
    """Constraints and needs are merged by any of their names, taken back by null; task and exclusions are replaced."""
    before = advisor.profile(
        "ledger", {"read-rate": "flood", "hosting": "own-servers"}, {"quick-reads": "weak"}, ["cache"]
    )
    difference = advisor.what_if(advisor.recommend(before, AS_OF), changes)
    assert difference.after.profile == advisor.profile(*expected)
    assert difference.before.profile == before
    assert difference.after.id == advisor.recommend(advisor.profile(*expected), AS_OF).id


def test_changes_keep_date_and_packs(advisor: Advisor) -> None:
    """What was asked for another day and with other packs is changed for that day and with those packs."""
    date = datetime.date(2026, 1, 2)
    before = advisor.recommend(advisor.profile("ledger"), date, ["basics"])
    after = advisor.what_if(before, {"constraints": {"read-rate": "flood"}}).after
    assert (after.as_of, after.packs) == (date, ("basics",))
    assert advisor.what_if(before, {"packs": ["basics", "notes"]}).after.packs == ("basics", "notes")
    assert advisor.what_if(before, {}).after.id == before.id


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"constraints": {"nothing": 1}, "needs": {"nothing": "weak"}}, ["/constraints/nothing", "/needs/nothing"]),
        ({"constraints": {"read rate": "flood", "read-rate": "steady"}}, ["/constraints/read-rate"]),
        ({"needs": {"quick reads": "weak", "quick-reads": "strong"}}, ["/needs/quick-reads"]),
        ({"constraints": {"read-rate": "x"}}, ["/constraints/read-rate"]),
        ({"task": "nothing"}, ["/task"]),
        ({"exclude": ["nothing"]}, ["/exclude/0"]),
        ({"packs": ["nothing"]}, ["/packs"]),
    ],
)
def test_wrong_changes_are_said(advisor: Advisor, changes: dict[str, Any], pointers: list[str]) -> None:
    """Changes are checked like a profile."""
    answer = advisor.recommend(advisor.profile("ledger"), AS_OF)
    with pytest.raises(InvalidProfile) as caught:
        advisor.what_if(answer, changes)
    assert [problem.pointer for problem in caught.value.problems] == pointers


def test_what_if_says_what_differs(advisor: Advisor) -> None:
    """The difference names values, demands and ranks that changed, and nothing else."""
    before = advisor.recommend(advisor.profile("shopping cart", {"loss-tolerance": "any loss"}), AS_OF)
    found = advisor.what_if(before, {"constraints": {"joint-writes": "always-joint"}}).as_dict()["difference"]
    assert found["constraints"] == {"joint-writes": {"before": None, "after": "always-joint"}}
    assert found["demands"] == {"atomic-updates": {"before": 0, "after": 4}}
    assert found["recommended"]["before"] == before.technique
    assert {entry["technique"] for entry in found["ranking"]} >= {"key-value-cache"}
    assert advisor.what_if(before, {}).as_dict()["difference"]["ranking"] == []


# --- Ids --------------------------------------------------------------------------------------------------------


def test_ids_name_what_an_answer_depends_on(advisor: Advisor) -> None:
    """The same question has the same id; another profile, date or choice of packs has another."""
    profile = advisor.profile("ledger", {"read-rate": "flood"})
    one = advisor.recommend(profile, AS_OF)
    assert (
        advisor.recommend(advisor.profile("payments", {"read rate": "Flood"}), AS_OF, ["notes", "basics"]).id == one.id
    )
    assert advisor.recommend(profile, AS_OF, explain="none").id == one.id
    others = [
        advisor.recommend(profile, datetime.date(2026, 11, 23)),
        advisor.recommend(profile, AS_OF, ["basics"]),
        advisor.recommend(profile, AS_OF, []),
        advisor.recommend(advisor.profile("ledger", {"read-rate": 5000}), AS_OF),
        advisor.recommend(advisor.profile("ledger", {"read-rate": 6000}), AS_OF),
        advisor.recommend(advisor.profile("ledger", {"read-rate": "flood"}, {"quick-reads": "denied"}), AS_OF),
        advisor.recommend(advisor.profile("ledger", {"read-rate": "flood"}, exclude=["cache"]), AS_OF),
        advisor.recommend(advisor.profile(None, {"read-rate": "flood"}), AS_OF),
    ]
    assert len({one.id, *(other.id for other in others)}) == 1 + len(others)


CORES = """
import sys, orjson
from pathlib import Path
from kb.store import Store
from tests.asking import AS_OF, advising
store = Store("sqlite:///" + sys.argv[2], packs=Path(sys.argv[1]))
store.open()
with advising(store.snapshot()) as advisor:
    for constraints in ({}, {"read-rate": "3 seconds between reads"}, {"read-rate": "flood", "joint-writes": "always"}):
        for task in (None, "ledger", "shopping cart"):
            answer = advisor.recommend(advisor.profile(task, constraints, {"light-upkeep": "weak"}), AS_OF)
            print(orjson.dumps(answer.core(), default=str).decode())
            print(advisor.why_not(answer, "nosql").as_text())
store.database.close()
"""


def test_processes_agree_to_the_byte(tmp_path: Path) -> None:
    """Two processes with other hash seeds and locales print the same answers."""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", CORES, str(SECOND_DOMAIN), str(tmp_path / f"{seed}.sqlite")],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONIOENCODING": "utf-8"},
            check=True,
            capture_output=True,
            timeout=120,
        ).stdout
        for seed, locale in (("1", "C"), ("2", "C.UTF-8"))
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b'"recommended"') >= 9


# --- Its life ------------------------------------------------------------------------------------------------------


def test_a_closed_advisor_answers_again(snapshot: Snapshot) -> None:
    """Closing unloads the facts; a question that comes later loads them again."""
    advisor = Advisor(snapshot, engine(), "tests-closing")
    before = advisor.recommend(advisor.profile("ledger"), AS_OF).core()
    advisor.close()
    advisor.close()
    with pytest.raises(EngineError, match="no-such-knowledge"):
        engine().ask("decide", "tests-closing", advisor._description(advisor.profile(), ("basics",)))
    other = advisor.profile("ledger", {"read-rate": "flood"})
    assert advisor.recommend(other, AS_OF).technique is not None
    assert advisor.recommend(advisor.profile("ledger"), AS_OF).core() == before
    advisor.close()


def test_two_live_advisors_do_not_share_a_knowledge_base(tmp_path: Path) -> None:
    """Prolog is one in a process: each live advisor answers from its own knowledge, whichever was loaded last."""
    stores = [
        Store(f"sqlite:///{tmp_path}/{packs.parent.name}.sqlite", packs=packs) for packs in (SECOND_DOMAIN, SHIPPED)
    ]
    for store in stores:
        store.open()
    advisors = [LiveAdvisor(store, engine()).current() for store in stores]
    for _ in range(2):
        for advisor in advisors:
            recommended = advisor.recommend(advisor.profile(), as_of=AS_OF, explain="none")
            assert {result["technique"] for result in recommended.ranking} <= set(advisor.knowledge.techniques)
    for store in stores:
        store.database.close()
