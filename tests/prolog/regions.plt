:- encoding(utf8).
:- module(test_regions, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/case').
:- use_module('../../engine/prolog/decide').
:- use_module('../../engine/prolog/problem').
:- use_module('../../engine/prolog/regions').
:- use_module(fixtures).

:- begin_tests(regions_of, [setup(world(travel))]).

winners_at(Case0, Cell, Winners) :-
    Cell = [X-XValue, Y-YValue],
    case_with(Case0, X, XValue, Case1),
    ( Y == no_constraint -> Case = Case1 ; case_with(Case1, Y, YValue, Case) ),
    problem_of(Case, Problem),
    outcome_of(Case, Problem, Outcome),
    outcome_winners(Outcome, Winners).

test(every_cell_is_the_decision_there, [forall(question(Description)), Differences == []]) :-
    case_in(travel, Description, Case),
    findall(X-Y, ( travel:constraint(X, _, _, _), ( Y = no_constraint ; travel:constraint(Y, _, _, _), Y \== X ) ), Planes),
    findall(X-Y-Cell,
            ( member(X-Y, Planes),
              regions_of(Case, X, Y, Cells),
              Cells \== [],
              member(Cell, Cells),
              Cell = cell(XValue, YValue, Winners),
              winners_at(Case, [X-XValue, Y-YValue], Expected),
              Winners \== Expected
            ),
            Differences).
test(has_a_cell_for_every_pair_of_values, Count == Expected) :-
    case_in(travel, case(none, []), Case),
    travel:constraint(X, _, _, XValues), travel:constraint(Y, _, _, YValues), X \== Y, !,
    regions_of(Case, X, Y, Cells),
    length(Cells, Count),
    length(XValues, A), length(YValues, B),
    Expected is A * B.
test(an_unknown_constraint, error(existence_error(constraint, nowhere))) :-
    case_in(travel, case(none, []), Case),
    regions_of(Case, nowhere, no_constraint, _).

test(a_value_may_be_called_none, Ys == [none, none, some, some]) :-
    loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). technique(a, 1). constraint(x, plain, 0, [p, q]). constraint(y, plain, 0, [none, some]).", Base),
    case_in(Base, case(none, []), Case),
    regions_of(Case, x, y, Cells),
    findall(Y, member(cell(_, Y, _), Cells), Ys).

:- end_tests(regions_of).
