:- encoding(utf8).
:- module(completions,
          [ confidence_of/6             % +Case, +Problem, +Outcome, +Seed, -Confidence, -Question
          ]).
:- use_module(library(aggregate)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(bounds).
:- use_module(case).
:- use_module(conditions).
:- use_module(decide).
:- use_module(problem).
:- use_module(winners).

/** <module> What the unknowns could do to the decision

A completion gives a value to every open constraint that can still matter; completions are uniform. Up to exact_limit/1 of them all are decided, beyond that a
sample whose seed is the answer's id, so that the same question has the same answer everywhere.

A confidence is `confidence(Decided, Margin, Stable, Tried, Method, Relevant)`: in Stable of Tried completions the winners are those of the
outcome; Method is `exact` or `sampled`; Relevant is the list of open constraints. A question is `none` or
`question(Constraint, Answers)` with Answers `answer(Value, Winners)`.
*/

exact_limit(512).
sample_size(128).

%!  confidence_of(+Case, +Problem, +Outcome, +Seed, -Confidence, -Question) is det.

:- det(confidence_of/6).
confidence_of(Case, CaseProblem, Outcome, Seed, Confidence, Question) :-
    outcome_winners(Outcome, Winners),
    outcome_margin(Outcome, Margin),
    opened(Case, CaseProblem, OpenCase, Problem),
    problem_constraints(Problem, Relevant),
    maplist(scale(OpenCase), Relevant, Scales),
    completions(Scales, Seed, Method, Completions),
    compact_of(OpenCase, Problem, Compact),
    maplist(winners_in(OpenCase, Compact), Completions, Tried),
    length(Tried, Count),
    aggregate_all(count, member(_-Winners, Tried), Stable),
    decided(Case, OpenCase, Compact, Scales, Winners, Method, Count, Stable, Decided),
    Confidence = confidence(Decided, Margin, Stable, Count, Method, Relevant),
    question(Decided, Case, Compact, Winners, Scales, Tried, Question).

% Every open value is taken away, also what is inherited or assumed: a default counts as unknown here.
opened(Case, CaseProblem, OpenCase, Problem) :-
    dict_pairs(Case.values, Tag, Pairs),
    partition(open_value(Case), Pairs, Open, Closed),
    (   Open == []
    ->  OpenCase = Case, Problem = CaseProblem
    ;   dict_pairs(Values, Tag, Closed),
        OpenCase = Case.put(values, Values),
        problem_of(OpenCase, Problem)
    ).

open_value(Case, Constraint-_) :-
    case_open(Case, Constraint, _).

scale(Case, Constraint, Constraint-Values) :-
    Base = Case.base,
    Base:constraint(Constraint, _, _, Values), !.

%   An unknown task could change more than any constraint, so nothing is decided without one.

decided(Case, _, _, _, _, _, _, _, Decided), Case.task == none => Decided = false.
decided(_, _, _, _, _, exact, Count, Count, Decided) => Decided = true.
decided(_, OpenCase, Compact, Scales, Winners, sampled, Count, Count, Decided) =>
    influential_first(Compact, Scales, Ordered),
    (   winners_certain(Compact, OpenCase.values, Ordered, Winners)
    ->  Decided = true
    ;   Decided = false
    ).
decided(_, _, _, _, _, _, _, _, Decided) => Decided = false.

% What occurs in most open rules first: giving it a value narrows the bounds most.
influential_first(compact(_, _, Plain, Dependent, _, _, _), Scales, Ordered) :-
    append(Plain, Dependent, Rules),
    findall(Constraint,
            ( member(rule(_, _, _, Condition), Rules),
              condition_constraints(Condition, Tested),
              member(Constraint, Tested)
            ),
            Occurrences),
    findall(key(Fewer, Constraint)-(Constraint-Values),
            ( member(Constraint-Values, Scales),
              aggregate_all(count, member(Constraint, Occurrences), Count),
              Fewer is -Count
            ),
            Keyed),
    keysort(Keyed, Sorted),
    pairs_values(Sorted, Ordered).

winners_in(Case, Compact, Completion, Completion-Winners) :-
    put_dict(Completion, Case.values, Values),
    compact_winners(Compact, Values, Winners).

%!  completions(+Scales, +Seed, -Method, -Completions:list(dict)) is det.

:- det(completions/4).
completions(Scales, Seed, Method, Completions) :-
    exact_limit(Limit),
    (   number_of_completions(Scales, 1, Limit, _)
    ->  Method = exact,
        findall(Completion, every(Scales, Completion), Completions)
    ;   Method = sampled,
        sample_size(Size),
        length(Completions, Size),
        Start is Seed mod 2147483646 + 1,
        foldl(random_completion(Scales), Completions, Start, _)
    ).

number_of_completions([], Number, _, Number).
number_of_completions([_-Values|Rest], Number0, Limit, Number) :-
    length(Values, Length),
    Number1 is Number0 * Length,
    Number1 =< Limit,
    number_of_completions(Rest, Number1, Limit, Number).

every(Scales, Completion) :-
    maplist(one_value, Scales, Pairs),
    dict_pairs(Completion, completion, Pairs).

one_value(Constraint-Values, Constraint-Value) :- member(Value, Values).

random_completion(Scales, Completion, Seed0, Seed) :-
    foldl(random_value, Scales, Pairs, Seed0, Seed),
    dict_pairs(Completion, completion, Pairs).

random_value(Constraint-Values, Constraint-Value, Seed0, Seed) :-
    next_random(Seed0, Seed),
    length(Values, Length),
    Index is (Seed >> 8) mod Length,
    nth0(Index, Values, Value).

% Park and Miller's minimal standard generator: our own so that no library version changes an answer, and within small integers.
next_random(Seed0, Seed) :-
    Seed is (Seed0 * 48271) mod 2147483647.

%!  question(+Decided, +Case, +Compact, +Winners, +Scales, +Tried, -Question) is det.
%
%   The open constraint of which most single answers change the winners; among equals the one that tells winners apart best over
%   the completions (the reduction of Gini impurity, in integers).

:- det(question/7).
question(true, _, _, _, _, _, Question) => Question = none.
question(_, _, _, _, [], _, Question) => Question = none.
question(false, Case, Compact, Winners, Scales, Tried, Question) =>
    maplist(asked(Case, Compact, Winners, Tried), Scales, Keyed),
    sort(1, @>=, Keyed, [key(Flips, Gain, _)-Best|_]),
    (   Flips =:= 0, Gain =:= 0
    ->  Question = none
    ;   Question = Best
    ).

asked(Case, Compact, Winners, Tried, Constraint-Values, key(Share, Gain, Constraint)-question(Constraint, Answers)) :-
    maplist(answered(Case, Compact, Constraint), Values, Answers),
    aggregate_all(count, ( member(answer(_, Other), Answers), Other \== Winners ), Flips),
    length(Values, Length),
    Share is 1000 * Flips // Length,
    gain(Constraint, Tried, Gain).

answered(Case, Compact, Constraint, Value, answer(Value, Winners)) :-
    case_with(Case, Constraint, Value, Answered),
    compact_winners(Compact, Answered.values, Winners).

gain(Constraint, Tried, Gain) :-
    findall(Winners, member(_-Winners, Tried), All),
    purity(All, Before),
    findall(Value-Winners, ( member(Completion-Winners, Tried), get_dict(Constraint, Completion, Value) ), Pairs),
    keysort(Pairs, Sorted),
    group_pairs_by_key(Sorted, Groups),
    pairs_values(Groups, Lists),
    maplist(purity, Lists, Purities),
    sum_list(Purities, After),
    Gain is After - Before.

% A thousand times the sum over winners of n(winner)^2 / n.
purity([], Purity) => Purity = 0.
purity(Winners, Purity) =>
    length(Winners, Length),
    msort(Winners, Sorted),
    clumped_keys(Sorted, Counts),
    foldl([Count, Sum0, Sum]>>(Sum is Sum0 + Count * Count), Counts, 0, Squares),
    Purity is 1000 * Squares // Length.

clumped_keys(Sorted, Counts) :-
    findall(Item-1, member(Item, Sorted), Pairs),
    group_pairs_by_key(Pairs, Groups),
    findall(Count, ( member(_-Ones, Groups), length(Ones, Count) ), Counts).
