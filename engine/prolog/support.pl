:- encoding(utf8).
:- module(support,
          [ support_lines/3,            % +Atoms, +View, -Lines
            support_degrees/4,          % +Atoms, +View, -Supply, -Damage
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
support_lines(Atoms, View, Lines) :-
    maplist(applied(View), Atoms, Applied),
    findall(gives(Kind, Degree, By, Also, Unknown),
            ( member(Kind, [supply, damage]),
              findall(Best, ( member(One, Applied), best(Kind, One, Best) ), Bests),
              decided(Kind, Bests, Degree, By, Also, Unknown)
            ),
            Lines).

% The nearest level of which something applies; what may apply on the way there is kept as unknown.
applied(View, Levels, Applied) :-
    applied(Levels, View, [], Applied).

applied([], _, Unknown, applied([], Unknown)).
applied([Level|Levels], View, Unknown0, Applied) :-
    findall(given(Id, Precedence, Kind, Weight),
            ( member(given(Id, Precedence, Kind, Weight, Condition), Level), condition_truth(Condition, View, true) ),
            True),
    findall(Kind-Id,
            ( member(given(Id, _, Kind, _, Condition), Level), condition_truth(Condition, View, unknown) ),
            Unknown1),
    append(Unknown0, Unknown1, Unknown),
    (   True == []
    ->  applied(Levels, View, Unknown, Applied)
    ;   Applied = applied(True, Unknown)
    ).

% Of one atom: the contributions of the pack that takes precedence, of these the best supply or the worst damage.
best(Kind, applied(Given, Unknown), best(Degree, By, Also, UnknownIds)) :-
    findall(Id, member(Kind-Id, Unknown), UnknownIds),
    findall(Precedence-Weight-Id, member(given(Id, Precedence, Kind, Weight), Given), Candidates),
    (   Candidates == []
    ->  UnknownIds \== [], Degree = none, By = [], Also = []
    ;   findall(Precedence, member(Precedence-_-_, Candidates), Precedences),
        max_list(Precedences, Highest),
        findall(Weight, member(Highest-Weight-_, Candidates), Weights),
        extreme(Kind, Weights, Degree),
        findall(Id, member(Highest-Degree-Id, Candidates), By),
        findall(Id, ( member(Precedence-Weight-Id, Candidates), \+ ( Precedence == Highest, Weight =:= Degree ) ), Also)
    ).

extreme(supply, Weights, Weight) :- max_list(Weights, Weight).
extreme(damage, Weights, Weight) :- min_list(Weights, Weight).

% Over the atoms: again the best supply or the worst damage.
decided(Kind, Bests, Degree, By, Also, Unknown) :-
    findall(Weight, ( member(best(Weight, _, _, _), Bests), Weight \== none ), Weights),
    Weights \== [],
    extreme(Kind, Weights, Degree),
    findall(Id, ( member(best(Weight, Ids, _, _), Bests), Weight == Degree, member(Id, Ids) ), By0),
    findall(Id, ( member(best(Weight, Ids, _, _), Bests), Weight \== Degree, member(Id, Ids) ), Also1),
    findall(Id, ( member(best(_, _, Ids, _), Bests), member(Id, Ids) ), Also2),
    findall(Id, ( member(best(_, _, _, Ids), Bests), member(Id, Ids) ), Unknown0),
    append(Also1, Also2, Also0),
    maplist(sort, [By0, Also0, Unknown0], [By, Also, Unknown]).

%!  support_degrees(+Atoms, +View, -Supply:integer, -Damage:integer) is det.
%
%   The degrees of support_lines/3, 0 for no line, without what explains them.

:- det(support_degrees/4).
support_degrees(Atoms, View, Supply, Damage) :-
    atoms_degrees(Atoms, View, none, Supply0, none, Damage0),
    zero(Supply0, Supply),
    zero(Damage0, Damage).

zero(none, 0) :- !.
zero(Degree, Degree).

atoms_degrees([], _, Supply, Supply, Damage, Damage).
atoms_degrees([Levels|Rest], View, Supply0, Supply, Damage0, Damage) :-
    levels_degrees(Levels, View, Supply1, Damage1),
    more_of(supply, Supply0, Supply1, Supply2),
    more_of(damage, Damage0, Damage1, Damage2),
    atoms_degrees(Rest, View, Supply2, Supply, Damage2, Damage).

levels_degrees([], _, none, none).
levels_degrees([Level|Levels], View, Supply, Damage) :-
    level_degrees(Level, View, none, Supply0, none, Damage0),
    (   Supply0 == none, Damage0 == none
    ->  levels_degrees(Levels, View, Supply, Damage)
    ;   degree_of(Supply0, Supply),
        degree_of(Damage0, Damage)
    ).

degree_of(none, none) :- !.
degree_of(_-Degree, Degree).

% Kept as Precedence-Degree: a higher precedence replaces, an equal one competes.
level_degrees([], _, Supply, Supply, Damage, Damage).
level_degrees([given(_, Precedence, Kind, Weight, Condition)|Rest], View, Supply0, Supply, Damage0, Damage) :-
    (   condition_truth(Condition, View, true)
    ->  (   Kind == supply
        ->  competed(supply, Supply0, Precedence, Weight, Supply1), Damage1 = Damage0
        ;   competed(damage, Damage0, Precedence, Weight, Damage1), Supply1 = Supply0
        )
    ;   Supply1 = Supply0, Damage1 = Damage0
    ),
    level_degrees(Rest, View, Supply1, Supply, Damage1, Damage).

competed(_, none, Precedence, Weight, Kept) => Kept = Precedence-Weight.
competed(Kind, Precedence0-Weight0, Precedence, Weight, Kept) =>
    (   Precedence > Precedence0
    ->  Kept = Precedence-Weight
    ;   Precedence < Precedence0
    ->  Kept = Precedence0-Weight0
    ;   more_of(Kind, Weight0, Weight, Kept1),
        Kept = Precedence-Kept1
    ).

more_of(_, none, Weight, More) => More = Weight.
more_of(_, Weight, none, More) => More = Weight.
more_of(supply, Weight0, Weight, More) => More is max(Weight0, Weight).
more_of(damage, Weight0, Weight, More) => More is min(Weight0, Weight).
