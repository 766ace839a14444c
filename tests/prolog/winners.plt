:- encoding(utf8).
:- module(test_winners, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/case').
:- use_module('../../engine/prolog/decide').
:- use_module('../../engine/prolog/problem').
:- use_module('../../engine/prolog/winners').
:- use_module(fixtures).

winners_by_outcome(Case, Winners) :-
    problem_of(Case, Problem),
    outcome_of(Case, Problem, Outcome),
    outcome_winners(Outcome, Winners).

compact_in(Base, Description, Case, Compact) :-
    case_in(Base, Description, Case),
    case_opened(Case, Open),
    problem_of(Open, Problem),
    compact_of(Open, Problem, Compact).

differences(Base, Description, Count, Differences) :-
    compact_in(Base, Description, Case, Compact),
    findall(Completed, completed(Case, Completed), All),
    length(All, Count),
    findall(Values-Found-Expected,
            ( member(Completed, All),
              winners_by_outcome(Completed, Expected),
              get_dict(values, Completed, Values),
              compact_winners(Compact, Values, Found),
              Found \== Expected
            ),
            Differences).

:- begin_tests(compact_winners, [setup(world(travel))]).

test(agrees_with_the_outcome, [forall(question(Description)), Differences == []]) :-
    differences(travel, Description, Count, Differences),
    Count >= 16.
test(agrees_where_needs_matter, [setup(( needs_everywhere(Facts), extended(travel, Facts, Base) )), Differences == []]) :-
    findall(Some, ( question(Description), differences(Base, Description, _, All), member(Some, All) ), Differences).
test(the_completions_differ, [true(Length > 2)]) :-
    needs_everywhere(Facts), extended(travel, Facts, Base),
    findall(Winners,
            ( question(Description), case_in(Base, Description, Case), completed(Case, Completed), winners_by_outcome(Completed, Winners) ),
            All),
    sort(All, Different),
    length(Different, Length).
test(shared_rank, [setup(loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). technique(a, 1). technique(b, 1). technique(c, 2).", Base)),
                   Winners == [a, b]]) :-
    compact_in(Base, case(none, []), _, Compact),
    compact_winners(Compact, values{}, Winners).
test(agrees_on_parts_of_composites,
     [setup(loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(n, requirement). need(m, requirement). constraint(k, plain, 1, [x, y]).
                    technique(a, 1). technique(b, 1). technique(c, 1). technique(trio, 3). technique(pair, 4).
                    technique_part(trio, a). technique_part(trio, b). technique_part(trio, c). technique_part(pair, a). technique_part(pair, b).
                    demand_rule(r1, core, n, 3, true). demand_anchor(always, r1). demand_rule(r2, core, m, 3, true). demand_anchor(always, r2).
                    penalty(trio, p, core, 1, value(k, is, [x], [x])). penalty(pair, q, core, 1, value(k, is, [y], [y])).
                    contribution(n, a, c1, core, supply, 2, true). contribution(m, b, c2, core, supply, 2, true).", Base)),
      Differences == []]) :-
    differences(Base, case(none, []), 2, Differences).
test(none_left, Winners == []) :-
    compact_in(travel, case(trip, [], [], [walk, bicycle, train]), Case, Compact),
    compact_winners(Compact, Case.values, Winners).

:- end_tests(compact_winners).

:- begin_tests(compact_of, [setup(world(travel))]).

runner_names(Compact, Names) :-
    Compact = compact(_, _, _, _, _, _, Runners),
    maplist([Runner, Name]>>arg(1, Runner, Name), Runners, Names).

test(no_variants, Names == [walk, bicycle, train, 'bike-and-train']) :-
    compact_in(travel, case(trip, []), _, Compact),
    runner_names(Compact, Names).
test(nothing_ruled_out, Names == [walk, train]) :-
    compact_in(travel, case(trip, [], [], [bicycle]), _, Compact),
    runner_names(Compact, Names).
test(nothing_that_is_infeasible_already, Names == [walk, bicycle]) :-
    compact_in(travel, case(trip, [station-remote]), _, Compact),
    runner_names(Compact, Names).
test(what_is_raised_in_any_case, Raised == raised{comfort: 1, speed: 3}) :-
    compact_in(travel, case(trip, [distance-far]), _, compact(_, Raised0, _, _, _, _, _)),
    dict_pairs(Raised0, _, Pairs),
    include([Need-_]>>memberchk(Need, [comfort, speed]), Pairs, Kept),
    dict_pairs(Raised, raised, Kept).

:- end_tests(compact_of).

:- begin_tests(compact_scores, [setup(world(travel))]).

% Scores of the compact problem are those of the outcome, for every technique that it keeps.
test(compact_view_and_runner_score_agree_with_the_outcome, [forall(question(Description)), Differences == []]) :-
    compact_in(travel, Description, Case, Compact),
    Compact = compact(_, _, _, _, _, _, Runners),
    findall(Technique-Score-Expected,
            ( completed(Case, Completed),
              get_dict(values, Completed, Values),
              compact_view(Compact, Values, View, Counted),
              problem_of(Completed, Problem),
              outcome_of(Completed, Problem, outcome(_, _, Results)),
              member(Runner, Runners),
              arg(1, Runner, Technique),
              runner_score(Runner, Counted, View, Score),
              memberchk(result(Technique, _, _, Expected, _, _, _, _), Results)
            ),
            All),
    All \== [],
    exclude([_-Same-Same]>>true, All, Differences).
test(runner_points_are_those_of_the_lines, [forall(question(Description)), Differences == []]) :-
    compact_in(travel, Description, Case, Compact),
    Compact = compact(_, _, _, _, _, _, Runners),
    compact_view(Compact, Case.values, View, Counted),
    problem_of(Case, Problem),
    outcome_of(Case, Problem, outcome(_, _, Results)),
    findall(Technique-Need-Points-Expected,
            ( member(Runner, Runners), arg(1, Runner, Technique),
              memberchk(result(Technique, _, _, _, _, Items, _, _), Results),
              member(Need-_, Counted),
              runner_points(Runner, Need, Counted, View, Points),
              findall(P, ( member(line(Need, Kind, _, _, P, _, _, _), Items), Kind \== interaction ), Ps),
              sum_list(Ps, Expected)
            ),
            All),
    exclude([_-_-Same-Same]>>true, All, Differences).

:- end_tests(compact_scores).

% What is known in full, so that the outcome tells what to expect.
stated_in_full([distance-far, weather-wet, luggage-heavy, station-close, fitness-fit]).

compact_and_outcome(Task, Compact, Case, Outcome) :-
    stated_in_full(Values),
    compact_in(travel, case(Task, Values), Case, Compact),
    decided(travel, case(Task, Values), _, Outcome).

runner_named(Name, Compact, Runner) :-
    Compact = compact(_, _, _, _, _, _, Runners),
    member(Runner, Runners),
    arg(1, Runner, Name), !.

:- begin_tests(compact_view, [setup(world(travel))]).

test(needs_raised_and_counted, Raised-Counted == raised{carriage: 4, comfort: 1, exercise: 1, rest: 2, shelter: 3, speed: 3}-
                                                 [carriage-4, exercise-1, rest-2, shelter-3, speed-3]) :-
    compact_and_outcome(commute, Compact, Case, _),
    compact_view(Compact, Case.values, view(_, _, Raised, _), Counted0),
    msort(Counted0, Counted).
test(as_in_the_outcome, [forall(question(Description)), Raised == Expected]) :-
    compact_in(travel, Description, Case, Compact),
    once(completed(Case, Completed)),
    get_dict(values, Completed, Values),
    compact_view(Compact, Values, view(_, _, Raised, _), _),
    problem_of(Completed, Problem),
    outcome_of(Completed, Problem, outcome(_, view(_, _, Expected, _), _)).

:- end_tests(compact_view).

:- begin_tests(runner_score, [setup(world(travel))]).

test(as_in_the_outcome, [forall(member(Name, [walk, bicycle, train, 'bike-and-train'])), Score == Expected]) :-
    compact_and_outcome(commute, Compact, Case, Outcome),
    runner_named(Name, Compact, Runner),
    compact_view(Compact, Case.values, View, Counted),
    runner_score(Runner, Counted, View, Score),
    result_of(Name, Outcome, result(_, _, _, Expected, _, _, _, _)).

:- end_tests(runner_score).

:- begin_tests(runner_points, [setup(world(travel))]).

points_of(Name, Need, Points, Expected) :-
    compact_and_outcome(commute, Compact, Case, Outcome),
    runner_named(Name, Compact, Runner),
    compact_view(Compact, Case.values, View, Counted),
    runner_points(Runner, Need, Counted, View, Points),
    result_of(Name, Outcome, result(_, _, _, _, _, Items, _, _)),
    findall(One, ( member(line(Need, Kind, _, _, One, _, _, _), Items), Kind \== interaction ), All),
    sum_list(All, Expected).

test(supply_and_damage_of_one_need, Points == Expected) :- points_of('bike-and-train', shelter, Points, Expected), Expected =:= 3.
test(as_in_the_outcome, [forall(( member(Name, [walk, bicycle, train, 'bike-and-train']), member(Need, [speed, shelter, rest, carriage, exercise]) )),
                         Points == Expected]) :-
    points_of(Name, Need, Points, Expected).
test(need_that_does_not_count, Points == 0) :- points_of(train, comfort, Points, _).

:- end_tests(runner_points).
