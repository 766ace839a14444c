"""Terms, lists, versions, and changes to them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.base import Body, Id, Query


class ListQuery(Query):
    """Which part of a list."""

    q: str | None = Field(None, max_length=200, description="Only terms with these words in id, label or synonyms.")
    limit: int = Field(100, ge=1, le=1000, description="How many at most.")
    offset: int = Field(0, ge=0, le=1_000_000_000, description="How many to leave out first.")


class TermPath(BaseModel):
    """A term."""

    term_id: str = Field(description="The id of the term.")


class Term(BaseModel):
    """A term of the knowledge base; its further members depend on its kind."""

    model_config = ConfigDict(extra="allow")

    id: str
    label: str
    pack: str
    definition: str | None = None


class TermList(BaseModel):
    """Part of a list of terms, in the order of ids."""

    items: list[Term]
    total: int
    limit: int
    offset: int
    kb_version: int
    links: dict[str, str]


class VersionPath(BaseModel):
    """A version."""

    number: str = Field(description="Its number: 1, 2, 3 ...")


class DifferencePath(VersionPath):
    """Two versions."""

    other: str = Field(description="The number of the version to compare with.")


class PackPath(BaseModel):
    """A pack."""

    term_id: str = Field(description="The id of the pack.")


class PackSwitch(Body):
    """A pack switched on or off."""

    active: bool = Field(description="Whether its statements count where nobody says which packs do.")
    reason: str = Field("", max_length=4000, description="Why; kept with the version.")


class TermsToRemove(Body):
    """Terms to remove together."""

    terms: list[Id] = Field(min_length=1, max_length=1000, description="Each as kind:id, such as rule:some-rule.")
    reason: str = Field("", max_length=4000, description="Why; kept with the version.")


class ExportQuery(Query):
    """Which part of a version."""

    pack: str | None = Field(None, max_length=200, description="Only this pack.")


class ProposalPath(BaseModel):
    """A proposal."""

    number: str = Field(description="Its number: 1, 2, 3 ...")


class ProposalsQuery(Query):
    """Which proposals."""

    status: Literal["open", "committed", "withdrawn", "rejected"] | None = Field(None, description="Only these.")
    limit: int = Field(100, ge=1, le=1000, description="How many at most.")
    offset: int = Field(0, ge=0, le=1_000_000_000, description="How many to leave out first.")


class Decision(Body):
    """Why a proposal is withdrawn or rejected."""

    reason: str = Field(min_length=1, max_length=4000)


class CommitQuery(Query):
    """How to commit."""

    dry_run: bool = Field(False, description="Show what would happen, and save nothing.")


class ProposalDocument(BaseModel):
    """A proposal, and what it means."""

    model_config = ConfigDict(extra="allow")

    number: int
    status: Literal["open", "committed", "withdrawn", "rejected"]
    author: str
    reason: str
    base: int
    created: str
    term: dict[str, str] | None
    decided: str | None
    decided_by: str | None
    comment: str | None
    committed_as: int | None
    links: dict[str, str]


class UpdateDecision(Body):
    """What counts where something was changed here and by the program."""

    take: Literal["ours", "theirs"] | None = Field(None, description="For all terms that are not named.")
    terms: dict[Id, Literal["ours", "theirs"]] = Field(
        default_factory=dict, description="For single terms, each as kind:id."
    )
    reason: str = Field("", max_length=4000, description="Why; kept with the version.")


class UpdateState(BaseModel):
    """Whether the program brings newer packs than are installed, and what stands against them."""

    pending: bool = Field(description="Whether there is an update that is not installed.")
    conflicts: list[dict[str, str]] = Field(
        description="What was changed here and by the program, to different things."
    )
    text: str


class ProposalList(BaseModel):
    """Proposals, newest first."""

    items: list[dict[str, Any]]
    total: int
    limit: int
    offset: int
    links: dict[str, str]


class Version(BaseModel):
    """A version: who made it, when and why, what it touched, and which packs it has."""

    number: int
    content_hash: str
    author: str
    reason: str
    created: str
    parent: int | None
    touched: dict[str, int] = Field(description="How many terms it added, changed and removed.")
    packs: list[dict[str, Any]]
    links: dict[str, str]


class VersionList(BaseModel):
    """The versions of the knowledge base, newest first."""

    items: list[dict[str, Any]]
    total: int
    limit: int
    offset: int
    links: dict[str, str]


class DemandRequest(Body):
    """A need that the task raises."""

    need: Id = Field(description="Id or name of a need.")
    strength: Id = Field("strong", description="Id of a strength.")
    when: dict[str, Id | list[Id]] = Field(
        default_factory=dict, description="Only where each of these constraints has this value, or one of these."
    )


class TaskRequest(Body):
    """A task; the label alone suffices."""

    label: Id
    id: Id | None = Field(None, description="Kebab-case; made of the label if left out.")
    synonyms: list[Id] = Field(default_factory=list)
    broader: Id | list[Id] = Field(default_factory=list, description="The tasks whose rules it inherits.")
    demands: list[DemandRequest] = Field(default_factory=list)
    definition: str = Field("", max_length=4000)
    reason: str = Field("", max_length=4000, description="Why; kept with the version.")


class Deprecation(Body):
    """A task taken out of use."""

    replaced_by: Id | None = Field(description="Id or name of the task that takes its place; null takes it back.")
    reason: str = Field("", max_length=4000, description="Why; kept with the version.")


class ChangeQuery(Query):
    """How to change."""

    dry_run: bool = Field(False, description="Show what would happen, and save nothing.")
    propose: bool = Field(False, description="Store it as a proposal, for the holder of another key to commit.")


class ReasonQuery(ChangeQuery):
    """How to change, and why."""

    reason: str = Field("", max_length=4000, description="Why; kept with the version.")


class Impact(BaseModel):
    """What a change does to the scenarios and to the questions asked last."""

    questions: int = Field(description="How many were looked at.")
    untouched: int = Field(description="On how many of them the change cannot bear.")
    compared: int = Field(description="How many were asked before and after.")
    left_out: int = Field(description="How many were not, though it may bear on them.")
    effects: list[dict[str, Any]] = Field(description="Those whose answer or explanation is another, with reasons.")
    text: str


class VersionDifference(BaseModel):
    """What differs between two versions."""

    model_config = ConfigDict(populate_by_name=True)

    from_: int = Field(alias="from")
    to: int
    added: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    lines: dict[str, int]
    impact: Impact
    text: str


class KnowledgeChange(BaseModel):
    """What was different after a change, or would be."""

    version: int
    dry_run: bool
    proposal: int | None = None
    content_hash: str = Field(description="Of the version that it made, or would make.")
    added: list[dict[str, str]]
    changed: list[dict[str, str]]
    removed: list[dict[str, str]]
    findings: list[dict[str, Any]]
    impact: Impact | None = Field(description="Which answers it changes; null where it has errors.")


class ChangeResult(KnowledgeChange):
    """What was different after a change to a task, or would be."""

    task: Term | None


class PackResult(KnowledgeChange):
    """What was different after a change to a pack, or would be."""

    pack: Term | None
