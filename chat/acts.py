"""What a message does: ask why, suppose something, answer the question asked, describe an application, and so on.

The patterns are plain English question forms; what they speak of is found with the vocabulary of the knowledge base.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LEAD = r"^(?:(?:and|but|so|ok|okay|well|hm+|also|then|now|right|fine|please|sorry|oh|ah|um|hey|alright)\b[,.:!]? *)*"
_SUBJECT = r"(?:you|it|this|that|the (?:system|tool|program|engine|bot))"


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of words and the act it performs.

    Attributes:
        act: the act.
        pattern: in lower case, apostrophes straight; the group "rest" is what the act is about.
        longest: messages with more words are something else.
    """

    act: str
    pattern: re.Pattern[str]
    longest: int = 100


def _rule(act: str, pattern: str, longest: int = 100) -> Rule:
    return Rule(act, re.compile(pattern), longest)


def _led(act: str, pattern: str, longest: int = 100) -> Rule:
    return _rule(act, _LEAD + pattern, longest)


# Techniques, tasks and constraints are not words here: what a pattern is about is found elsewhere.
RULES: Final[tuple[Rule, ...]] = (
    _led(
        "restart",
        r"(?:let'?s )?(?:start (?:over|again|afresh|anew|fresh)|restart|reset|begin again|clear (?:everything|all|it all)"
        r"|forget (?:everything|all|it all|all of (?:it|that))|from scratch"
        r"|(?:a )?(?:new|different|another) (?:conversation|chat|session|case|one|project)$)",
        8,
    ),
    _led("export", r"(?:can (?:i|you) |please )?(?:export|download|save|print)\b.*", 10),
    _led("export", r".*\b(?:transcript|write-?up|as markdown)\b", 10),
    _led(
        "why-asked",
        r"why (?:do|are|did|would|should|must) (?:you|i|we) (?:even )?(?:ask|asking|care|want to know|need to know"
        r"|need (?:that|this|to)|tell|answer)\b.*",
        12,
    ),
    _led(
        "why-asked",
        r"(?:why|how) (?:is|does|would|should|do) (?:that|this|it|these|your question)(?: even)? "
        r"(?:matter|relevant|important|make a difference|help)\b",
        10,
    ),
    _led("why-asked", r"(?:why (?:that|this|the) question|what(?:'s| is) (?:that|this|it) (?:question )?for)\b", 8),
    _led(
        "evidence",
        r"(?:who (?:says|said|claims|told)|says who|according to (?:who|whom|what)|based on what|on what (?:grounds|basis))\b",
    ),
    _led(
        "evidence",
        r"(?:what|where|which)(?:'s| is| are)? (?:the|your|that|those|are your)? ?"
        r"(?:sources?|evidence|references?|proof|basis|claims?|papers?|literature)\b.*",
        12,
    ),
    _led("evidence", r"where (?:do|did|does|is) (?:you|this|that|it|all (?:this|that)) (?:get|come|take|from|have)\b.*", 10),
    _led(
        "evidence",
        r"(?:any|(?:show|give|cite|list)(?: me| us)?(?: the| your| some)?) "
        r"(?:sources?|evidence|references?|citations?|papers?)$",
        8,
    ),
    _led("evidence", r"(?:sources?|evidence|references?|citations?|can you (?:back|prove) (?:that|this|it)(?: up)?)$", 8),
    _led(
        "what-if",
        r"(?:what|how)(?: would| will)?(?: happens?| changes?| then)?,? (?:if|about if|when|about when)\b(?P<rest>.*)",
    ),
    _led("what-if", r"(?:suppose|supposing|assume|assuming|imagine|let'?s (?:say|assume|suppose|pretend)|say (?:we|i|it))\b(?P<rest>.*)"),
    _led("what-if", r"if (?=(?:we|i|there|our|the|it|they|my|all|nothing|everything)\b)(?P<rest>.*)"),
    _rule(
        "what-if",
        r"\b(?:would|does|will|could) (?:it|that|this|your (?:answer|recommendation|advice|choice)|anything|the (?:answer|recommendation))"
        r"(?: still)? (?:change|be different|differ|hold|be the same|matter)\b.*?\b(?:if|when)\b(?P<rest>.*)",
    ),
    _led(
        "regions",
        r"(?:where|when|at (?:what|which) point)(?: exactly)? (?:does|would|will|do) "
        r"(?:it|this|that|the (?:answer|recommendation|advice)|your (?:answer|recommendation|advice)) (?:flip|switch|tip|turn|change)\b.*",
    ),
    _led("regions", r".*\b(?:tipping point|flip point|threshold|cut-?off)s?\b.*\?", 14),
    _led(
        "changes",
        r"what (?:would|could|should|must|needs?|has|have|will)(?: (?:i|we|it|you|have|need|to|has))* (?:take|change|happen)\b(?P<rest>.*)",
    ),
    _led("changes", r"how (?:can|could|do|would|might) (?:i|we) (?:get|make|bring|end up|move|switch)\b(?P<rest>.*)", 16),
    _led("changes", r"(?:when|under (?:what|which) (?:conditions|circumstances)) (?:would|does|is|will|should)\b(?P<rest>.*)", 16),
    _led("cost", r"how (?:much|expensive)\b.*\b(?:costs?|pay|charge|price|expensive|money|be)\b.*", 16),
    _led("cost", r"(?:what|how much) (?:does|would|will|do|is|are|'s)\b.*\b(?:cost|costs|price|pricing)\b.*", 16),
    _led("cost", r"(?:(?:the )?(?:costs?|price|pricing)|(?:what(?:'s| is) (?:the )?)?break-?\s?even(?: point)?)$", 8),
    _led("accuracy", r"how (?:accurate|reliable|trustworthy|good|often|sure|certain|confident)\b.*\b(?:you|it|this|that|right|wrong)\b.*", 12),
    _led("accuracy", r"(?:can|should|why should) (?:i|we) (?:trust|believe|rely on)\b.*|are you (?:sure|certain|confident)\b.*", 12),
    _led("how-decides", r"how (?:do|does|would) " + _SUBJECT + r" (?:decide|choose|pick|score|rank|reason|weigh|come|arrive|calculate|compute|determine|think|judge|recommend)\b.*", 16),
    _led("how-decides", r"(?:what|which) (?:are the |are your |is the )?(?:rules|logic|algorithm|method)\b.*", 12),
    _led("how-decides", r"are you (?:an? )?(?:ai|llm|language model|human|person|bot|chatbot|machine|expert system)\b.*", 10),
    _led(
        "tradeoffs",
        r".*\b(?:trade-?\s?offs?|down-?sides?|draw-?backs?|pros and cons|pros|cons|(?:dis)?advantages?|the catch|weak(?:ness|nesses| points?| spots?)"
        r"|caveats?|warnings?|pitfalls?|go wrong|risks?)\b.*",
        12,
    ),
    _led("tradeoffs", r"what (?:do|would|will) (?:i|we) (?:lose|give up|sacrifice|risk|miss)\b.*", 12),
    _led(
        "summary",
        r"(?:sum(?:mari[sz]e)?(?: (?:it|that|this))?(?: up)?|(?:a |the )?summary|recap)(?: (?:please|so far|of (?:this|that|what).*|what (?:you|i|we).*))?$",
        14,
    ),
    _led("summary", r"(?:can you )?(?:sum(?:mari[sz]e)?|recap) (?:(?:it|that|this|everything|all)(?: up)?|our (?:chat|conversation))(?: so far)?$", 12),
    _led("summary", r"what (?:do|did|have|has) you (?:know|got|get|understood|understand|gathered|noted|heard|take|taken)\b.*", 14),
    _led("summary", r"(?:what have i (?:said|told you)|what did i (?:say|tell you)|where (?:are|were) we|what(?:'s| is| are) (?:my|our|the) (?:profile|inputs?|case|situation))\b.*", 14),
    _led("teach", r"(?:can|could|may|how (?:can|do|could)|i want to|i'd like to|let me|let's)? ?(?:i |we |you )?(?:teach|add|register|create|introduce)\b.*\b(?:new|another|a|an|own|missing) (?P<rest>.*)", 16),
    _led(
        "help",
        r"(?:help(?: me)?|\?+|what (?:can|could|do) (?:you|i|we) (?:do|ask|say|type|help)\b.*|how (?:do|can|should|does|to) (?:i |we |this |it )?(?:use|work|start|begin)\b.*"
        r"|who are you|what are you|what(?:'s| is) this|what (?:is this|are you) for|what now|commands?|options)$",
        12,
    ),
    _led("greeting", r"(?:hi|hello|hey|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day))(?: (?:there|all|everyone|you|again))?$", 5),
    _led("greeting", r"(?:many |great )?(?:thanks|thank you|thx|cheers|bye|goodbye|see you|great|perfect|awesome|cool|nice|wonderful|brilliant|lovely)(?:[, ].{0,30})?$", 7),
)

