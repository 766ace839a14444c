"""Forms of words: regular expressions for the questions, commands and repairs that people make in English.

Techniques, tasks and constraints are not words here: what a form is about is found with the
knowledge base's vocabulary.
All patterns read lower case with straight apostrophes (see :func:`chat.acts.plain`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


def one_of(*parts: str) -> str:
    """A group of alternatives."""
    return f"(?:{'|'.join(parts)})"


_FILLERS = "and|but|so|ok|okay|well|hm+|also|then|now|right|fine|please|sorry|oh|ah|um|hey|alright"
SIGNS: Final = {
    "🤷": " no idea ",
    "👍": " yes ",
    "👌": " yes ",
    "✅": " yes ",
    "👎": " no ",
    "\u200d": "",
    "\ufe0f": "",
}
LEAD: Final = rf"^(?:(?:{_FILLERS})\b[,.:!]? *)*"
_PROGRAM = r"(?:you|it|this|that|the (?:system|tool|program|engine|bot))"
_ANSWER = r"(?:it|this|that|(?:the|your) (?:answer|recommendation|advice|choice)|anything)"
_WE = "(?:i|we)"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of words and the act it performs.

    Attributes:
        act: the act.
        pattern: the group "rest" is what the act is about.
        longest: messages with more words are something else.
        asked: whether it counts only with a question mark.
    """

    act: str
    pattern: re.Pattern[str]
    longest: int = 100
    asked: bool = False


def _led(act: str, *parts: str, longest: int = 100, asked: bool = False) -> Form:
    return Form(act, re.compile(LEAD + one_of(*parts)), longest, asked)


def _whole(act: str, *parts: str, longest: int = 100) -> Form:
    return Form(act, re.compile(f"{LEAD}{one_of(*parts)}$"), longest)


