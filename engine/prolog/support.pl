:- encoding(utf8).
:- module(support,
          [ support_lines/3,            % +Atoms, +View, -Lines
            support_settled/1           % +Atoms
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(conditions).

/** <module> What a technique gives to one need

Atoms is a list with one element for each part of the technique (itself included) that says anything of the need: a list of levels, each a list of
`given(Id, Precedence, Kind, Weight, Condition)`, own needs before broader ones, the technique's before its family's.

A line is `gives(Kind, Degree, By, Also, Unknown)` with Kind `supply` or `damage`: By are the contributions of the deciding degree,
Also the others that apply, Unknown those that may.
*/

%!  support_settled(+Atoms) is semidet.
%
%   True if no condition is open, so that the lines are the same in every view.

support_settled(Atoms) :-
    \+ ( member(Levels, Atoms), member(Level, Levels), member(given(_, _, _, _, Condition), Level), Condition \== true ).

%!  support_lines(+Atoms, +View, -Lines:list) is det.
%
%   At most one line of each kind: the best supply and the worst damage over the atoms.

:- det(support_lines/3).
support_lines([[[given(Id, _, Kind, Degree, true)]|_]], _, Lines) :- !,  % by far the most frequent case
    Lines = [gives(Kind, Degree, [Id], [], [])].
support_lines(Atoms, View, Lines) :-
    maplist(applied(View), Atoms, Applied),
    side_line(supply, Applied, Lines, Lines1),
    side_line(damage, Applied, Lines1, []).

side_line(Side, Applied, Lines, More) :-
    bests(Applied, Side, Bests),
    (   decided(Bests, Side, Degree, By, Also, Unknown)
    ->  Lines = [gives(Side, Degree, By, Also, Unknown)|More]
    ;   Lines = More
    ).

% The nearest level of which something applies; what may apply on the way there is kept as unknown.
applied(View, Levels, Applied) :-
    applied(Levels, View, [], Applied).

applied([], _, Unknown, applied([], Unknown)).
applied([Level|Levels], View, Unknown0, Applied) :-
    sorted_out(Level, View, True, Unknown1),
    append(Unknown0, Unknown1, Unknown),
    (   True == []
    ->  applied(Levels, View, Unknown, Applied)
    ;   Applied = applied(True, Unknown)
    ).

sorted_out([], _, [], []).
sorted_out([given(Id, Precedence, Kind, Weight, Condition)|Level], View, True, Unknown) :-
    condition_truth(Condition, View, Truth),
    (   Truth == true
    ->  True = [given(Id, Precedence, Kind, Weight)|True1], Unknown = Unknown1
    ;   Truth == unknown
    ->  True = True1, Unknown = [Kind-Id|Unknown1]
    ;   True = True1, Unknown = Unknown1
    ),
    sorted_out(Level, View, True1, Unknown1).

% Of each atom: the contributions of the pack that takes precedence, of these the best supply or the worst damage.
bests([], _, []).
bests([applied(Given, Unknown)|Applied], Side, Bests) :-
    of_side(Given, Side, Candidates),
    unknown_of_side(Unknown, Side, UnknownIds),
    (   Candidates = [_-Weight-Id]
    ->  Bests = [best(Weight, [Id], [], UnknownIds)|More]
    ;   Candidates = [_|_]
    ->  best(Candidates, Side, Degree, By, Also),
        Bests = [best(Degree, By, Also, UnknownIds)|More]
    ;   UnknownIds = [_|_]
    ->  Bests = [best(none, [], [], UnknownIds)|More]
    ;   Bests = More
    ),
    bests(Applied, Side, More).

of_side([], _, []).
of_side([given(Id, Precedence, Kind, Weight)|Given], Side, Candidates) :-
    ( Kind == Side -> Candidates = [Precedence-Weight-Id|More] ; Candidates = More ),
    of_side(Given, Side, More).

unknown_of_side([], _, []).
unknown_of_side([Kind-Id|Unknown], Side, Ids) :-
    ( Kind == Side -> Ids = [Id|More] ; Ids = More ),
    unknown_of_side(Unknown, Side, More).

best(Candidates, Side, Degree, By, Also) :-
    findall(Precedence, member(Precedence-_-_, Candidates), Precedences),
    max_list(Precedences, Highest),
    findall(Weight, member(Highest-Weight-_, Candidates), Weights),
    extreme(Side, Weights, Degree),
    findall(Id, member(Highest-Degree-Id, Candidates), By),
    findall(Id, ( member(Precedence-Weight-Id, Candidates), \+ ( Precedence == Highest, Weight =:= Degree ) ), Also).

extreme(supply, Weights, Weight) :- max_list(Weights, Weight).
extreme(damage, Weights, Weight) :- min_list(Weights, Weight).

% Over the atoms: again the best supply or the worst damage.
decided([best(Degree, By0, Also0, Unknown0)], _, Degree, By, Also, Unknown) :- !,
    Degree \== none,
    maplist(sort, [By0, Also0, Unknown0], [By, Also, Unknown]).
decided(Bests, Side, Degree, By, Also, Unknown) :-
    findall(Weight, ( member(best(Weight, _, _, _), Bests), Weight \== none ), Weights),
    Weights \== [],
    extreme(Side, Weights, Degree),
    findall(Id, ( member(best(Weight, Ids, _, _), Bests), Weight == Degree, member(Id, Ids) ), By0),
    findall(Id, ( member(best(Weight, Ids, _, _), Bests), Weight \== Degree, member(Id, Ids) ), Also1),
    findall(Id, ( member(best(_, _, Ids, _), Bests), member(Id, Ids) ), Also2),
    findall(Id, ( member(best(_, _, _, Ids), Bests), member(Id, Ids) ), Unknown0),
    append(Also1, Also2, Also0),
    maplist(sort, [By0, Also0, Unknown0], [By, Also, Unknown]).
