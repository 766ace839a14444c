:- encoding(utf8).
:- module(test_scores, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/scores').

score_view(view([], values{size: small}, raised{}, possible{})).

small(value(size, is, [small], [small])).
large(value(size, is, [large], [large])).
unknown_value(value(colour, is, [red], [red])).

:- begin_tests(technique_lines).

lines(Support, Counted, Lines) :-
    score_view(View),
    technique_lines(Support, Counted, View, Lines).

test(demand_times_degree, Lines == [line(speed, supply, 3, 2, 6, [a], [b], [c])]) :-
    lines(support{speed: settled([gives(supply, 2, [a], [b], [c])])}, [speed-3], Lines).
test(negative, Lines == [line(speed, supply, 4, -2, -8, [a], [], [])]) :-
    lines(support{speed: settled([gives(supply, -2, [a], [], [])])}, [speed-4], Lines).
test(two_lines_of_one_need, Lines == [line(a, supply, 2, 2, 4, [x], [], []), line(a, damage, 2, -1, -2, [y], [], [])]) :-
    lines(support{a: settled([gives(supply, 2, [x], [], []), gives(damage, -1, [y], [], [])])}, [a-2], Lines).
test(only_what_counts, Lines == []) :- lines(support{speed: settled([gives(supply, 2, [a], [], [])])}, [comfort-3], Lines).
test(no_demand, Lines == []) :- lines(support{speed: settled([gives(supply, 2, [a], [], [])])}, [], Lines).
test(open_support, Lines == [line(speed, supply, 1, 1, 1, [a], [], [])]) :-
    small(Met), large(Unmet),
    lines(support{speed: open([[[given(a, 0, supply, 1, Met), given(b, 0, supply, 2, Unmet)]]])}, [speed-1], Lines).

:- end_tests(technique_lines).

:- begin_tests(technique_losses).

losses(Prerequisites, Penalties, Interactions, Items) :-
    score_view(View),
    technique_losses(candidate(t, 1, none, [t], support{}, Prerequisites, Penalties, Interactions), [speed-3], View, Items).

test(penalty_that_applies, Items == [loss(penalty, p, 2)]) :-
    small(Met), large(Unmet), unknown_value(Unknown),
    losses([], [penalty(p, 2, Met), penalty(q, 3, Unmet), penalty(r, 4, Unknown)], [], Items).
test(soft_prerequisite_unmet, Items == [loss(prerequisite, b, 2)]) :-
    small(Met), large(Unmet), unknown_value(Unknown),
    losses([ prerequisite(a, soft, 1, Met), prerequisite(b, soft, 2, Unmet), prerequisite(c, soft, 3, Unknown),
             prerequisite(d, hard, 0, Unmet) ], [], [], Items).
test(interaction_on_a_demanded_need, Items == [line(speed, interaction, 3, -1, -3, [i], [], [])]) :-
    losses([], [], [interaction(i, on(speed, -1), true), interaction(j, on(comfort, 1), true)], Items).
test(interaction_that_loses, Items == [loss(interaction, i, 2)]) :-
    large(Unmet),
    losses([], [], [interaction(i, loses(2), true), interaction(j, loses(3), Unmet)], Items).
test(nothing, Items == []) :- losses([], [], [], Items).

:- end_tests(technique_losses).

:- begin_tests(total_points).

test(lines_less_losses, Points == 2) :-
    total_points([line(a, supply, 3, 2, 6, [x], [], []), line(b, damage, 1, -1, -1, [y], [], []), loss(penalty, p, 3)], Points).
test(nothing, Points == 0) :- total_points([], Points).

:- end_tests(total_points).

:- begin_tests(line_degree).

lines([line(a, supply, 3, 2, 6, [x], [], []), line(a, damage, 3, -1, -3, [y], [], []), loss(penalty, p, 1)]).

test(supply, Degree == 2) :- lines(Lines), line_degree(Lines, a, supply, Degree).
test(damage, Degree == -1) :- lines(Lines), line_degree(Lines, a, damage, Degree).
test(none, [fail]) :- lines(Lines), line_degree(Lines, b, supply, _).

:- end_tests(line_degree).
