:- encoding(utf8).
:- module(counterfactuals,
          [ changes_of/5,               % +Case, +Target, +Size, +Fixed, -Changes
            change_universe/3           % +Case, +Fixed, -Universe
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(case).
:- use_module(helpful).
:- use_module(masks).
:- use_module(problem).
:- use_module(winners).
:- use_module(worlds).

/** <module> What would have to be different for a technique to win

A change is `change(Constraint, Value, Kind, Difficulty)`: Kind is `change` for a stated value that the team can bring about otherwise, and `learn`
for an open one that may turn out so; Difficulty is the effort to change the constraint times the steps along its scale. All sets of up to Size
changes are decided, each in a world of its own, smaller ones first; a set counts if the target alone wins with it and with no part of it. Only what some condition tests can
be in such a set.
*/

%!  changes_of(+Case, +Target, +Size, +Fixed, -Changes:list) is det.
%
%   The minimal sets of changes, as `set(Difficulty, Changes)`, the least difficult first. With Fixed `true`, values that nobody can change are
%   varied as well.

:- det(changes_of/5).
changes_of(Case, Target, Size, Fixed, Sets) :-
    change_universe(Case, Fixed, Universe),
    varied(Case, Universe, Varied),
    family_problem_of(Varied, Problem),
    compact_of(Varied, Problem, Compact),
    Compact = compact(_, _, _, _, _, _, Runners),
    problem_constraints(Problem, Relevant),
    dict_pairs(Case.values, Tag, Pairs),
    include(key_among(Relevant), Pairs, Kept),
    dict_pairs(Values, Tag, Kept),
    (   \+ memberchk(runner(Target, _, _, _, _, _, _, _, _), Runners)
    ->  Sets = []
    ;   worlds_all(Values, [], Present),
        wins(Compact, Present, Target, 1)
    ->  Sets = [set(0, [])]
    ;   include(change_among(Relevant), Universe, Changes0),
        helpful_changes(Compact, Values, Target, Changes0, Changes1),
        alike(Problem, Values, Changes1, Changes, Alike),
        by_size(1, Size, search(Compact, Values, Target), Changes, [], Found),
        findall(Set, ( member(Some, Found), one_of_alike(Alike, Some, Set) ), Sets0),
        sort(Sets0, Sets)
    ).

change_among(Constraints, change(Constraint, _, _, _)) :- memberchk(Constraint, Constraints).

by_size(Size, Largest, Search, Changes0, Found0, Found) :-
    (   Size > Largest
    ->  Found = Found0
    ;   exclude(wins_alone(Found0), Changes0, Changes),
        findall(Set, found(Size, Search, Changes, Found0, Set), New),
        append(Found0, New, Found1),
        Next is Size + 1,
        by_size(Next, Largest, Search, Changes, Found1, Found)
    ).

found(Size, search(Compact, Values, Target), Changes, Found, Set) :-
    maplist(change_option, Changes, Options),
    worlds_changed(Values, Options, Size, First, Worlds),
    wins(Compact, Worlds, Target, Mask0),
    foldl(without_set(Worlds), Found, Mask0, Mask),
    changed_sets(Options, Size, First, Mask, OptionSets),
    member(OptionSet, OptionSets),
    maplist(option_change(Changes), OptionSet, Set).

% What wins by itself is in no larger minimal set.
wins_alone(Found, Change) :- memberchk([Change], Found).

change_option(change(Constraint, Value, _, _), option(Constraint, Value)).

wins(Compact, Worlds, Target, Mask) :-
    winners_over(Compact, Worlds, Winning),
    winner_classes(Winning, Worlds, Classes),
    ( memberchk([Target]-Found, Classes) -> Mask = Found ; Mask = 0 ).

without_set(Worlds, Changes, Mask0, Mask) :-
    (   Mask0 =:= 0
    ->  Mask = 0
    ;   Worlds = worlds(_, All, _),
        foldl(with_change(Worlds), Changes, All, Containing),
        minus_mask(Mask0, Containing, Mask)
    ).

with_change(Worlds, change(Constraint, Value, _, _), Mask0, Mask) :-
    value_mask(Worlds, Constraint, Value, Where),
    Mask is Mask0 /\ Where.

option_change(Changes, option(Constraint, Value), Change) :-
    Change = change(Constraint, Value, _, _),
    memberchk(Change, Changes).

%!  change_universe(+Case, +Fixed, -Universe:list) is det.
%
%   Every change of one constraint that could be considered.

:- det(change_universe/3).
change_universe(Case, Fixed, Universe) :-
    Base = Case.base,
    findall(Change,
            ( Base:constraint(Constraint, Scale, Effort, Scaled),
              changed_to(Case, Fixed, Constraint, Scale, Effort, Scaled, Change)
            ),
            Universe0),
    sort(Universe0, Universe).

changed_to(Case, Fixed, Constraint, Scale, Effort, Scaled, change(Constraint, Value, Kind, Difficulty)) :-
    (   case_open(Case, Constraint, _)
    ->  Kind = learn
    ;   Kind = change, ( Effort > 0 -> true ; Fixed == true )
    ),
    ( get_dict(Constraint, Case.values, Current) -> true ; Current = no_value ),
    nth0(To, Scaled, Value),
    Value \== Current,
    (   Kind == change, Scale == ordered, nth0(From, Scaled, Current)
    ->  Steps is abs(To - From)
    ;   Steps = 1
    ),
    Difficulty is max(1, Effort) * Steps.

% The case with everything that is varied left open, so that the problem holds for every set of changes.
varied(Case, Universe, Varied) :-
    findall(Constraint, member(change(Constraint, _, _, _), Universe), Constraints0),
    sort(Constraints0, Constraints),
    dict_pairs(Case.values, Tag, Pairs),
    exclude(key_among(Constraints), Pairs, Kept),
    dict_pairs(Values, Tag, Kept),
    Varied = Case.put(values, Values).

key_among(Keys, Key-_) :- memberchk(Key, Keys).

% --- changes that no condition tells apart -------------------------------------------------------------------------------

%   alike(+Problem, +Values, +Changes0, -Changes, -Alike): of changes of one constraint to values that every condition takes alike, one stands for all; those to
%   what is no different from the value it has are left out. Alike has for each of Changes the changes that it stands for.

alike(Problem, Values, Changes0, Changes, Alike) :-
    problem_tests(Problem, Tests),
    findall(alike(Constraint, Answers)-Change,
            ( member(Change, Changes0),
              Change = change(Constraint, Value, _, _),
              answers(Tests, Constraint, Value, Answers),
              \+ ( get_dict(Constraint, Values, Current), answers(Tests, Constraint, Current, Answers) )
            ),
            Keyed),
    keysort(Keyed, Sorted),
    group_pairs_by_key(Sorted, Groups),
    pairs_values(Groups, Classes),
    maplist(first_stands, Classes, Changes, Alike).

first_stands([First|Others], First, First-[First|Others]).

answers(Tests, Constraint, Value, Answers) :-
    findall(Answer, ( member(test(Constraint, Accepted), Tests), ( memberchk(Value, Accepted) -> Answer = 1 ; Answer = 0 ) ), Answers).

one_of_alike(Alike, Some, set(Difficulty, Set)) :-
    maplist(stands_for(Alike), Some, Set0),
    sort(Set0, Set),
    difficulty(Set, Difficulty).

stands_for(Alike, Change, Other) :-
    memberchk(Change-Others, Alike),
    member(Other, Others).

difficulty([], 0).
difficulty([change(_, _, _, Difficulty)|Rest], Sum) :-
    difficulty(Rest, Sum0),
    Sum is Sum0 + Difficulty.
