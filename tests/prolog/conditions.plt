:- encoding(utf8).
:- module(test_conditions, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/conditions').

% The truth values as conditions: `size` is small, nothing is known of `colour`.
truth_condition(true, value(size, is, [small], [small])).
truth_condition(false, value(size, is, [large], [large])).
truth_condition(unknown, value(colour, is, [red], [red])).

truth_view(view([leaf, top], values{size: small}, raised{speed: 2}, possible{rest: 3})).

conditions_of(Truths, Conditions) :-
    findall(Condition, ( member(Truth, Truths), truth_condition(Truth, Condition) ), Conditions).

truth_of(Condition, Truth) :-
    truth_view(View),
    condition_truth(Condition, View, Truth).

:- begin_tests(condition_truth).

test(not, [forall(member(In-Out, [true-false, false-true, unknown-unknown])), Truth == Out]) :-
    truth_condition(In, Condition),
    truth_of(not(Condition), Truth).
test(and, [forall(member(Left-Right-Out,
                         [ true-true-true,    true-false-false,     true-unknown-unknown,
                           false-true-false,  false-false-false,    false-unknown-false,
                           unknown-true-unknown, unknown-false-false, unknown-unknown-unknown ])),
           Truth == Out]) :-
    conditions_of([Left, Right], Conditions),
    truth_of(and(Conditions), Truth).
test(or, [forall(member(Left-Right-Out,
                        [ true-true-true,    true-false-true,       true-unknown-true,
                          false-true-true,   false-false-false,     false-unknown-unknown,
                          unknown-true-true, unknown-false-unknown, unknown-unknown-unknown ])),
          Truth == Out]) :-
    conditions_of([Left, Right], Conditions),
    truth_of(or(Conditions), Truth).
test(empty_and, Truth == true) :- truth_of(and([]), Truth).
test(empty_or, Truth == false) :- truth_of(or([]), Truth).
test(constants, Truths == [true, false]) :-
    truth_of(true, True), truth_of(false, False), Truths = [True, False].
test(value_accepted_by_scale, Truth == true) :- truth_of(value(size, at_least, [small], [small, large]), Truth).
test(value_not_accepted, Truth == false) :- truth_of(value(size, at_least, [large], [large]), Truth).
test(task_itself, Truth == true) :- truth_of(task(leaf), Truth).
test(broader_task, Truth == true) :- truth_of(task(top), Truth).
test(other_task, Truth == false) :- truth_of(task(other), Truth).
test(no_task, Truth == unknown) :- condition_truth(task(top), view([], values{}, raised{}, possible{}), Truth).
test(need_raised, Truth == true) :- truth_of(needs(speed, [speed], 2), Truth).
test(need_raised_less, Truth == false) :- truth_of(needs(speed, [speed], 3), Truth).
test(narrower_need_raised, Truth == true) :- truth_of(needs(motion, [motion, speed], 1), Truth).
test(need_possible, Truth == unknown) :- truth_of(needs(rest, [rest], 3), Truth).
test(need_possible_less, Truth == false) :- truth_of(needs(rest, [rest], 4), Truth).
test(need_not_raised, Truth == false) :- truth_of(needs(comfort, [comfort], 1), Truth).
test(nested, Truth == unknown) :-
    conditions_of([true, unknown, false], [T, U, F]),
    truth_of(or([and([T, not(U)]), F]), Truth).
test(checks_a_given_truth, [true]) :-
    truth_condition(unknown, Condition),
    truth_of(Condition, unknown),
    \+ truth_of(Condition, true).

:- end_tests(condition_truth).

:- begin_tests(condition_simplified).

simplified(Condition, Simplified) :-
    truth_view(View),
    condition_simplified(Condition, View, Simplified).

test(settled, [forall(member(Truth, [true, false])), Simplified == Truth]) :-
    truth_condition(Truth, Condition),
    simplified(Condition, Simplified).
test(open_leaf_stays, Simplified == Condition) :-
    truth_condition(unknown, Condition),
    simplified(Condition, Simplified).
test(needs_stay, Simplified == needs(speed, [speed], 1)) :- simplified(needs(speed, [speed], 1), Simplified).
test(true_part_goes, Simplified == U) :-
    conditions_of([true, unknown], [T, U]),
    simplified(and([T, U]), Simplified).
test(false_part_settles, Simplified == false) :-
    conditions_of([unknown, false], Conditions),
    simplified(and(Conditions), Simplified).
test(true_alternative_settles, Simplified == true) :-
    conditions_of([unknown, true], Conditions),
    simplified(or(Conditions), Simplified).
test(false_alternative_goes, Simplified == U) :-
    conditions_of([false, unknown], [F, U]),
    simplified(or([F, U]), Simplified).
test(order_is_kept, Simplified == and([U, needs(a, [a], 1)])) :-
    conditions_of([unknown, true], [U, T]),
    simplified(and([U, T, needs(a, [a], 1)]), Simplified).
test(alternatives_keep_order, Simplified == or([U, needs(a, [a], 1)])) :-
    conditions_of([unknown, false], [U, F]),
    simplified(or([U, F, needs(a, [a], 1)]), Simplified).
test(not_settled, Simplified == true) :-
    truth_condition(false, F),
    simplified(not(F), Simplified).
test(not_true, Simplified == false) :-
    truth_condition(true, T),
    simplified(not(T), Simplified).
test(not_open, Simplified == not(U)) :-
    truth_condition(unknown, U),
    simplified(not(U), Simplified).
test(empty, Simplified == [true, false]) :-
    simplified(and([]), And), simplified(or([]), Or), Simplified = [And, Or].
test(simplifying_keeps_the_truth, [forall(member(Shape, [and, or])), true]) :-
    findall([A, B, C], ( member(A, [true, false, unknown]), member(B, [true, false, unknown]), member(C, [true, false, unknown]) ), All),
    truth_view(View),
    forall(member(Truths, All),
           ( conditions_of(Truths, [X, Y, Z]),
             Condition =.. [Shape, [X, not(Y), or([Z, and([X, Z])])]],
             condition_truth(Condition, View, Truth),
             condition_simplified(Condition, View, Simplified),
             condition_truth(Simplified, View, After),
             After == Truth
           )).

:- end_tests(condition_simplified).

:- begin_tests(condition_needs).

test(narrower_included, Needs == [comfort, rest, speed]) :-
    condition_needs(or([not(needs(comfort, [rest, comfort], 1)), and([needs(speed, [speed], 2), task(top)])]), Needs).
test(none, Needs == []) :- condition_needs(and([task(top), value(size, is, [small], [small]), true, false]), Needs).

:- end_tests(condition_needs).

:- begin_tests(condition_constraints).

test(each_once, Constraints == [colour, size]) :-
    condition_constraints(or([not(value(size, is, [a], [a])), and([value(colour, is, [b], [b]), value(size, is, [c], [c])])]), Constraints).
test(none, Constraints == []) :- condition_constraints(and([task(top), needs(a, [a], 1)]), Constraints).

:- end_tests(condition_constraints).

:- begin_tests(condition_leaves).

leaves_of(Condition, Truth, Leaves) :-
    truth_view(View),
    condition_leaves(Condition, View, Truth, Leaves).

test(true_alternative_only, Leaves == [leaf(T, true)]) :-
    conditions_of([true, false, unknown], [T, F, U]),
    leaves_of(or([F, U, T]), true, Leaves).
test(false_part_only, Leaves == [leaf(F, false)]) :-
    conditions_of([true, false, unknown], [T, F, U]),
    leaves_of(and([T, F, U]), false, Leaves).
test(all_parts_of_a_true_and, Leaves == Expected) :-
    truth_condition(true, T),
    leaves_of(and([task(top), T]), true, Leaves),
    sort([leaf(task(top), true), leaf(T, true)], Expected).
test(all_parts_of_a_false_or, Length == 2) :-
    truth_condition(false, F),
    leaves_of(or([F, task(other)]), false, Leaves),
    length(Leaves, Length).
test(unknown_parts_only, Leaves == [leaf(U, unknown)]) :-
    conditions_of([true, unknown], [T, U]),
    leaves_of(and([T, U]), unknown, Leaves).
test(not_turns_the_truth, Leaves == [leaf(F, false)]) :-
    truth_condition(false, F),
    leaves_of(not(F), true, Leaves).
test(constants_have_none, Leaves == []) :- leaves_of(and([true, not(false)]), true, Leaves).
test(each_once, Leaves == [leaf(T, true)]) :-
    truth_condition(true, T),
    leaves_of(and([T, T]), true, Leaves).

:- end_tests(condition_leaves).

:- begin_tests(condition_tests_needs).

test(directly) :- condition_tests_needs(needs(n, [n], 1)).
test(deep_within) :- condition_tests_needs(and([task(t), or([value(c, is, [x], [x]), not(needs(n, [n], 1))])])).
test(only_other_tests, [fail]) :- condition_tests_needs(and([task(t), not(value(c, is, [x], [x])), or([true, false])])).
test(nothing_at_all, [fail]) :- condition_tests_needs(true).

:- end_tests(condition_tests_needs).
