"""``docs/semantics.md`` by small worked examples: what generated knowledge bases reach too seldom, or leave out."""

from __future__ import annotations

from typing import Any

from kb.model import (
    Constraint,
    Contribution,
    DemandRule,
    Knowledge,
    Need,
    NeedRaised,
    Pack,
    Penalty,
    Prerequisite,
    Task,
    TaskIs,
    Technique,
    Term,
    TypicalValue,
    Value,
    ValueIs,
)
from tests.asking import ask, blockers, ranks, verdicts
from tests.generate import by_id, schema_terms
from tests.reference import Case, Reference

KINDS: dict[type[Term], str] = {
    Constraint: "constraints",
    Contribution: "contributions",
    DemandRule: "rules",
    Need: "needs",
    Pack: "packs",
    Penalty: "penalties",
    Prerequisite: "prerequisites",
    Task: "tasks",
    Technique: "techniques",
    TypicalValue: "typical_values",
}


def named(make: type[Any], term_id: str, pack: str = "base", **more: Any) -> Any:
    """A term with an id, a label and what else it needs."""
    return make(id=term_id, pack=pack, label=term_id, **more)


def knowledge(*terms: Term) -> Knowledge:
    """A knowledge base of these terms, with the packs ``base`` (precedence 0) and ``later`` (10) and two needs."""
    needs = [named(Need, "first-need"), named(Need, "second-need")]
    packs = [named(Pack, "base", precedence=0), named(Pack, "later", "later", precedence=10)]
    found: dict[str, list[Term]] = {name: [] for name in KINDS.values()}
    for term in (*needs, *packs, *terms):
        found[KINDS[type(term)]].append(term)
    return Knowledge(**schema_terms(), **{name: by_id(items) for name, items in found.items()})


def gives(technique: str, need: str, degree: str, pack: str = "base") -> Contribution:
    """A contribution."""
    return named(Contribution, f"{technique}-{need}-{degree}", pack, technique=technique, need=need, degree=degree)


def scale(term_id: str, *values: str) -> Constraint:
    """A plain constraint."""
    found = tuple(named(Value, value, constraint=term_id) for value in values)
    return named(Constraint, term_id, ordered=False, values=found)


BOTH = {"first-need": "strong", "second-need": "strong"}
ONE = named(Technique, "one", complexity=1)
TWO = named(Technique, "two", complexity=2)
PAIR = named(Technique, "pair", complexity=3, parts=("one", "two"))


def agreed(base: Knowledge, case: Case) -> list[set[str]]:
    """The ranking, on which engine and reference agree."""
    found = ranks(ask(base, case))
    assert found == Reference(base, case).ranking
    return found


def test_equal_points_are_told_apart_by_points_lost() -> None:
    """Of equal scores, the one that lost fewer points comes first, however complex."""
    terms = (ONE, TWO, gives("one", "first-need", "makes"), gives("two", "first-need", "helps"))
    penalty = named(Penalty, "dear", technique="one", points=3)
    assert agreed(knowledge(*terms, penalty), Case(needs={"first-need": "strong"})) == [{"two"}, {"one"}]


def test_what_is_equal_in_everything_shares_its_rank() -> None:
    """Equal scores, points lost and complexity: one rank for both, and the answer says so."""
    twin = named(Technique, "twin", complexity=1)
    base = knowledge(ONE, twin, gives("one", "first-need", "helps"), gives("twin", "first-need", "helps"))
    case = Case(needs={"first-need": "strong"})
    assert agreed(base, case) == [{"one", "twin"}]
    recommended = ask(base, case).core()["recommended"]
    assert {recommended["technique"], *recommended["tied"]} == {"one", "twin"}


def test_a_composite_combines_best_supply_and_worst_damage() -> None:
    """A partner supplies what a part lacks, but does not undo what a part damages."""
    base = knowledge(
        ONE,
        TWO,
        PAIR,
        gives("one", "first-need", "makes"),
        gives("one", "second-need", "lacks-entirely"),
        gives("two", "second-need", "makes"),
        gives("two", "first-need", "hurts"),
    )
    case = Case(needs=BOTH)
    assert agreed(base, case)[0] == {"pair"}
    assert verdicts(ask(base, case))["pair"]["score"] == 3 * 2 - 3 * 1 + 3 * 2


def test_a_composite_gives_way_to_a_simpler_one_that_serves() -> None:
    """Where a simpler technique at least helps all that is strong, the composite is excluded, and why is said."""
    base = knowledge(
        ONE,
        TWO,
        PAIR,
        gives("one", "first-need", "helps"),
        gives("one", "second-need", "helps"),
        gives("two", "first-need", "makes"),
    )
    assert ("simpler", "one") in blockers(verdicts(ask(base, Case(needs=BOTH)))["pair"])
    agreed(base, Case(needs=BOTH))


def test_later_packs_take_precedence() -> None:
    """Of packs that differ on a contribution the one with the highest precedence counts; without it the other does."""
    base = knowledge(ONE, gives("one", "first-need", "makes"), gives("one", "first-need", "lacks", "later"))
    case = Case(needs={"first-need": "strong"})
    assert verdicts(ask(base, case))["one"]["score"] == -3
    only = Case(needs={"first-need": "strong"}, packs=frozenset({"base"}))
    assert verdicts(ask(base, only))["one"]["score"] == 6


def test_a_required_need_gates_and_a_strong_one_does_not() -> None:
    """Lacking what is required excludes; lacking what is strong costs points."""
    base = knowledge(ONE, gives("one", "first-need", "lacks"))
    found = {
        strength: verdicts(ask(base, Case(needs={"first-need": strength})))["one"]["status"]
        for strength in ("required", "strong")
    }
    assert found == {"required": "excluded", "strong": "recommended"}


