:- encoding(utf8).
:- module(json_text, [json_string/2]).

/** <module> JSON from terms

Written by hand because library(http/json) takes half as long again as the whole inference (docs/decisions/0003), and under a name of its own so that the two can be loaded together.
A JSON value is an integer, an atom or string, a list, `object(Pairs)` with Pairs `Key-Value`, or one of
`json(true)`, `json(false)` and `json(null)`.
*/

%!  json_string(+Value, -String) is det.
%
%   @error type_error(json, Value)

:- det(json_string/2).
json_string(Value, String) :-
    with_output_to(string(String), value(Value)).

value(Value), integer(Value) => write(Value).
value([]) => write('[]').
value([First|Rest]) =>
    put_char('['), value(First), rest(Rest), put_char(']').
value(object(Pairs)) => put_char('{'), pairs(Pairs), put_char('}').
value(json(Constant)) => write(Constant).
value(Value), atom(Value) => quoted(Value).
value(Value), string(Value) => quoted(Value).
value(Value) => type_error(json, Value).

rest([]) => true.
rest([First|Rest]) => put_char(','), value(First), rest(Rest).

pairs([]) => true.
pairs([Pair|Rest]) => pair(Pair), more(Rest).

more([]) => true.
more([Pair|Rest]) => put_char(','), pair(Pair), more(Rest).

pair(Key-Value) => put_char('"'), write(Key), write('":'), value(Value).

% Everything that crosses is an id, which needs no escape; the general case is kept for safety, not for speed.
quoted(Text) :-
    (   sub_atom(Text, _, 1, _, Char), needs_escape(Char)
    ->  atom_chars(Text, Chars), put_char('"'), maplist(escaped, Chars), put_char('"')
    ;   put_char('"'), write(Text), put_char('"')
    ).

needs_escape('"').
needs_escape(\).
needs_escape(Char) :- char_type(Char, cntrl).

escaped('"') => write('\\"').
escaped(\) => write('\\\\').
escaped(Char), char_type(Char, cntrl) => char_code(Char, Code), format("\\u~|~`0t~16r~4+", [Code]).
escaped(Char) => put_char(Char).
