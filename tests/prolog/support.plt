:- encoding(utf8).
:- module(test_support, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/support').

support_view(view([], values{size: small}, raised{}, possible{})).

met(value(size, is, [small], [small])).
unmet(value(size, is, [large], [large])).
open_condition(value(colour, is, [red], [red])).

lines_of(Atoms, Lines) :-
    support_view(View),
    support_lines(Atoms, View, Lines).

:- begin_tests(support_settled).

test(no_conditions) :- support_settled([[[given(a, 0, supply, 1, true)], [given(b, 0, damage, -1, true)]]]).
test(nothing) :- support_settled([]).
test(condition_within, [fail]) :-
    met(Condition),
    support_settled([[[given(a, 0, supply, 1, true)], [given(b, 0, damage, -1, Condition)]]]).

:- end_tests(support_settled).

:- begin_tests(support_lines).

test(nothing_given, Lines == []) :- lines_of([], Lines).
test(best_supply, Lines == [gives(supply, 2, [b], [a, c], [])]) :-
    lines_of([[[given(a, 0, supply, 1, true), given(b, 0, supply, 2, true), given(c, 0, supply, -2, true)]]], Lines).
test(same_degree_shares_the_line, Lines == [gives(supply, 1, [a, b], [], [])]) :-
    lines_of([[[given(b, 0, supply, 1, true), given(a, 0, supply, 1, true)]]], Lines).
test(worst_damage, Lines == [gives(damage, -2, [b], [a], [])]) :-
    lines_of([[[given(a, 0, damage, -1, true), given(b, 0, damage, -2, true)]]], Lines).
test(supply_and_damage_apart, Lines == [gives(supply, 2, [a], [], []), gives(damage, -1, [b], [], [])]) :-
    lines_of([[[given(a, 0, supply, 2, true), given(b, 0, damage, -1, true)]]], Lines).
test(higher_precedence_counts, Lines == [gives(supply, -1, [b], [a], [])]) :-
    lines_of([[[given(a, 0, supply, 2, true), given(b, 10, supply, -1, true)]]], Lines).
test(precedence_of_damage_is_its_own, Lines == [gives(supply, 2, [a], [], []), gives(damage, -1, [b], [], [])]) :-
    lines_of([[[given(a, 0, supply, 2, true), given(b, 10, damage, -1, true)]]], Lines).
test(false_condition_does_not_count, Lines == [gives(supply, 1, [a], [], [])]) :-
    unmet(Condition),
    lines_of([[[given(a, 0, supply, 1, true), given(b, 10, supply, 2, Condition)]]], Lines).
test(unknown_condition_is_listed, Lines == [gives(supply, 1, [a], [], [b])]) :-
    open_condition(Condition),
    lines_of([[[given(a, 0, supply, 1, true), given(b, 10, supply, 2, Condition)]]], Lines).
test(only_unknown_is_no_line, Lines == []) :-
    open_condition(Condition),
    lines_of([[[given(a, 0, supply, 1, Condition)]]], Lines).
test(nearest_level_that_applies, Lines == [gives(supply, -1, [a], [], [])]) :-
    lines_of([[[given(a, 0, supply, -1, true)], [given(b, 10, supply, 2, true)]]], Lines).
test(broader_level_if_nothing_applies_nearer, Lines == [gives(supply, 2, [b], [], [])]) :-
    unmet(Condition),
    lines_of([[[given(a, 0, supply, -1, Condition)], [given(b, 0, supply, 2, true)]]], Lines).
test(unknown_on_the_way_is_listed, Lines == [gives(supply, 2, [b], [], [a])]) :-
    open_condition(Condition),
    lines_of([[[given(a, 0, supply, -1, Condition)], [given(b, 0, supply, 2, true)]]], Lines).
test(damage_nearer_hides_supply_of_a_broader_level, Lines == [gives(damage, -1, [a], [], [])]) :-
    lines_of([[[given(a, 0, damage, -1, true)], [given(b, 0, supply, 2, true)]]], Lines).
test(best_over_the_parts, Lines == [gives(supply, 2, [b], [a], [])]) :-
    lines_of([[[given(a, 10, supply, -2, true)]], [[given(b, 0, supply, 2, true)]]], Lines).
test(worst_over_the_parts, Lines == [gives(supply, 1, [b], [], []), gives(damage, -2, [a], [], [])]) :-
    lines_of([[[given(a, 0, damage, -2, true)]], [[given(b, 0, supply, 1, true)]]], Lines).
test(parts_share_a_line, Lines == [gives(supply, 1, [a, b], [], [])]) :-
    lines_of([[[given(b, 0, supply, 1, true)]], [[given(a, 0, supply, 1, true)]]], Lines).

:- end_tests(support_lines).