def test_nothing_left_is_said_with_every_blocker() -> None:
    """Where everything is blocked nothing is recommended, and all blockers are listed."""
    needs = named(Prerequisite, "must", technique="one", requires=ValueIs("place", "is", ("here",)), hard=True)
    base = knowledge(ONE, needs, scale("place", "here", "there"), gives("one", "first-need", "breaks"))
    case = Case(values={"place": "there"}, needs={"first-need": "required"}, exclude=frozenset({"one"}))
    answer = ask(base, case)
    assert answer.core()["recommended"] is None
    assert blockers(verdicts(answer)["one"]) == {("breaks", "first-need"), ("unmet", "must"), ("user", "one")}


def variants(**complexities: int) -> tuple[Technique, ...]:
    """A family ``one`` and its variants."""
    return (ONE, *(named(Technique, name, complexity=level, refines="one") for name, level in complexities.items()))


def test_a_better_variant_is_named_with_its_family() -> None:
    """The family is recommended, the variant that scores better is named; it has the family's contributions."""
    base = knowledge(
        *variants(special=2), gives("one", "first-need", "makes"), gives("special", "second-need", "makes")
    )
    core = ask(base, Case(needs=BOTH)).core()
    assert core["recommended"]["technique"] == "one"
    assert core["recommended"]["variant"]["technique"] == "special"


def typical(term_id: str, task: str, value: str, pack: str = "base") -> TypicalValue:
    """A typical value of the constraint ``place``."""
    return named(TypicalValue, term_id, pack, task=task, constraint="place", value=value)


TASKS = (named(Task, "wide"), named(Task, "narrow", broader=("wide",)))


def test_the_nearest_task_says_what_is_typical() -> None:
    """A narrower task's typical value hides its broader task's; a stated value hides both."""
    base = knowledge(
        *TASKS, ONE, scale("place", "here", "there"), typical("a", "wide", "here"), typical("b", "narrow", "there")
    )
    case = Case(task="narrow")
    assert ask(base, case).core()["profile"]["constraints"] == {"place": "there"}
    stated = ask(base, Case(task="narrow", values={"place": "here"})).core()["profile"]
    assert (stated["constraints"], stated["origin"]) == ({"place": "here"}, {"place": "stated"})


def test_typical_values_of_one_task_are_settled_by_precedence() -> None:
    """Of two packs that differ on a typical value the one with the higher precedence counts, whatever the ids."""
    for first, second in (("here", "there"), ("there", "here")):
        base = knowledge(
            *TASKS,
            ONE,
            scale("place", "here", "there"),
            typical("a", "wide", first),
            typical("b", "wide", second, "later"),
        )
        assert ask(base, Case(task="wide")).core()["profile"]["constraints"] == {"place": second}


def test_a_variant_is_named_if_it_ranks_before_its_family() -> None:
    """A variant with the score of its family, no more points lost and less complexity ranks before it and is named."""
    base = knowledge(*variants(special=0), gives("one", "first-need", "makes"))
    case = Case(needs=BOTH)
    assert Reference(base, case).variants("one") == {"special"}
    assert ask(base, case).core()["recommended"]["variant"]["technique"] == "special"


def test_a_variant_of_a_variant_is_named() -> None:
    """The best variant may refine another variant of the family."""
    base = knowledge(
        *variants(special=2),
        named(Technique, "very-special", complexity=3, refines="special"),
        gives("one", "first-need", "makes"),
        gives("very-special", "second-need", "makes"),
    )
    assert ask(base, Case(needs=BOTH)).core()["recommended"]["variant"]["technique"] == "very-special"


def test_excluding_a_family_excludes_all_its_variants() -> None:
    """Who rules out a family rules out what refines it, at any depth, and what has such a part."""
    base = knowledge(
        *variants(special=2),
        TWO,
        named(Technique, "very-special", complexity=3, refines="special"),
        named(Technique, "mix", complexity=4, parts=("very-special", "two")),
    )
    found = verdicts(ask(base, Case(exclude=frozenset({"one"}))))
    assert {technique for technique, result in found.items() if result["status"] == "excluded"} == {
        "one",
        "special",
        "very-special",
        "mix",
    }


def test_a_composite_of_more_parts_is_not_simpler() -> None:
    """Only what has no more parts can make a composite superfluous, whatever complexity it claims."""
    three = named(Technique, "three", complexity=2)
    base = knowledge(
        ONE,
        TWO,
        three,
        named(Technique, "pair", complexity=9, parts=("one", "two")),
        named(Technique, "trio", complexity=5, parts=("one", "two", "three")),
        gives("one", "first-need", "makes"),
        gives("two", "second-need", "makes"),
    )
    found = verdicts(ask(base, Case(needs=BOTH)))
    assert (found["trio"]["status"], blockers(found["pair"])) == ("recommended", set())


def test_without_a_task_what_tasks_could_need_is_unknown() -> None:
    """A prerequisite on a need that only some task raises is a proviso while no task is stated, and no blocker."""
    base = knowledge(
        *TASKS,
        ONE,
        named(DemandRule, "wide-needs", need="first-need", strength="strong", when=TaskIs("wide")),
        named(Prerequisite, "where-needed", technique="one", requires=NeedRaised("first-need"), hard=True),
    )
    found = verdicts(ask(base, Case()))["one"]
    assert (found["status"], found["provisos"]) == ("recommended", ["where-needed"])
