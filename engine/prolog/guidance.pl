:- encoding(utf8).
:- module(guidance,
          [ advice_of/3,                % +Case, +Outcome, -Advice
            steps_of/3,                 % +Case, +Outcome, -Steps
            tradeoffs_of/3,             % +Case, +Outcome, -Tradeoffs
            variant_of/3,               % +Case, +Outcome, -Variant
            set_aside_of/2,             % +Case, -SetAside
            conflicts_of/4              % +Case, +Outcome, +Shown, -Conflicts
          ]).
:- use_module(library(aggregate)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(case).
:- use_module(conditions).
:- use_module(decide).
:- use_module(knowledge).

/** <module> What goes with a recommendation: advice, path, tradeoffs, variant, and what was set aside
*/

%!  advice_of(+Case, +Outcome, -Advice:list) is det.
%
%   Advice `advice(Id, Technique)` that holds: on the recommended technique and its parts, or on every one that can be chosen.

:- det(advice_of/3).
advice_of(Case, Outcome, Advice) :-
    Outcome = outcome(_, View, Results),
    Base = Case.base,
    outcome_winners(Outcome, Winners),
    (   Winners = [Winner|_]
    ->  technique_atoms(Base, Winner, Atoms)
    ;   Atoms = []
    ),
    findall(advice(Id, About),
            ( Base:advice(Id, Pack, Technique, Audience, Condition),
              concerns(Audience, Technique, Winners, Atoms, Results, About),
              condition_truth(Condition, View, true),
              case_active(Case, advice, Id, Pack)
            ),
            Advice0),
    sort(Advice0, Advice).

concerns(_, any, [Winner|_], _, _, Winner) :- !.
concerns(recommended, Technique, _, Atoms, _, Technique) :-
    memberchk(Technique, Atoms).
concerns(candidates, Technique, _, _, Results, Technique) :-
    memberchk(result(Technique, Status, _, _, _, _, _, _), Results),
    memberchk(Status, [recommended, viable]).

recommended_atoms(Case, Outcome, Atoms) :-
    outcome_first(Outcome, Winner),
    Base = Case.base,
    technique_atoms(Base, Winner, Atoms).

%!  steps_of(+Case, +Outcome, -Steps:list) is det.
%
%   Steps `step(Order, Id, Technique, Truth)` on the path to the recommended technique whose entry condition is not false.

:- det(steps_of/3).
steps_of(Case, Outcome, Steps) :-
    Outcome = outcome(_, View, _),
    Base = Case.base,
    findall(step(Order, Id, Technique, Truth),
            ( outcome_first(Outcome, Winner),
              Base:step(Id, Pack, Order, Technique, Targets, Condition),
              ( Targets == [] -> true ; memberchk(Winner, Targets) ),
              condition_truth(Condition, View, Truth),
              Truth \== false,
              case_active(Case, step, Id, Pack)
            ),
            Steps0),
    sort(Steps0, Steps).

outcome_first(Outcome, Winner) :-
    outcome_winners(Outcome, Winners),
    Winners = [Winner|_].

%!  tradeoffs_of(+Case, +Outcome, -Tradeoffs:list) is det.
%
%   Tradeoffs `tradeoff(Id, Technique)` of the recommended technique and its parts that hold.

:- det(tradeoffs_of/3).
tradeoffs_of(Case, Outcome, Tradeoffs) :-
    Outcome = outcome(_, View, _),
    Base = Case.base,
    findall(tradeoff(Id, Technique),
            ( recommended_atoms(Case, Outcome, Atoms),
              member(Technique, Atoms),
              Base:tradeoff(Technique, Id, Pack, _, _, _, Condition),
              condition_truth(Condition, View, true),
              case_active(Case, tradeoff, Id, Pack)
            ),
            Tradeoffs0),
    sort(Tradeoffs0, Tradeoffs).

%!  variant_of(+Case, +Outcome, -Variant) is det.
%
%   The best viable technique that refines the recommended one, at any depth, and ranks strictly before it; `none` if there is none, or
%   several are level. A kind of another that does no better than that one is not named.

:- det(variant_of/3).
variant_of(Case, Outcome, Variant) :-
    Outcome = outcome(_, _, Results),
    (   outcome_first(Outcome, Winner),
        standing(Case, Results, Winner, _, Family),
        findall(Standing-Technique,
                ( standing(Case, Results, Technique, viable, Standing),
                  Standing @< Family,
                  refines(Case, Technique, Winner)
                ),
                Better),
        sort(Better, [First-_|_]),
        findall(Technique, member(First-Technique, Better), Level),
        exclude(kind_of_another(Case, Level), Level, [Best])
    ->  Variant = Best
    ;   Variant = none
    ).

kind_of_another(Case, Level, Technique) :-
    member(Other, Level),
    Other \== Technique,
    refines(Case, Technique, Other), !.

% What techniques are ranked by; the least comes first.
standing(Case, Results, Technique, Status, standing(Worse, Lost, Complexity)) :-
    member(result(Technique, Status, _, Score, _, Items, _, _), Results),
    Base = Case.base,
    Base:technique(Technique, Complexity),
    Worse is -Score,
    aggregate_all(sum(Points), member(loss(_, _, Points), Items), Lost).

refines(Case, Technique, Family) :-
    technique_families(Case.base, Technique, [_|Families]),
    memberchk(Family, Families).

%!  set_aside_of(+Case, -SetAside:list) is det.
%
%   Statements `set_aside(Kind, Id, Resolutions)` that a resolution keeps from counting.

:- det(set_aside_of/2).
set_aside_of(Case, SetAside) :- get_dict(set_aside, Case, SetAside).

%!  conflicts_of(+Case, +Outcome, +Shown:list, -Conflicts:list) is det.
%
%   The conflicts that bear on the answer, as `conflict(Conflict, Claims, Resolutions)`: one of its claims decides (the recommended technique's
%   items and the demands behind them, the blockers of the others, what is set aside), and another is at work too (in the items of any technique, in rules that fired, or
%   in Shown, statements as `Kind-Id`). Where a resolution tells sides apart, a claim of each must be at work. Claims are all of it that are at work.

:- det(conflicts_of/4).
conflicts_of(Case, Outcome, Shown, Conflicts) :-
    findall(Kind-Id, decisive(Outcome, Kind, Id), Decisive),
    findall(Kind-Id, at_work(Outcome, Kind, Id), AtWork0),
    append([Decisive, AtWork0, Shown], AtWork),
    conflict_claims(Case, Decisive, Deciding),
    conflict_claims(Case, AtWork, Working),
    group_pairs_by_key(Working, Groups),
    findall(conflict(Conflict, Claims, Resolutions),
            ( member(Conflict-Claims, Groups),
              Claims = [_,_|_],
              memberchk(Conflict-_, Deciding),
              conflict_resolutions(Case, Conflict, Resolutions),
              forall(member(Resolution, Resolutions), opposed(Case, Resolution, Claims))
            ),
            Conflicts).

% A resolution that upholds and overrules claims of its conflict: of both some are at work. One that does neither or only one asks for nothing.
opposed(Case, Resolution, Claims) :-
    Base = Case.base,
    forall(( Base:conflict_side(Resolution, Side, _), Base:conflict_side(Resolution, Other, _), Side \== Other ),
           ( member(Claim, Claims), Base:conflict_side(Resolution, Side, Claim) )).

conflict_claims(Case, Statements0, Pairs) :-
    Base = Case.base,
    sort(Statements0, Statements),
    findall(Conflict-Claim,
            ( member(Kind-Id, Statements),
              Base:based_on(Kind, Id, Claim),
              Base:conflict(Claim, Conflict, Pack),
              memberchk(Pack, Case.packs)
            ),
            Pairs0),
    sort(Pairs0, Pairs).

at_work(outcome(Demands, _, _), rule, Id) :-
    member(demand(_, _, _, By, Also, _), Demands),
    ( member(Id, Also) ; is_list(By), member(Id, By) ).
at_work(outcome(Demands, _, Results), Kind, Id) :-
    member(result(_, _, _, _, none, Items, _, _), Results),
    member(Item, Items),
    decisive_item(Item, Demands, Kind, Id).

decisive(outcome(Demands, _, Results), Kind, Id) :-
    member(result(_, recommended, _, _, _, Items, _, _), Results),
    member(Item, Items),
    decisive_item(Item, Demands, Kind, Id).
decisive(outcome(_, _, Results), Kind, Id) :-
    member(result(_, _, _, _, none, _, Blockers, _), Results),
    member(Blocker, Blockers),
    blocking(Blocker, Kind, Id).

decisive_item(loss(Kind, Id, _), _, Kind, Id).
decisive_item(line(_, Kind, _, _, _, By, _, _), _, Statement, Id) :-
    ( Kind == interaction -> Statement = interaction ; Statement = contribution ),
    member(Id, By).
decisive_item(line(Need, _, _, _, _, _, _, _), Demands, rule, Id) :-
    memberchk(demand(Need, _, _, By, _, _), Demands),
    is_list(By),
    member(Id, By).

blocking(required(_, _, _, By), contribution, Id) :- member(Id, By).
blocking(prerequisite(Id), prerequisite, Id).

conflict_resolutions(Case, Conflict, Resolutions) :-
    Base = Case.base,
    findall(Resolution,
            ( Base:resolution(Conflict, Resolution, Pack), memberchk(Pack, Case.packs) ),
            Resolutions0),
    sort(Resolutions0, Resolutions).
