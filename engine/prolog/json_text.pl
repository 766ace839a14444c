:- encoding(utf8).
:- module(json_text, [json_string/2]).

/** <module> JSON from terms

Written by hand because library(http/json) takes half as long again as the whole inference (docs/decisions/0003), and under a name of its own so that the two can be loaded together.
A JSON value is an integer, an atom or string, a list, `object(Pairs)` with Pairs `Key-Value`, or one of
`json(true)`, `json(false)` and `json(null)`. Atoms and keys are ids or names of ours, the only ones that `engine/terms.py` writes, and stand as they
are: looking through each for what needs an escape took a third of the time. Text that may be anything is a string.
*/

%!  json_string(+Value, -String) is det.
%
%   @error type_error(json, Value)

:- det(json_string/2).
json_string(Value, String) :-
    value(Value, Pieces, []),
    atomics_to_string(Pieces, String).

% Pieces are joined at the end, at once: writing them one by one to a stream takes twice as long.
value(Value, Pieces, More), integer(Value) => Pieces = [Value|More].
value([], Pieces, More) => Pieces = ['[]'|More].
value([First|Rest], Pieces, More), atom(First), First \== [] =>
    Pieces = ['["', First|Pieces1],
    rest_after_atom(Rest, Pieces1, More).
value([First|Rest], Pieces, More) =>
    Pieces = ['['|Pieces1],
    value(First, Pieces1, Pieces2),
    rest(Rest, Pieces2, More).
value(object(Pairs), Pieces, More) =>
    pairs(Pairs, Pieces, More).
value(json(Constant), Pieces, More) => Pieces = [Constant|More].
value(Value, Pieces, More), atom(Value) => Pieces = ['"', Value, '"'|More].
value(Value, Pieces, More), string(Value) => quoted(Value, Pieces, More).
value(Value, _, _) => type_error(json, Value).

rest([], Pieces, More) => Pieces = [']'|More].
rest([First|Rest], Pieces, More) =>
    Pieces = [','|Pieces1],
    value(First, Pieces1, Pieces2),
    rest(Rest, Pieces2, More).

rest_after_atom([], Pieces, More) => Pieces = ['"]'|More].
rest_after_atom([First|Rest], Pieces, More), atom(First), First \== [] =>
    Pieces = ['","', First|Pieces1],
    rest_after_atom(Rest, Pieces1, More).
rest_after_atom(Rest, Pieces, More) =>
    Pieces = ['"'|Pieces1],
    rest(Rest, Pieces1, More).

pairs([], Pieces, More) => Pieces = ['{}'|More].
pairs([Key-Value|Rest], Pieces, More) =>
    Pieces = ['{"'|Pieces1],
    pair(Value, Key, Rest, Pieces1, More).

% Key and value, then the others; what stands between two atoms is one piece.
pair(Value, Key, Rest, Pieces, More), atom(Value), Value \== [] =>
    Pieces = [Key, '":"', Value|Pieces1],
    (   Rest = [Key1-Value1|Rest1]
    ->  Pieces1 = ['","'|Pieces2],
        pair(Value1, Key1, Rest1, Pieces2, More)
    ;   Pieces1 = ['"}'|More]
    ).
pair(Value, Key, Rest, Pieces, More) =>
    Pieces = [Key, '":'|Pieces1],
    value(Value, Pieces1, Pieces2),
    (   Rest = [Key1-Value1|Rest1]
    ->  Pieces2 = [',"'|Pieces3],
        pair(Value1, Key1, Rest1, Pieces3, More)
    ;   Pieces2 = ['}'|More]
    ).

quoted(Text, Pieces, More) :-
    escaped_characters(Characters),
    (   split_string(Text, Characters, "", [_])
    ->  Pieces = ['"', Text, '"'|More]
    ;   atom_chars(Text, Chars),
        maplist(escaped, Chars, Escaped),
        atomics_to_string(Escaped, Inner),
        Pieces = ['"', Inner, '"'|More]
    ).

% NUL comes last: split_string/4 reads no further.
escaped_characters("\"\\\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\v\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\0\").

escaped('"', Escaped) => Escaped = '\\"'.
escaped(\, Escaped) => Escaped = '\\\\'.
escaped(Char, Escaped), char_code(Char, Code), Code < 32 => format(atom(Escaped), "\\u~|~`0t~16r~4+", [Code]).
escaped(Char, Escaped) => Escaped = Char.
