"""Forms of words for whole acts: regular expressions for the questions and commands that people make in English.

Techniques, tasks and constraints are not words here: what a form is about is found with the vocabulary of the knowledge
base.
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
WE = "(?:i|we)"


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
        rf"why (?:do|are|did|would|should|must) (?:you|{WE}) (?:even )?"
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
        r"|let'?s (?:say|assume|suppose|pretend)|say (?=we|i\b|it(?:'s| is| was| were))"
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
        rf"(?: (?:{WE}|it|you|have|need|to|has))* (?:take|change|happen)\b(?P<rest>.*)",
    ),
    _led(
        "changes",
        r"what (?:would|could|might|will|does|can) (?:it take (?:for|to)|make|let|help|get|bring)\b"
        r"(?P<rest>.*\b(?:win|won|first|best|better|ahead|top|preferred|recommended|chosen|choose|recommend|pick)\b.*)",
    ),
    _led(
        "changes",
        rf"how (?:can|could|do|would|might) {WE} (?:get|make|bring|end up|move|switch)\b(?P<rest>.*)",
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
        rf"(?:can|should|why should) {WE} (?:trust|believe|rely on)\b",
        r"are you (?:sure|certain|confident)\b",
        longest=12,
    ),
    _led(
        "how-decides",
        rf"how (?:do|does|would) {_PROGRAM} (?:decide|choose|pick|score|rank|reason|weigh|come|arrive|calculate|compute"
        r"|determine|think|judge|recommend)\b",
        r"(?:what|which) (?:are the |are your |is the )?(?:rules(?! .*\bout\b)|logic|algorithm|method)\b",
        r"are you (?:an? )?(?:ai|llm|language model|human|person|bot|chatbot|machine|expert system)\b",
        longest=16,
    ),
    _led(
        "tradeoffs",
        r".*\b(?:trade-?\s?offs?|down-?sides?|draw-?backs?|pros and cons|pros|cons|(?:dis)?advantages?|the catch"
        r"|weak(?:ness|nesses| points?| spots?)|caveats?|warnings?|pitfalls?|go wrong)\b",
        rf"what (?:do|would|will) {WE} (?:lose|give up|sacrifice|risk|miss)\b",
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
        rf"what have {WE} (?:said|told you)\b.*|what did {WE} (?:say|tell you)\b.*|where (?:are|were) we\b.*",
        r"what(?:'s| is| are) (?:my|our|the) (?:profile|inputs?|case|situation)\b.*",
        longest=14,
    ),
    _led(
        "teach",
        rf"(?:(?:can|could|may|how (?:can|do|could)) {WE} |(?:can|could) you |i want to |i'd like to |let me |let's )?"
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
