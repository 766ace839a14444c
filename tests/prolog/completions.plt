:- encoding(utf8).
:- module(test_completions, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/completions').
:- use_module('../../engine/prolog/decide').
:- use_module('../../engine/prolog/problem').
:- use_module(fixtures).

confidence_in(Base, Description, Seed, Confidence, Question) :-
    case_in(Base, Description, Case),
    problem_of(Case, Problem),
    outcome_of(Case, Problem, Outcome),
    confidence_of(Case, Problem, Outcome, Seed, Confidence, Question).

% Two techniques; each of Count constraints with Values values may raise a need of weight 1 that only one of them serves.
votes(Count, Size, Facts) :-
    numlist(1, Size, Numbers),
    findall(Text,
            ( between(1, Count, N),
              format(string(Text),
                     "constraint(c~w, plain, 1, ~w). need(n~w, opportunity). demand_rule(r~w, core, n~w, 1, value(c~w, is, [1], [1])).
                      demand_anchor(constraint(c~w), r~w). contribution(n~w, complex, s~w, core, supply, 1, true).~n",
                     [N, Numbers, N, N, N, N, N, N, N, N])
            ),
            Texts),
    atomic_list_concat(Texts, Votes),
    string_concat("pack(core, 0). threshold(strong, 3). threshold(required, 4). task(t). technique(simple, 1). technique(complex, 2).
                   need(ease, requirement). demand_rule(e, core, ease, 3, true). demand_anchor(always, e).
                   contribution(ease, simple, e1, core, supply, 1, true). ", Votes, Facts).

:- begin_tests(confidence_of, [setup(world(travel))]).

test(nothing_open, Confidence-Question == confidence(true, 1, 1, 1, exact, [])-none) :-
    confidence_in(travel, case(errand, [distance-near, weather-dry, luggage-light, station-close, fitness-fit]), 1, Confidence, Question).
test(one_open, Confidence-Question ==
               confidence(false, 1, 1, 2, exact, [weather])-question(weather, [answer(dry, [bicycle]), answer(wet, [train])])) :-
    confidence_in(travel, case(errand, [distance-near, luggage-light, station-close, fitness-fit]), 1, Confidence, Question).
test(open_but_decided, [Decided-Tried-Question == true-2-none]) :-
    confidence_in(travel, case(errand, [distance-far, weather-wet, station-close, fitness-fit]), 1, confidence(Decided, _, Stable, Tried, exact, [luggage]), Question),
    Stable == Tried.
test(inherited_and_assumed_count_as_open, Relevant == [distance, fitness, luggage, station, weather]) :-
    confidence_in(travel, case(commute, []), 1, confidence(_, _, _, 48, exact, Relevant), _).
test(stated_is_not_open, [fail]) :-
    confidence_in(travel, case(commute, [distance-near]), 1, confidence(_, _, _, _, _, Relevant), _),
    memberchk(distance, Relevant).
test(without_a_task_nothing_is_decided, Decided == false) :-
    confidence_in(travel, case(none, [distance-near, weather-dry, luggage-light, station-close, fitness-fit]), 1, confidence(Decided, _, 1, 1, exact, []), _).
test(exact_up_to_the_limit, [setup(( votes(9, 2, Facts), loaded(Facts, Base) )), Method-Tried-Stable == exact-512-Expected]) :-
    confidence_in(Base, case(t, []), 1, confidence(false, 3, Stable, Tried, Method, _), _),
    aggregate_all(count, ( between(0, 511, N), popcount(N) < 3 ), Below),
    aggregate_all(count, ( between(0, 511, N), popcount(N) =:= 3 ), Equal),
    Expected is Below + Equal.
test(sampled_beyond, [setup(( votes(10, 2, Facts), loaded(Facts, Base) )), Method-Tried == sampled-512]) :-
    confidence_in(Base, case(t, []), 1, confidence(false, _, _, Tried, Method, _), _).
test(same_seed_same_answer, [setup(( votes(10, 2, Facts), loaded(Facts, Base) )), One-AskedOne == Two-AskedTwo]) :-
    confidence_in(Base, case(t, []), 123456789012345, One, AskedOne),
    confidence_in(Base, case(t, []), 123456789012345, Two, AskedTwo).
test(other_seed_other_sample, [setup(( votes(10, 2, Facts), loaded(Facts, Base) )), true(Length > 1)]) :-
    findall(Stable, ( between(1, 6, Seed), confidence_in(Base, case(t, []), Seed, confidence(_, _, Stable, _, _, _), _) ), All),
    sort(All, Different),
    length(Different, Length).
test(sample_is_fair, [setup(( votes(10, 2, Facts), loaded(Facts, Base) )), true(abs(Mean - Share) < 0.03)]) :-
    findall(Stable, ( between(1, 20, Seed0), Seed is Seed0 * 7919, confidence_in(Base, case(t, []), Seed, confidence(_, _, Stable, _, _, _), _) ), All),
    sum_list(All, Sum),
    Mean is Sum / (20 * 512),
    aggregate_all(count, ( between(0, 1023, N), popcount(N) =< 3 ), Count),
    Share is Count / 1024.
test(asks_what_can_change_the_decision,
     [setup(loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). task(t). technique(a, 1). technique(b, 2).
                    constraint(idle, plain, 1, [x, y]). constraint(telling, plain, 1, [x, y]). need(n, requirement). need(m, requirement).
                    demand_rule(r1, core, n, 2, value(telling, is, [y], [y])). demand_anchor(constraint(telling), r1).
                    demand_rule(r2, core, m, 2, value(idle, is, [y], [y])). demand_anchor(constraint(idle), r2).
                    contribution(n, b, c1, core, supply, 1, true). contribution(m, a, c2, core, supply, 1, value(telling, is, [x], [x])).", Base)),
      Question == question(telling, [answer(x, [a]), answer(y, [b])])]) :-
    confidence_in(Base, case(t, []), 1, _, Question).
test(asks_for_one_of_two_that_decide_together,
     [setup(loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). task(t). technique(a, 1). technique(b, 2).
                    constraint(c1, plain, 1, [x, y]). constraint(c2, plain, 1, [x, y]). constraint(c3, plain, 1, [x, y]). need(n, requirement). need(m, requirement).
                    demand_rule(r1, core, n, 2, and([value(c1, is, [y], [y]), value(c2, is, [y], [y])])). demand_anchor(constraint(c1), r1).
                    demand_rule(r2, core, m, 1, value(c3, is, [y], [y])). demand_anchor(constraint(c3), r2).
                    contribution(n, b, c1, core, supply, 1, true).", Base)),
      true(memberchk(Constraint, [c1, c2]))]) :-
    confidence_in(Base, case(t, []), 1, confidence(false, _, 6, 8, exact, [c1, c2, c3]), question(Constraint, _)).

:- end_tests(confidence_of).
