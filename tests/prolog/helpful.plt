:- encoding(utf8).
:- module(test_helpful, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/counterfactuals').
:- use_module('../../engine/prolog/helpful').
:- use_module('../../engine/prolog/problem').
:- use_module('../../engine/prolog/winners').
:- use_module(fixtures).

% That no minimal set is missed is tested with changes_of/5, against every set there is.

% One serves the need, the other does not say anything of it; what raises it is asked of c, what keeps it down of d.
small_world("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(n, requirement). technique(one, 1). technique(other, 2).
       contribution(n, one, c1, core, supply, 2, true).
       constraint(c, ordered, 1, [x, y, z]). constraint(d, plain, 1, [x, y]). constraint(e, plain, 1, [x, y]).
       demand_rule(r1, core, n, 2, value(c, at_least, [y], [y, z])). demand_anchor(constraint(c), r1).
       demand_rule(r2, core, n, 1, not(value(d, is, [x], [x]))). demand_anchor(always, r2). ").

helpful_for(Target, Facts, Values, Helpful) :-
    small_world(World),
    string_concat(World, Facts, All),
    loaded(All, Base),
    case_in(Base, case(none, Values), Case),
    case_in(Base, case(none, []), Open),
    problem_of(Open, Problem),
    compact_of(Open, Problem, Compact),
    change_universe(Case, true, Universe),
    get_dict(values, Case, Stated),
    helpful_changes(Compact, Stated, Target, Universe, Changes),
    findall(C-V, member(change(C, V, _, _), Changes), Helpful).

:- begin_tests(helpful_changes).

test(raises_what_the_target_serves, Helpful == [c-y, c-z, d-y]) :- helpful_for(one, "", [], Helpful).
test(keeps_from_rising_what_a_rival_serves, Helpful == [c-x, d-x]) :- helpful_for(other, "", [c-z, d-y], Helpful).
test(no_effect_is_no_help, Helpful == [d-y]) :- helpful_for(one, "", [c-y, d-x], Helpful).
test(prerequisites_are_help, Helpful == [c-y, c-z, d-y, e-x, e-y]) :-
    helpful_for(one, "prerequisite(one, p, core, hard, 0, value(e, is, [x], [x])).", [], Helpful).
test(what_could_block_a_rival_is_help, Helpful == [c-y, c-z]) :-
    helpful_for(one, "contribution(m, other, c2, core, supply, -1, true). need(m, opportunity). contribution(m, one, c3, core, supply, -2, true).
                      demand_rule(r3, core, m, 4, value(c, is, [y], [y])). demand_anchor(constraint(c), r3).", [d-y], Helpful).
test(needs_that_conditions_test_are_help, Helpful == [c-x, c-y, c-z, d-x, d-y]) :-
    helpful_for(other, "need_tested(n). penalty(other, p, core, 1, needs(n, [n], 2)).", [], Helpful).

:- end_tests(helpful_changes).