FORMS: Final[tuple[Form, ...]] = (
    _whole(
        "restart",
        r"(?:let'?s )?(?:start (?:over|again|afresh|anew|fresh)|restart|reset|begin again)(?: please| from scratch)?",
        "clear (?:everything|all|it all)",
        "forget (?:everything|all|it all|all of (?:it|that))",
        "from scratch",
        "(?:a )?(?:new|different|another) (?:conversation|chat|session|case|one|project)",
        longest=8,
    ),
    _led("export", r"(?:can (?:i|you) |please )?(?:export|download|save|print)\b", longest=10),
    _led("export", r".*\b(?:transcript|write-?up|as markdown)\b", longest=10),
    _led(
        "why-asked",
        rf"why (?:do|are|did|would|should|must) (?:you|{_WE}) (?:even )?"
        r"(?:ask|asking|care|want to know|need to know|need (?:that|this|to)|tell|answer)\b",
        r"(?:why|how) (?:is|does|would|should|do) (?:that|this|it|these|your question)(?: even)? "
        r"(?:matter|relevant|important|make a difference|help)\b",
        r"why (?:that|this|the) question",
        r"what(?:'s| is) (?:that|this|it) (?:question )?for\b",
        longest=12,
    ),
    _led(
        "evidence",
        r"who (?:says|said|claims|told)\b|says who|according to (?:who|whom|what)",
        "based on what",
    ),
    _led(
        "evidence",
        r"(?:what|where|which)(?:'s| is| are)? (?:the |your |that |those |are your )?"
        r"(?:sources?|evidence|references?|proof|basis|claims?|papers?|literature)\b",
        r"where (?:do|did|does|is) (?:you|this|that|it|all (?:this|that)) (?:get|come|take|from|have)\b",
        longest=12,
    ),
    _whole(
        "evidence",
        r"(?:any|(?:show|give|cite|list)(?: me| us)?(?: the| your| some)?) "
        r"(?:sources?|evidence|references?|citations?|papers?)",
        r"sources?|evidence|references?|citations?|can you (?:back|prove) (?:that|this|it)(?: up)?",
        longest=8,
    ),
    _led(
        "what-if",
        r"(?:what|how)(?: would| will)?(?: happens?| changes?| then)?,? (?:about )?(?:if|when)\b(?P<rest>.*)",
    ),
    _led(
        "what-if",
        r"(?:suppose|supposing|assume|assuming|imagine|hypothetically|theoretically|in theory"
        r"|let'?s (?:say|assume|suppose|pretend)|say (?=we|i|it)"
        r"|and with)\b"
        r"(?P<rest>.*)",
    ),
    _led("what-if", r"if (?=(?:we|i|there|our|the|it|they|my|all|nothing|everything)\b)(?P<rest>.*)"),
    Form(
        "what-if",
        re.compile(
            rf"\b(?:would|does|will|could) {_ANSWER}(?: still)? "
            r"(?:change|be different|differ|hold|be the same|matter)\b.*?\b(?:if|when)\b(?P<rest>.*)"
        ),
    ),
    _led(
        "regions",
        rf"(?:where|when|at (?:what|which) point)(?: exactly)? (?:does|would|will|do) {_ANSWER} "
        r"(?:flip|switch|tip|turn|change)\b",
    ),
    _led("regions", r".*\b(?:tipping point|flip point|threshold|cut-?off)s?\b", longest=14, asked=True),
    _led(
        "cost",
        r"(?:when|from (?:when|where|what point)|at (?:what|which) \w+|over what \w+)\b.*"
        r"\b(?:break even|pays? (?:off|for itself)|(?:gets?|becomes?|is|be|get|become) (?:cheaper|less expensive))\b",
        r"(?:which|what)\b.*\b(?:is|are|would be|works out|comes out) (?:the )?(?:cheaper|cheapest|least expensive)\b",
        longest=20,
    ),
    _led(
        "changes",
        r"what (?:would|could|should|must|needs?|has|have|will)"
        rf"(?: (?:{_WE}|it|you|have|need|to|has))* (?:take|change|happen)\b(?P<rest>.*)",
    ),
    _led(
        "changes",
        r"what (?:would|could|might|will|does|can) (?:it take (?:for|to)|make|let|help|get|bring)\b"
        r"(?P<rest>.*\b(?:win|won|first|best|better|ahead|top|preferred|recommended|chosen|choose|recommend|pick)\b.*)",
    ),
    _led(
        "changes",
        rf"how (?:can|could|do|would|might) {_WE} (?:get|make|bring|end up|move|switch)\b(?P<rest>.*)",
        longest=16,
    ),
    _led(
        "changes",
        r"(?:when|under (?:what|which) (?:conditions|circumstances)) (?:would|does|is|will|should)\b(?P<rest>.*)",
        longest=16,
    ),
    _led(
        "cost",
        r"how (?:much|expensive)\b.*\b(?:costs?|pay|charge|price|expensive|money|be)\b",
        r"(?:what|how much) (?:does|would|will|do|is|are|'s)\b.*\b(?:cost|costs|price|pricing)\b",
        longest=16,
    ),
    _whole(
        "cost",
        r"(?:the )?(?:costs?|price|pricing)",
        r"(?:what(?:'s| is) (?:the )?)?break-?\s?even(?: point)?",
        longest=8,
    ),
    _led(
        "accuracy",
        r"how (?:accurate|reliable|trustworthy|good|often|sure|certain|confident)\b.*"
        r"\b(?:you|it|this|that|right|wrong)\b",
        rf"(?:can|should|why should) {_WE} (?:trust|believe|rely on)\b",
        r"are you (?:sure|certain|confident)\b",
        longest=12,
    ),
    _led(
        "how-decides",
        rf"how (?:do|does|would) {_PROGRAM} (?:decide|choose|pick|score|rank|reason|weigh|come|arrive|calculate|compute"
        r"|determine|think|judge|recommend)\b",
        r"(?:what|which) (?:are the |are your |is the )?(?:rules|logic|algorithm|method)\b",
        r"are you (?:an? )?(?:ai|llm|language model|human|person|bot|chatbot|machine|expert system)\b",
        longest=16,
    ),
    _led(
        "tradeoffs",
        r".*\b(?:trade-?\s?offs?|down-?sides?|draw-?backs?|pros and cons|pros|cons|(?:dis)?advantages?|the catch"
        r"|weak(?:ness|nesses| points?| spots?)|caveats?|warnings?|pitfalls?|go wrong)\b",
        rf"what (?:do|would|will) {_WE} (?:lose|give up|sacrifice|risk|miss)\b",
        r"(?:what are |any )?(?:the )?risks?$",
        longest=12,
    ),
    _whole(
        "summary", r"that'?s (?:all|it)|(?:i'?m |we'?re )?done|nothing (?:else|more)|no more(?: questions)?", longest=5
    ),
    _whole(
        "summary",
        r"(?:sum(?:mari[sz]e)?(?: (?:it|that|this))?(?: up)?|(?:a |the )?summary|recap)"
        r"(?: (?:please|so far|of (?:this|that|what).*|what (?:you|i|we).*))?",
        r"(?:can you )?(?:sum(?:mari[sz]e)?|recap) "
        r"(?:(?:it|that|this|everything|all)(?: up)?|our (?:chat|conversation))"
        r"(?: so far)?",
        r"what (?:do|did|have|has) you (?:know|got|get|understood|understand|gathered|noted|heard|take|taken)\b.*",
        rf"what have {_WE} (?:said|told you)\b.*|what did {_WE} (?:say|tell you)\b.*|where (?:are|were) we\b.*",
        r"what(?:'s| is| are) (?:my|our|the) (?:profile|inputs?|case|situation)\b.*",
        longest=14,
    ),
    _led(
        "teach",
        rf"(?:(?:can|could|may|how (?:can|do|could)) {_WE} |(?:can|could) you |i want to |i'd like to |let me |let's )?"
        r"(?:teach|add|register|create|introduce)\b.*\b(?:new|another|an?|own|missing) "
        r"(?:task|kind|type|technique|term)\b",
        longest=16,
    ),
    _whole(
        "help",
        r"help(?: me)?|\?+|what (?:can|could|do) (?:you|i|we) (?:do|ask|say|type|help)\b.*",
        r"how (?:do|can|should|does|to) (?:i |this |it )?(?:use|work|start|begin)\b.*|how (?:do|can) we use\b.*",
        r"who are you|what are you|what(?:'s| is) this|what (?:is this|are you) for|what now|commands?|options",
        longest=12,
    ),
    _whole(
        "greeting",
        r"(?:hi|hello|hey|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day))"
        r"(?: (?:there|all|everyone|you|again))?",
        longest=5,
    ),
    _whole(
        "greeting",
        r"(?:many |great )?(?:thanks|thank you|thx|cheers|bye|goodbye|see you|great|perfect|awesome|cool|nice|wonderful"
        r"|brilliant|lovely)(?:[, ].{0,30})?",
        longest=7,
    ),
)

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
        rf"what (?:else )?(?:do|would|should|can|could) (?:you|{_WE}) (?:still |also |else )?"
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
        rf"what (?:do|would|should|shall|can|does) (?:you|{_WE}|it) "
        r"(?:recommend|suggest|advise|use|do|choose|pick|go (?:with|for)|say|think|take)\b.*",
        r"what(?:'s| is| would be) (?:your|the|it) (?:advice|recommendation|verdict|suggestion|take|answer|result)\b.*",
        r"(?:recommend|advise|suggest)\b.*",
        r"(?:your|the) (?:recommendation|advice|verdict|answer|suggestion|ranking)(?: (?:again|now|please|then))?",
        r"(?:show (?:me )?the )?ranking|(?:the )?bottom line.*|so what\b.*|just tell me.*",
        rf"how (?:do|should|would) {_WE} (?:start|begin|proceed|go about|build)\b.*",
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
        rf"{_WRONG}(?=[,.:;!-])|{_WRONG}(?= (?:not|wait|sorry|it|it's|its|that's|they|they're|we|we're|i|the|our) )",
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
    rf"^(?:(?:and|but|so|ok|what about|how about|then)\b[, ]*)*(?:the|that|this) (?:other|{_ORDINALS})"
    r"(?: one| option)?(?: then)?\?$"
)
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
