:- encoding(utf8).
:- module(test_problem, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/problem').
:- use_module(fixtures).

rules_in(Base, Description, Ids) :-
    case_in(Base, Description, Case),
    candidate_rules(Case, Rules),
    maplist([rule(Id, _, _, _), Id]>>true, Rules, Ids).

problem_in(Base, Description, Problem) :-
    case_in(Base, Description, Case),
    problem_of(Case, Problem).

candidate_in(Technique, Base, Description, Candidate) :-
    problem_in(Base, Description, problem(_, _, _, Candidates)),
    Candidate = candidate(Technique, _, _, _, _, _, _, _),
    memberchk(Candidate, Candidates).

:- begin_tests(candidate_rules, [setup(world(travel))]).

test(rules_of_the_lineage, Ids == ['rule-far', 'rule-fit', 'rule-heavy', 'rule-long-ride', 'rule-middling', 'rule-trip', 'rule-wet']) :-
    rules_in(travel, case(trip, []), Ids).
test(rules_of_broader_tasks, true(subset(['rule-school-wet', 'rule-trip'], Ids))) :-
    rules_in(travel, case('school-run', [weather-wet]), Ids).
test(rules_of_narrower_and_other_tasks_are_left, [fail]) :-
    rules_in(travel, case(commute, [weather-wet]), Ids),
    ( memberchk('rule-school-wet', Ids) ; memberchk('rule-errand', Ids) ).
test(without_a_task_no_rule_of_a_task, [fail]) :-
    rules_in(travel, case(none, [weather-wet]), Ids),
    member(Id, ['rule-school-wet', 'rule-trip', 'rule-errand']),
    memberchk(Id, Ids).
% The anchor of this rule says more than its condition: it is found by the anchor or not at all.
test(read_through_anchors_only, [setup(extended(travel, "demand_rule(hidden, core, speed, 1, true). demand_anchor(task(errand), hidden).", Base)),
                                 Found == [false, true]]) :-
    findall(Is,
            ( member(Task, [trip, errand]), rules_in(Base, case(Task, []), Ids), ( memberchk(hidden, Ids) -> Is = true ; Is = false ) ),
            Found).
test(rule_with_two_anchors_is_one_rule,
     [setup(extended(travel, "demand_rule(twice, core, speed, 1, or([task(commute), task(trip)])). demand_anchor(task(commute), twice). demand_anchor(task(trip), twice).", Base)),
      Count == 1]) :-
    case_in(Base, case(commute, []), Case),
    candidate_rules(Case, Rules),
    include([rule(twice, _, _, _)]>>true, Rules, Found),
    length(Found, Count).
test(conditions_are_simplified, Condition == value(weather, is, [wet], [wet])) :-
    case_in(travel, case('school-run', [], [], [], [core]), Case),
    candidate_rules(Case, Rules),
    memberchk(rule('rule-school-wet', _, _, Condition), Rules).
test(needs_that_tasks_could_raise, Rules == [rule(by_task, speed, 2, task(any))]) :-
    case_in(travel, case(none, [distance-near, weather-dry, luggage-light, fitness-unfit]), Case),
    candidate_rules(Case, Rules0),
    exclude([rule('rule-long-ride', _, _, _)]>>true, Rules0, Rules).
test(stronger_rules_of_tasks_keep_their_conditions,
     [setup(extended(travel, "demand_rule(x, core, speed, 4, and([task(trip), value(station, is, [close], [close])])). demand_anchor(task(trip), x).", Base)),
      Conditions == [2-task(any), 4-and([task(trip), value(station, is, [close], [close])])]]) :-
    case_in(Base, case(none, []), Case),
    candidate_rules(Case, Rules),
    findall(Weight-Condition, member(rule(by_task, speed, Weight, Condition), Rules), Conditions).
test(with_a_task_nothing_stands_for_others, [fail]) :-
    rules_in(travel, case(outing, []), Ids),
    memberchk(by_task, Ids).
test(false_rules_are_left, [fail]) :-
    rules_in(travel, case(trip, [weather-dry]), Ids),
    memberchk('rule-wet', Ids).
test(rules_for_stated_needs_are_left, [fail]) :-
    rules_in(travel, case(trip, [weather-wet], [shelter-1]), Ids),
    memberchk('rule-wet', Ids).
test(rules_set_aside_are_left, [setup(extended(travel, "overrules(r, later, 'claim-other', ['claim-new']).", Base)), fail]) :-
    rules_in(Base, case(trip, [weather-wet]), Ids),
    memberchk('rule-wet', Ids).

:- end_tests(candidate_rules).

:- begin_tests(problem_of, [setup(world(travel))]).

test(thresholds, Thresholds == thresholds(3, 4)) :- problem_in(travel, case(trip, []), problem(_, _, Thresholds, _)).
test(simplest_first, Techniques == [walk, bicycle, tandem, train, 'bike-and-train']) :-
    problem_in(travel, case(trip, []), problem(_, _, _, Candidates)),
    maplist([candidate(Technique, _, _, _, _, _, _, _), Technique]>>true, Candidates, Techniques).
test(needs_that_may_be_demanded, Needs == needs{comfort: need(requirement, [rest, shelter]), exercise: need(opportunity, []),
                                               rest: need(requirement, []), shelter: need(requirement, [])}) :-
    problem_in(travel, case(trip, [weather-wet, distance-near, luggage-light], [rest-1]), problem(_, Needs, _, _)).
test(family, Family == bicycle) :- candidate_in(tandem, travel, case(trip, []), candidate(_, _, Family, _, _, _, _, _)).
test(no_family, Family == none) :- candidate_in(bicycle, travel, case(trip, []), candidate(_, _, Family, _, _, _, _, _)).
test(parts, Atoms == [bicycle, 'bike-and-train', train]) :-
    candidate_in('bike-and-train', travel, case(trip, []), candidate(_, _, _, Atoms, _, _, _, _)).
test(settled_support, Entry == settled([gives(supply, 2, ['walk-exercise'], [], [])])) :-
    candidate_in(walk, travel, case(trip, []), candidate(_, _, _, _, Support, _, _, _)),
    get_dict(exercise, Support, Entry).
test(open_support, [true(Entry = open(_))]) :-
    candidate_in(bicycle, travel, case(errand, []), candidate(_, _, _, _, Support, _, _, _)),
    get_dict(speed, Support, Entry).
test(value_settles_support, Entry == settled([gives(supply, -1, ['bicycle-speed-far'], [], [])])) :-
    candidate_in(bicycle, travel, case(errand, [distance-far]), candidate(_, _, _, _, Support, _, _, _)),
    get_dict(speed, Support, Entry).
test(broader_need_supports, Entry == settled([gives(supply, 2, ['train-comfort-later'], ['train-comfort'], [])])) :-
    candidate_in(train, travel, case(trip, [weather-wet]), candidate(_, _, _, _, Support, _, _, _)),
    get_dict(shelter, Support, Entry).
test(own_broader_need_before_the_family, Entry == settled([gives(supply, 2, ['tandem-comfort'], [], [])])) :-
    candidate_in(tandem, travel, case(trip, [weather-wet]), candidate(_, _, _, _, Support, _, _, _)),
    get_dict(shelter, Support, Entry).
test(family_where_the_variant_says_nothing, Entry == settled([gives(supply, 1, ['bicycle-speed'], [], [])])) :-
    candidate_in(tandem, travel, case(errand, [distance-near]), candidate(_, _, _, _, Support, _, _, _)),
    get_dict(speed, Support, Entry).
test(variant_before_the_family, Entry == settled([gives(supply, 1, ['tandem-exercise'], [], [])])) :-
    candidate_in(tandem, travel, case(trip, []), candidate(_, _, _, _, Support, _, _, _)),
    get_dict(exercise, Support, Entry).
test(contributions_of_inactive_packs_are_left, Entry == settled([gives(supply, 1, ['train-comfort'], [], [])])) :-
    candidate_in(train, travel, case(trip, [weather-wet], [], [], [core]), candidate(_, _, _, _, Support, _, _, _)),
    get_dict(shelter, Support, Entry).
test(prerequisites_of_the_parts, Ids == ['bicycle-dry', 'bicycle-fit', 'train-station']) :-
    candidate_in('bike-and-train', travel, case(trip, []), candidate(_, _, _, _, _, Prerequisites, _, _)),
    maplist([prerequisite(Id, _, _, _), Id]>>true, Prerequisites, Ids).
test(prerequisites_of_the_family, Ids == ['bicycle-dry', 'bicycle-fit']) :-
    candidate_in(tandem, travel, case(trip, []), candidate(_, _, _, _, _, Prerequisites, _, _)),
    maplist([prerequisite(Id, _, _, _), Id]>>true, Prerequisites, Ids).
test(own_penalties_only, Ids == ['both-change']) :-
    candidate_in('bike-and-train', travel, case(trip, [], [], [], [core]), candidate(_, _, _, _, _, _, Penalties, _)),
    maplist([penalty(Id, _, _), Id]>>true, Penalties, Ids).
test(penalty_set_aside, Penalties == []) :-
    candidate_in(train, travel, case(trip, []), candidate(_, _, _, _, _, _, Penalties, _)).
test(interactions, Interactions == [interaction('both-speed', on(speed, 1), true)]) :-
    candidate_in('bike-and-train', travel, case(trip, [distance-far, luggage-light]), candidate(_, _, _, _, _, _, _, Interactions)).

:- end_tests(problem_of).

:- begin_tests(problem_constraints, [setup(world(travel))]).

test(open_ones_only, Constraints == [luggage, station]) :-
    problem_in(travel, case(trip, [weather-dry, distance-near, fitness-fit]), Problem),
    problem_constraints(Problem, Constraints).
test(nothing_open, Constraints == []) :-
    problem_in(travel, case(trip, [weather-dry, distance-near, fitness-fit, luggage-light, station-close]), Problem),
    problem_constraints(Problem, Constraints).
test(in_interactions_and_support, Constraints == [distance, station]) :-
    problem_in(travel, case(errand, [weather-dry, fitness-fit, luggage-light], [speed-1]), Problem0),
    Problem0 = problem(_, Needs, Thresholds, Candidates),
    problem_constraints(problem([], Needs, Thresholds, Candidates), Constraints).

:- end_tests(problem_constraints).

:- begin_tests(family_problem_of, [setup(world(travel))]).

test(the_same_without_variants, [forall(question(Description)), Families == Expected]) :-
    case_in(travel, Description, Case),
    problem_of(Case, problem(Rules, Needs, Thresholds, All)),
    family_problem_of(Case, problem(Rules, Needs, Thresholds, Families)),
    findall(Candidate, ( member(Candidate, All), arg(3, Candidate, none) ), Expected),
    Expected \== All.

:- end_tests(family_problem_of).

:- begin_tests(problem_of_families, [setup(world(travel))]).

test(as_if_asked_for_families, [forall(question(Description)), Families == Expected]) :-
    case_in(travel, Description, Case),
    problem_of(Case, Problem),
    problem_of_families(Problem, Families),
    family_problem_of(Case, Expected).

:- end_tests(problem_of_families).

:- begin_tests(kind_candidates, [setup(world(travel))]).

test(as_in_the_whole_problem, [forall(( question(Description), member(Technique, [walk, bicycle, train]) )), Kinds == Expected]) :-
    case_in(travel, Description, Case),
    problem_of(Case, problem(_, Needs, _, Candidates)),
    partition([candidate(_, _, none, _, _, _, _, _)]>>true, Candidates, Families, Others),
    include([candidate(_, _, Technique, _, _, _, _, _)]>>true, Others, Expected),
    kind_candidates(Case, Needs, Families, Technique, Kinds).
test(none_for_nothing, Kinds == []) :-
    case_in(travel, case(errand, []), Case),
    problem_of(Case, problem(_, Needs, _, Candidates)),
    kind_candidates(Case, Needs, Candidates, none, Kinds).

:- end_tests(kind_candidates).

:- begin_tests(problem_tests, [setup(world(travel))]).

test(of_every_open_constraint, [forall(question(Description)), Constraints == Expected]) :-
    case_in(travel, Description, Case),
    problem_of(Case, Problem),
    problem_tests(Problem, Tests),
    findall(Constraint, member(test(Constraint, _), Tests), Constraints0),
    sort(Constraints0, Constraints),
    problem_constraints(Problem, Expected).
test(without_repetition, Tests == Sorted) :-
    case_in(travel, case(trip, []), Case),
    problem_of(Case, Problem),
    problem_tests(Problem, Tests),
    Tests \== [],
    sort(Tests, Sorted).
test(values_that_are_accepted, [nondet]) :-
    case_in(travel, case(errand, []), Case),
    problem_of(Case, Problem),
    problem_tests(Problem, Tests),
    memberchk(test(distance, [far]), Tests).

:- end_tests(problem_tests).
