:- encoding(utf8).
:- module(decide,
          [ outcome_of/3,               % +Case, +Problem, -Outcome
            outcome_in_short/3,         % +Case, +FamilyProblem, -Outcome
            outcome_winners/2,          % +Outcome, -Winners
            outcome_margin/2            % +Outcome, -Margin
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(case).
:- use_module(conditions).
:- use_module(demands).
:- use_module(knowledge).
:- use_module(problem).
:- use_module(scores).

/** <module> Gates and ranking

An outcome is `outcome(Demands, View, Results)`. A result is
`result(Technique, Status, Rank, Score, Family, Items, Blockers, Provisos)`, in the order of the ranking:

  - Status: `recommended`, `viable`, `infeasible` or `excluded`
  - Rank: from 1 for those that can be chosen, `none` for the others and for variants
  - Items: lines and losses of scores.pl
  - Blockers: `required(Need, supply|damage, Degree, By)`, `ruled_out(Techniques)`, `simpler(Techniques)`, `prerequisite(Id)`
  - Provisos: hard and soft prerequisites that are unknown
*/

%!  outcome_of(+Case, +Problem, -Outcome) is det.

:- det(outcome_of/3).
outcome_of(Case, Problem, outcome(Demands, View, Results)) :-
    demanded(Case, Problem, Demands, View, Counted),
    Problem = problem(_, _, _, Candidates),
    assessed(Case, Problem, Counted, View, Candidates, [], Assessed),
    ranked(Assessed, Results).

%!  outcome_in_short(+Case, +FamilyProblem, -Outcome) is det.
%
%   The outcome for an answer that does not carry its whole proof: of techniques that refine others only those which it can name.

:- det(outcome_in_short/3).
outcome_in_short(Case, Problem, outcome(Demands, View, Results)) :-
    demanded(Case, Problem, Demands, View, Counted),
    Problem = problem(_, Needs, _, Families),
    assessed(Case, Problem, Counted, View, Families, [], Assessed0),
    ranked(Assessed0, Results0),
    (   Results0 = [result(Winner, _, 1, _, _, _, _, _)|_]
    ->  true
    ;   Winner = none
    ),
    kind_candidates(Case, Needs, Families, Winner, Kinds),
    (   Kinds == []
    ->  Results = Results0
    ;   assessed(Case, Problem, Counted, View, Kinds, Assessed0, Assessed),
        ranked(Assessed, Results)
    ).

demanded(Case, problem(Rules, Needs, _, _), Demands, View, Counted) :-
    case_view(Case, View0),
    needs_raised(Rules, Case, View0, Fired, View),
    demands_of(Fired, Needs, Case, View, Demands),
    needs_counted(Needs, Case, View, Counted).

assessed(Case, problem(_, Needs, Thresholds, _), Counted, View, Candidates, Done, Assessed) :-
    foldl(assess(Case, Needs, Thresholds, Counted, View), Candidates, Done, Assessed).

% Candidates come simplest first, so that every simpler one is assessed when a composite asks for it.
assess(Case, Needs, Thresholds, Counted, View, Candidate, Done, [Assessed|Done]) :-
    Candidate = candidate(Technique, Complexity, Family, _, Support, Prerequisites, _, _),
    technique_lines(Support, Counted, View, Lines),
    technique_losses(Candidate, Counted, View, Losses),
    append(Lines, Losses, Items),
    total_points(Items, Score),
    lost_points(Losses, Lost),
    findall(Blocker, blocker(Case, Needs, Thresholds, Counted, Lines, Candidate, View, Done, Blocker), Blockers),
    findall(Id, ( member(prerequisite(Id, _, _, Condition), Prerequisites), condition_truth(Condition, View, unknown) ), Provisos),
    status(Blockers, Status),
    Assessed = assessed(Technique, Complexity, Family, Status, Score, Lost, Items, Blockers, Provisos).

lost_points(Losses, Lost) :-
    include(is_loss, Losses, Only),
    total_points(Only, Negative),
    Lost is -Negative.

is_loss(loss(_, _, _)).

status(Blockers, Status), Blockers == [] => Status = viable.
status(Blockers, Status), forall(member(Blocker, Blockers), Blocker = prerequisite(_)) => Status = infeasible.
status(_, Status) => Status = excluded.

blocker(_, _, thresholds(_, Required), _, Lines, _, _, _, required(Need, Kind, Degree, By)) :-
    member(line(Need, Kind, Weight, Degree, _, By, _, _), Lines),
    Weight >= Required,
    fails(Kind, Degree).
blocker(Case, _, _, _, _, candidate(_, _, _, Atoms, _, _, _, _), _, _, ruled_out(Techniques)) :-
    case_excludes(Case, Atoms, Techniques).
blocker(Case, Needs, thresholds(Strong, _), Counted, _, candidate(Composite, Complexity, _, [_,_|_], _, _, _, _), _, Done, simpler(Techniques)) :-
    findall(Need, demanded_requirement(Needs, Counted, Strong, Need), Strongs),
    get_dict(base, Case, Base),
    part_count(Base, Composite, Most),
    findall(Technique,
            ( member(assessed(Technique, Simpler, none, viable, _, _, Items, _, _), Done),
              Simpler < Complexity,
              part_count(Base, Technique, Count),
              Count =< Most,
              forall(member(Need, Strongs), served(Items, Need))
            ),
            Techniques0),
    sort(Techniques0, Techniques),
    Techniques \== [].
blocker(_, _, _, _, _, candidate(_, _, _, _, _, Prerequisites, _, _), View, _, prerequisite(Id)) :-
    member(prerequisite(Id, hard, _, Condition), Prerequisites),
    condition_truth(Condition, View, false).

fails(supply, Degree) :- Degree < 0.
fails(damage, Degree) :- Degree =< -2.

part_count(Base, Technique, Count) :-
    (   Base:technique_part(Technique, _)
    ->  technique_elements(Base, Technique, Parts),
        length(Parts, Count)
    ;   Count = 1
    ).

demanded_requirement(Needs, Counted, Strong, Need) :-
    member(Need-Weight, Counted),
    Weight >= Strong,
    get_dict(Need, Needs, need(requirement, _)).

served(Items, Need) :-
    line_degree(Items, Need, supply, Degree),
    Degree > 0,
    \+ ( line_degree(Items, Need, damage, Damage), fails(damage, Damage) ).

%!  ranked(+Assessed, -Results) is det.
%
%   Viable techniques by score, then fewer points lost, then lower complexity; what is equal in all three shares its rank. Then the blocked ones, and
%   last the variants.

:- det(ranked/2).
ranked(Assessed, Results) :-
    maplist(keyed, Assessed, Keyed),
    keysort(Keyed, Sorted),
    ranks(Sorted, 1, none, Ranked),
    maplist(result, Ranked, Results).

keyed(Assessed, key(Group, Worse, Lost, Complexity, Technique)-Assessed) :-
    Assessed = assessed(Technique, Complexity, Family, Status, Score, Lost, _, _, _),
    group(Family, Status, Group),
    Worse is -Score.

group(none, viable, Group) => Group = 0.
group(none, infeasible, Group) => Group = 1.
group(none, excluded, Group) => Group = 2.
group(_, _, Group) => Group = 3.

ranks([], _, _, []).
ranks([Key-Assessed|Rest], Place, Previous, [ranked(Rank, Assessed)|Ranked]) :-
    Key = key(Group, Worse, Lost, Complexity, _),
    (   Group =\= 0
    ->  Rank = none, Current = none
    ;   Previous = same(Worse, Lost, Complexity, Shared)
    ->  Rank = Shared, Current = Previous
    ;   Rank = Place, Current = same(Worse, Lost, Complexity, Place)
    ),
    Next is Place + 1,
    ranks(Rest, Next, Current, Ranked).

result(ranked(Rank, Assessed), result(Technique, Status, Rank, Score, Family, Items, Blockers, Provisos)) :-
    Assessed = assessed(Technique, _, Family, Status0, Score, _, Items, Blockers, Provisos),
    (   Rank == 1 -> Status = recommended ; Status = Status0 ).

%!  outcome_winners(+Outcome, -Winners:list) is det.
%
%   The techniques of rank 1: none, one, or several that share it.

:- det(outcome_winners/2).
outcome_winners(outcome(_, _, Results), Winners) :-
    findall(Technique, member(result(Technique, _, 1, _, _, _, _, _), Results), Winners).

%!  outcome_margin(+Outcome, -Margin) is det.
%
%   The score of the first less that of the second that can be chosen; `none` without a second.

:- det(outcome_margin/2).
outcome_margin(outcome(_, _, Results), Margin) :-
    findall(Score, ( member(result(_, _, Rank, Score, _, _, _, _), Results), Rank \== none ), Scores),
    (   Scores = [First, Second|_]
    ->  Margin is First - Second
    ;   Margin = none
    ).
