:- encoding(utf8).
:- module(test_bounds, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/bounds').
:- use_module('../../engine/prolog/case').
:- use_module('../../engine/prolog/problem').
:- use_module('../../engine/prolog/winners').
:- use_module(fixtures).

% Winner is certain, or not, by the bounds and by trying every completion.
certain(Base, Description, Winner, ByBounds, ByTrying) :-
    case_in(Base, Description, Case),
    case_opened(Case, Open),
    problem_of(Open, Problem),
    problem_constraints(Problem, Relevant),
    findall(Constraint-Values, ( member(Constraint, Relevant), case_open(Case, Constraint, Values) ), Scales),
    compact_of(Open, Problem, Compact),
    Compact = compact(_, _, _, _, _, _, Runners),
    member(Runner, Runners),
    arg(1, Runner, Winner),
    get_dict(values, Open, Known),
    (   winner_certain(Compact, Known, Scales, Winner)
    ->  ByBounds = true
    ;   ByBounds = false
    ),
    (   forall(completed(Case, Completed), ( get_dict(values, Completed, Values), compact_winners(Compact, Values, Winners), Winners == [Winner] ))
    ->  ByTrying = true
    ;   ByTrying = false
    ).

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

:- begin_tests(winner_certain).

test(agrees_with_trying_every_completion, Different == []) :-
    findall(Description-Winner-ByBounds,
            ( asked(Base, Description), certain(Base, Description, Winner, ByBounds, ByTrying), ByBounds \== ByTrying ),
            Different).
test(some_are_certain_and_some_are_not, Found == [false, true]) :-
    findall(ByBounds, ( asked(Base, Description), certain(Base, Description, _, ByBounds, _) ), All),
    sort(All, Found).
test(leaves_no_choice, [true(Certain == true)]) :-
    world(travel),
    certain(travel, case(errand, [distance-far, weather-wet, station-close, fitness-fit]), train, Certain, true), !.
test(shared_rank_is_not_certain,
     [setup(loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). technique(a, 1). technique(b, 1).", Base)), fail]) :-
    certain(Base, case(none, []), _, true, _).

:- end_tests(winner_certain).
