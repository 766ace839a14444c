:- encoding(utf8).
:- module(test_bounds, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/bounds').
:- use_module('../../engine/prolog/case').
:- use_module('../../engine/prolog/problem').
:- use_module('../../engine/prolog/winners').
:- use_module(fixtures).

% Winners are certain, or not, by the bounds and by trying every completion.
certain(Base, Description, Winners, ByBounds, ByTrying) :-
    case_in(Base, Description, Case),
    case_opened(Case, Open),
    problem_of(Open, Problem),
    problem_constraints(Problem, Relevant),
    findall(Constraint-Values, ( member(Constraint, Relevant), case_open(Case, Constraint, Values) ), Scales),
    compact_of(Open, Problem, Compact),
    get_dict(values, Open, Known),
    possible_winners(Case, Compact, Winners),
    (   winners_certain(Compact, Known, Scales, Winners)
    ->  ByBounds = true
    ;   ByBounds = false
    ),
    (   forall(( completed(Case, Completed), get_dict(values, Completed, Values), winners_with(Compact, Values, Found) ), Found == Winners)
    ->  ByTrying = true
    ;   ByTrying = false
    ).

% Each runner by itself, none, and whatever wins in some completion.
possible_winners(Case, Compact, Winners) :-
    Compact = compact(_, _, _, _, _, _, Runners),
    findall([Technique], ( member(Runner, Runners), arg(1, Runner, Technique) ), Single),
    findall(Found, ( completed(Case, Completed), get_dict(values, Completed, Values), winners_with(Compact, Values, Found) ), Occurring),
    append([[]|Single], Occurring, All),
    sort(All, Distinct),
    member(Winners, Distinct).

asked(Base, Description) :- world(travel), Base = travel, question(Description).
asked(Base, Description) :- needs_everywhere(Facts), extended(travel, Facts, Base), question(Description).
asked(Base, case(Task, [Value], Needs)) :-
    needs_everywhere(Facts), extended(travel, Facts, Base),
    member(Task, [commute, errand]),
    member(Value, [distance-far, distance-near, weather-wet, luggage-heavy, station-remote, fitness-unfit]),
    member(Needs, [[], [comfort-4], [exercise-4], [speed-0, carriage-4], [freedom-3], [freedom-4, shelter-2]]).

asked(Base, case(Task, Values)) :-
    needs_everywhere(Facts), extended(travel, Facts, Base),
    member(Task, [commute, errand]),
    member(Distance, [near, far]), member(Weather, [dry, wet]),
    member(Values, [ [distance-Distance, weather-Weather], [distance-Distance, weather-Weather, station-close],
                     [distance-Distance, weather-Weather, station-remote, fitness-fit] ]).

:- begin_tests(winners_certain).

test(agrees_with_trying_every_completion, Different == []) :-
    findall(Description-Winners-ByBounds,
            ( asked(Base, Description), certain(Base, Description, Winners, ByBounds, ByTrying), ByBounds \== ByTrying ),
            Different).
test(some_are_certain_and_some_are_not, Found == [false, true]) :-
    findall(ByBounds, ( asked(Base, Description), certain(Base, Description, _, ByBounds, _) ), All),
    sort(All, Found).
test(leaves_no_choice, [true(Certain == true)]) :-
    world(travel),
    certain(travel, case(errand, [distance-far, weather-wet, station-close, fitness-fit]), [train], Certain, true), !.
test(shared_rank, Found == [[]-false, [a]-false, [a, b]-true, [b]-false]) :-
    loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). technique(a, 1). technique(b, 1).", Base),
    findall(Winners-ByBounds, certain(Base, case(none, []), Winners, ByBounds, _), Found0),
    sort(Found0, Found).
test(nothing_left, Found == [true]) :-
    loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). technique(a, 1). constraint(c, plain, 0, [x, y]). need(n, requirement).
            demand_rule(r, core, n, 4, true). demand_anchor(always, r). contribution(n, a, g, core, supply, -1, true).
            penalty(a, p, core, 1, value(c, is, [x], [x])).", Base),
    findall(ByBounds, certain(Base, case(none, []), [], ByBounds, true), Found).

:- end_tests(winners_certain).
