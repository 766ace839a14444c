:- encoding(utf8).
:- module(winners,
          [ compact_of/3,               % +Case, +Problem, -Compact
            winners_over/3,             % +Compact, +Worlds, -Winning
            winner_classes/3            % +Winning, +Worlds, -Classes
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(case).
:- use_module(demands).
:- use_module(knowledge).
:- use_module(masks).
:- use_module(worlds).

/** <module> Who wins, and nothing else, in thousands of worlds at once

The same decision as decide.pl, without what explanations need: whatever is the same in all worlds is worked out once, and every step is taken for all
worlds together by masks.pl. The tests compare the two in every world of generated problems.

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
    divided(Entries, SettledPairs, Open),
    dict_pairs(Settled, settled, SettledPairs),
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

divided([], [], []).
divided([Need-settled(Lines)|Entries], [Need-Degrees|Settled], Open) :-
    lines_degrees(Lines, Degrees),
    divided(Entries, Settled, Open).
divided([Need-open(Atoms)|Entries], Settled, [Need-open(Atoms)|Open]) :-
    divided(Entries, Settled, Open).

parts(_, _, [_], Parts) => Parts = 1.
parts(Case, Technique, _, Parts) =>
    technique_elements(Case.base, Technique, Elements),
    length(Elements, Parts).

lines_degrees(Lines, degrees(Supply, Damage)) :-
    ( memberchk(gives(supply, Supply0, _, _, _), Lines), integer(Supply0) -> Supply = Supply0 ; Supply = 0 ),
    ( memberchk(gives(damage, Damage0, _, _, _), Lines), integer(Damage0) -> Damage = Damage0 ; Damage = 0 ).

%!  winners_over(+Compact, +Worlds, -Winning:list) is det.
%
%   For every runner, as `Technique-Mask`, the worlds in which it has rank 1.

:- det(winners_over/3).
winners_over(Compact, Worlds, Winning) :-
    Compact = compact(_, _, _, _, _, _, Runners),
    Worlds = worlds(_, All, _),
    demanded(Compact, Worlds, Scene, Counted),
    maplist(placed(Scene, Counted), Runners, Placed),
    ranked(Placed, All, Winning).

demanded(compact(Case, Raised0, Plain, Dependent, Needs, Thresholds, _), Worlds, Scene, Counted) :-
    Worlds = worlds(_, All, _),
    get_dict(lineage, Case, Lineage),
    dict_pairs(Raised0, _, RaisedPairs),
    everywhere(RaisedPairs, All, Certain),
    fired(Plain, scene(Worlds, Lineage, raised{}, possible{}), Certain, Raised1, [], Possible1),
    grouped(Raised1, raised, Raised2),
    grouped(Possible1, possible, Possible2),
    fired_in_order(Dependent, scene(Worlds, Lineage, Raised2, Possible2), Scene),
    Scene = scene(_, _, Raised, _),
    counted(Raised, Needs, Thresholds, Counted).

everywhere([], _, []).
everywhere([Need-Weight|Pairs], All, [Need-(Weight-All)|More]) :- everywhere(Pairs, All, More).

% --- needs ----------------------------------------------------------------------------------------------------------

% What rules raise comes as pairs `Need-(Weight-Mask)`, before what was there.
fired([], _, Raised, Raised, Possible, Possible).
fired([rule(_, Need, Weight, Condition)|Rules], Scene, Raised0, Raised, Possible0, Possible) :-
    condition_masks(Condition, Scene, True, False),
    Scene = scene(worlds(_, All, _), _, _, _),
    Unknown is All xor True xor False,
    ( True =:= 0 -> Raised1 = Raised0 ; Raised1 = [Need-(Weight-True)|Raised0] ),
    ( Unknown =:= 0 -> Possible1 = Possible0 ; Possible1 = [Need-(Weight-Unknown)|Possible0] ),
    fired(Rules, Scene, Raised1, Raised, Possible1, Possible).

grouped(Pairs, Tag, Dict) :-
    keysort(Pairs, Sorted),
    group_pairs_by_key(Sorted, Groups),
    dict_pairs(Dict, Tag, Groups).

fired_in_order([], Scene, Scene) :- !.
fired_in_order(Rules, Scene0, Scene) :-
    rules_in_order(Rules, Stages),
    foldl(stage_fired, Stages, Scene0, Scene).

stage_fired(Rules, Scene0, scene(Worlds, Lineage, Raised, Possible)) :-
    Scene0 = scene(Worlds, Lineage, Raised0, Possible0),
    fired(Rules, Scene0, [], MoreRaised, [], MorePossible),
    foldl(with_mask, MoreRaised, Raised0, Raised),
    foldl(with_mask, MorePossible, Possible0, Possible).

with_mask(Need-WeightMask, Dict0, Dict) :-
    ( get_dict(Need, Dict0, Before) -> true ; Before = [] ),
    put_dict(Need, Dict0, [WeightMask|Before], Dict).

% counted(Need, Kind, Demands, Required, Strong): Demands are `Weight-Mask`, in which worlds the need counts with this weight; the last two are the worlds in
% which gates act on it: those in which it is required, and those in which it may call for a composite.
counted(Raised, Needs, thresholds(Strong, Required), Counted) :-
    dict_pairs(Raised, _, Groups),
    pairs_keys(Groups, Demanded),
    findall(counted(Need, Kind, Demands, RequiredMask, StrongMask),
            ( member(Need-Weights, Groups),
              get_dict(Need, Needs, need(Kind, Narrower0)),
              ( Narrower0 == [] -> Narrower = [] ; intersection(Narrower0, Demanded, Narrower) ),
              sort(1, @>=, Weights, Descending),
              greatest(Descending, 0, Exclusive),
              unsubsumed(Exclusive, Narrower, Raised, Demands),
              at_least(Demands, Required, RequiredMask),
              ( Kind == requirement -> at_least(Demands, Strong, StrongMask) ; StrongMask = 0 )
            ),
            Counted).

% Of several weights the greatest, world by world.
greatest([], _, []).
greatest([Weight-Mask|Rest], Covered, Exclusive) :-
    minus_mask(Mask, Covered, New),
    Covered1 is Covered \/ Mask,
    ( New =:= 0 -> Exclusive = More ; Exclusive = [Weight-New|More] ),
    greatest(Rest, Covered1, More).

unsubsumed([], _, _, []).
unsubsumed([Weight-Mask|Rest], Narrower, Raised, Demands) :-
    (   Narrower == []
    ->  Left = Mask
    ;   raised_masks(Narrower, Raised, Weight, 0, Taken),
        minus_mask(Mask, Taken, Left)
    ),
    ( Left =:= 0 -> Demands = More ; Demands = [Weight-Left|More] ),
    unsubsumed(Rest, Narrower, Raised, More).

% --- one runner -----------------------------------------------------------------------------------------------------
%
% placed(Technique, Complexity, Parts, Open, Served, Terms, Offset, Losses, Lost): Open is the mask of worlds in which nothing but a simpler technique could
% be in its way; Served those in which it serves every strong requirement; the score is the sum of Terms less Offset, what it loses the
% sum of Losses and Lost.

placed(Scene, Counted, Runner, Placed) :-
    Runner = runner(Technique, Complexity, Parts, Lost, Settled, Support, Hard, Losses, Interactions),
    Scene = scene(worlds(_, All, _), _, _, _),
    feasible(Hard, Scene, All, Open0),
    earned(Counted, Settled, Support, Scene, Open0, Open, All, Served, Earned),
    lost(Losses, Scene, Lost1),
    interacted(Interactions, Counted, Scene, Gains, Lost2),
    append(Lost1, Lost2, LostTerms),
    append(Earned, Gains, Points),
    negative(LostTerms, Minus),
    append(Points, Minus, Signed),
    unsigned(Signed, All, Lost, Offset, Terms),
    Placed = placed(Technique, Complexity, Parts, Open, Served, Terms, Offset, LostTerms, Lost).

feasible([], _, Open, Open).
feasible([Condition|Rest], Scene, Open0, Open) :-
    condition_masks(Condition, Scene, _, False),
    minus_mask(Open0, False, Open1),
    feasible(Rest, Scene, Open1, Open).

earned([], _, _, _, Open, Open, Served, Served, []).
earned([counted(Need, _, Demands, Required, Strong)|Counted], Settled, Support, Scene, Open0, Open, Served0, Served, Earned) :-
    (   get_dict(Need, Settled, degrees(Supply, Damage))
    ->  ( ( Supply < 0 ; Damage =< -2 ) -> minus_mask(Open0, Required, Open1) ; Open1 = Open0 ),
        ( Supply > 0, Damage > -2 -> Served1 = Served0 ; minus_mask(Served0, Strong, Served1) ),
        settled_points(Supply, Demands, Earned, Earned1),
        settled_points(Damage, Demands, Earned1, Earned2)
    ;   memberchk(Need-open(Atoms), Support)
    ->  open_degrees(Atoms, Scene, Supplies, Damages),
        (   Required =:= 0
        ->  Open1 = Open0
        ;   failing(Supplies, Damages, Failing),
            Gated is Required /\ Failing,
            minus_mask(Open0, Gated, Open1)
        ),
        (   Strong =:= 0
        ->  Served1 = Served0
        ;   serving(Supplies, Damages, Serving),
            minus_mask(Strong, Serving, Unserved),
            minus_mask(Served0, Unserved, Served1)
        ),
        points(Supplies, Demands, Earned, Earned1),
        points(Damages, Demands, Earned1, Earned2)
    ;   Open1 = Open0,
        minus_mask(Served0, Strong, Served1),
        Earned2 = Earned
    ),
    earned(Counted, Settled, Support, Scene, Open1, Open, Served1, Served, Earned2).

settled_points(0, _, Earned, Earned) :- !.
settled_points(Degree, Demands, Earned, More) :- weighed(Demands, Degree, Earned, More).

weighed([], _, Earned, Earned).
weighed([Weight-Mask|Demands], Degree, [Points-Mask|Earned], More) :-
    Points is Weight * Degree,
    weighed(Demands, Degree, Earned, More).

at_least([], _, 0).
at_least([Weight-Mask|Demands], Minimum, All) :-
    at_least(Demands, Minimum, More),
    ( Weight >= Minimum -> All is More \/ Mask ; All = More ).

failing(Supply, Damage, Failing) :-
    degree_where(Supply, negative, 0, Lacking),
    degree_where(Damage, breaking, Lacking, Failing).

serving(Supply, Damage, Serving) :-
    degree_where(Supply, positive, 0, Helping),
    degree_where(Damage, breaking, 0, Breaking),
    minus_mask(Helping, Breaking, Serving).

degree_where([], _, Mask, Mask).
degree_where([Degree-Mask|Degrees], Test, Mask0, All) :-
    ( degree_is(Test, Degree) -> Mask1 is Mask0 \/ Mask ; Mask1 = Mask0 ),
    degree_where(Degrees, Test, Mask1, All).

degree_is(negative, Degree) :- Degree < 0.
degree_is(positive, Degree) :- Degree > 0.
degree_is(breaking, Degree) :- Degree =< -2.

points([], _, Earned, Earned).
points([Degree-Mask|Degrees], Demands, Earned, More) :-
    points_of(Demands, Degree, Mask, Earned, Earned1),
    points(Degrees, Demands, Earned1, More).

points_of([], _, _, Earned, Earned).
points_of([Weight-Demanded|Demands], Degree, Mask, Earned, More) :-
    Here is Demanded /\ Mask,
    (   Here =:= 0
    ->  Earned = Earned1
    ;   Points is Weight * Degree,
        Earned = [Points-Here|Earned1]
    ),
    points_of(Demands, Degree, Mask, Earned1, More).

lost([], _, []).
lost([if(Condition, Truth, Points)|Losses], Scene, Lost) :-
    condition_masks(Condition, Scene, True, False),
    ( Truth == true -> Mask = True ; Mask = False ),
    ( Mask =:= 0 -> Lost = More ; Lost = [Points-Mask|More] ),
    lost(Losses, Scene, More).

interacted([], _, _, [], []).
interacted([interaction(_, Effect, Condition)|Interactions], Counted, Scene, Gains, Lost) :-
    condition_masks(Condition, Scene, True, _),
    (   True =:= 0
    ->  Gains = Gains1, Lost = Lost1
    ;   Effect = loses(Points)
    ->  Gains = Gains1, Lost = [Points-True|Lost1]
    ;   Effect = on(Need, Degree),
        (   memberchk(counted(Need, _, Demands, _, _), Counted)
        ->  points_of(Demands, Degree, True, Gains, Gains1)
        ;   Gains = Gains1
        ),
        Lost = Lost1
    ),
    interacted(Interactions, Counted, Scene, Gains1, Lost1).

negative([], []).
negative([Points-Mask|Terms], [Minus-Mask|More]) :-
    Minus is -Points,
    negative(Terms, More).

% What counts -P where a mask holds counts P where it does not, less P everywhere: sums of what is not negative need no sign. What counts everywhere
% needs no digits.
unsigned([], _, Offset, Offset, []).
unsigned([Points-Mask|Signed], All, Offset0, Offset, Terms) :-
    (   Mask =:= All
    ->  Offset1 is Offset0 - Points, Terms = More
    ;   Points > 0
    ->  Offset1 = Offset0, Terms = [Points-Mask|More]
    ;   Points < 0
    ->  Offset1 is Offset0 - Points,
        Plus is -Points,
        Elsewhere is All xor Mask,
        Terms = [Plus-Elsewhere|More]
    ;   Offset1 = Offset0, Terms = More
    ),
    unsigned(Signed, All, Offset1, Offset, More).

% --- degrees --------------------------------------------------------------------------------------------------------
%
% The degrees of support_lines/3 as `Degree-Mask`; no line where no mask holds.

open_degrees(Atoms, Scene, Supply, Damage) :-
    maplist(atom_degrees(Scene), Atoms, SupplyLists, DamageLists),
    append(SupplyLists, Supplies),
    append(DamageLists, Damages),
    extreme(@>=, Supplies, Supply),
    extreme(@=<, Damages, Damage).

extreme(_, [], Extreme) => Extreme = [].
extreme(_, [Only], Extreme) => Extreme = [Only].
extreme(Order, Degrees, Extreme) =>
    sort(1, Order, Degrees, Sorted),
    greatest(Sorted, 0, Extreme).

% The nearest level at which something applies decides, in each world by itself.
atom_degrees(Scene, Levels, Supply, Damage) :-
    Scene = scene(worlds(_, All, _), _, _, _),
    levels_degrees(Levels, Scene, All, Supply, Damage).

levels_degrees([], _, _, [], []).
levels_degrees([Level|Levels], Scene, Left, Supply, Damage) :-
    (   Left =:= 0
    ->  Supply = [], Damage = []
    ;   applying(Level, Scene, Left, Given),
        given_anywhere(Given, 0, Applied),
        minus_mask(Left, Applied, Left1),
        side_degrees(supply, @>=, Given, Supply, Supply1),
        side_degrees(damage, @=<, Given, Damage, Damage1),
        levels_degrees(Levels, Scene, Left1, Supply1, Damage1)
    ).

applying([], _, _, []).
applying([given(_, Precedence, Kind, Weight, Condition)|Level], Scene, Left, Given) :-
    condition_masks(Condition, Scene, True, _),
    Mask is True /\ Left,
    ( Mask =:= 0 -> Given = More ; Given = [given(Precedence, Kind, Weight, Mask)|More] ),
    applying(Level, Scene, Left, More).

given_anywhere([], Mask, Mask).
given_anywhere([given(_, _, _, Mask)|Given], Mask0, All) :-
    Mask1 is Mask0 \/ Mask,
    given_anywhere(Given, Mask1, All).

% The highest precedence first, within it the best supply or the worst damage: each world is given the first that applies.
side_degrees(Side, Order, Given, Degrees, More) :-
    given_on(Given, Side, Pairs0),
    (   Pairs0 == []
    ->  Degrees = More
    ;   Pairs0 = [_-Decided]
    ->  Degrees = [Decided|More]
    ;   sort(1, @>=, Pairs0, Pairs),
        group_pairs_by_key(Pairs, Groups),
        pairs_values(Groups, Lists0),
        maplist(sort(1, Order), Lists0, Lists),
        append(Lists, Ordered),
        greatest(Ordered, 0, Decided),
        append(Decided, More, Degrees)
    ).

given_on([], _, []).
given_on([given(Precedence, Kind, Weight, Mask)|Given], Side, Pairs) :-
    ( Kind == Side -> Pairs = [Precedence-(Weight-Mask)|More] ; Pairs = More ),
    given_on(Given, Side, More).

% --- ranking --------------------------------------------------------------------------------------------------------

ranked([], _, []) :- !.
ranked(Placed, All, Winning) :-
    standing(Placed, [], Standing),
    maplist(placed_offset, Placed, Offsets),
    max_list(Offsets, Highest),
    maplist(score_planes(All, Highest), Placed, Scores0),
    same_width(Scores0, Scores),
    maplist(lost_planes(All), Placed, Lost0),
    same_width(Lost0, Lost),
    maplist(placed_complexity, Placed, Complexities),
    max_list(Complexities, Most),
    min_list(Complexities, Least),
    digits(Most, Least, Width),
    maplist(ranking_key(All, Most, Width), Complexities, Lost, Scores, Keys),
    best(Placed, Standing, Keys, All, Winning).

placed_offset(placed(_, _, _, _, _, _, Offset, _, _), Offset).
placed_complexity(placed(_, Complexity, _, _, _, _, _, _, _), Complexity).

digits(Most, Least, Width) :-
    ( Most =:= Least -> Width = 0 ; Width is msb(Most - Least) + 1 ).

% The score decides, then what is lost, then complexity: one number, of which simplicity has the least digits.
ranking_key(All, Most, Width, Complexity, Lost, Score, Key) :-
    Simplicity is Most - Complexity,
    constant_planes(Simplicity, Width, All, Simple),
    inverted(Lost, All, Kept),
    append([Simple, Kept, Score], Key).

% Whether something simpler suffices is asked of those that came before, which are simpler.
standing([], _, []).
standing([Placed|Rest], Before, [Open|Standing]) :-
    Placed = placed(_, Complexity, Parts, Open0, Served, _, _, _, _),
    (   Parts > 1
    ->  foldl(taken(Complexity, Parts), Before, 0, Taken),
        minus_mask(Open0, Taken, Open)
    ;   Open = Open0
    ),
    Sufficing is Open /\ Served,
    standing(Rest, [simple(Complexity, Parts, Sufficing)|Before], Standing).

taken(Complexity, Parts, simple(Less, Fewer, Sufficing), Taken0, Taken) :-
    (   Less < Complexity, Fewer =< Parts
    ->  Taken is Taken0 \/ Sufficing
    ;   Taken = Taken0
    ).

score_planes(All, Highest, placed(_, _, _, _, _, Terms, Offset, _, _), Planes) :-
    Constant is Highest - Offset,
    masked_sum([Constant-All|Terms], Planes).

lost_planes(All, placed(_, _, _, _, _, _, _, Losses, Lost), Planes) :-
    masked_sum([Lost-All|Losses], Planes).

same_width(Numbers0, Numbers) :-
    maplist(length, Numbers0, Lengths),
    max_list(Lengths, Width),
    maplist(padded(Width), Numbers0, Numbers).

% One after the other against the best so far.
best([Placed|Rest], [Open|Standing], [Key|Keys], All, Winning) :-
    arg(1, Placed, Technique),
    best(Rest, Standing, Keys, All, Open, Key, [Technique-Open], Winning0),
    reverse(Winning0, Winning).

best([], [], [], _, _, _, Winning, Winning).
best([Placed|Rest], [Open|Standing], [Key|Keys], All, Taken0, Best0, Winning0, Winning) :-
    arg(1, Placed, Technique),
    planes_compared(Key, Best0, All, Greater, Equal),
    minus_mask(All, Taken0, Free),
    Ahead is Open /\ (Greater \/ Free),
    Level is Open /\ Equal /\ Taken0,
    Wins is Ahead \/ Level,
    maplist(overtaken(Ahead), Winning0, Winning1),
    planes_chosen(Key, Best0, Ahead, Best),
    Taken is Taken0 \/ Open,
    best(Rest, Standing, Keys, All, Taken, Best, [Technique-Wins|Winning1], Winning).

overtaken(Ahead, Technique-Mask0, Technique-Mask) :- minus_mask(Mask0, Ahead, Mask).

%!  winner_classes(+Winning, +Worlds, -Classes:list) is det.
%
%   The worlds by who wins, as `Winners-Mask`: one, several that share rank 1, or none. Every world is in one class, and no class is empty.

:- det(winner_classes/3).
winner_classes(Winning, worlds(_, All, _), Classes) :-
    foldl(divided_by, Winning, [[]-All], Classes0),
    maplist(sorted_winners, Classes0, Classes).

divided_by(Technique-Mask, Classes0, Classes) :- divided_by(Classes0, Technique, Mask, Classes).

divided_by([], _, _, []).
divided_by([Winners-Class|Classes0], Technique, Mask, Classes) :-
    Inside is Class /\ Mask,
    Outside is Class xor Inside,
    ( Inside =:= 0 -> Classes = Classes1 ; Classes = [[Technique|Winners]-Inside|Classes1] ),
    ( Outside =:= 0 -> Classes1 = Classes2 ; Classes1 = [Winners-Outside|Classes2] ),
    divided_by(Classes0, Technique, Mask, Classes2).

sorted_winners(Winners0-Mask, Winners-Mask) :- sort(Winners0, Winners).
