"""The closed word classes of English that understanding relies on: function words, negators, degrees, numbers.

Nothing here belongs to a domain: these words mean the same whatever is being decided.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION_WORDS = _words(
    """a about above actually after again all almost along already also am an and another any anybody anyone anything
    are as at back basically be because been before being below between both but by can come comes coming could did do
    does
    done down during each either else enough etc even ever every everyone everything for from further get gets getting
    give given go goes going gonna got had has have having he hello her here hers hey him his how however i if in into
    is it its itself just kind kindly let lets like maybe me might mine more most much must my myself now of off
    ok okay on once one only onto or other others our ours out over own per perhaps please pretty quite rather really
    right said same say see shall she should since so some somebody someone something sort still such than thank thanks
    that the their theirs them then there these they thing things this those though through thus till to together too
    under until up upon us use used uses using very via wanna want wants was way we well were what whatever
    when where whether which while
    who whom whose why will with within would yes yet you your yours yourself
    i'm i've i'd i'll we're we've we'd we'll you're you've you'd you'll it's that's there's they're they've he's she's
    what's let's who's here's"""
)

NEGATORS = _words(
    """no not never without nor neither cannot nobody nothing none nowhere zero lack lacks lacking lacked
    isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't won't wouldn't couldn't shouldn't
    mustn't needn't ain't isnt arent wasnt werent dont doesnt didnt hasnt havent hadnt cant wont wouldnt couldnt
    shouldnt neednt avoid avoids avoiding"""
)

# Two-word negators: what follows them is what is not meant.
NEGATING_PAIRS = frozenset({("instead", "of"), ("rather", "than"), ("free", "of"), ("other", "than")})

# After a negator these turn the meaning back: "not only", "no lack of", "no shortage of".
NEGATION_UNDONE = frozenset({"only", "just", "merely", "simply", "lack", "shortage", "doubt", "necessarily"})

# "Not sure", "don't know": what follows is unknown, not denied.
DOUBT = frozenset({"sure", "know", "certain", "clear", "decided", "idea", "clue"})

# A negator before one of these says that the thing spoken of is of no importance.
IMPORTANCE = _words(
    """issue problem concern concerns important needed necessary required matter matters relevant critical care
    priority worry worried bother bothered fussed crucial essential mind object limit limiting constraint obstacle
    blocker dealbreaker need needs"""
)

# Words that turn the tide inside a sentence: a negation does not reach past them.
SCOPE_ENDS = _words(
    """but yet although though because since so however while whereas except unless then which who where when and
    still if only"""
)

# Words that make a number after a negator a bound: "no more than", "must not exceed".
BOUNDS = _words(
    """more less fewer than over above below under beyond exceed exceeds exceeding longer later slower most least max
    maximum minimum until before after"""
)

HIGH = _words(
    """high higher highly very critical crucial important essential strict tight key vital top lots lot plenty many much
    huge large big tons ton loads massive extreme extremely abundant heavy heavily must matter matters serious
    significant priority concern paramount ample rich considerable great numerous absolutely super strong
    strongly worry worried constantly often frequently always enormous vast"""
)
LOW = _words(
    """low lower little few small smaller barely hardly scarcely minimal limited minor scarce tiny rarely seldom
    weak less least scant handful"""
)
MIDDLE = _words("some medium moderate moderately average fair fairly decent reasonable bit somewhat modest")
HEDGES = frozenset({"barely", "hardly", "scarcely", "almost", "practically", "virtually", "few", "little"})
NOTHING = frozenset({"none", "no", "zero", "nothing", "never", "without"})
DEGREES = HIGH | LOW | MIDDLE | HEDGES | NOTHING

# Words by which something is said to be there.
EXISTENCE = _words(
    """have has had exist exists existed available ready own owns collected gathered hold holds got keep keeps built
    prepared generated written accumulated archived stored there"""
)

YES = _words(
    """yes yeah yep yup sure ok okay right correct exactly absolutely definitely indeed agreed fine please true aye
    certainly"""
)
NO = frozenset({"no", "nope", "nah", "wrong", "false", "never"})

INABILITY = frozenset({"can't", "cannot", "cant", "couldn't", "couldnt", "unable", "impossible", "forbidden", "banned"})
PAST_NEGATORS = frozenset(
    {"didn't", "didnt", "wasn't", "wasnt", "hasn't", "hasnt", "weren't", "hadn't", "haven't", "havent"}
)
OPINIONS = frozenset({"think", "believe", "feel", "guess", "see", "thought"})
WISHES = frozenset(
    {"want", "wants", "like", "love", "wish", "hope", "plan", "planning", "thinking", "prefer", "wanted"}
)

# What follows one of these may be a second thing beside the one that came before.
FURTHER = _words("another also second secondly additionally besides separately furthermore moreover plus")

# Words of wishing, owning and importance: they say nothing of what is wanted, owned or important.
IDLE = IMPORTANCE | WISHES | EXISTENCE

ONES = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "half": 0.5,
}
# "Hundreds of": a few times as many. "A couple hundred": two hundred.
SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "k": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "bn": 1_000_000_000,
}
VAGUE_COUNTS = {"couple": 2, "few": 3, "several": 5, "handful": 5, "a": 1, "an": 1, "some": 3, "many": 5, "tens": 30}
MONEY = frozenset({"$", "€", "£", "dollar", "euro", "pound", "cent", "usd", "eur", "gbp", "buck", "franc", "yen"})
PERIODS = frozenset({"second", "minute", "hour", "day", "week", "month", "quarter", "year"})
ADVERBS_OF_PERIOD = {
    "secondly": "",
    "hourly": "hour",
    "daily": "day",
    "nightly": "day",
    "weekly": "week",
    "fortnightly": "fortnight",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
}
