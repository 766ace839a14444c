:- encoding(utf8).
:- module(helpful,
          [ helpful_changes/5           % +Compact, +Values, +Target, +Changes, -Helpful
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(conditions).

/** <module> Which changes can help a technique to win at all

A change makes rules fire or keeps them from it. If all it can do to any need is to raise it where the target is no better than any rival, or to lower it where the target is
no worse, then whatever wins with it wins without it too, and it is in no minimal set. What it does otherwise (to prerequisites, to gates, to composites, to conditions that
test needs) counts as help, whether it is or not: nothing that helps is left out.
*/

%!  helpful_changes(+Compact, +Values:dict, +Target, +Changes:list, -Helpful:list) is det.
%
%   Those of Changes, `change(Constraint, Value, _, _)`, that could help Target, with Values as they are.

:- det(helpful_changes/5).
helpful_changes(Compact, Values, Target, Changes, Helpful) :-
    Compact = compact(_, Raised, Plain, Dependent, Needs, Thresholds, Runners),
    append(Plain, Dependent, Rules),
    partition(is_runner(Target), Runners, [Runner], Rivals),
    other_conditions(Runners, Conditions),
    tested_needs(Dependent, Conditions, Tested),
    greatest_weights(Rules, Raised, Most),
    dict_pairs(Needs, _, NeedPairs),
    findall(Need-Directions, ( member(Need-Of, NeedPairs), directions(Need, Of, Tested, Most, Thresholds, Runner, Rivals, Directions) ), Pairs0),
    dict_pairs(Direct, directions, Pairs0),
    findall(Need-Directions, ( member(Need-_, NeedPairs), all_directions(Need, NeedPairs, Direct, Directions) ), Pairs),
    dict_pairs(Helping, directions, Pairs),
    findall(Constraint-test(Accepted, Sign, Need),
            ( member(rule(_, Need, _, Condition), Rules), value_test(Condition, 1, Constraint, Accepted, Sign) ),
            Tests0),
    keysort(Tests0, Tests1),
    group_pairs_by_key(Tests1, Tests2),
    dict_pairs(Tests, tests, Tests2),
    condition_constraints(and(Conditions), Elsewhere),
    include(helpful(Values, Elsewhere, Tests, Helping, Tested), Changes, Helpful).

is_runner(Technique, Runner) :- arg(1, Runner, Technique).

% All conditions but those of rules.
other_conditions(Runners, Conditions) :-
    findall(Condition, ( member(Runner, Runners), runner_condition(Runner, Condition) ), Conditions).

runner_condition(runner(_, _, _, _, _, Open, Hard, Losses, Interactions), Condition) :-
    (   member(_-open(Atoms), Open),
        member(Levels, Atoms), member(Level, Levels), member(given(_, _, _, _, Condition), Level)
    ;   member(Condition, Hard)
    ;   member(if(Condition, _, _), Losses)
    ;   member(interaction(_, _, Condition), Interactions)
    ).

tested_needs(Dependent, Conditions, Needs) :-
    findall(Condition, member(rule(_, _, _, Condition), Dependent), RuleConditions),
    append(RuleConditions, Conditions, All),
    condition_needs(and(All), Needs).

greatest_weights(Rules, Raised, Most) :-
    dict_pairs(Raised, _, RaisedPairs),
    findall(Need-Weight, member(rule(_, Need, Weight, _), Rules), Pairs0),
    append(RaisedPairs, Pairs0, Pairs),
    keysort(Pairs, Sorted),
    group_pairs_by_key(Sorted, Groups),
    maplist(greatest_weight, Groups, MostPairs),
    dict_pairs(Most, most, MostPairs).

greatest_weight(Need-Weights, Need-Greatest) :- max_list(Weights, Greatest).

% Whether raising a need, or lowering it, can help the target.
directions(Need, need(Kind, _), Tested, Most, thresholds(Strong, Required), Runner, Rivals, up(Up)-down(Down)) :-
    ( get_dict(Need, Most, Weight) -> true ; Weight = 0 ),
    (   memberchk(Need, Tested)
    ->  Up = true, Down = true
    ;   ( ahead(Runner, Rivals, Need) -> Up = true
        ; Weight >= Required, member(Rival, Rivals), may_fail(Rival, Need) -> Up = true
        ; Weight >= Strong, Kind == requirement, composite(Runner) -> Up = true
        ; Up = false
        ),
        ( behind(Runner, Rivals, Need) -> Down = true
        ; Weight >= Required, may_fail(Runner, Need) -> Down = true
        ; member(Rival, Rivals), composite(Rival),
          ( Weight >= Strong, Kind == requirement ; Weight >= Required, member(Other, Rivals), may_fail(Other, Need) )
        -> Down = true
        ; Down = false
        )
    ).

% Raising a narrower need can keep a broader one from counting, and lowering it can make that count.
all_directions(Need, NeedPairs, Direct, up(Up)-down(Down)) :-
    get_dict(Need, Direct, up(Up0)-down(Down0)),
    findall(Of, ( member(Broader-need(_, Narrower), NeedPairs), memberchk(Need, Narrower), get_dict(Broader, Direct, Of) ), Broader),
    ( memberchk(_-down(true), Broader) -> Up = true ; Up = Up0 ),
    ( memberchk(up(true)-_, Broader) -> Down = true ; Down = Down0 ).

composite(runner(_, _, Parts, _, _, _, _, _, _)) :- Parts > 1.

ahead(Runner, Rivals, Need) :-
    span(Runner, Need, _, High),
    member(Rival, Rivals),
    span(Rival, Need, Low, _),
    High > Low, !.

behind(Runner, Rivals, Need) :-
    span(Runner, Need, Low, _),
    member(Rival, Rivals),
    span(Rival, Need, _, High),
    Low < High, !.

% Between what bounds the degree of a runner for a need lies, interactions included.
span(runner(_, _, _, _, Settled, Open, _, _, Interactions), Need, Low, High) :-
    degrees(Need, Settled, Open, Low0, High0),
    findall(Less, ( member(interaction(_, on(Need, Less), _), Interactions), Less < 0 ), Lesses),
    findall(More, ( member(interaction(_, on(Need, More), _), Interactions), More > 0 ), Mores),
    sum_list([Low0|Lesses], Low),
    sum_list([High0|Mores], High).

degrees(Need, Settled, Open, Low, High) :-
    (   get_dict(Need, Settled, degrees(Supply, Damage))
    ->  Low is Supply + Damage, High = Low
    ;   memberchk(Need-open(Atoms), Open)
    ->  given(Atoms, supply, Supplies),
        given(Atoms, damage, Damages),
        min_list([0|Supplies], SupplyLow),
        max_list([0|Supplies], High),
        min_list([0|Damages], DamageLow),
        Low is SupplyLow + DamageLow
    ;   Low = 0, High = 0
    ).

given(Atoms, Kind, Weights) :-
    findall(Weight, ( member(Levels, Atoms), member(Level, Levels), member(given(_, _, Kind, Weight, _), Level) ), Weights).

may_fail(runner(_, _, _, _, Settled, Open, _, _, _), Need) :-
    (   get_dict(Need, Settled, degrees(Supply, Damage))
    ->  ( Supply < 0 -> true ; Damage =< -2 )
    ;   memberchk(Need-open(Atoms), Open),
        (   given(Atoms, supply, Supplies), member(Supply, Supplies), Supply < 0
        ;   given(Atoms, damage, Damages), member(Damage, Damages), Damage =< -2
        )
    ), !.

% Sign is -1 beneath an odd number of negations.
value_test(value(Constraint, _, _, Accepted), Sign, Constraint, Accepted, Sign).
value_test(not(Condition), Sign0, Constraint, Accepted, Sign) :-
    Sign1 is -Sign0,
    value_test(Condition, Sign1, Constraint, Accepted, Sign).
value_test(and(Conditions), Sign0, Constraint, Accepted, Sign) :-
    member(Condition, Conditions),
    value_test(Condition, Sign0, Constraint, Accepted, Sign).
value_test(or(Conditions), Sign0, Constraint, Accepted, Sign) :-
    member(Condition, Conditions),
    value_test(Condition, Sign0, Constraint, Accepted, Sign).

helpful(_, Elsewhere, _, _, _, change(Constraint, _, _, _)) :-
    memberchk(Constraint, Elsewhere), !.
helpful(Values, _, Tests, Helping, Tested, change(Constraint, Value, _, _)) :-
    get_dict(Constraint, Tests, Of),
    member(test(Accepted, Sign, Need), Of),
    moved(Values, Constraint, Value, Accepted, Sign, Move),
    get_dict(Need, Helping, up(Up)-down(Down)),
    (   Move == up
    ->  Up == true
    ;   Move == down
    ->  Down == true
    ;   memberchk(Need, Tested)
    ), !.

% What the change does to a condition by this test. From unknown to false nothing stops firing, but what may fire is less.
moved(Values, Constraint, Value, Accepted, Sign, Move) :-
    ( memberchk(Value, Accepted) -> New = Sign ; New is -Sign ),
    (   get_dict(Constraint, Values, Old)
    ->  ( memberchk(Old, Accepted) -> Was = Sign ; Was is -Sign ),
        New =\= Was,
        ( New > 0 -> Move = up ; Move = down )
    ;   ( New > 0 -> Move = up ; Move = less )
    ).
