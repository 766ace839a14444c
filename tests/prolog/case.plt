:- encoding(utf8).
:- module(test_case, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/case').
:- use_module(fixtures).

value_of(Case, Constraint, Value-Origin) :-
    get_dict(Constraint, Case.values, Value),
    get_dict(Constraint, Case.origins, Origin).

:- begin_tests(case_of, [setup(world(travel))]).

test(stated, Found == far-stated) :-
    case_in(travel, case(commute, [distance-far]), Case),
    value_of(Case, distance, Found).
test(derived, Found == far-derived('distance-far')) :-
    case_of(travel, case(none, [v(distance, far, derived('distance-far'))], [], [], [core]), Case),
    value_of(Case, distance, Found).
test(inherited, Found == middling-inherited(commute, 'typical-commute')) :-
    case_in(travel, case(commute, []), Case),
    value_of(Case, distance, Found).
test(inherited_from_the_nearest_broader_task, Found == middling-inherited(commute, 'typical-commute')) :-
    case_in(travel, case('school-run', []), Case),
    value_of(Case, distance, Found).
test(inherited_from_a_second_broader_task, Found == light-inherited(outing, 'typical-outing')) :-
    case_in(travel, case('school-run', []), Case),
    value_of(Case, luggage, Found).
test(inherited_over_two_steps, [setup(extended(travel, "task_broader('night-train', commute). ", Base)),
                                Found == middling-inherited(commute, 'typical-commute')]) :-
    case_in(Base, case('night-train', []), Case),
    value_of(Case, distance, Found).
test(pack_of_higher_precedence_says_what_is_typical,
     [setup(extended(travel, "typical_value(commute, 'a-later', later, distance, near). typical_value(commute, 'z-core', core, distance, far).", Base)),
      Found == near-inherited(commute, 'a-later')]) :-
    case_in(Base, case(commute, []), Case),
    value_of(Case, distance, Found).
test(precedence_within_a_level, [setup(extended(travel, "typical_value(outing, 'outing-distance', later, distance, near).", Base)),
                                 Found == near-inherited(outing, 'outing-distance')]) :-
    case_in(Base, case('school-run', []), Case),
    value_of(Case, distance, Found).
test(nothing_is_typical_where_equals_differ, [setup(extended(travel, "typical_value(outing, 'outing-distance', core, distance, near).", Base)), fail]) :-
    case_in(Base, case('school-run', []), Case),
    value_of(Case, distance, _).
test(default_where_equals_differ,
     [setup(extended(travel, "typical_value(outing, t1, core, fitness, fit). typical_value(commute, t2, core, fitness, unfit).", Base)),
      Found == fit-assumed]) :-
    case_in(Base, case('school-run', []), Case),
    value_of(Case, fitness, Found).
test(equals_that_agree, [setup(extended(travel, "typical_value(outing, 'outing-distance', core, distance, middling).", Base)),
                         Found == middling-inherited(commute, 'typical-commute')]) :-
    case_in(Base, case('school-run', []), Case),
    value_of(Case, distance, Found).
test(typical_value_of_an_inactive_pack, [fail]) :-
    case_in(travel, case(outing, [], [], [], [core]), Case),
    value_of(Case, weather, _).
test(typical_value_set_aside, [setup(extended(travel, "overrules(r, later, 'claim-other', ['claim-new']).", Base)),
                               Found == far-inherited(trip, 'typical-trip')]) :-
    case_in(Base, case(commute, []), Case),
    value_of(Case, distance, Found).
test(assumed, Found == fit-assumed) :-
    case_in(travel, case(none, []), Case),
    value_of(Case, fitness, Found).
test(stated_comes_before_the_default, Found == unfit-stated) :-
    case_in(travel, case(none, [fitness-unfit]), Case),
    value_of(Case, fitness, Found).
test(inherited_comes_before_the_default,
     [setup(extended(travel, "typical_value(errand, te, core, fitness, unfit).", Base)), Found == unfit-inherited(errand, te)]) :-
    case_in(Base, case(errand, []), Case),
    value_of(Case, fitness, Found).
test(unknown, [fail]) :-
    case_in(travel, case(none, []), Case),
    value_of(Case, station, _).
test(lineage_needs_and_exclusions, Parts == [[commute, trip], needs{speed: 3}, [walk], [core]]) :-
    case_in(travel, case(commute, [], [speed-3], [walk], [core]), Case),
    Parts = [Case.lineage, Case.needs, Case.excluded, Case.packs].
test(overruled, Overruled == [overruled('claim-old', 'resolution-tickets')]) :-
    case_in(travel, case(none, []), Case),
    Overruled = Case.overruled.
test(resolution_of_an_inactive_pack, Overruled == []) :-
    case_in(travel, case(none, [], [], [], [core]), Case),
    Overruled = Case.overruled.
test(preferred_claim_of_an_inactive_pack,
     [setup(extended(travel, "overrules(r, core, 'claim-other', ['claim-new']).", Base)), Overruled == []]) :-
    case_in(Base, case(none, [], [], [], [core]), Case),
    Overruled = Case.overruled.

:- end_tests(case_of).

:- begin_tests(case_view, [setup(world(travel))]).

test(nothing_raised_yet, View == view([trip], Values, raised{}, possible{})) :-
    case_in(travel, case(trip, [], [speed-3]), Case),
    case_view(Case, View),
    Values = Case.values.

:- end_tests(case_view).

:- begin_tests(case_with, [setup(world(travel))]).

test(states_a_value, Found == wet-stated) :-
    case_in(travel, case(outing, []), Case0),
    case_with(Case0, weather, wet, Case),
    value_of(Case, weather, Found).
test(keeps_the_rest, Found == light-inherited(outing, 'typical-outing')) :-
    case_in(travel, case(outing, []), Case0),
    case_with(Case0, weather, wet, Case),
    value_of(Case, luggage, Found).

:- end_tests(case_with).

:- begin_tests(case_open, [setup(world(travel))]).

test(unknown, Values == [close, remote]) :-
    case_in(travel, case(none, []), Case),
    case_open(Case, station, Values).
test(assumed, Values == [fit, unfit]) :-
    case_in(travel, case(none, []), Case),
    case_open(Case, fitness, Values).
test(inherited, Values == [near, middling, far]) :-
    case_in(travel, case(commute, []), Case),
    case_open(Case, distance, Values).
test(stated, [fail]) :-
    case_in(travel, case(none, [station-close]), Case),
    case_open(Case, station, _).
test(derived, [fail]) :-
    case_of(travel, case(none, [v(distance, far, derived('distance-far'))], [], [], [core]), Case),
    case_open(Case, distance, _).
test(no_constraint, [fail]) :-
    case_in(travel, case(none, []), Case),
    case_open(Case, nothing, _).

:- end_tests(case_open).

:- begin_tests(case_excludes, [setup(world(travel))]).

excluded(Excluded, Atoms, Techniques) :-
    case_in(travel, case(none, [], [], Excluded), Case),
    case_excludes(Case, Atoms, Techniques).

test(itself, Techniques == [walk]) :- excluded([walk, train], [walk], Techniques).
test(part, Techniques == [bicycle, train]) :- excluded([train, bicycle], ['bike-and-train', bicycle, train], Techniques).
test(family, Techniques == [bicycle]) :- excluded([bicycle], [tandem], Techniques).
test(variant_leaves_its_family, [fail]) :- excluded([tandem], [bicycle], _).
test(nothing, [fail]) :- excluded([], [walk], _).

:- end_tests(case_excludes).

:- begin_tests(case_active, [setup(world(travel))]).

test(active_pack) :-
    case_in(travel, case(none, []), Case),
    case_active(Case, rule, 'rule-far', core).
test(inactive_pack, [fail]) :-
    case_in(travel, case(none, [], [], [], [core]), Case),
    case_active(Case, contribution, 'train-comfort-later', later).
test(set_aside, [fail]) :-
    case_in(travel, case(none, []), Case),
    case_active(Case, penalty, 'train-ticket', core).
test(one_claim_of_two_overruled) :-
    case_in(travel, case(none, []), Case),
    case_active(Case, contribution, 'train-speed', core).
test(no_resolution_active) :-
    case_in(travel, case(none, [], [], [], [core]), Case),
    case_active(Case, penalty, 'train-ticket', core).

:- end_tests(case_active).

:- begin_tests(case_set_aside, [setup(world(travel))]).

test(by_resolution, Resolutions == ['resolution-tickets']) :-
    case_in(travel, case(none, []), Case),
    case_set_aside(Case, penalty, 'train-ticket', Resolutions).
test(every_claim_must_be_overruled, [fail]) :-
    case_in(travel, case(none, []), Case),
    case_set_aside(Case, contribution, 'train-speed', _).
test(all_resolutions_named, [setup(extended(travel, "overrules(r, later, 'claim-other', ['claim-new']).", Base)),
                             Resolutions == [r, 'resolution-tickets']]) :-
    case_in(Base, case(none, []), Case),
    case_set_aside(Case, contribution, 'train-speed', Resolutions).
test(no_claims, [fail]) :-
    case_in(travel, case(none, []), Case),
    case_set_aside(Case, contribution, 'walk-speed', _).

:- end_tests(case_set_aside).
