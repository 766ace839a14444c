:- encoding(utf8).
:- module(test_winners, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/case').
:- use_module('../../engine/prolog/decide').
:- use_module('../../engine/prolog/problem').
:- use_module('../../engine/prolog/winners').
:- use_module('../../engine/prolog/worlds').
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

% All completions are decided together, then each by itself on the full decision.
differences(Base, Description, Count, Differences) :-
    compact_in(Base, Description, Case, Compact),
    findall(Constraint-Values, ( Base:constraint(Constraint, _, _, Values), case_open(Case, Constraint, _) ), Scales),
    worlds_all(_{}, Scales, Worlds),
    winners_over(Compact, Worlds, Winning),
    winner_classes(Winning, Worlds, Classes),
    findall(Completed, completed(Case, Completed), All),
    length(All, Count),
    findall(Values-Found-Expected,
            ( member(Completed, All),
              winners_by_outcome(Completed, Expected),
              get_dict(values, Completed, Values),
              world_of(Values, Scales, Worlds, World),
              findall(Winners, ( member(Winners-Mask, Classes), World /\ Mask =\= 0 ), Found),
              Found \== [Expected]
            ),
            Differences).

world_of(Values, Scales, Worlds, World) :-
    Worlds = worlds(_, All, _),
    foldl(within(Values, Worlds), Scales, All, World),
    popcount(World) =:= 1.

within(Values, Worlds, Constraint-_, Mask0, Mask) :-
    get_dict(Constraint, Values, Value),
    value_mask(Worlds, Constraint, Value, Here),
    Mask is Mask0 /\ Here.

:- begin_tests(winners_over, [setup(world(travel))]).

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
    winners_with(Compact, _{}, Winners).
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
    winners_with(Compact, Case.values, Winners).

:- end_tests(winners_over).

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

% A technique wins in the worlds of a mask.
classes(Winning, Size, Classes) :-
    All is (1 << Size) - 1,
    winner_classes(Winning, worlds(Size, All, _{}), Classes0),
    msort(Classes0, Classes).

:- begin_tests(winner_classes).

test(every_world_is_in_one_class, Classes == [[]-0b1000, [a]-0b0001, [a, b]-0b0010, [b]-0b0100]) :-
    classes([b-0b0110, a-0b0011], 4, Classes).
test(no_class_is_empty, Classes == [[a]-0b11]) :- classes([a-0b11, b-0], 2, Classes).
test(nothing_wins, Classes == [[]-0b111]) :- classes([], 3, Classes).

:- end_tests(winner_classes).