# These need something the vocabulary found: techniques named or meant.
WHY: Final = re.compile(
    _LEAD + r"(?:(?:but |and |so )?why\b|how come|how so|what makes|for what reason|explain\b|justify|reasons?\b|the reasons?\b"
    r"|tell me why|how did (?:you|it) (?:get|come|arrive|reach|conclude|end)|what makes you|show (?:me )?(?:the |your )?(?:reason|proof|trace|reasoning|working))"
)
NOT: Final = re.compile(
    r"\b(?:why|how come)\b.*\b(?:not|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|wouldn't|shouldn't|can't|cannot|couldn't|no|excluded|ruled out|rejected"
    r"|infeasible|lower|worse|worst|last|bad|out|against)\b"
)
OBJECTION: Final = re.compile(
    _LEAD + r"(?:what(?:'s| is) wrong with|what about|how about|what speaks against|what stops|(?:can't|couldn't|shouldn't|wouldn't|isn't|aren't|don't|won't|doesn't)\b"
    r"|(?:should|could|can|would|will|is|does|do|may|might) .*\?|i (?:still )?(?:think|thought|heard|read|believe|feel)|everyone|everybody|people (?:say|use)|i'd rather|i would rather"
    r"|we (?:thought|heard|were told))"
)
CONTRAST: Final = re.compile(
    r"\b(?:vs\.?|versus|compare[ds]?|comparison|rather than|instead of|over|better than|worse than|differ(?:s|ent|ence|ences)?|prefer(?:red)?|or|and not)\b"
)
NEXT_QUESTION: Final = re.compile(
    _LEAD + r"(?:what (?:else )?(?:do|would|should|can|could) (?:you|i|we) (?:still |also |else )?(?:need|tell|want|add|provide|know|say)\b.*|(?:go on|continue|proceed|ask (?:me|away|on).*)"
    r"|(?:the )?next(?: question)?(?: please)?|what(?:'s| is) (?:missing|next|still open|unclear)|(?:anything|something) else|(?:do you have )?(?:any )?(?:more|other|further) questions?"
    r"|what should i tell you.*|keep (?:asking|going))$"
)
DONT_KNOW: Final = re.compile(
    _LEAD + r"(?:(?:i|we)(?:'m| am|'re| are)? ?)?(?:really |honestly |just |actually )?(?:do(?:n't| not) (?:really )?(?:know|remember)|dont know|have no (?:idea|clue)|haven't (?:decided|thought).*"
    r"|can(?:'t|not) (?:say|tell)|couldn't say|not sure|no (?:idea|clue)|unsure|unknown|skip(?: (?:it|this|that|the question))?|pass|dunno|idk|hard to (?:say|tell)|undecided"
    r"|don't care|doesn't matter|whatever|either(?: way)?|n/?a|unclear|can't tell|not (?:decided|known))(?: (?:yet|about (?:that|this|it)|that|this|it|to be honest))*$"
)
LIST: Final = re.compile(
    _LEAD + r"(?:can you |could you |please )?(?:which|what|list|show|name|enumerate|tell me)\b(?P<rest>.*)$"
)
LISTED: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("task", re.compile(r"\b(?:tasks?|task types?|use ?cases?|kinds? of (?:tasks?|things?|projects?|work))\b")),
    ("technique", re.compile(r"\b(?:techniques?|approach(?:es)?|options|methods?|alternatives|choices|solutions|candidates)\b")),
    ("constraint", re.compile(r"\b(?:constraints?|questions?|factors?|dimensions?|criteria|aspects?|things? you ask|parameters)\b")),
    ("need", re.compile(r"\b(?:needs|requirements)\b")),
)
ADVICE: Final = re.compile(r"\b(?:should|recommend(?:ed)?|best|suits?|right|better|you(?:'d| would) (?:use|pick|choose)|advise)\b")
RECOMMEND: Final = re.compile(
    _LEAD + r"(?:what (?:do|would|should|shall|can|is|'s|does) ?(?:you|i|we|your|it)? ?(?:recommend|suggest|advise|advice|use|do|choose|pick|go (?:with|for)|recommendation|verdict|say|think)\b.*"
    r"|what's your (?:advice|recommendation|verdict|take).*|(?:recommend|advise|suggest)\b.*|(?:your|the) (?:recommendation|advice|verdict|answer|suggestion|ranking|winner)\b.*|ranking|(?:the )?bottom line.*"
    r"|so what\b.*|how (?:do|should|would) (?:i|we) (?:start|begin|proceed|go about|build)\b.*|(?:what (?:is|are) )?(?:the |my |our )?(?:next|first) steps?\b.*|(?:the )?(?:path|roadmap|plan)|just tell me.*|show (?:me )?the ranking"
    r"|what did you (?:say|recommend).*)$"
)
DEFINE: Final = (
    re.compile(_LEAD + r"(?:what|whats|what's) (?:exactly |actually )?(?:does|do|did|is meant by|do you mean by|did you mean by|'s meant by)(?: you mean by)? ?(?:a |an |the |by )?(?P<term>.+?)(?: (?:mean|stand for|refer to|involve|do))?(?: (?:here|exactly|actually|please))?$"),
    re.compile(_LEAD + r"(?:what|what's|whats)(?: exactly| actually)?(?: (?:is|are))?(?: meant by)? (?:a |an |the |this |that )?(?P<term>.+?)(?: (?:mean|exactly|actually|anyway|please|again))?$"),
    re.compile(_LEAD + r"(?:define|definition of|meaning of|explain|describe|tell me (?:more )?about|what about)(?: the term| what)? ?(?:a |an |the )?(?P<term>.+?)(?: (?:is|means?))?(?: please)?$"),
    re.compile(_LEAD + r"(?:i (?:do(?:n't| not) know|am not sure|'m not sure) what )(?:a |an |the )?(?P<term>.+?) (?:is|are|means?)$"),
)
RETRACT: Final = re.compile(
    _LEAD + r"(?:forget|drop|ignore|remove|scrap|delete|undo|take back|disregard|never ?mind|leave out|strike|cancel|i take back|no longer|unset)\b(?: (?:what i said )?about| that| the| our| my)?(?P<rest>.*)$"
)
CORRECT: Final = re.compile(
    r"^(?:(?:oh|ah|well|hm+|but|wait|sorry|oops)[,.! ]+)*(?:(?:no+|nope|nah|wrong)(?=[,.:;!-])|(?:no+|nope|nah|wrong)(?= (?:it|it's|its|that's|they|they're|we|we're|i|the|our) )|actually|not quite|not really|not exactly|correction|i meant?|(?:that|this|it)(?:'s| is| was)? (?:is )?(?:wrong|not (?:right|true|correct|what i (?:said|meant)))"
    r"|you (?:mis(?:understood|read|took)|got (?:that|it|this) wrong)|in fact|to be precise|make (?:it|that)|change (?:it|that)? ?|rather)\b[,.:;! ]*(?P<rest>.*)$"
)
YES: Final = re.compile(
    _LEAD + r"(?:yes|yeah|yep|yup|sure|ok|okay|right|correct|exactly|absolutely|definitely|indeed|agreed|fine|true|of course|keep (?:it|that|this)|sounds (?:good|right|great)|go ahead|do (?:it|that|so)|keep (?:it|that|them|this)|that'?s (?:right|correct|it)|let'?s (?:do|keep|take|go with) (?:it|that|this))"
    r"(?:[,. ]+(?:please|thanks|thank you|do|keep (?:it|that)|that'?s (?:right|correct)|it is|go ahead|i do|we do))*$"
)
NO: Final = re.compile(_LEAD + r"(?:no+|nope|nah|not really|never ?mind|don't|no thanks?|no thank you|leave it|discard(?: it| that)?)$")
ORDINALS: Final = {
    "first": 0, "1st": 0, "1": 0, "second": 1, "2nd": 1, "2": 1, "third": 2, "3rd": 2, "3": 2, "fourth": 3, "4th": 3, "4": 3,
    "fifth": 4, "5th": 4, "5": 4, "last": -1, "latter": -1, "former": 0,
}  # fmt: skip
ORDINAL: Final = re.compile(
    r"\b(?:the |number |no\.? |option |#)?(?P<which>first|second|third|fourth|fifth|last|latter|former|1st|2nd|3rd|4th|5th)\b(?: (?:one|option|choice|place|technique))?"
)
CHOICE: Final = re.compile(r"^(?:(?:the|number|no\.?|option|#|answer) ?)?(?P<which>[1-9]|first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)(?: (?:one|option|choice))?$")
REFERENCE: Final = re.compile(r"\b(?:that|this|it|that one|this one|the other(?: one)?|the others?|those)\b")


