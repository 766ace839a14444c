:- encoding(utf8).
:- module(test_decide, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/decide').
:- use_module('../../engine/prolog/guidance').
:- use_module('../../engine/prolog/problem').
:- use_module(fixtures).

outcome_in(Base, Description, Outcome) :-
    case_in(Base, Description, Case),
    problem_of(Case, Problem),
    outcome_of(Case, Problem, Outcome).

result_in(Base, Description, Technique, result(Technique, Status, Rank, Score, Family, Items, Blockers, Provisos)) :-
    outcome_in(Base, Description, Outcome),
    result_of(Technique, Outcome, result(Technique, Status, Rank, Score, Family, Items, Blockers, Provisos)).

places_in(Base, Description, Places) :-
    outcome_in(Base, Description, outcome(_, _, Results)),
    maplist([result(Technique, Status, Rank, Score, _, _, _, _), Technique-Status-Rank-Score]>>true, Results, Places).

% What is worked out by hand below.
near([distance-near, weather-dry, luggage-light, station-close, fitness-fit]).
far([distance-far, weather-wet, luggage-light, station-close, fitness-fit]).
stranded([distance-far, weather-wet, luggage-light, station-remote, fitness-fit]).

freedom("need(freedom, requirement). contribution(freedom, bicycle, f1, core, supply, 2, true). contribution(freedom, train, f2, core, supply, -1, true). ").

equals("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(n, requirement).
        technique(a, 1). technique(b, 1). technique(c, 2). technique(d, 1). technique(e, 1).
        demand_rule(r, core, n, 1, true). demand_anchor(always, r).
        contribution(n, d, d1, core, supply, 2, true). penalty(d, d2, core, 2, true).
        contribution(n, e, e1, core, supply, -1, true).").

:- begin_tests(outcome_of, [setup(world(travel))]).

test(order_of_a_ranking,
     Places == [bicycle-recommended-1-4, train-viable-2-3, walk-viable-3-0, 'bike-and-train'-excluded-none-5, tandem-viable-none-3]) :-
    near(Values),
    places_in(travel, case(errand, Values), Places).
test(scores_by_hand,
     Places == [train-recommended-1-15, bicycle-viable-2-(-5), walk-viable-3-(-6), 'bike-and-train'-excluded-none-16, tandem-viable-none-7]) :-
    far(Values),
    places_in(travel, case(commute, Values), Places).
test(infeasible_before_excluded,
     Places == [bicycle-recommended-1-(-5), walk-viable-2-(-6), 'bike-and-train'-infeasible-none-16, train-infeasible-none-15, tandem-viable-none-7]) :-
    stranded(Values),
    places_in(travel, case(commute, Values), Places).
test(hard_prerequisite, Blockers == [prerequisite('train-station')]) :-
    stranded(Values),
    result_in(travel, case(commute, Values), train, result(_, _, _, _, _, _, Blockers, _)).
test(prerequisite_of_a_part, Blockers == [prerequisite('train-station')]) :-
    stranded(Values),
    result_in(travel, case(commute, Values), 'bike-and-train', result(_, _, _, _, _, _, Blockers, _)).
test(required_and_lacked, Status-Blockers == excluded-[required(carriage, supply, -2, ['walk-carriage'])]) :-
    result_in(travel, case(errand, [luggage-heavy]), walk, result(_, Status, _, _, _, _, Blockers, _)).
test(strong_and_lacked_is_no_blocker, Blockers == []) :-
    result_in(travel, case(errand, [], [carriage-3]), walk, result(_, _, _, _, _, _, Blockers, _)).
test(required_and_hurt_is_no_blocker, Blockers == []) :-
    result_in(travel, case(errand, [], [shelter-4]), bicycle, result(_, _, _, _, _, _, Blockers, _)).
test(required_and_broken, [setup(extended(travel, "contribution(shelter, bicycle, b2, later, damage, -2, true).", Base)),
                           Blockers == [required(shelter, damage, -2, [b2])]]) :-
    result_in(Base, case(errand, [], [shelter-4]), bicycle, result(_, _, _, _, _, _, Blockers, _)).
test(part_supplies_what_another_lacks, Blockers == []) :-
    freedom(Facts), extended(travel, Facts, Base),
    result_in(Base, case(errand, [distance-far], [freedom-4, speed-4]), 'bike-and-train', result(_, _, _, _, _, _, Blockers, _)).
test(part_does_not_undo_damage, [setup(extended(travel, "contribution(shelter, bicycle, b2, later, damage, -2, true).", Base)),
                                 true(memberchk(required(shelter, damage, -2, [b2]), Blockers))]) :-
    result_in(Base, case(errand, [], [shelter-4]), 'bike-and-train', result(_, _, _, _, _, _, Blockers, _)).
test(ruled_out, Status-Blockers == excluded-[ruled_out([bicycle])]) :-
    result_in(travel, case(errand, [], [], [bicycle]), bicycle, result(_, Status, _, _, _, _, Blockers, _)).
test(part_ruled_out, [true(memberchk(ruled_out([bicycle]), Blockers))]) :-
    result_in(travel, case(errand, [], [], [bicycle]), 'bike-and-train', result(_, _, _, _, _, _, Blockers, _)).
test(family_ruled_out, Blockers == [ruled_out([bicycle])]) :-
    result_in(travel, case(errand, [], [], [bicycle]), tandem, result(_, _, _, _, _, _, Blockers, _)).
test(simpler_ones_suffice, Blockers == [simpler([train])]) :-
    far(Values),
    result_in(travel, case(commute, Values), 'bike-and-train', result(_, _, _, _, _, _, Blockers, _)).
test(composite_that_is_needed, Status-Rank == recommended-1) :-
    freedom(Facts), extended(travel, Facts, Base),
    result_in(Base, case(errand, [distance-far, station-close], [freedom-3, speed-3]), 'bike-and-train', result(_, Status, Rank, _, _, _, _, _)).
test(family_of_a_part_ruled_out, [setup(extended(travel, "technique(mixed, 6). technique_part(mixed, tandem). technique_part(mixed, train).", Base)),
                                  true(memberchk(ruled_out([bicycle]), Blockers))]) :-
    result_in(Base, case(errand, [], [], [bicycle]), mixed, result(_, _, _, _, _, _, Blockers, _)).
test(more_parts_are_not_simpler,
     [setup(loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(n, requirement). need(m, requirement).
                    technique(a, 1). technique(b, 1). technique(c, 1). technique(trio, 3). technique(pair, 4).
                    technique_part(trio, a). technique_part(trio, b). technique_part(trio, c). technique_part(pair, a). technique_part(pair, b).
                    demand_rule(r1, core, n, 3, true). demand_anchor(always, r1). demand_rule(r2, core, m, 3, true). demand_anchor(always, r2).
                    contribution(n, a, c1, core, supply, 2, true). contribution(m, b, c2, core, supply, 2, true).", Base)),
      Blockers == []]) :-
    result_in(Base, case(none, []), pair, result(_, _, _, _, _, _, Blockers, _)).
test(every_blocker_is_listed, Blockers == [required(carriage, supply, -1, ['bicycle-carriage-heavy']), ruled_out([bicycle]), prerequisite('bicycle-fit')]) :-
    result_in(travel, case(errand, [luggage-heavy, fitness-unfit], [], [bicycle]), bicycle, result(_, _, _, _, _, _, Blockers, _)).
test(unknown_prerequisite_is_a_proviso, Status-Provisos == viable-['train-station']) :-
    result_in(travel, case(errand, [distance-near]), train, result(_, Status, _, _, _, _, _, Provisos)).
test(unmet_soft_prerequisite_costs, Items == [loss(prerequisite, 'bicycle-dry', 1)]) :-
    result_in(travel, case(none, [weather-wet, fitness-fit], [speed-0, shelter-0, exercise-0]), bicycle, result(_, _, _, -1, _, Items, _, _)).
test(variants_have_no_rank, Status-Rank-Family == viable-none-bicycle) :-
    result_in(travel, case(errand, []), tandem, result(_, Status, Rank, _, Family, _, _, _)).
test(equal_in_all_share_a_rank_and_fewer_losses_come_first,
     [setup(( equals(Facts), loaded(Facts, Base) )),
      Places == [a-recommended-1-0, b-recommended-1-0, c-viable-3-0, d-viable-4-0, e-viable-5-(-1)]]) :-
    places_in(Base, case(none, []), Places).
test(nothing_left, Statuses == [excluded]) :-
    outcome_in(travel, case(errand, [], [], [walk, bicycle, train]), outcome(_, _, Results)),
    findall(Status, member(result(_, Status, _, _, _, _, _, _), Results), Statuses0),
    sort(Statuses0, Statuses).

:- end_tests(outcome_of).

:- begin_tests(outcome_in_short, [setup(world(travel))]).

in_short(Base, Description, Case, Whole, Short) :-
    case_in(Base, Description, Case),
    problem_of(Case, Problem),
    outcome_of(Case, Problem, Whole),
    family_problem_of(Case, FamilyProblem),
    outcome_in_short(Case, FamilyProblem, Short).

kind(result(_, _, _, _, Family, _, _, _)) :- Family \== none.

test(all_that_an_answer_names, [forall(question(Description)), Told == Expected]) :-
    in_short(travel, Description, Case, Whole, Short),
    Whole = outcome(Demands, View, Results),
    Short = outcome(Demands, View, ShortResults),
    exclude(kind, Results, Families),
    exclude(kind, ShortResults, ShortFamilies),
    variant_of(Case, Whole, Variant), advice_of(Case, Whole, Advice),
    variant_of(Case, Short, ShortVariant), advice_of(Case, Short, ShortAdvice),
    Expected = told(Families, Variant, Advice),
    Told = told(ShortFamilies, ShortVariant, ShortAdvice).
test(kinds_of_the_winner, [true(memberchk(result(tandem, _, _, _, bicycle, _, _, _), Results))]) :-
    near(Values),
    in_short(travel, case(errand, Values), _, _, outcome(_, _, Results)).
test(no_kinds_of_others, [true(\+ memberchk(result(tandem, _, _, _, _, _, _, _), Results))]) :-
    far(Values),
    in_short(travel, case(commute, Values), _, _, outcome(_, _, Results)).
test(kinds_on_which_there_is_advice,
     [setup(extended(travel, "advice(beware, later, tandem, candidates, true).", Base)),
      true(memberchk(advice(beware, tandem), Advice))]) :-
    far(Values),
    in_short(Base, case(commute, Values), Case, _, Short),
    advice_of(Case, Short, Advice).
test(nothing_left, Ranks == [none]) :-
    in_short(travel, case(errand, [], [], [walk, bicycle, train]), _, _, outcome(_, _, Results)),
    findall(Rank, member(result(_, _, Rank, _, _, _, _, _), Results), Ranks0),
    sort(Ranks0, Ranks).

:- end_tests(outcome_in_short).

:- begin_tests(outcome_winners, [setup(world(travel))]).

test(one, Winners == [train]) :-
    far(Values),
    outcome_in(travel, case(commute, Values), Outcome),
    outcome_winners(Outcome, Winners).
test(several, [setup(( equals(Facts), loaded(Facts, Base) )), Winners == [a, b]]) :-
    outcome_in(Base, case(none, []), Outcome),
    outcome_winners(Outcome, Winners).
test(none, Winners == []) :-
    outcome_in(travel, case(errand, [], [], [walk, bicycle, train]), Outcome),
    outcome_winners(Outcome, Winners).

:- end_tests(outcome_winners).

:- begin_tests(outcome_margin, [setup(world(travel))]).

test(to_the_second, Margin == 20) :-
    far(Values),
    outcome_in(travel, case(commute, Values), Outcome),
    outcome_margin(Outcome, Margin).
test(shared_rank, [setup(( equals(Facts), loaded(Facts, Base) )), Margin == 0]) :-
    outcome_in(Base, case(none, []), Outcome),
    outcome_margin(Outcome, Margin).
test(no_second, Margin == none) :-
    outcome_in(travel, case(errand, [distance-near], [], [bicycle, train]), Outcome),
    outcome_margin(Outcome, Margin).

:- end_tests(outcome_margin).
