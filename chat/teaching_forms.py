"""Forms of words in which people teach a task: how they begin, correct, go on and stop.

All patterns ignore case and read straight quotes and apostrophes (:func:`straight`); names keep their capitals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from chat.act_forms import one_of

_LEAD = (
    r"^(?:(?:and|but|so|ok|okay|well|also|then|now|please|sorry|oh|ah|um|hey|hi|hello|actually|alright|hm+)\b[,.:! ]*)*"
)
_KINDS = r"(?:task (?:type|kind|categor(?:y|ie))s?|tasks?|types?|kinds?|sorts?|use cases?)"
_OF = r"(?:sub-?)?(?:kind|type|sort|form|case|variant|variety) of"
_IF = r"(?:but )?(?:only )?(?:if|when|whenever|where|as long as|provided(?: that)?|in case)"


def straight(text: str) -> str:
    """A message with straight quotation marks and single spaces."""
    for curly, plain in (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("„", '"'), ("«", '"'), ("»", '"')):
        text = text.replace(curly, plain)
    return " ".join(text.split())


def _pattern(*parts: str, whole: bool = False) -> re.Pattern[str]:
    return re.compile(_LEAD + one_of(*parts) + (r"[.! ]*$" if whole else ""), re.IGNORECASE)


def opening(noun: str) -> re.Pattern[str]:
    """How somebody begins to teach a task; "rest" is what they already say of it.

    Args:
        noun: what the knowledge base decides about, which people may call a kind of.
    """
    verb = r"(?:teach(?: you)?|add|register|create|introduce|define)"
    ask = (
        r"(?:(?:can|could|may|might|how (?:can|do|could|would)) (?:i|we) |(?:can|could|would|will) you (?:please )?"
        r"|(?:i|we) (?:want|need|wish|would like) (?:you )?to |(?:i|we)'d like (?:you )?to |let(?: me|'s| us) "
        r"|please )*"
    )
    which = r"(?:(?:an?|another|one|my|our|this|the|some) )?(?P<new>(?:new|further|missing|own|custom) )?"
    what = rf"(?P<what>{_KINDS}(?: of (?:tasks?|{re.escape(noun)}s?|things?|work|projects?))?|{re.escape(noun)} types?)"
    return re.compile(rf"{_LEAD}{ask}{verb} {which}{what}\b(?P<rest>.*)$", re.IGNORECASE)


NAMED: Final = re.compile(
    r"^[ ,:]*(?:(?:that is |which is |that's |it is |it's )?(?:called|named|titled|labelled|known as)"
    r"|with (?:the )?(?:name|label|title)|for (?!(?:each|every|all|us|me|you|our|the|it|this|that)\b)|:|-)[ :]*"
    r"(?P<label>.+)$",
    re.IGNORECASE,
)
"""The name in an opening: "... called X"."""

TAIL: Final = re.compile(
    r"^(?:[,.]? (?:please|here|now|today|too|then|with you|myself|for (?:us|me|you|it|this|that)"
    r"|in (?:the |this )?(?:chat|conversation)|to (?:you|it|this|your \w+|the \w+(?: \w+)?)"
    r"|(?:that )?(?:you|it) (?:don't|doesn't|do not|does not) .+))*[?.! ]*$",
    re.IGNORECASE,
)
"""What may follow an opening that says nothing of the task yet."""

PARTS: Final = re.compile(
    r"[,;.]?\s+(?:and |which |that |it |it's |it is |is |they )*(?P<key>"
    rf"(?:an? )?{_OF}|(?:(?:sits |goes |comes )?(?:under|below))|also (?:called|known as)|aka\b|a\.k\.a\."
    r"|needs?\b|requires?\b|meaning|it means)[ :]+",
    re.IGNORECASE,
)
"""Where in an opening another part of the task begins."""

DIRECT: Final = _pattern(
    r"(?:(?:can|could|may|let|how (?:can|do|could)) (?:i|we|me|us) |(?:i|we) (?:want|need|would like) to "
    r"|(?:i|we)'d like to )*"
    r"(?:teach you (?:about )?|extend your \w+(?: of \w+)? (?:with|by) (?:an? |the )?)"
    r"(?!(?:mine|ours|something|anything|it|this|that|these|those|more|another|an?|new|how|what|to)\b)"
    r"(?P<label>.+?)[?.! ]*$"
)
"""A name without a word for what it is: "teach you ...", "extend your list with ..."."""

OTHERS: Final = re.compile(
    r"\b(?:techniques?|needs?|constraints?|rules?|claims?|sources?|packs?|questions?)\b", re.IGNORECASE
)
"""What else somebody may want to teach."""

ADDRESSED: Final = re.compile(r"\b(?:you|your|yours|here)\b", re.IGNORECASE)
"""What in a message that seems to ask to teach shows that the program is meant, not somebody's own work."""

