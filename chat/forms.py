"""Forms of words within acts: questions why and why not, references, corrections, agreement, definitions.

As in :mod:`chat.act_forms`, they are plain English and name nothing of any domain.
"""

from __future__ import annotations

import re
from typing import Final

from chat.act_forms import LEAD, WE, one_of

PARDON: Final = re.compile(
    LEAD
    + one_of(
        r"what do you mean",
        "what does (?:that|this|it) mean",
        "huh",
        "pardon",
        "i (?:do not|don't) (?:understand|get it|follow)",
    )
    + r"(?: (?:by )?(?:that|this|it|with that|your question|the question))?$"
)
WHAT_IS_THAT: Final = re.compile(LEAD + r"what(?:'s| is) (?:that|this|it)(?: supposed to (?:mean|be))?$")
FAREWELL: Final = re.compile(
    r"\b(?:bye|goodbye|farewell|see you|ciao|until|later|good night|take care|i'm off|have to go)\b"
)
THANKS: Final = re.compile(
    r"\b(?:thanks?|thx|ty|cheers|appreciate|helpful|great|nice|cool|perfect|awesome|wonderful|brilliant|lovely|good"
    r"|excellent|well done|amazing|super|fantastic|useful)\b(?! (?:morning|afternoon|evening|day))"
)
WHY: Final = re.compile(
    LEAD
    + one_of(
        r"why\b|how come|how so|what makes|for what reason|explain\b|justify|(?:the )?reasons?\b|tell me why",
        r"how did (?:you|it) (?:get|come|arrive|reach|conclude|end)",
        r"show (?:me )?(?:the |your )?(?:reason|proof|trace|reasoning|working)",
    )
)
WHY_NOT: Final = re.compile(r"(?:(?:and|but|so|ok|okay|well|then),? )*why not\b|.*\bwhy not$")
NOT: Final = re.compile(
    r"\b(?:why|how come)\b.*\b(?:not|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|wouldn't|shouldn't|can't|cannot"
    r"|couldn't|no|excluded|ruled out|rejected|infeasible|lower|worse|worst|last|bad|out|against)\b"
)
OBJECTION: Final = re.compile(
    LEAD
    + one_of(
        r"what(?:'s| is) wrong with|what about|how about|what speaks against|what stops",
        r"(?:can't|couldn't|shouldn't|wouldn't|isn't|aren't|don't|won't|doesn't)\b",
        r"(?:should|could|can|would|will|is|does|do|may|might) .*\?",
        r"i (?:still )?(?:think|thought|heard|read|believe|feel)|everyone|everybody|people (?:say|use)",
        r"i'd rather|i would rather|we (?:thought|heard|were told)",
    )
)
NEGATIVE_QUESTION: Final = re.compile(
    LEAD + r"(?:can't|couldn't|shouldn't|wouldn't|isn't|aren't|don't|won't|doesn't|didn't|wasn't)\b.*\?$"
)
CONTRAST: Final = re.compile(
    r"\b(?:vs\.?|versus|compare[ds]?|comparison|rather than|instead of|over|better than|worse than"
    r"|differ(?:s|ent|ence|ences)?|prefer(?:red)?|or|and not)\b"
)
NEXT_QUESTION: Final = re.compile(
    LEAD
    + one_of(
        rf"what (?:else )?(?:do|would|should|can|could) (?:you|{WE}) (?:still |also |else )?"
        r"(?:need|tell|want|add|provide|know|say)\b.*",
        r"go on|continue|proceed|ask (?:me|away|on).*|(?:the )?next(?: question)?(?: please)?",
        r"what(?:'s| is)? (?:missing|next|still open|unclear)|(?:anything|something) else",
        r"(?:do you have )?(?:any )?(?:more|other|further) questions?|what should i tell you.*|keep (?:asking|going)",
    )
    + "$"
)
DONT_KNOW: Final = re.compile(
    LEAD
    + r"(?:(?:i|we)(?:'m| am|'re| are)? ?|(?:it|that|this) )?(?:really |honestly |just |actually )?"
    + one_of(
        r"do(?:n't| not) (?:really )?(?:know|remember)|dont know|have no (?:idea|clue)|haven't (?:decided|thought).*",
        r"can(?:'t|not) (?:say|tell)|couldn't say|not sure|no (?:idea|clue)|unsure|unknown",
        r"skip(?: (?:it|this|that|the question))?|pass|dunno|idk|hard to (?:say|tell)|undecided",
        r"don't care|doesn't matter|whatever|either(?: way)?|n/?a|unclear|not (?:decided|known)",
    )
    + r"(?: (?:yet|about (?:that|this|it)|that|this|it|to be honest))*$"
)
LIST: Final = re.compile(
    LEAD + r"(?:can you |could you |please )?(?:which|what|list|show|name|enumerate|tell me)\b(?P<rest>.*)$"
)
LISTED: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("task", re.compile(r"\b(?:tasks?|task types?|use ?cases?|kinds? of (?:tasks?|things?|projects?|work))\b")),
    (
        "technique",
        re.compile(r"\b(?:techniques?|approach(?:es)?|options|methods?|alternatives|choices|solutions|candidates)\b"),
    ),
    (
        "constraint",
        re.compile(
            r"\b(?:constraints?|questions?|factors?|dimensions?|criteria|aspects?|things? you ask|parameters)\b"
        ),
    ),
    ("need", re.compile(r"\b(?:needs|requirements)\b")),
)
ADVICE: Final = re.compile(
    r"\b(?:should|recommend(?:ed)?|best|suits?|right(?! now)|better|you(?:'d| would) (?:use|pick|choose)|advise)\b"
)
RECOMMEND: Final = re.compile(
    LEAD
    + one_of(
        rf"what (?:do|would|should|shall|can|does) (?:you|{WE}|it) "
        r"(?:recommend|suggest|advise|use|do|choose|pick|go (?:with|for)|say|think|take)\b.*",
        r"what(?:'s| is| would be) (?:your|the|it) (?:advice|recommendation|verdict|suggestion|take|answer|result)\b.*",
        r"(?:recommend|advise|suggest)\b.*",
        r"(?:your|the) (?:recommendation|advice|verdict|answer|suggestion|ranking)(?: (?:again|now|please|then))?",
        r"(?:show (?:me )?the )?ranking|(?:the )?bottom line.*|so what\b.*|just tell me.*",
        rf"how (?:do|should|would) {WE} (?:start|begin|proceed|go about|build)\b.*",
        r"(?:what (?:is|are) )?(?:the |my |our )?(?:next|first) steps?\b.*|(?:the )?(?:path|roadmap|plan)",
        r"what did you (?:say|recommend).*",
    )
    + "$"
)
_ARTICLE = "(?:a |an |the )?"
BETTER_THAN: Final = re.compile(
    r"\b(?:better|worse|cheaper|faster|rather|other|more|less) (?:than|then)\b|\b(?:over|beats?|ahead of)\b"
)
DEFINE: Final[tuple[re.Pattern[str], ...]] = (
    re.compile(
        LEAD + r"(?:what|whats|what's) (?:exactly |actually )?"
        r"(?:does|do|did|is meant by|do you mean by|did you mean by|'s meant by)(?: you mean by)? ?"
        + _ARTICLE
        + r"(?P<term>.+?)"
        r"(?: (?:mean|stand for|refer to|involve|do))?(?: (?:here|exactly|actually|please))?$"
    ),
    re.compile(
        LEAD
        + r"(?:what|what's|whats)(?: exactly| actually)?(?: (?:is|are))?(?: meant by)? (?:a |an |the |this |that )?"
        r"(?P<term>.+?)(?: (?:mean|exactly|actually|anyway|please|again))?$"
    ),
    re.compile(
        LEAD + r"(?:define|definition of|meaning of|explain|describe|tell me (?:more )?about)"
        r"(?: the term| what)? ?" + _ARTICLE + r"(?P<term>.+?)(?: (?:is|means?))?(?: please)?$"
    ),
    re.compile(
        LEAD
        + r"(?:i (?:do(?:n't| not) know|am not sure|'m not sure) what )"
        + _ARTICLE
        + r"(?P<term>.+?) (?:is|are|means?)$"
    ),
    re.compile(r"^(?P<term>[^=]+?) ?=$"),
)
RETRACT: Final = re.compile(
    LEAD + r"(?:forget|drop|ignore|remove|scrap|delete|undo|take back|disregard|never ?mind|leave out|strike|cancel"
    r"|i take back|no longer|unset)\b(?: (?:what i said )?about| that| the| our| my)?(?P<rest>.*)$"
)
_WRONG = "(?:no+|nope|nah|wrong)"
CORRECT: Final = re.compile(
    r"^(?:(?:oh|ah|well|hm+|but|wait|sorry|oops|hold on|hang on|no,? wait|so|and)[,.! ]+)*"
    + one_of(
        # A bare "no" before a noun denies the noun: "no labels" is a statement, "no, labels" a correction.
        rf"{_WRONG}(?=[,.:;!-])|{_WRONG}(?= (?:not|no|wait|sorry|it|it's|its|that's|they|they're|we|we're|i|the|our) )",
        r"actually|not quite|not really|not exactly|correction|i meant?|in fact|to be precise|rather\b",
        r"(?:that|this|it)(?:'s| is| was)? (?:is )?(?:wrong|not (?:right|true|correct|what i (?:said|meant)))",
        r"you (?:mis(?:understood|read|took)|got (?:that|it|this) wrong)|make (?:it|that)|change (?:it|that)? ?",
    )
    + r"[,.:;! ]*(?P<rest>.*)$"
)
YES: Final = re.compile(
    LEAD
    + one_of(
        r"yes|yeah|yep|yup|jup|ja|oui|si|yas",
        r"sure|ok|okay|right|correct|exactly|absolutely|definitely|indeed|agreed|fine|true|of course",
        r"(?:keep|take) (?:it|that|this)(?: as given)?",
        r"sounds (?:good|right|great)|go ahead|do (?:it|that|so)|that'?s (?:right|correct|it)",
        r"let'?s (?:do|keep|take|go with) (?:it|that|this)",
    )
    + r"(?:[,. ]+(?:please|thanks|thank you|do|keep (?:it|that)|that'?s (?:right|correct)|it is|go ahead|i do|we do))*$"
)
KEEP: Final = re.compile(r"\bkeep\b|\btake (?:it|that|this) as given\b")
NO: Final = re.compile(
    LEAD + r"(?:no+|nope|nah|not really|never ?mind|don't|no thanks?|no thank you|leave it|discard(?: it| that)?)$"
)
_ORDINALS = "first|second|third|fourth|fifth|last|latter|former|1st|2nd|3rd|4th|5th"
ORDINAL: Final = re.compile(
    rf"\b(?:the |number |no\.? |option |#)?(?P<which>{_ORDINALS})\b(?: (?:one|option|choice|place|technique))?"
)
# What is to be taken back where nothing is named.
LAST_SAID: Final = re.compile(
    r"^(?:(?:please|now|again|it|that|this|undo|scratch|strike|revert|forget|drop|ignore|disregard|cancel|remove|delete"
    r"|take|back|go|one|step|the|my|last|previous|thing|message|remark|sentence|part|bit|i|we|just|said|told|you|what"
    r"|never|mind|unsay|withdraw|did not|didn't|want to|say|mention(?:ed)?|mean|so|shouldn't|have"
    r"|pretend|up|a|and|too|one|ok|well|as)\b[ ,]*)*$"
)
AND_QUESTION: Final = re.compile(
    r"^(?:(?:and|or|but|ok|okay|so|then|what about|how about|with|without|if|now)\b[, ]*)+.*\?$"
)
CLAUSE: Final = re.compile(r"[,;:]\s+|\s+[-–—]+\s+|[()]")
BARE_REFERENCE: Final = re.compile(
    rf"^(?:(?:and|but|so|ok|hm+|well|oh|what about|how about|then)\b[, ]*)*(?:the|that|this) (?:other|{_ORDINALS})"
    r"(?: one| option)?(?: then)?\?$"
)
_THOUGHT = (
    r"i(?:'d| would)? (?:think|guess|suppose|believe|say)|probably|maybe|perhaps|mostly|let'?s say|more or less|or so"
)
HEDGED: Final = re.compile(rf"^(?:(?:{_THOUGHT})[, ]+)+|(?:[, ]+(?:{_THOUGHT}))+$", re.IGNORECASE)
STEPS: Final = re.compile(
    r"\b(?:steps?|plan|road ?map|path|route|get there|order|proceed|go about|implement)\b"
    rf"|\bhow (?:do|should|can|could|would) {WE}\b|\bwhere (?:do|should) {WE} (?:start|begin)\b"
    rf"|\bwhat(?:'s| is| comes| do {WE} do| should {WE} do)? (?:next|after that|then|first)\b"
)
AGAINST: Final = re.compile(r"\b(?:against|wrong with|matter with)\b")
OTHER: Final = re.compile(r"\b(?:the|that|this|your) others?\b")
# What may be said in place of a technique's name.
SOME_OPTION: Final = re.compile(
    rf"\b(?:(?:the|your|that) )?(?:{_ORDINALS}|other|runner-?up|winner)(?: (?:one|option|choice|technique|place))"
    rf"|\b(?:the|number|option) (?:{_ORDINALS}|one|two|three|1|2|3|runner-?up|winner)\b(?! \w)"
    r"|\byour (?:favou?rite|pick|choice|winner|recommendation|suggestion|number one)\b",
    re.IGNORECASE,
)
CHOICE: Final = re.compile(
    rf"^(?:(?:the|number|no\.?|option|#|answer) ?)?(?P<which>[1-9]|{_ORDINALS})"
    r"(?: (?:one|option|choice|value|answer))?$"
)
REFERENCE: Final = re.compile(r"\b(?:that|this|it|that one|this one|the other(?: one)?|the others?|those)\b")
PLACES: Final = {
    **dict.fromkeys(("first", "1st", "1", "former"), 0),
    **dict.fromkeys(("second", "2nd", "2"), 1),
    **dict.fromkeys(("third", "3rd", "3"), 2),
    **dict.fromkeys(("fourth", "4th", "4"), 3),
    **dict.fromkeys(("fifth", "5th", "5"), 4),
    **dict.fromkeys(("last", "latter"), -1),
    **{str(number): number - 1 for number in range(6, 10)},
}
WHICH_IS: Final = re.compile(
    LEAD + r"which(?: (?:one|of (?:them|these|those)|technique))?(?: is| are|'s) (?!bett)\w{3,}er\b"
)
MERE_QUESTION: Final = re.compile(LEAD + r"(?:why|what|which|who|how|when|where|is|are|does|do|did)\b[^.;]*\??$")
FIRST_PERSON: Final = re.compile(r"\b(?:i|we|our|ours|my|mine|us|me|i'm|we're|i've|we've)\b")
QUESTION: Final = re.compile(
    LEAD
    + r"(?:(?:under|in|at|from|on|for|by|over|up to|until) (?:what|which|how)|why|whats?|which|who|hows?|when|where"
    r"|is|are|can|could|should|would|do|does|did|compare|explain"
    r"|give (?:me|us)|tell (?:me|us)|show|list|let me see|remind|repeat|walk me|talk me)\b"
)
