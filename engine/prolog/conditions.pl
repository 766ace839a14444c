:- encoding(utf8).
:- module(conditions,
          [ condition_simplified/3,     % +Condition, +Case, -Simplified
            condition_truth/3,          % +Condition, +View, -Truth
            condition_needs/2,          % +Condition, -Needs
            condition_tests_needs/1,    % +Condition
            condition_constraints/2,    % +Condition, -Constraints
            condition_leaves/4          % +Condition, +View, +Truth, -Leaves
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).

/** <module> Three-valued conditions (Kleene)

A condition is one of

  - task(Task): the case's task is Task or a narrower one
  - value(Constraint, Operator, Values, Accepted): Operator and Values as stated (`is`, `at_least`, `at_most`),
    Accepted all values for which it holds
  - needs(Need, Within, Minimum): a need of Within (Need and its narrower ones) is raised with at least Minimum
  - not(Condition), and(Conditions), or(Conditions)

A view is `view(Lineage, Values, Raised, Possible)`: Lineage of the task or `[]`, a dict from constraints to values, a dict from
needs to the weight with which they are raised, and one to the greatest weight with which an unknown rule could raise them.
*/

%!  condition_simplified(+Condition, +Case, -Simplified) is det.
%
%   Simplified is `true`, `false`, or Condition less all that is settled by what the view knows about task and constraints.
%   Tests of needs stay, since needs are settled later.

:- det(condition_simplified/3).
condition_simplified(needs(Need, Within, Minimum), _, Simplified) =>
    Simplified = needs(Need, Within, Minimum).
condition_simplified(not(Condition), View, Simplified) =>
    condition_simplified(Condition, View, Inner),
    negated(Inner, Simplified).
condition_simplified(and(Conditions), View, Simplified) =>
    conjunction(Conditions, View, [], Simplified).
condition_simplified(or(Conditions), View, Simplified) =>
    disjunction(Conditions, View, [], Simplified).
condition_simplified(Leaf, View, Simplified) =>
    truth(Leaf, View, Truth),
    (   Truth == unknown
    ->  Simplified = Leaf
    ;   Simplified = Truth
    ).

negated(true, Negated) => Negated = false.
negated(false, Negated) => Negated = true.
negated(Condition, Negated) => Negated = not(Condition).

conjunction([], _, [], Simplified) => Simplified = true.
conjunction([], _, [Only], Simplified) => Simplified = Only.
conjunction([], _, Open, Simplified) => reverse(Open, Ordered), Simplified = and(Ordered).
conjunction([Condition|Rest], View, Open, Simplified) =>
    condition_simplified(Condition, View, Inner),
    (   Inner == false
    ->  Simplified = false
    ;   Inner == true
    ->  conjunction(Rest, View, Open, Simplified)
    ;   conjunction(Rest, View, [Inner|Open], Simplified)
    ).

disjunction([], _, [], Simplified) => Simplified = false.
disjunction([], _, [Only], Simplified) => Simplified = Only.
disjunction([], _, Open, Simplified) => reverse(Open, Ordered), Simplified = or(Ordered).
disjunction([Condition|Rest], View, Open, Simplified) =>
    condition_simplified(Condition, View, Inner),
    (   Inner == true
    ->  Simplified = true
    ;   Inner == false
    ->  disjunction(Rest, View, Open, Simplified)
    ;   disjunction(Rest, View, [Inner|Open], Simplified)
    ).

%!  condition_truth(+Condition, +View, ?Truth) is semidet.
%
%   Truth is `true`, `false` or `unknown`.

condition_truth(Condition, View, Truth) :-
    truth(Condition, View, Found),
    Truth = Found.

:- det(truth/3).
truth(true, _, Truth) => Truth = true.
truth(false, _, Truth) => Truth = false.
truth(value(Constraint, _, _, Accepted), view(_, Values, _, _), Truth) =>
    (   get_dict(Constraint, Values, Value)
    ->  (   memberchk(Value, Accepted) -> Truth = true ; Truth = false )
    ;   Truth = unknown
    ).
truth(task(Task), view(Lineage, _, _, _), Truth) =>
    (   Lineage == []
    ->  Truth = unknown
    ;   memberchk(Task, Lineage)
    ->  Truth = true
    ;   Truth = false
    ).
truth(needs(_, Within, Minimum), view(_, _, Raised, Possible), Truth) =>
    (   raised(Within, Raised, Minimum)
    ->  Truth = true
    ;   raised(Within, Possible, Minimum)
    ->  Truth = unknown
    ;   Truth = false
    ).
truth(not(Condition), View, Truth) =>
    truth(Condition, View, Inner),
    opposite(Inner, Truth).
truth(and(Conditions), View, Truth) =>
    conjunction_truth(Conditions, View, true, Truth).
truth(or(Conditions), View, Truth) =>
    disjunction_truth(Conditions, View, false, Truth).

opposite(true, Truth) => Truth = false.
opposite(false, Truth) => Truth = true.
opposite(unknown, Truth) => Truth = unknown.

raised([Need|Rest], Weights, Minimum) :-
    (   get_dict(Need, Weights, Weight), Weight >= Minimum
    ->  true
    ;   raised(Rest, Weights, Minimum)
    ).

conjunction_truth([], _, SoFar, Truth) => Truth = SoFar.
conjunction_truth([Condition|Rest], View, SoFar, Truth) =>
    truth(Condition, View, Inner),
    (   Inner == false
    ->  Truth = false
    ;   Inner == unknown
    ->  conjunction_truth(Rest, View, unknown, Truth)
    ;   conjunction_truth(Rest, View, SoFar, Truth)
    ).

disjunction_truth([], _, SoFar, Truth) => Truth = SoFar.
disjunction_truth([Condition|Rest], View, SoFar, Truth) =>
    truth(Condition, View, Inner),
    (   Inner == true
    ->  Truth = true
    ;   Inner == unknown
    ->  disjunction_truth(Rest, View, unknown, Truth)
    ;   disjunction_truth(Rest, View, SoFar, Truth)
    ).

%!  condition_needs(+Condition, -Needs:list) is det.
%
%   Every need on which Condition depends, narrower ones included.

:- det(condition_needs/2).
condition_needs(Condition, Needs) :-
    leaves(Condition, Leaves, []),
    findall(Need, ( member(needs(_, Within, _), Leaves), member(Need, Within) ), Needs0),
    sort(Needs0, Needs).

%!  condition_tests_needs(+Condition) is semidet.
%
%   True if Condition depends on any need.

condition_tests_needs(needs(_, _, _)) :- !.
condition_tests_needs(not(Condition)) :- !, condition_tests_needs(Condition).
condition_tests_needs(and(Conditions)) :- !, some_tests_needs(Conditions).
condition_tests_needs(or(Conditions)) :- some_tests_needs(Conditions).

some_tests_needs([Condition|Conditions]) :-
    (   condition_tests_needs(Condition)
    ->  true
    ;   some_tests_needs(Conditions)
    ).

%!  condition_constraints(+Condition, -Constraints:list) is det.
%
%   Every constraint that Condition tests.

:- det(condition_constraints/2).
condition_constraints(Condition, Constraints) :-
    constraints(Condition, Constraints0, []),
    sort(Constraints0, Constraints).

constraints(value(Constraint, _, _, _)) --> !, [Constraint].
constraints(not(Condition)) --> !, constraints(Condition).
constraints(and(Conditions)) --> !, constraints_of_all(Conditions).
constraints(or(Conditions)) --> !, constraints_of_all(Conditions).
constraints(_) --> [].

constraints_of_all([]) --> [].
constraints_of_all([Condition|Rest]) --> constraints(Condition), constraints_of_all(Rest).

leaves(not(Condition)) --> !, leaves(Condition).
leaves(and(Conditions)) --> !, leaves_of_all(Conditions).
leaves(or(Conditions)) --> !, leaves_of_all(Conditions).
leaves(true) --> !.
leaves(false) --> !.
leaves(Leaf) --> [Leaf].

leaves_of_all([]) --> [].
leaves_of_all([Condition|Rest]) --> leaves(Condition), leaves_of_all(Rest).

%!  condition_leaves(+Condition, +View, +Truth, -Leaves:list) is det.
%
%   The tests to which Condition owes Truth, each as `leaf(Test, TruthOfTest)`: for a true disjunction the true ones, for a false
%   conjunction the false ones, otherwise all that share in it. Nothing that would not matter is listed.

:- det(condition_leaves/4).
condition_leaves(Condition, View, Truth, Leaves) :-
    owed(Condition, View, Truth, Leaves0, []),
    sort(Leaves0, Leaves).

owed(true, _, _) --> !.
owed(false, _, _) --> !.
owed(not(Condition), View, Truth) --> !,
    { opposite(Truth, Inner) },
    owed(Condition, View, Inner).
owed(and(Conditions), View, Truth) --> !, owed_by(Conditions, View, Truth).
owed(or(Conditions), View, Truth) --> !, owed_by(Conditions, View, Truth).
owed(Leaf, View, Truth) -->
    (   { condition_truth(Leaf, View, Truth) }
    ->  [leaf(Leaf, Truth)]
    ;   []
    ).

owed_by([], _, _) --> [].
owed_by([Condition|Rest], View, Truth) -->
    (   { condition_truth(Condition, View, Truth) }
    ->  owed(Condition, View, Truth)
    ;   []
    ),
    owed_by(Rest, View, Truth).