CANCEL: Final = _pattern(
    r"(?:cancel|stop|abort|quit|discard|scrap|drop)(?: (?:it|that|this|everything|teaching|adding|(?:the|this|my) "
    r"(?:new )?(?:task|draft|thing|kind|type)))?",
    r"(?:forget|leave) (?:it|that|this|about it|(?:the|this) (?:new )?(?:task|draft))",
    r"never ?mind",
    r"(?:i|we)(?:'ve| have)? changed (?:my|our) minds?",
    whole=True,
)
ANEW: Final = _pattern(
    r"(?:let'?s )?(?:start (?:over|again|afresh|anew)|restart|reset|begin again|from scratch)", whole=True
)
SHOW: Final = _pattern(
    r"(?:show|tell)(?: me| us)?(?: again)?(?: (?:it|the (?:draft|task|new task)|what (?:you|we) have)(?: so far)?)?",
    r"what (?:do|did|have) (?:you|we|i) (?:have|got|said|noted|understood)(?: so far)?\??",
    r"(?:summary|summari[sz]e|recap|where (?:are|were) we\??|the draft|review|preview|check)",
    whole=True,
)
YES: Final = _pattern(
    r"(?:(?:yes|yep|yeah|yup|sure|certainly|definitely|absolutely|of course)[,.! ]*)*(?:ok(?:ay)?,? )?"
    r"(?:yes|yep|yeah|yup|sure|certainly|definitely|absolutely|of course|(?:please )?(?:add|save|commit|keep|do|store) "
    r"(?:it|that|this|the task|the new task)|go ahead|commit|save|confirm(?:ed)?|looks (?:good|right),? (?:add|save) it"
    r"|make it so)(?:[,. ]+(?:please|thanks|thank you|do|now|go ahead|do it|add it|save it))*",
    whole=True,
)
NO: Final = _pattern(r"(?:no+|nope|nah|not (?:yet|now|like that|really)|don't|wait|hold on|no thanks?)", whole=True)
HALF: Final = _pattern(
    r"(?:ok(?:ay)?|fine|right|good|great|maybe|perhaps|i (?:guess|think) so|sounds good|probably)", whole=True
)
"""Words that may or may not be a yes: nothing is saved on these."""
NONE: Final = _pattern(
    r"(?:(?:no(?:ne|pe)?|nothing|no other|skip|pass|next|-|n/?a|nah|neither|not really|enough|done|finished)"
    r"(?: (?:it|that|this|one|more|else|others?|names?|synonyms?|needs?|broader(?: task)?|of (?:them|these|those)))*"
    r"|no (?:broader|other|more|further|particular|special) ?\w*(?: \w+)?|that'?s (?:all|it|everything)"
    r"|that is (?:all|it|everything)|it(?:'s| is) (?:a )?(?:new|its own)(?: (?:kind|one|thing))?"
    r"|i (?:do not|don't) (?:know|care)|don't know|dunno|no idea|not sure|(?:it has )?none|all(?: of it)?|always)"
    r"(?:[,. ]+(?:thanks|thank you|please|that's all))*",
    whole=True,
)
DONE: Final = _pattern(
    r"(?:that'?s|that is) (?:all|it|everything)",
    r"(?:nothing|no(?:ne)?|not anything) (?:else|more)",
    r"done|finished|enough",
    whole=True,
)
REQUEST: Final = re.compile(
    rf"{_LEAD}(?:can|could|would|will) (?:you|we|i) (?:please )?(?P<rest>.+?)(?: please)?\?$", re.IGNORECASE
)
"""A change that is asked for politely."""

HELP: Final = _pattern(
    r"(?:help(?: me)?|\?+|what (?:now|can i say|should i (?:say|do))|options|how does (?:this|it) work)\??", whole=True
)
WHY: Final = _pattern(
    r"why (?:do|are|would|should|must|is) (?:you|i|we|that|this|it)\b.*",
    r"why\??",
    r"what(?:'s| is) (?:that|this|it) for\??",
    r"what do you mean\??",
    r"huh\??",
    r"(?:i (?:do not|don't) (?:understand|get it|follow))",
    whole=True,
)
ON_CONDITION: Final = re.compile(rf"{_LEAD}{_IF}\b[, ]*(?P<rest>.+)$", re.IGNORECASE)
CONDITION: Final = re.compile(rf"^(?P<head>.*?)[, (]+{_IF}\b[, ]*(?P<rest>.+?)\)?$", re.IGNORECASE)

Edit: TypeAlias = Literal["label", "synonyms", "broader", "definition", "reason", "remove", "needs"]


@dataclass(frozen=True, slots=True)
class Said:
    """A part of the task that a message names: what it is about, and what it says."""

    about: Edit
    text: str


