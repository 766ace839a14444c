:- encoding(utf8).
:- module(test_guidance, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/guidance').
:- use_module(fixtures).

by_train([distance-far, weather-wet, luggage-light, station-close, fitness-fit]).
by_bicycle([distance-near, weather-dry, luggage-light, station-close, fitness-fit]).
stranded([distance-far, weather-wet, luggage-light, station-remote, fitness-fit]).

asked(Base, Description, Case, Outcome) :-
    case_in(Base, Description, Case),
    decided(Base, Description, _, Outcome).

:- begin_tests(advice_of, [setup(world(travel))]).

test(on_what_is_recommended_and_on_candidates,
     Advice == [advice('advice-lock', bicycle), advice('advice-timetable', train), advice('advice-umbrella', train)]) :-
    by_train(Values),
    asked(travel, case(commute, Values), Case, Outcome),
    advice_of(Case, Outcome, Advice).
test(condition_false_and_not_recommended, Advice == [advice('advice-lock', bicycle)]) :-
    by_bicycle(Values),
    asked(travel, case(errand, Values), Case, Outcome),
    advice_of(Case, Outcome, Advice).
test(not_on_what_is_blocked, [fail]) :-
    by_train(Values),
    asked(travel, case(commute, Values, [], [bicycle]), Case, Outcome),
    advice_of(Case, Outcome, Advice),
    memberchk(advice('advice-lock', _), Advice).
test(on_parts_of_what_is_recommended, [setup(extended(travel, "need(freedom, requirement). contribution(freedom, bicycle, f1, core, supply, 2, true).", Base)),
                                       true(memberchk(advice('advice-timetable', train), Advice))]) :-
    asked(Base, case(errand, [distance-far, station-close], [freedom-3, speed-3]), Case, Outcome),
    advice_of(Case, Outcome, Advice).
test(nothing_recommended, Advice == []) :-
    by_train(Values),
    asked(travel, case(commute, Values, [], [walk, bicycle, train]), Case, Outcome),
    advice_of(Case, Outcome, Advice).

:- end_tests(advice_of).

:- begin_tests(steps_of, [setup(world(travel))]).

test(path_in_order, Steps == [step(1, 'step-try', walk, true), step(2, 'step-ticket', train, true), step(3, 'step-season-ticket', train, true)]) :-
    by_train(Values),
    asked(travel, case(commute, Values), Case, Outcome),
    steps_of(Case, Outcome, Steps).
test(false_steps_are_left, Steps == [step(1, 'step-try', walk, true), step(2, 'step-ticket', train, true)]) :-
    by_train(Values),
    asked(travel, case(errand, Values), Case, Outcome),
    steps_of(Case, Outcome, Steps).
test(unknown_steps_are_marked, [true(memberchk(step(3, 'step-season-ticket', train, unknown), Steps))]) :-
    by_train(Values),
    asked(travel, case(none, Values), Case, Outcome),
    steps_of(Case, Outcome, Steps).
test(path_of_another_target, Steps == [step(1, 'step-try', walk, true), step(2, 'step-pannier', bicycle, true)]) :-
    by_bicycle(Values),
    asked(travel, case(errand, Values), Case, Outcome),
    steps_of(Case, Outcome, Steps).
test(nothing_recommended, Steps == []) :-
    asked(travel, case(errand, [], [], [walk, bicycle, train]), Case, Outcome),
    steps_of(Case, Outcome, Steps).

:- end_tests(steps_of).

:- begin_tests(tradeoffs_of, [setup(world(travel))]).

test(of_what_is_recommended, Tradeoffs == [tradeoff('train-cost', train)]) :-
    by_train(Values),
    asked(travel, case(commute, Values), Case, Outcome),
    tradeoffs_of(Case, Outcome, Tradeoffs).
test(of_its_parts, [setup(extended(travel, "need(freedom, requirement). contribution(freedom, bicycle, f1, core, supply, 2, true).", Base)),
                    Tradeoffs == [tradeoff('bicycle-cost', bicycle), tradeoff('train-cost', train)]]) :-
    asked(Base, case(errand, [distance-far, station-close], [freedom-3, speed-3]), Case, Outcome),
    tradeoffs_of(Case, Outcome, Tradeoffs).
test(under_its_condition, [setup(extended(travel, "tradeoff(train, x, core, cost, lower, car, value(distance, is, [near], [near])).", Base)),
                           Tradeoffs == [tradeoff('train-cost', train)]]) :-
    by_train(Values),
    asked(Base, case(commute, Values), Case, Outcome),
    tradeoffs_of(Case, Outcome, Tradeoffs).

:- end_tests(tradeoffs_of).

:- begin_tests(variant_of, [setup(world(travel))]).

% A family f of complexity 2 with a score of 0: 2 points earned, 2 lost.
family(Facts, Base) :-
    string_concat("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(n, requirement). technique(f, 2).
                   demand_rule(r, core, n, 1, true). demand_anchor(always, r). contribution(n, f, c1, core, supply, 2, true). interaction(f, l, core, loses(2), true). ", Facts, All),
    loaded(All, Base).

variant_in(Base, Description, Variant) :-
    asked(Base, Description, Case, Outcome),
    variant_of(Case, Outcome, Variant).

test(better_than_its_family, Variant == tandem) :-
    stranded(Values),
    variant_in(travel, case(commute, Values), Variant).
test(worse_than_its_family, Variant == none) :-
    by_bicycle(Values),
    variant_in(travel, case(errand, Values), Variant).
test(family_is_not_recommended, Variant == none) :-
    by_train(Values),
    variant_in(travel, case(commute, Values), Variant).
test(variant_is_ruled_out, Variant == none) :-
    stranded(Values),
    variant_in(travel, case(commute, Values, [], [tandem]), Variant).
test(best_of_several, [setup(extended(travel, "technique(recumbent, 2). technique_refines(recumbent, bicycle). contribution(comfort, recumbent, r1, core, supply, 2, true).
                                               contribution(exercise, recumbent, r2, core, supply, 2, true).", Base)), Variant == recumbent]) :-
    stranded(Values),
    variant_in(Base, case(commute, Values), Variant).
test(variant_of_a_variant, [setup(extended(travel, "technique(recumbent, 2). technique_refines(recumbent, tandem). contribution(exercise, recumbent, r2, core, supply, 2, true).", Base)),
                           Variant == recumbent]) :-
    stranded(Values),
    variant_in(Base, case(commute, Values), Variant).
test(equal_score_and_less_complex, Variant == simple) :-
    family("technique(simple, 1). technique_refines(simple, f).", Base),
    variant_in(Base, case(none, []), Variant).
test(equal_in_all, Variant == none) :-
    family("technique(same, 2). technique_refines(same, f).", Base),
    variant_in(Base, case(none, []), Variant).
test(two_that_are_level, Variant == none) :-
    family("technique(simple, 1). technique_refines(simple, f). technique(plain, 1). technique_refines(plain, f).", Base),
    variant_in(Base, case(none, []), Variant).
test(no_better_than_what_it_is_a_kind_of, Variant == simple) :-
    family("technique(simple, 1). technique_refines(simple, f). technique(a_kind, 1). technique_refines(a_kind, simple).", Base),
    variant_in(Base, case(none, []), Variant).
test(nothing_recommended, Variant == none) :-
    variant_in(travel, case(errand, [], [], [walk, bicycle, train]), Variant).

:- end_tests(variant_of).

:- begin_tests(conflicts_of, [setup(world(travel))]).

test(claims_that_decide, Conflicts == [conflict('conflict-tickets', ['claim-new', 'claim-old'], ['resolution-tickets'])]) :-
    by_train(Values),
    asked(travel, case(commute, Values), Case, Outcome),
    conflicts_of(Case, Outcome, [], Conflicts).
test(claims_that_decide_nothing, Conflicts == []) :-
    by_bicycle(Values),
    asked(travel, case(errand, Values), Case, Outcome),
    conflicts_of(Case, Outcome, [], Conflicts).
test(one_claim_alone, Conflicts == []) :-
    by_bicycle(Values),
    asked(travel, case(errand, Values, [comfort-3, speed-0]), Case, Outcome),
    conflicts_of(Case, Outcome, [], Conflicts).
test(other_claim_in_what_is_shown, Conflicts == [conflict('conflict-tickets', ['claim-new', 'claim-old'], ['resolution-tickets'])]) :-
    by_bicycle(Values),
    asked(travel, case(errand, Values, [comfort-3, speed-0]), Case, Outcome),
    conflicts_of(Case, Outcome, [penalty-'train-ticket'], Conflicts).

test(one_side_alone, [setup(extended(travel, "conflict_side('resolution-tickets', upheld, 'claim-other'). conflict_side('resolution-tickets', overruled, 'claim-old').", Base)),
                      Conflicts == []]) :-
    by_train(Values),
    asked(Base, case(commute, Values), Case, Outcome),
    conflicts_of(Case, Outcome, [], Conflicts).
test(both_sides, [setup(extended(travel, "conflict_side('resolution-tickets', upheld, 'claim-new'). conflict_side('resolution-tickets', overruled, 'claim-old').", Base)),
                  Conflicts = [_]]) :-
    by_train(Values),
    asked(Base, case(commute, Values), Case, Outcome),
    conflicts_of(Case, Outcome, [], Conflicts).

:- end_tests(conflicts_of).

:- begin_tests(set_aside_of, [setup(world(travel))]).

test(with_resolutions, SetAside == [set_aside(penalty, 'train-ticket', ['resolution-tickets'])]) :-
    case_in(travel, case(trip, []), Case),
    set_aside_of(Case, SetAside).
test(nothing_overruled, SetAside == []) :-
    case_in(travel, case(trip, [], [], [], [core]), Case),
    set_aside_of(Case, SetAside).

:- end_tests(set_aside_of).
