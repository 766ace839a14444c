:- encoding(utf8).
:- module(winners,
          [ compact_of/3,               % +Case, +Problem, -Compact
            compact_winners/3,          % +Compact, +Values, -Winners
            compact_view/4,             % +Compact, +Values, -View, -Counted
            runner_score/4,             % +Runner, +Counted, +View, -Score
            runner_points/5             % +Runner, +Need, +Counted, +View, -Points
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(case).
:- use_module(conditions).
:- use_module(demands).
:- use_module(knowledge).
:- use_module(support).

/** <module> Who wins, and nothing else, for hundreds of completions of one problem

The same decision as decide.pl, without what explanations need: whatever no completion can change is worked out once. The tests compare the two over every
completion of generated problems.

A compact problem is `compact(Case, Raised, Plain, Dependent, Needs, Thresholds, Runners)`: Raised are the needs that are raised in any
case, Plain and Dependent the rules still open, Runners the candidates that can still win, simplest first:
`runner(Technique, Complexity, Parts, Lost, Settled, Open, Hard, Losses, Interactions)`. Settled is a dict from needs to
`degrees(Supply, Damage)`, 0 for none.
*/

%!  compact_of(+Case, +Problem, -Compact) is det.

:- det(compact_of/3).
compact_of(Case, problem(Rules, Needs, Thresholds, Candidates), Compact) :-
    partition(rule_settled, Rules, Certain, Uncertain),
    partition(rule_depends_on_needs, Uncertain, Dependent, Plain),
    needs_raised(Certain, Case, view([], _{}, _{}, _{}), _, view(_, _, Raised, _)),
    convlist(runner(Case), Candidates, Runners),
    Compact = compact(Case, Raised, Plain, Dependent, Needs, Thresholds, Runners).

rule_settled(rule(_, _, _, Condition)) :- Condition == true.

runner(Case, candidate(Technique, Complexity, none, Atoms, Support, Prerequisites, Penalties, Interactions), Runner) :-
    \+ case_excludes(Case, Atoms, _),
    \+ memberchk(prerequisite(_, hard, _, false), Prerequisites),
    dict_pairs(Support, _, Entries),
    partition([_-settled(_)]>>true, Entries, SettledEntries, Open),
    findall(Need-Degrees, ( member(Need-settled(Lines), SettledEntries), lines_degrees(Lines, Degrees) ), Pairs),
    dict_pairs(Settled, settled, Pairs),
    findall(Condition, ( member(prerequisite(_, hard, _, Condition), Prerequisites), Condition \== true ), Hard),
    findall(Points, ( member(penalty(_, Points, true), Penalties) ; member(prerequisite(_, soft, Points, false), Prerequisites) ), Certain),
    sum_list(Certain, Lost),
    findall(if(Condition, true, Points), ( member(penalty(_, Points, Condition), Penalties), Condition \== true ), Losses1),
    findall(if(Condition, false, Points),
            ( member(prerequisite(_, soft, Points, Condition), Prerequisites), Condition \== true, Condition \== false ),
            Losses2),
    append(Losses1, Losses2, Losses),
    parts(Case, Technique, Atoms, Parts),
    Runner = runner(Technique, Complexity, Parts, Lost, Settled, Open, Hard, Losses, Interactions).

parts(_, _, [_], Parts) => Parts = 1.
parts(Case, Technique, _, Parts) =>
    technique_elements(Case.base, Technique, Elements),
    length(Elements, Parts).

lines_degrees(Lines, degrees(Supply, Damage)) :-
    ( memberchk(gives(supply, Supply0, _, _, _), Lines), integer(Supply0) -> Supply = Supply0 ; Supply = 0 ),
    ( memberchk(gives(damage, Damage0, _, _, _), Lines), integer(Damage0) -> Damage = Damage0 ; Damage = 0 ).

%!  compact_winners(+Compact, +Values:dict, -Winners:list) is det.
%
%   The techniques of rank 1 with these values, as outcome_winners/2 has them.

:- det(compact_winners/3).
compact_winners(Compact, Values, Winners) :-
    Compact = compact(_, _, _, _, Needs, Thresholds, Runners),
    compact_view(Compact, Values, View, Counted),
    finish(Runners, Needs, Thresholds, Counted, View, [], Finished),
    best_of(Finished, Winners).

%!  compact_view(+Compact, +Values:dict, -View, -Counted:list) is det.
%
%   The needs raised with these values, and the demands that count.

:- det(compact_view/4).
compact_view(compact(Case, Raised0, Plain, Dependent, Needs, _, _), Values, View, Counted) :-
    View0 = view(Case.lineage, Values, Raised0, possible{}),
    rules_fired(Plain, View0, View1),
    dependent_fired(Dependent, View1, View),
    needs_counted(Needs, Case, View, Counted).

%!  runner_score(+Runner, +Counted, +View, -Score:integer) is det.
%
%   The score of a runner, whether or not something blocks it.

:- det(runner_score/4).
runner_score(runner(_, _, _, Lost0, Settled, Open, _, Losses, Interactions), Counted, View, Score) :-
    earned(Counted, Settled, Open, View, 1000000, 0, Earned),
    lost(Losses, View, Lost0, Lost1),
    interacted(Interactions, Counted, View, Earned, Gained, Lost1, Lost),
    Score is Gained - Lost.

%!  runner_points(+Runner, +Need, +Counted, +View, -Points:integer) is det.
%
%   What one need contributes to that score, interactions aside.

:- det(runner_points/5).
runner_points(runner(_, _, _, _, Settled, Open, _, _, _), Need, Counted, View, Points) :-
    (   memberchk(Need-Weight, Counted), degrees(Need, Settled, Open, View, Supply, Damage)
    ->  Points is Weight * (Supply + Damage)
    ;   Points = 0
    ).

finish([], _, _, _, _, Finished, Finished).
finish([Runner|Rest], Needs, Thresholds, Counted, View, Done0, Finished) :-
    (   finished(Runner, Needs, Thresholds, Counted, View, Done0, Key)
    ->  Done = [done(Key, Runner)|Done0]
    ;   Done = Done0
    ),
    finish(Rest, Needs, Thresholds, Counted, View, Done, Finished).

finished(Runner, Needs, Thresholds, Counted, View, Done, key(Worse, Lost, Complexity)) :-
    Runner = runner(_, Complexity, Parts, Lost0, Settled, Open, Hard, Losses, Interactions),
    none_false(Hard, View),
    Thresholds = thresholds(Strong, Required),
    earned(Counted, Settled, Open, View, Required, 0, Earned),
    lost(Losses, View, Lost0, Lost1),
    interacted(Interactions, Counted, View, Earned, Score0, Lost1, Lost),
    (   Parts > 1
    ->  \+ simpler_suffices(Done, Complexity, Parts, Needs, Counted, Strong, View)
    ;   true
    ),
    Worse is Lost - Score0.

none_false([], _).
none_false([Condition|Rest], View) :-
    \+ condition_truth(Condition, View, false),
    none_false(Rest, View).

% Fails at the first need that is required and lacked or broken.
earned([], _, _, _, _, Earned, Earned).
earned([Need-Weight|Rest], Settled, Open, View, Required, Earned0, Earned) :-
    (   degrees(Need, Settled, Open, View, Supply, Damage)
    ->  ( Weight >= Required -> Supply >= 0, Damage > -2 ; true ),
        Earned1 is Earned0 + Weight * (Supply + Damage)
    ;   Earned1 = Earned0
    ),
    earned(Rest, Settled, Open, View, Required, Earned1, Earned).

degrees(Need, Settled, Open, View, Supply, Damage) :-
    (   get_dict(Need, Settled, degrees(Supply, Damage))
    ->  true
    ;   memberchk(Need-open(Atoms), Open),
        support_degrees(Atoms, View, Supply, Damage)
    ).

lost([], _, Lost, Lost).
lost([if(Condition, Truth, Points)|Rest], View, Lost0, Lost) :-
    (   condition_truth(Condition, View, Truth)
    ->  Lost1 is Lost0 + Points
    ;   Lost1 = Lost0
    ),
    lost(Rest, View, Lost1, Lost).

interacted([], _, _, Score, Score, Lost, Lost).
interacted([interaction(_, Effect, Condition)|Rest], Counted, View, Score0, Score, Lost0, Lost) :-
    (   condition_truth(Condition, View, true)
    ->  effect(Effect, Counted, Score0, Score1, Lost0, Lost1)
    ;   Score1 = Score0, Lost1 = Lost0
    ),
    interacted(Rest, Counted, View, Score1, Score, Lost1, Lost).

effect(loses(Points), _, Score, Score, Lost0, Lost) :- Lost is Lost0 + Points.
effect(on(Need, Degree), Counted, Score0, Score, Lost, Lost) :-
    (   memberchk(Need-Weight, Counted)
    ->  Score is Score0 + Weight * Degree
    ;   Score = Score0
    ).

simpler_suffices(Done, Complexity, Parts, Needs, Counted, Strong, View) :-
    member(done(_, runner(_, Simpler, Fewer, _, Settled, Open, _, _, _)), Done),
    Simpler < Complexity,
    Fewer =< Parts,
    forall(( member(Need-Weight, Counted), Weight >= Strong, get_dict(Need, Needs, need(requirement, _)) ),
           ( degrees(Need, Settled, Open, View, Supply, Damage), Supply > 0, Damage > -2 )), !.

best_of([], []).
best_of([First|Rest], Winners) :-
    findall(Key-Technique, member(done(Key, runner(Technique, _, _, _, _, _, _, _, _)), [First|Rest]), Pairs),
    keysort(Pairs, Sorted),
    Sorted = [Best-_|_],
    findall(Technique, ( member(Key-Technique, Sorted), Key == Best ), Winners0),
    sort(Winners0, Winners).
