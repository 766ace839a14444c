:- encoding(utf8).
:- module(demands,
          [ needs_raised/5,             % +Rules, +Case, +View0, -Fired, -View
            rule_depends_on_needs/1,    % +Rule
            rules_fired/3,              % +Rules, +View0, -View
            dependent_fired/3,          % +Rules, +View0, -View
            rules_in_order/2,           % +Rules, -Stages
            needs_counted/4,            % +Needs, +Case, +View, -Counted
            demands_of/5                % +Fired, +Needs, +Case, +View, -Demands
          ]).
:- use_module(library(apply)).
:- use_module(library(error)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(conditions).

/** <module> From demand rules to demanded needs

A demand is `demand(Need, Weight, Counts, By, Also, Unknown)`: Counts is `counts`, or `subsumed(Narrower)` where narrower needs are demanded at least as
strongly; By are the rules of that weight that fired, or `stated`; Also those of lesser weight; Unknown those that could still fire.
*/

%!  needs_raised(+Rules, +Case, +View0, -Fired:list, -View) is det.
%
%   Fire the rules. Fired has `fired(Need, Weight, RuleId, Truth)` for each; View is View0 with the needs that are raised.
%
%   @error domain_error(acyclic_needs, Needs) if needs depend on themselves

:- det(needs_raised/5).
needs_raised(Rules, Case, view(Lineage, Values, _, _), Fired, View) :-
    partition(rule_depends_on_needs, Rules, Dependent, Plain),
    raised_statedly(Case.needs, Raised),
    foldl(fire, Plain, view(Lineage, Values, Raised, possible{})-[], View1-Fired1),
    fire_in_order(Dependent, View1-Fired1, View-Fired).

%!  rule_depends_on_needs(+Rule) is semidet.
%
%   True if the condition of Rule tests a need.

rule_depends_on_needs(rule(_, _, _, Condition)) :-
    condition_tests_needs(Condition).

%!  rules_fired(+Rules, +View0, -View) is det.
%
%   Fire rules that test no needs, without keeping which.

rules_fired([], View, View).
rules_fired([rule(_, Need, Weight, Condition)|Rest], View0, View) :-
    condition_truth(Condition, View0, Truth),
    raise(Truth, Need, Weight, View0, View1),
    rules_fired(Rest, View1, View).

%!  dependent_fired(+Rules, +View0, -View) is det.
%
%   Fire rules that test needs, after all others.

dependent_fired([], View, View) :- !.
dependent_fired(Rules, View0, View) :-
    fire_in_order(Rules, View0-[], View-_).

raised_statedly(Stated, Raised) :-
    dict_pairs(Stated, _, Pairs),
    include(positive, Pairs, Positive),
    dict_pairs(Raised, raised, Positive).

positive(_-Weight) :- Weight > 0.

% Fired is a list of fired(Need, Weight, RuleId, Truth).
fire(rule(Id, Need, Weight, Condition), View0-Fired, View-[fired(Need, Weight, Id, Truth)|Fired]) :-
    condition_truth(Condition, View0, Truth),
    raise(Truth, Need, Weight, View0, View).

raise(true, Need, Weight, view(L, V, Raised0, Possible), View) =>
    greatest(Need, Weight, Raised0, Raised),
    View = view(L, V, Raised, Possible).
raise(unknown, Need, Weight, view(L, V, Raised, Possible0), View) =>
    greatest(Need, Weight, Possible0, Possible),
    View = view(L, V, Raised, Possible).
raise(false, _, _, View0, View) => View = View0.

greatest(Need, Weight, Weights0, Weights) :-
    (   get_dict(Need, Weights0, Weight0), Weight0 >= Weight
    ->  Weights = Weights0
    ;   put_dict(Need, Weights0, Weight, Weights)
    ).

fire_in_order(Rules, State0, State) :-
    rules_in_order(Rules, Stages),
    foldl(foldl(fire), Stages, State0, State).

%!  rules_in_order(+Rules, -Stages:list(list)) is det.
%
%   Rules that test needs, each in a stage after those of all that could still raise those needs.
%
%   @error domain_error(acyclic_needs, Needs) if needs depend on themselves

:- det(rules_in_order/2).
rules_in_order([], []) :- !.
rules_in_order(Rules, [Ready|Stages]) :-
    maplist(rule_need, Rules, Pending),
    partition(settled(Pending), Rules, Ready, Later),
    (   Ready == []
    ->  domain_error(acyclic_needs, Pending)
    ;   rules_in_order(Later, Stages)
    ).

rule_need(rule(_, Need, _, _), Need).

settled(Pending, rule(_, _, _, Condition)) :-
    condition_needs(Condition, Needs),
    \+ ( member(Need, Needs), memberchk(Need, Pending) ).

%!  needs_counted(+Needs, +Case, +View, -Counted:list) is det.
%
%   The demands that count, as `Need-Weight`: raised, and not subsumed by narrower needs that are demanded at least as strongly.

:- det(needs_counted/4).
needs_counted(Needs, _Case, view(_, _, Raised, _), Counted) :-
    dict_pairs(Raised, _, Pairs),
    exclude(subsumed(Needs, Raised), Pairs, Counted).

subsumed(Needs, Raised, Need-Weight) :-
    get_dict(Need, Needs, need(_, Narrower)),
    member(Other, Narrower),
    get_dict(Other, Raised, OtherWeight),
    OtherWeight >= Weight, !.

%!  demands_of(+Fired, +Needs, +Case, +View, -Demands:list) is det.
%
%   Demands, sorted by need, of every need that is stated or that a rule raises or could raise.

:- det(demands_of/5).
demands_of(Fired, Needs, Case, View, Demands) :-
    sort(Fired, Sorted),
    findall(Need-fired(Weight, Id, Truth), ( member(fired(Need, Weight, Id, Truth), Sorted), Id \== by_task ), Pairs),
    group_pairs_by_key(Pairs, Groups),
    findall(Demand, ( member(Group, Groups), group_demand(Group, Demand) ), ByRules),
    dict_pairs(Case.needs, _, StatedPairs),
    findall(demand(Need, Weight, counts, stated, [], []), member(Need-Weight, StatedPairs), ByStatement),
    append(ByRules, ByStatement, Demands0),
    sort(Demands0, Demands1),
    maplist(counted(Needs, View), Demands1, Demands).

% What fired comes in ascending order of weights.
group_demand(Need-Fired, demand(Need, Weight, counts, By, Also, Unknown)) :-
    by_truth(Fired, True, Unknown),
    (   True == []
    ->  Unknown \== [], Weight = 0, By = [], Also = []
    ;   last(True, Weight-_),
        by_weight(True, Weight, Also, By)
    ).

by_truth([], [], []).
by_truth([fired(Weight, Id, Truth)|Fired], True, Unknown) :-
    (   Truth == true
    ->  True = [Weight-Id|True1], Unknown = Unknown1
    ;   Truth == unknown
    ->  True = True1, Unknown = [Id|Unknown1]
    ;   True = True1, Unknown = Unknown1
    ),
    by_truth(Fired, True1, Unknown1).

by_weight([], _, [], []).
by_weight([Weight-Id|True], Greatest, Also, By) :-
    (   Weight =:= Greatest
    ->  Also = Also1, By = [Id|By1]
    ;   Also = [Id|Also1], By = By1
    ),
    by_weight(True, Greatest, Also1, By1).

counted(Needs, view(_, _, Raised, _), demand(Need, Weight, _, By, Also, Unknown), Demand) :-
    get_dict(Need, Needs, need(_, Narrower)),
    (   Narrower == []
    ->  Others = []
    ;   findall(Other,
                ( member(Other, Narrower), Weight > 0,
                  get_dict(Other, Raised, OtherWeight), OtherWeight >= Weight
                ),
                Others)
    ),
    (   Others == [] -> Counts = counts ; Counts = subsumed(Others) ),
    Demand = demand(Need, Weight, Counts, By, Also, Unknown).
