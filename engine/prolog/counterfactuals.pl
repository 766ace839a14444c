:- encoding(utf8).
:- module(counterfactuals,
          [ changes_of/5,               % +Case, +Target, +Size, +Fixed, -Changes
            change_universe/3           % +Case, +Fixed, -Universe
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(case).
:- use_module(conditions).
:- use_module(problem).
:- use_module(winners).

/** <module> What would have to be different for a technique to win

A change is `change(Constraint, Value, Kind, Difficulty)`: Kind is `change` for a stated value that the team can bring about otherwise, and `learn`
for an open one that may turn out so; Difficulty is the effort to change the constraint times the steps along its scale. All sets of up to Size
changes are considered, smaller ones first; a set counts if the target alone wins with it and with no part of it. Each is replayed.

Most sets are never replayed. The demand for a need depends on few constraints, so changes that touch no need in common add up, and where they do share one, what
they could do to it at best is known. A set whose margin over some rival stays negative even so cannot win.
*/

%!  changes_of(+Case, +Target, +Size, +Fixed, -Changes:list) is det.
%
%   The minimal sets of changes, as `set(Difficulty, Changes)`, the least difficult first. With Fixed `true`, values that nobody can change are
%   varied as well.

:- det(changes_of/5).
changes_of(Case, Target, Size, Fixed, Sets) :-
    change_universe(Case, Fixed, Universe),
    varied(Case, Universe, Varied),
    problem_of(Varied, Problem),
    compact_of(Varied, Problem, Compact),
    Compact = compact(_, _, _, _, _, _, Runners),
    Values = Case.values,
    (   \+ memberchk(runner(Target, _, _, _, _, _, _, _, _), Runners)
    ->  Sets = []
    ;   wins(Compact, Values, [], Target)
    ->  Sets = [set(0, [])]
    ;   once(plan(Case, Compact, Varied, Target, Universe, Plan)),
        by_size(1, Size, Compact, Values, Target, Plan, [], Found),
        sort(Found, Sets)
    ).

%!  change_universe(+Case, +Fixed, -Universe:list) is det.
%
%   Every change of one constraint that could be considered.

:- det(change_universe/3).
change_universe(Case, Fixed, Universe) :-
    Base = Case.base,
    findall(Change,
            ( Base:constraint(Constraint, Scale, Effort, Scaled),
              changed_to(Case, Fixed, Constraint, Scale, Effort, Scaled, Change)
            ),
            Universe0),
    sort(Universe0, Universe).

changed_to(Case, Fixed, Constraint, Scale, Effort, Scaled, change(Constraint, Value, Kind, Difficulty)) :-
    (   case_open(Case, Constraint, _)
    ->  Kind = learn
    ;   Kind = change, ( Effort > 0 -> true ; Fixed == true )
    ),
    ( get_dict(Constraint, Case.values, Current) -> true ; Current = no_value ),
    nth0(To, Scaled, Value),
    Value \== Current,
    (   Kind == change, Scale == ordered, nth0(From, Scaled, Current)
    ->  Steps is abs(To - From)
    ;   Steps = 1
    ),
    Difficulty is max(1, Effort) * Steps.

% The case with everything that is varied left open, so that the problem holds for every set of changes.
varied(Case, Universe, Varied) :-
    findall(Constraint, member(change(Constraint, _, _, _), Universe), Constraints0),
    sort(Constraints0, Constraints),
    dict_pairs(Case.values, Tag, Pairs),
    exclude([Constraint-_]>>memberchk(Constraint, Constraints), Pairs, Kept),
    dict_pairs(Values, Tag, Kept),
    Varied = Case.put(values, Values).

wins(Compact, Values0, Changes, Target) :-
    changed_values(Changes, Values0, Values),
    compact_winners(Compact, Values, Winners),
    Winners == [Target].

changed_values([], Values, Values).
changed_values([change(Constraint, Value, _, _)|Rest], Values0, Values) :-
    put_dict(Constraint, Values0, Value, Values1),
    changed_values(Rest, Values1, Values).

difficulty([], 0).
difficulty([change(_, _, _, Difficulty)|Rest], Sum) :-
    difficulty(Rest, Sum0),
    Sum is Sum0 + Difficulty.

% --- what each change does ------------------------------------------------------------------------------------------
%
% plan(Margins, Items, Must, Dimensions): Margins are those of the target over each rival as things are. Items say, for everything on which scores depend (one for each need, the
% first for all else), `item(Bit, Need, Gains)`: how much better the margins can become by it. Must are masks of constraints of which every set
% must touch one. Dimensions are `dimension(Bit, Touched, Gains, Options)`, one for each constraint that is varied: Touched the bits of the items on
% which it bears, Gains what these can bring together, Options its changes as `option(Change, Deltas, Parts)`: what one does to the margins, and item by item.

plan(Case, Compact, Varied, Target, Universe, plan(Margins, Items, Must, Dimensions)) :-
    Compact = compact(_, _, Plain, Dependent, Needs, thresholds(_, Required), Runners),
    append(Plain, Dependent, Rules),
    dict_pairs(Needs, _, NeedPairs),
    runner_of(Target, Runners, Runner),
    compact_view(Compact, Case.values, View, Counted),
    compact_view(Compact, Varied.values, view(_, _, Low, Possible), _),
    findall(Rival,
            ( member(Rival, Runners), rival(Rival, Target),
              \+ could_be_gated(Rival, NeedPairs, Low, Possible, Required)
            ),
            Rivals),
    scores([Runner|Rivals], Counted, View, [Score|RivalScores]),
    maplist(minus(Score), RivalScores, Margins),
    open_losses(Runner, Open),
    maplist(losses_reach(Open), Rivals, Losses),
    findall(item(Bit, Need, Gains),
            ( nth1(Index, NeedPairs, Pair),
              Pair = Need-_,
              Bit is 1 << Index,
              need_gains(Pair, Low, Possible, Counted, Runner, Rivals, Gains)
            ),
            NeedItems),
    Items = [item(1, none, Losses)|NeedItems],
    findall(Constraint, member(change(Constraint, _, _, _), Universe), Constraints0),
    sort(Constraints0, Constraints),
    must_touch(Runner, View, Constraints, Must),
    findall(Dimension,
            ( nth0(Index, Constraints, Constraint),
              dimension(Case, Compact, Runner, Rivals, Rules, NeedPairs, Items, Margins, Universe, Index, Constraint, Dimension)
            ),
            Dimensions).

runner_of(Technique, Runners, Runner) :-
    member(Runner, Runners),
    Runner = runner(Technique, _, _, _, _, _, _, _, _), !.

% Composites and what prerequisites may block can be out of the way instead of behind: no bound over these.
rival(runner(Technique, _, 1, _, _, _, [], _, _), Target) :- Technique \== Target.

could_be_gated(runner(_, _, _, _, Settled, Open, _, _, _), NeedPairs, Low, Possible, Required) :-
    member(Need-_, NeedPairs),
    ( get_dict(Need, Settled, degrees(Supply, Damage)) -> ( Supply < 0 ; Damage =< -2 ) ; memberchk(Need-_, Open) ),
    ( get_dict(Need, Low, Weight) ; get_dict(Need, Possible, Weight) ),
    Weight >= Required, !.

scores([], _, _, []).
scores([Runner|Runners], Counted, View, [Score|Scores]) :-
    runner_score(Runner, Counted, View, Score),
    scores(Runners, Counted, View, Scores).

losses_reach(Open, Rival, Reach) :-
    open_losses(Rival, RivalOpen),
    Reach is Open + RivalOpen.

% All that penalties, soft prerequisites and interactions under conditions could cost or bring.
open_losses(runner(_, _, _, _, _, _, _, Losses, Interactions), Open) :-
    findall(Points,
            (   member(if(_, _, Points), Losses)
            ;   member(interaction(_, loses(Points), _), Interactions)
            ;   member(interaction(_, on(_, Degree), _), Interactions), Points is abs(Degree) * 10
            ),
            All),
    sum_list(All, Open).

minus(Score, Other, Margin) :- Margin is Score - Other.

% From what is raised whatever is varied to what may be raised, and not at all where a narrower need may take it over.
need_gains(Need-need(_, Narrower), Low, Possible, Counted, Runner, Rivals, Gains) :-
    ( Narrower == [], get_dict(Need, Low, Least) -> true ; Least = 0 ),
    ( get_dict(Need, Low, Certain) -> true ; Certain = 0 ),
    ( get_dict(Need, Possible, May) -> Most is max(Certain, May) ; Most = Certain ),
    ( memberchk(Need-Now, Counted) -> true ; Now = 0 ),
    maplist(need_gain(Need, Least, Most, Now, Runner), Rivals, Gains).

need_gain(Need, Least, Most, Now, Runner, Rival, Gain) :-
    degree_reach(Runner, Need, High, Low),
    degree_reach(Rival, Need, RivalHigh, RivalLow),
    Best is High - RivalLow,
    Worst is Low - RivalHigh,
    Gain is max(Least * Best, Most * Best) - min(Now * Worst, Now * Best).

degree_reach(runner(_, _, _, _, Settled, Open, _, _, _), Need, High, Low) :-
    (   get_dict(Need, Settled, degrees(Supply, Damage))
    ->  High is Supply + Damage, Low = High
    ;   memberchk(Need-open(_), Open)
    ->  High = 2, Low = -4
    ;   High = 0, Low = 0
    ).

must_touch(runner(_, _, _, _, _, _, Hard, _, _), View, Constraints, Must) :-
    findall(Mask,
            ( member(Condition, Hard),
              condition_truth(Condition, View, false),
              condition_constraints(Condition, Tested),
              constraint_bits(Tested, Constraints, Mask),
              condition_needs(Condition, Needs),
              Needs == []
            ),
            Must).

constraint_bits(Tested, Constraints, Mask) :-
    findall(Bit, ( nth0(Index, Constraints, Constraint), memberchk(Constraint, Tested), Bit is 1 << Index ), Bits),
    sum_list(Bits, Mask).

dimension(Case, Compact, Runner, Rivals, Rules, NeedPairs, Items, Margins, Universe, Index, Constraint, Dimension) :-
    Bit is 1 << Index,
    compact_view(Compact, Case.values, View0, Counted0),
    touched(Constraint, Rules, NeedPairs, [Runner|Rivals], Touched),
    no_gain(Margins, None),
    gains(Items, Touched, None, Gains),
    findall(option(Change, Deltas, Parts),
            ( member(Change, Universe),
              Change = change(Constraint, Value, _, _),
              put_dict(Constraint, Case.values, Value, Values),
              compact_view(Compact, Values, View, Counted),
              scores([Runner|Rivals], Counted, View, [Score|Scores]),
              maplist(delta(Score), Scores, Margins, Deltas),
              parts(Items, Touched, Runner, Rivals, before(Counted0, View0), after(Counted, View), Deltas, Parts)
            ),
            Options),
    Dimension = dimension(Bit, Touched, Gains, Options).

% The deltas by item, for the needs touched; what remains belongs to everything else.
parts([item(1, none, _)|Items], Touched, Runner, Rivals, Before, After, Deltas, [1-Rest|Parts]) :-
    findall(Bit-Part,
            ( member(item(Bit, Need, _), Items),
              Touched /\ Bit =\= 0,
              need_margins(Runner, Rivals, Need, Before, Old),
              need_margins(Runner, Rivals, Need, After, New),
              subtracted(New, Old, Part)
            ),
            Parts),
    foldl([_-Part, R0, R]>>subtracted(R0, Part, R), Parts, Deltas, Rest).

need_margins(Runner, Rivals, Need, Scene, Margins) :-
    arg(1, Scene, Counted),
    arg(2, Scene, View),
    runner_points(Runner, Need, Counted, View, Points),
    findall(Margin, ( member(Rival, Rivals), runner_points(Rival, Need, Counted, View, Other), Margin is Points - Other ), Margins).

delta(Score, Other, Margin, Delta) :- Delta is Score - Other - Margin.

no_gain([], []).
no_gain([_|Margins], [0|Zeros]) :- no_gain(Margins, Zeros).

% The bits of the items on which a constraint bears.
touched(Constraint, Rules, NeedPairs, Runners, Touched) :-
    findall(Bit,
            ( nth1(Index, NeedPairs, Need-need(_, Narrower)),
              need_influenced(Constraint, [Need|Narrower], Rules, Runners),
              Bit is 1 << Index
            ),
            Bits),
    ( member(Runner, Runners), loss_influenced(Constraint, Runner) -> Rest = 1 ; Rest = 0 ),
    sum_list([Rest|Bits], Touched).

need_influenced(Constraint, Needs, Rules, _) :-
    member(Need, Needs),
    raised_by(Need, Rules, [], Constraint), !.
need_influenced(Constraint, [Need|_], Rules, Runners) :-
    member(runner(_, _, _, _, _, Open, _, _, _), Runners),
    memberchk(Need-open(Atoms), Open),
    member(Levels, Atoms), member(Level, Levels), member(given(_, _, _, _, Condition), Level),
    condition_bears(Condition, Rules, Constraint), !.

raised_by(Need, Rules, Seen, Constraint) :-
    \+ memberchk(Need, Seen),
    member(rule(_, Need, _, Condition), Rules),
    condition_bears(Condition, Rules, [Need|Seen], Constraint), !.

condition_bears(Condition, Rules, Constraint) :- condition_bears(Condition, Rules, [], Constraint).

condition_bears(Condition, _, _, Constraint) :-
    condition_constraints(Condition, Tested),
    memberchk(Constraint, Tested), !.
condition_bears(Condition, Rules, Seen, Constraint) :-
    condition_needs(Condition, Needs),
    member(Need, Needs),
    raised_by(Need, Rules, Seen, Constraint), !.

loss_influenced(_, runner(_, _, _, _, _, _, _, Losses, Interactions)) :-
    ( member(if(Condition, _, _), Losses) ; member(interaction(_, _, Condition), Interactions) ),
    condition_needs(Condition, Needs),
    Needs \== [], !.
loss_influenced(Constraint, runner(_, _, _, _, _, _, _, Losses, Interactions)) :-
    ( member(if(Condition, _, _), Losses) ; member(interaction(_, _, Condition), Interactions) ),
    condition_constraints(Condition, Tested),
    memberchk(Constraint, Tested), !.

% What the items of Mask can bring, added to Gains0.
gains([], _, Gains, Gains).
gains([item(Bit, _, Item)|Items], Mask, Gains0, Gains) :-
    (   Mask /\ Bit =:= 0
    ->  Gains1 = Gains0
    ;   added(Gains0, Item, Gains1)
    ),
    gains(Items, Mask, Gains1, Gains).

% For items that several changes share: instead of what each does to them alone, what they can bring at best.
shared_out([], _, _, Margins, Margins).
shared_out([item(Bit, _, Gains)|Items], Mask, Parts, Margins0, Margins) :-
    (   Mask /\ Bit =:= 0
    ->  Margins1 = Margins0
    ;   added(Margins0, Gains, Margins2),
        without_parts(Parts, Bit, Margins2, Margins1)
    ),
    shared_out(Items, Mask, Parts, Margins1, Margins).

without_parts([], _, Margins, Margins).
without_parts([Parts|Rest], Bit, Margins0, Margins) :-
    (   memberchk(Bit-Part, Parts)
    ->  subtracted(Margins0, Part, Margins1)
    ;   Margins1 = Margins0
    ),
    without_parts(Rest, Bit, Margins1, Margins).

subtracted([], [], []).
subtracted([A|As], [B|Bs], [C|Cs]) :- C is A - B, subtracted(As, Bs, Cs).

added([], [], []).
added([A|As], [B|Bs], [C|Cs]) :- C is A + B, added(As, Bs, Cs).

hopeful([]).
hopeful([Margin|Margins]) :- Margin >= 0, hopeful(Margins).

% --- the search -------------------------------------------------------------------------------------------------------

by_size(Size, Largest, _, _, _, _, Found, Found) :- Size > Largest, !.
by_size(Size, Largest, Compact, Values, Target, Plan0, Found0, Found) :-
    without_winners(Found0, Plan0, Plan),
    findall(set(Difficulty, Changes),
            ( candidate(Size, Plan, Changes),
              \+ ( member(set(_, Smaller), Found0), subset(Smaller, Changes) ),
              wins(Compact, Values, Changes, Target),
              difficulty(Changes, Difficulty)
            ),
            New),
    append(Found0, New, Found1),
    Next is Size + 1,
    by_size(Next, Largest, Compact, Values, Target, Plan, Found1, Found).

% What wins by itself is in no larger minimal set.
without_winners(Found, plan(Margins, Items, Must, Dimensions0), plan(Margins, Items, Must, Dimensions)) :-
    findall(dimension(Bit, Touched, Gains, Options),
            ( member(dimension(Bit, Touched, Gains, Options0), Dimensions0),
              exclude(winning_alone(Found), Options0, Options),
              Options \== []
            ),
            Dimensions).

winning_alone(Found, option(Change, _, _)) :- memberchk(set(_, [Change]), Found).

%   First constraints, by what they could bring at best, then their values, by what they bring.

candidate(Size, plan(Margins, Items, Must, Dimensions), Changes) :-
    constraints_chosen(Size, Dimensions, Items, Must, 0, 0, 0, Margins, Chosen, Shared),
    values_chosen(Chosen, Margins, [], Items, Shared, Changes).

constraints_chosen(0, _, _, Must, Bits, _, Shared, Margins, [], Shared) :- !,
    hopeful(Margins),
    \+ ( member(Mask, Must), Mask /\ Bits =:= 0 ).
constraints_chosen(Size, Dimensions, Items, Must, Bits0, Touched0, Shared0, Margins0, [Options|Chosen], Shared) :-
    append(_, [dimension(Bit, Touched, Gains, Options)|Rest], Dimensions),
    Common is Touched0 /\ Touched,
    (   Common =:= 0
    ->  added(Margins0, Gains, Margins)
    ;   New is Touched /\ \ Touched0,
        gains(Items, New, Margins0, Margins)
    ),
    Bits is Bits0 \/ Bit,
    TouchedAll is Touched0 \/ Touched,
    SharedAll is Shared0 \/ Common,
    Left is Size - 1,
    constraints_chosen(Left, Rest, Items, Must, Bits, TouchedAll, SharedAll, Margins, Chosen, Shared).

values_chosen([], Margins0, Parts, Items, Shared, []) :-
    ( Shared =:= 0 -> Margins = Margins0 ; shared_out(Items, Shared, Parts, Margins0, Margins) ),
    hopeful(Margins).
values_chosen([Options|Chosen], Margins0, Parts, Items, Shared, [Change|Changes]) :-
    member(option(Change, Deltas, Part), Options),
    added(Margins0, Deltas, Margins),
    values_chosen(Chosen, Margins, [Part|Parts], Items, Shared, Changes).