_NO = (
    r"^(?:(?:and|but|so|ok|okay|well|then|now|please|sorry|oh|ah|um|actually|no|nope|wrong|not quite|wait|rather"
    r"|i meant?|change|set|make|let)\b[,.:;! ]*)*"
)
_IS = r"(?: (?:is|are|was|were|should be|must be|should read|to)\b|:| =)"
_WORDS: Final[tuple[tuple[Edit, str], ...]] = (
    ("label", rf"(?:the |its |it's |a )?(?:new )?(?:label|name|title){_IS}[: ]*(?:rather )?(?P<x>.+?)"),
    ("label", r"(?:it(?:'s| is| should be) (?:called|named)|(?:call|rename|name) it(?: to)?) (?P<x>.+?)"),
    (
        "synonyms",
        rf"(?:the |its |other |an? |another )*(?:synonyms?|alias(?:es)?|other names?){_IS}?[: ]+(?P<x>.+?)",
    ),
    (
        "synonyms",
        r"(?:(?:it(?:'s| is)|(?:some )?people|we) )?(?:also (?:called?|known as|say|named)|aka|goes by|say"
        r"|call it) (?:it )?(?P<x>.+?)",
    ),
    ("synonyms", r"add (?:the |an? )?(?:synonyms?|alias(?:es)?|other names?)[: ]+(?P<x>.+?)"),
    (
        "broader",
        rf"(?:the |its |a )?(?:broader|parent|wider|more general|super)(?: (?:task|kind|type|one))?{_IS}?[: ]+"
        r"(?P<x>.+?)",
    ),
    (
        "broader",
        rf"(?:it(?:'s| is| should be)? |that's |that is |really |actually |just |as )*(?:an? )?{_OF} (?P<x>.+?)",
    ),
    ("definition", rf"(?:the |its )?(?:definition|description|meaning){_IS}[: ]*(?P<x>.+?)"),
    ("definition", r"it means[: ]+(?P<x>.+?)"),
    ("reason", rf"(?:the |my |our )?reason{_IS}[: ]*(?P<x>.+?)"),
    (
        "remove",
        r"(?:remove|drop|delete|leave out|forget|take (?:out|away)|without|not|it does(?: not|n't) need)"
        r" (?:the |that )?(?:need|synonym|name|demand|broader task)?(?: for)? ?(?P<x>.+?)",
    ),
    (
        "needs",
        r"(?:it |they |that |which )?(?:also |really )?(?:needs?|requires?|demands?|asks? for)\b"
        r"(?: is| are|:)?[: ]*(?P<x>.+?)",
    ),
    ("needs", r"add (?:the |a )?(?:needs?|demands?|requirements?)[: ]+(?:for )?(?P<x>.+?)"),
)
_EDITS: Final = tuple((about, re.compile(rf"{_NO}{part}[.! ]*$", re.IGNORECASE)) for about, part in _WORDS)


def edits(text: str) -> list[Said]:
    """The parts of a task that a message may name, the likelier reading first; what they name may not exist."""
    message = straight(text)
    found = ((about, pattern.match(message)) for about, pattern in _EDITS)
    return [Said(about, unquoted(match.group("x"))) for about, match in found if match]


def parts_of_opening(rest: str) -> list[Said]:
    """What an opening already says of the task: "... called X, a kind of Y, also called Z"."""
    named = NAMED.match(straight(rest))
    if not named:
        return []
    text = named.group("label")
    breaks = list(PARTS.finditer(text))
    ends = [found.start() for found in breaks] + [len(text)]
    said = [Said("label", unquoted(text[: ends[0]]))]
    for found, end in zip(breaks, ends[1:], strict=True):
        said.append(Said(_about(found.group("key")), unquoted(text[found.end() : end])))
    return [one for one in said if one.text]


def _about(key: str) -> Edit:
    word = key.lower()
    if re.search(_OF, word) or "under" in word or "below" in word:
        return "broader"
    if word.startswith(("also", "aka", "a.k.a")):
        return "synonyms"
    return "needs" if word.startswith(("need", "require")) else "definition"


def unquoted(text: str) -> str:
    """A name without the quotation marks and full stops around it."""
    return text.strip().strip(" .!,;\"'").strip()


def pieces(text: str) -> list[str]:
    """The items of a list as people say it: with commas, "and", "or"."""
    found = re.split(
        r"\s*(?:,|;|/|\n|\band also\b|\bas well as\b|\band\b|\bor\b|\bplus\b)\s*", text, flags=re.IGNORECASE
    )
    return [unquoted(one) for one in found if unquoted(one)]


def by_comma(text: str) -> list[str]:
    """The items of a list that is held together by commas only; a last "and" or "or" parts as well."""
    found = re.split(r"\s*[,;\n]\s*(?:and |or )?", text)
    return [unquoted(one) for one in found if unquoted(one)]
