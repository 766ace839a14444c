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
:- use_module(worlds).

/** <module> What the unknowns could do to the decision

A completion gives a value to every open constraint that can still matter; completions are uniform. Up to exact_limit/1 of them all are decided, beyond that a
sample whose seed is the answer's id, so that the same question has the same answer everywhere.

A confidence is `confidence(Decided, Margin, Stable, Tried, Method, Relevant)`: in Stable of Tried completions the winners are those of the
outcome; Method is `exact` or `sampled`; Relevant is the list of open constraints. A question is `none` or
`question(Constraint, Answers)` with Answers `answer(Value, Winners)`.
*/

exact_limit(1000).
sample_size(512).

%!  confidence_of(+Case, +Problem, +Outcome, +Seed, -Confidence, -Question) is det.

:- det(confidence_of/6).
confidence_of(Case, CaseProblem, Outcome, Seed, Confidence, Question) :-
    outcome_winners(Outcome, Winners),
    outcome_margin(Outcome, Margin),
    opened(Case, CaseProblem, OpenCase, Problem),
    problem_constraints(Problem, Relevant),
    maplist(scale(OpenCase), Relevant, Scales),
    compact_of(OpenCase, Problem, Compact),
    completions(Scales, Seed, Method, Tried),
    Tried = worlds(Count, All, _),
    answers(Case, Relevant, Scales, Tried, Worlds),
    winners_over(Compact, Worlds, Winning),
    winner_classes(Winning, Worlds, Classes),
    class_mask(Classes, Winners, Same),
    Stable is popcount(Same /\ All),
    decided(Case, OpenCase, Compact, Scales, Winners, Method, Count, Stable, Decided),
    Confidence = confidence(Decided, Margin, Stable, Count, Method, Relevant),
    question(Decided, Scales, Classes, Same, Tried, Question).

% Every open value is taken away, also what is inherited or assumed: a default counts as unknown here. What matters to variants only does not matter.
opened(Case, CaseProblem, OpenCase, Problem) :-
    dict_pairs(Case.values, Tag, Pairs),
    partition(open_value(Case), Pairs, Open, Closed),
    (   Open == []
    ->  OpenCase = Case, problem_of_families(CaseProblem, Problem)
    ;   dict_pairs(Values, Tag, Closed),
        OpenCase = Case.put(values, Values),
        family_problem_of(OpenCase, Problem)
    ).

open_value(Case, Constraint-_) :-
    case_open(Case, Constraint, _).

scale(Case, Constraint, Constraint-Values) :-
    Base = Case.base,
    Base:constraint(Constraint, _, _, Values), !.

% After the completions, a world for each single answer; here what is inherited or assumed still holds.
answers(Case, Relevant, Scales, Tried, Worlds) :-
    dict_pairs(Case.values, Tag, Pairs),
    include(relevant_value(Relevant), Pairs, Kept),
    dict_pairs(Values, Tag, Kept),
    worlds_answered(Values, Scales, Tried, Worlds).

relevant_value(Relevant, Constraint-_) :- memberchk(Constraint, Relevant).

class_mask(Classes, Winners, Mask) :-
    ( memberchk(Winners-Found, Classes) -> Mask = Found ; Mask = 0 ).

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

completions(Scales, Seed, Method, Worlds) :-
    world_count(Scales, Count),
    exact_limit(Limit),
    (   Count =< Limit
    ->  Method = exact,
        worlds_all(_{}, Scales, Worlds)
    ;   Method = sampled,
        sample_size(Size),
        worlds_sampled(_{}, Scales, Size, Seed, Worlds)
    ).

%!  question(+Decided, +Scales, +Classes, +Same, +Tried, -Question) is det.
%
%   The open constraint of which most single answers change the winners; among equals the one that tells winners apart best over
%   the completions (the reduction of Gini impurity, in integers).

:- det(question/6).
question(true, _, _, _, _, Question) => Question = none.
question(_, [], _, _, _, Question) => Question = none.
question(false, Scales, Classes, Same, Tried, Question) =>
    Tried = worlds(Count, All, _),
    restricted(Classes, All, Groups),
    purity(Groups, All, Before),
    foldl(asked(Groups, Before, Same, Tried), Scales, Keyed, Count, _),
    sort(1, @>=, Keyed, [key(Flips, Gain, _)-(Constraint-(Values-First))|_]),
    (   Flips =:= 0, Gain =:= 0
    ->  Question = none
    ;   foldl(answer_at(Classes), Values, Answers, First, _),
        Question = question(Constraint, Answers)
    ).

restricted([], _, []).
restricted([_-Mask|Classes], All, Groups) :-
    Inside is Mask /\ All,
    ( Inside =:= 0 -> Groups = More ; Groups = [Inside|More] ),
    restricted(Classes, All, More).

asked(Groups, Before, Same, Tried, Constraint-Values, key(Share, Gain, Constraint)-(Constraint-(Values-First)), First, Next) :-
    length(Values, Length),
    Next is First + Length,
    Kept is popcount((Same >> First) /\ ((1 << Length) - 1)),
    Share is 1000 * (Length - Kept) // Length,
    foldl(value_purity(Groups, Tried, Constraint), Values, 0, After),
    Gain is After - Before.

value_purity(Groups, Tried, Constraint, Value, Sum0, Sum) :-
    value_mask(Tried, Constraint, Value, Mask),
    purity(Groups, Mask, Purity),
    Sum is Sum0 + Purity.

% A thousand times the sum over winners of n(winner)^2 / n, among the worlds of Mask.
purity(Groups, Mask, Purity) :-
    Count is popcount(Mask),
    (   Count =:= 0
    ->  Purity = 0
    ;   squares(Groups, Mask, 0, Squares),
        Purity is 1000 * Squares // Count
    ).

squares([], _, Sum, Sum).
squares([Group|Groups], Mask, Sum0, Sum) :-
    Count is popcount(Group /\ Mask),
    Sum1 is Sum0 + Count * Count,
    squares(Groups, Mask, Sum1, Sum).

answer_at(Classes, Value, answer(Value, Winners), Index, Next) :-
    once(( member(Winners-Mask, Classes), getbit(Mask, Index) =:= 1 )),
    Next is Index + 1.
