"""Every question that one puts to an answer, on the shipped knowledge and on one core.

Nothing is remembered between two calls: the answer that a question is about is there, its proof is not, as for a
question about a stored answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.timing import Case, Measured, measure, on_one_core, times
from engine.advisor import Advisor
from engine.answer import Recommendation
from engine.live import LiveAdvisor
from kb.graph import Graph
from kb.store import Store


class Questions:
    """The questions about one answer, made from whatever the knowledge base has."""

    def __init__(self, advisor: Advisor) -> None:
        self.advisor = advisor
        knowledge = advisor.knowledge
        # the task of which most rules speak, and two constraints that most statements test
        graph = Graph(knowledge)
        users = {key: len(graph.dependents(*key)) for key in (("task", task) for task in knowledge.tasks)}
        self.task = max(users, key=lambda key: (users[key], key[1]))[1]
        tested = {name: len(graph.dependents("constraint", name)) for name in knowledge.constraints}
        self.first, self.second = sorted(tested, key=lambda name: (-tested[name], name))[:2]
        self.stated = {name: knowledge.constraints[name].values[-1].id for name in (self.first, self.second)}
        self.answer = advisor.recommend(advisor.profile(self.task, self.stated))
        self.other = next(
            result["technique"] for result in self.answer.ranking if result["technique"] not in self.answer.winners
        )

    def cases(self) -> list[Case]:
        """What is measured, with the goals of the issue that asked for these questions."""
        advisor, other = self.advisor, self.other
        winner = self.answer.technique or other
        changed = {"constraints": {self.first: advisor.knowledge.constraints[self.first].values[0].id}}
        profile = self.answer.profile
        return [
            Case("recommend", self._fresh(lambda _: advisor.recommend(profile).core())),
            Case("recommend, summary", self._fresh(lambda _: advisor.recommend(profile, explain="summary").core())),
            Case("why", self._known(lambda answer: advisor.why(answer).as_dict()), goal=5),
            Case("why not", self._known(lambda answer: advisor.why_not(answer, other).as_dict()), goal=5),
            Case("why rather", self._known(lambda answer: advisor.contrast(answer, winner, other).as_dict()), goal=5),
            Case("what if", self._known(lambda answer: advisor.what_if(answer, changed).as_dict()), goal=5),
            Case("why not, with ways out", self._known(lambda a: advisor.why_not(a, other, repair=True).as_dict())),
            *(Case(f"what would change it, up to {size}", self._changes(size), goal=100) for size in (1, 2, 3)),
            Case(
                "where does it flip, two constraints",
                self._known(lambda answer: advisor.regions(answer, self.first, self.second).as_svg()),
                goal=300,
            ),
        ]

    def _fresh(self, ask: Callable[[Recommendation], object]) -> Callable[[], Callable[[], object]]:
        """A question with nothing remembered."""

        def prepare() -> Callable[[], object]:
            self.advisor.forget()
            return lambda: ask(self.answer)

        return prepare

    def _known(self, ask: Callable[[Recommendation], object]) -> Callable[[], Callable[[], object]]:
        """A question about an answer that was just given, as in a conversation."""

        def prepare() -> Callable[[], object]:
            self.advisor.forget()
            answer = self.advisor.recommend(self.answer.profile)
            return lambda: ask(answer)

        return prepare

    def _changes(self, size: int) -> Callable[[], Callable[[], object]]:
        return self._known(lambda answer: self.advisor.changes(answer, self.other, size).as_dict())


def measured(rounds: int = 25) -> list[Measured]:
    """Measure on a knowledge base of its own."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'benchmark.db'}")
        store.open()
        live = LiveAdvisor(store)
        try:
            return measure(Questions(live.current()).cases(), rounds)
        finally:
            live.close()
            store.database.close()


def main() -> None:
    """Print the section of the report."""
    on_one_core()
    print("## Questions about an answer\n")
    print("On one core, with the shipped knowledge; nothing but the answer itself is remembered.\n")
    print(times(measured()))


if __name__ == "__main__":
    main()