def plain(text: str) -> str:
    """A message in the form in which the patterns read it."""
    lowered = re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("‘", "'")).strip()
    return lowered.strip(" .!…;:,")


def form_of(text: str) -> tuple[str, str] | None:
    """The act that a message performs by its form alone, with what it is about; None if its form says nothing."""
    message = plain(text)
    bare = message.rstrip("?").strip()
    count = len(bare.split())
    for rule in RULES:
        found = rule.pattern.search(message) if r"\?" in rule.pattern.pattern else rule.pattern.search(bare)
        if found and count <= rule.longest:
            return rule.act, (found.groupdict().get("rest") or "").strip()
    return None


def is_question(text: str) -> bool:
    """Whether a message asks, by its sign or its first words."""
    message = plain(text)
    asks = r"(?:why|what|which|who|how|when|where|is|are|can|could|should|would|do|does|did|compare|explain)\b"
    return message.endswith("?") or bool(re.match(_LEAD + asks, message))


def split_sentences(text: str) -> list[str]:
    """The sentences of a message; abbreviations and decimals stay whole."""
    parts = re.split(r"(?<=[.!?])\s+(?=[^\s])|\n+", text.strip())
    return [part.strip() for part in parts if part.strip()]


def ordinal(which: str, items: Sequence[str]) -> str | None:
    """The item that an ordinal means, or None if there are not so many."""
    index = ORDINALS[which]
    return items[index] if -len(items) <= index < len(items) else None
