"""Numbers of a text: digits, words, hedged counts and ranges, with the unit and the constraint they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from chat.english import ADVERBS_OF_PERIOD, MONEY, ONES, PERIODS, SCALES, VAGUE_COUNTS
from chat.scales import plain_number, range_text
from chat.text import Token, ends_clause, tokenise
from kb.model import Knowledge, Unit
from kb.units import convertible

# Between a number and its unit there may be words that say what kind ("5000 labelled support chats").
_GAP = 3
# "2,000 new or changed letters of this kind a day"
_GAP_OF_RATE = 8
_PER = frozenset({"per", "a", "an", "each", "every", "/"})
_RANGE = frozenset({"-", "–", "—", "to", "or", "till", "until"})
_OPENING = frozenset({"between", "from"})
_UP = frozenset({"up"})
_LONGEST_JOINT = 4


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: its amount, of a range the least and the greatest, and the positions of its tokens."""

    amount: Decimal
    first: int
    last: int
    to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the unit that stands by it.

    Attributes:
        amount: how many.
        unit: id of the unit, or None where none was found.
        positions: positions of its tokens.
        period: whether it is a bare length of time, which may be anything's: an age, a deadline, an interval.
        repeated: whether "every" or the like says that it is an interval.
        to: the greatest number, if this is a range that begins with ``amount``.
    """

    amount: Decimal
    unit: str | None
    positions: tuple[int, ...]
    period: bool = False
    repeated: bool = False
    to: Decimal | None = None

    @property
    def middle(self) -> Decimal:
        """The number, of a range its middle."""
        return self.amount if self.to is None else (self.amount + self.to) / 2


def numbers(tokens: Sequence[Token]) -> list[Number]:
    """Every number and range of the text in its order."""
    found: list[Number] = []
    position = 0
    while position < len(tokens):
        number = _number(tokens, position)
        if number is None:
            position += 1
            continue
        if found and _joined(tokens, found[-1], number):
            former = found.pop()
            low = (
                former.amount
                if former.amount >= 1_000 or number.amount < 1_000
                else _scaled_like(former, number, tokens)
            )
            number = Number(low, former.first, number.last, number.amount)
        found.append(number)
        position = number.last + 1
    return found


def _joined(tokens: Sequence[Token], former: Number, number: Number) -> bool:
    """Whether two numbers are the ends of a range: "3-5", "3 to 5", "between 3 and 5", "from 3 weeks up to 5 weeks"."""
    if former.to is not None or former.amount >= number.amount:
        return False
    between = [token.word for token in tokens[former.last + 1 : number.first]]
    if len(between) == 1 and between[0] in _RANGE:
        return True
    opened = bool(former.first) and tokens[former.first - 1].word in _OPENING
    joint = [word for word in between if word not in _UP][-1:]
    inside = any(ends_clause(token) for token in tokens[former.last + 1 : number.first])
    return opened and len(between) <= _LONGEST_JOINT and joint in (["and"], ["to"]) and not inside


def _scaled_like(former: Number, number: Number, tokens: Sequence[Token]) -> Decimal:
    """Of "3-5 thousand" the beginning is three thousand."""
    scale = SCALES.get(tokens[number.last].light, SCALES.get(tokens[number.last].word, 1))
    return former.amount * scale if former.amount * scale < number.amount else former.amount


def _number(tokens: Sequence[Token], position: int) -> Number | None:
    token = tokens[position]
    # In "p95" or "v2" the digits are part of a name.
    named = position and tokens[position - 1].end == token.start and tokens[position - 1].word.isalpha()
    amount = None if named else _digits(token.word)
    last = position
    if amount is None and (token.word in ONES or token.word in VAGUE_COUNTS or _scale(token) is not None):
        return _spoken(tokens, position)
    if amount is None:
        return None
    while last + 1 < len(tokens) and (
        scale := _scale(tokens[last + 1], attached=tokens[last + 1].start == tokens[last].end)
    ):
        amount *= scale
        last += 1
    return Number(-amount if _is_negative(tokens, position) else amount, position, last)


def _is_negative(tokens: Sequence[Token], position: int) -> bool:
    """Whether a minus stands right before the number and not between it and a word ("3-5", "win-95")."""
    if (
        not position
        or tokens[position - 1].word not in {"-", "−"}
        or tokens[position - 1].end != tokens[position].start
    ):
        return False
    return position < 2 or tokens[position - 2].end < tokens[position - 1].start


def _digits(word: str) -> Decimal | None:
    if not word[:1].isdigit():
        return None
    plain = word
    if plain.count(",") and all(len(group) == 3 for group in plain.split(",")[1:]):
        plain = plain.replace(",", "")
    if plain.count(".") and all(len(group) == 3 for group in plain.split(".")[1:]) and plain.count(".") > 1:
        plain = plain.replace(".", "")
    try:
        return Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None


def _scale(token: Token, *, attached: bool = False) -> int | None:
    if len(token.word) == 1 and not attached:
        return None
    singular = token.word.removesuffix("s") if len(token.word) > 3 else token.word
    return SCALES.get(singular)


def _spoken(tokens: Sequence[Token], position: int) -> Number | None:
    """Numbers in words: "five thousand", "a couple hundred", "hundreds", "twenty five", "a dozen"."""
    total, current, last, seen = Decimal(0), Decimal(0), position, False
    index = position
    while index < len(tokens):
        token = tokens[index]
        scale = _scale(token)
        if token.word in ONES:
            current, seen = current + Decimal(str(ONES[token.word])), True
        elif token.word in VAGUE_COUNTS and not current and _counts(tokens, index):
            current, seen = Decimal(VAGUE_COUNTS[token.word]), True
        elif scale is not None:
            plural = token.word.endswith("s") and not current
            current = (current or Decimal(5 if plural else 1)) * scale
            seen = True
            if scale >= 1_000:
                total, current = total + current, Decimal(0)
        elif (
            token.word in {"and", "of", "a"} and seen and index + 1 < len(tokens) and _goes_on(tokens[index + 1], token)
        ) or (token.word == "a" and index == position):
            index += 1
            continue
        else:
            break
        last = index
        index += 1
    return Number(total + current, position, last) if seen else None


def _goes_on(token: Token, joint: Token) -> bool:
    if joint.word == "of":
        return _scale(token) is not None
    return token.word in ONES or _scale(token) is not None


def _counts(tokens: Sequence[Token], index: int) -> bool:
    """Whether a vague word stands before a scale: "a few thousand" is a number, "a few" alone is none."""
    following = [token for token in tokens[index + 1 : index + 3] if token.word != "of"]
    if not following:
        return False
    nearest = following[0]
    if tokens[index].word in {"a", "an"} and nearest.word in {"couple", "few", "handful"}:
        return False
    return _scale(nearest) is not None


def _repeats(tokens: Sequence[Token], position: int) -> bool:
    return any(token.word in {"every", "each", "per"} for token in tokens[max(0, position - 2) : position])


class Units:
    """The units of a knowledge base by the words in which people say them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._phrases: list[tuple[tuple[str, ...], str]] = []
        # a unit in which nothing is asked for, such as one of prices, would only hide one in which something is
        asked = {constraint.unit for constraint in knowledge.constraints.values() if constraint.unit}
        stated = {unit.id: unit for target in sorted(asked) for unit in convertible(knowledge, target)}
        for unit in sorted(stated.values(), key=lambda unit: unit.id):
            for text in (unit.label, *unit.synonyms, *unit.hidden, *unit.examples):
                self._phrases.append((_words(tokenise(text)), unit.id))
        self._phrases.sort(key=lambda entry: -len(entry[0]))
        self._units = knowledge.units
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for phrase, unit_id in self._phrases:
            if phrase:
                self._by_first[phrase[0]].append((phrase, unit_id))

    def read(self, tokens: Sequence[Token]) -> list[Quantity]:
        """Every number of the text with its unit."""
        return [*self._adverbs(tokens), *(self._with_unit(tokens, number) for number in numbers(tokens))]

    def _with_unit(self, tokens: Sequence[Token], number: Number) -> Quantity:
        rate = self._rate(tokens, number)
        if rate:
            return rate
        for begin, end in self._windows(tokens, number):
            words = _words(tokens[begin:end])
            for phrase, unit in self._by_first.get(words[0], ()) if words else ():
                if words[: len(phrase)] == phrase:
                    last = begin + len(phrase) - 1
                    positions = tuple(range(min(number.first, begin), max(number.last, last) + 1))
                    period = len(phrase) == 1 and phrase[0] in PERIODS
                    return Quantity(number.amount, unit, positions, period, _repeats(tokens, number.first), number.to)
        return Quantity(number.amount, None, tuple(range(number.first, number.last + 1)), to=number.to)

    def _rate(self, tokens: Sequence[Token], number: Number) -> Quantity | None:
        """Of "2 million comments a day" the rate counts, whatever is counted: the unit is one that ends in "a day"."""
        for position in range(number.last + 1, min(number.last + 2 + _GAP_OF_RATE, len(tokens) - 1)):
            if ends_clause(tokens[position]) or _digits(tokens[position].word) is not None:
                break
            if tokens[position].word in _PER and _plain(tokens[position + 1].word) in PERIODS:
                said = _words(tokens[number.last + 1 : position + 2])
                ending = said[-2:]
                named = [unit for phrase, unit in self._phrases if phrase == said and phrase[0] != "per"]
                alike = [unit for phrase, unit in self._phrases if len(phrase) > 2 and phrase[-2:] == ending]
                # "20 euros a day" is no number of requests.
                counted = MONEY & {*said[:-2], *_words(tokens[max(0, number.first - 1) : number.first])}
                positions = tuple(range(number.first, position + 2))
                unit = next(iter((*named, *([] if counted else alike))), None)
                return Quantity(number.amount, unit, positions, to=number.to)
        return None

    def _windows(self, tokens: Sequence[Token], number: Number) -> Iterable[tuple[int, int]]:
        """Where a unit may begin, likeliest first: right after the number, right before, a few words on."""
        after = number.last + 1
        end = after
        while end < len(tokens) and not (ends_clause(tokens[end]) and tokens[end].word != ":"):
            end += 1
        yield after, end
        before = number.first - 1
        if before >= 0 and (tokens[before].sign or tokens[before].word in _PER):
            yield before, end
        for begin in range(after + 1, min(after + 1 + _GAP, end)):
            if _digits(tokens[begin - 1].word) is not None:
                break
            yield begin, end

    def _adverbs(self, tokens: Sequence[Token]) -> list[Quantity]:
        """Numbers that are not said: "weekly" is once a week, "every week" too."""
        found = []
        for position, token in enumerate(tokens):
            if period := ADVERBS_OF_PERIOD.get(token.word):
                unit = self._unit_of((period,))
                if unit:
                    found.append(Quantity(Decimal(1), unit, (position,), repeated=True))
            elif token.word in {"every", "each", "per"} and position + 1 < len(tokens):
                unit = self._unit_of((tokens[position + 1].word,))
                if unit and tokens[position + 1].word in ADVERBS_OF_PERIOD.values():
                    found.append(Quantity(Decimal(1), unit, (position, position + 1), repeated=True))
        return found

    def _unit_of(self, words: tuple[str, ...]) -> str | None:
        return next((unit for phrase, unit in self._phrases if phrase == tuple(_plain(word) for word in words)), None)

    def stated(self, quantity: Quantity, target: str) -> str | int | float | None:
        """What a quantity says in a unit: a number, or a range as profiles have it; None if it is of another kind."""
        if quantity.unit is None:
            ends: list[Decimal | None] = [quantity.amount, quantity.to]
        else:
            both = (quantity.amount, quantity.to)
            ends = [end if end is None else self.converted(end, quantity.unit, target) for end in both]
        found = sorted(end for end in ends if end is not None)
        if not found:
            return None
        return plain_number(found[0]) if found[0] == found[-1] else range_text(found[0], found[-1])

    def converted(self, amount: Decimal, unit: str, target: str) -> Decimal | None:
        """The amount in another unit, or None where the units have nothing to do with each other."""
        seen = {unit}
        while unit != target:
            record: Unit = self._units[unit]
            if record.converts_to is None or record.converts_to in seen or record.converts_to not in self._units:
                return None
            if record.inverse:
                if not amount:
                    return None
                amount = record.factor / amount
            else:
                amount = amount * record.factor
            unit = record.converts_to
            seen.add(unit)
        return amount


def _plain(word: str) -> str:
    if word in _PER:
        return "per"
    return word.removesuffix("s") if len(word) > 3 else word


def _words(tokens: Iterable[Token]) -> tuple[str, ...]:
    return tuple(_plain(token.word) for token in tokens)
