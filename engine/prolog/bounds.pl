:- encoding(utf8).
:- module(bounds,
          [ winners_certain/4           % +Compact, +Values, +Scales, +Winners
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(conditions).
:- use_module(demands).
:- use_module(winners).
:- use_module(worlds).

/** <module> Whether the winners win in every completion, without trying them all

Branch and bound. Few enough completions are decided at once by winners.pl; of more, bounds are tried first. With some constraints still open, each demand lies between the weight with which its need is raised for certain and the greatest with which it
may be; so does each degree, each loss. If the least margin over every rival that may be feasible is positive, no completion changes the winner;
otherwise one constraint more is given each of its values, until that has been done too often: what is not shown is not certain. Winners that share the first rank must be level whatever is open; where nothing wins, everything must be blocked. Bounds ignore that demands move together, which makes them wide and never
wrong.

A range is `Low-High`.
*/

% At once where there are at most so many completions left.
together_limit(8192).
% How often a constraint is given its values: with completions at once enough for more than 100,000 of them, and the end of a search without bounds.
branch_limit(256).

%!  winners_certain(+Compact, +Values:dict, +Scales:list, +Winners:list) is semidet.
%
%   True if Winners, sorted, are shown to be the winners in every completion of Values by Scales, a list of `Constraint-Values`: one, several that
%   share the first rank, or none. Below 100,000 completions it is true whenever they are.

winners_certain(Compact, Values, Scales, Winners) :-
    Compact = compact(_, _, _, _, _, _, Runners),
    maplist(runner_of(Runners), Winners, Leaders),
    branch_limit(Branches),
    certain(Scales, Compact, Values, Winners, Leaders, Branches, _).

runner_of(Runners, Technique, Runner) :-
    member(Runner, Runners),
    arg(1, Runner, Technique), !.

certain(Scales, Compact, Values, Winners, Leaders, Left0, Left) :-
    world_count(Scales, Count),
    together_limit(Limit),
    (   Count =< Limit
    ->  Left = Left0,
        worlds_all(Values, Scales, Worlds),
        winners_over(Compact, Worlds, Winning),
        winner_classes(Winning, Worlds, [Winners-_])
    ;   bounded(Compact, Values, Leaders)
    ->  Left = Left0
    ;   Left0 > 0,
        Left1 is Left0 - 1,
        Scales = [Constraint-Scale|Rest],
        certain_in_each(Scale, Constraint, Rest, Compact, Values, Winners, Leaders, Left1, Left)
    ).

certain_in_each([], _, _, _, _, _, _, Left, Left).
certain_in_each([Value|Others], Constraint, Rest, Compact, Values, Winners, Leaders, Left0, Left) :-
    put_dict(Constraint, Values, Value, Values1),
    certain(Rest, Compact, Values1, Winners, Leaders, Left0, Left1), !,
    certain_in_each(Others, Constraint, Rest, Compact, Values, Winners, Leaders, Left1, Left).

bounded(compact(Case, Raised0, Plain, Dependent, Needs, Thresholds, Runners), Values, Leaders) :-
    View0 = view(Case.lineage, Values, Raised0, possible{}),
    rules_fired(Plain, View0, View1),
    dependent_fired(Dependent, View1, View),
    dict_pairs(Needs, _, NeedPairs),
    convlist(demand_range(View), NeedPairs, Demands),
    Scene = scene(View, Demands, Thresholds, Needs),
    forall(member(Leader, Leaders), surely_open(Leader, Runners, Scene)),
    surely_level(Leaders, Scene),
    forall(( member(Rival, Runners), \+ led_by(Rival, Leaders) ),
           ( surely_blocked(Rival, Runners, Scene) -> true ; Leaders = [First|_], surely_behind(Rival, First, Scene) )).

led_by(Rival, Leaders) :-
    arg(1, Rival, Technique),
    runner_of(Leaders, Technique, _).

surely_open(Runner, Runners, Scene) :-
    surely_feasible(Runner, Scene),
    arg(3, Runner, Parts),
    ( Parts > 1 -> surely_worth_it(Runner, Runners, Scene) ; true ).

% Neither has more points than the other in any completion, nor loses more, nor is simpler.
surely_level([], _).
surely_level([First|Rest], Scene) :-
    forall(member(Other, Rest), level(First, Other, Scene)).

level(One, Other, Scene) :-
    arg(2, One, Complexity),
    arg(2, Other, Complexity),
    least_margin(One, Other, Scene, 0, Lost-Lost, Lost-Lost),
    least_margin(Other, One, Scene, 0, _, _).

% demand(Need, Kind, Low-High, Counts): Counts is `surely` or `maybe`, as a narrower need may subsume it.
demand_range(view(_, _, Raised, Possible), Need-need(Kind, Narrower), demand(Need, Kind, Low-High, Counts)) :-
    ( get_dict(Need, Raised, Low) -> true ; Low = 0 ),
    ( get_dict(Need, Possible, Most) -> High is max(Low, Most) ; High = Low ),
    High > 0,
    (   member(Other, Narrower), ( get_dict(Other, Raised, W) ; get_dict(Other, Possible, W) ), W > 0
    ->  Counts = maybe
    ;   Counts = surely
    ).

least(demand(_, _, Low-_, Counts), Least) :-
    ( Counts == surely -> Least = Low ; Least = 0 ).

%   The degrees of a runner for a need, as ranges of supply and damage.

degree_ranges(runner(_, _, _, _, Settled, Open, _, _, _), View, Need, SupplyRange, DamageRange) :-
    (   get_dict(Need, Settled, degrees(Supply, Damage))
    ->  SupplyRange = Supply-Supply, DamageRange = Damage-Damage
    ;   memberchk(Need-open(Atoms), Open)
    ->  findall(Kind-Weight,
                ( member(Levels, Atoms), member(Level, Levels), member(given(_, _, Kind, Weight, Condition), Level),
                  \+ condition_truth(Condition, View, false)
                ),
                Given),
        kind_range(supply, Given, SupplyRange),
        kind_range(damage, Given, DamageRange)
    ;   SupplyRange = 0-0, DamageRange = 0-0
    ).

% 0 stands for no line; that no level applies is not ruled out.
kind_range(Kind, Given, Low-High) :-
    findall(Weight, member(Kind-Weight, Given), Weights),
    min_list([0|Weights], Low),
    max_list([0|Weights], High).

surely_feasible(Runner, scene(View, Demands, thresholds(_, Required), _)) :-
    Runner = runner(_, _, _, _, _, _, Hard, _, _),
    forall(member(Condition, Hard), condition_truth(Condition, View, true)),
    forall(( member(demand(Need, _, _-High, _), Demands), High >= Required ),
           ( degree_ranges(Runner, View, Need, Supply-_, Damage-_), Supply >= 0, Damage > -2 )).

surely_blocked(runner(_, _, _, _, _, _, Hard, _, _), _, scene(View, _, _, _)) :-
    member(Condition, Hard),
    condition_truth(Condition, View, false), !.
surely_blocked(Runner, _, scene(View, Demands, thresholds(_, Required), _)) :-
    member(Demand, Demands),
    Demand = demand(Need, _, _, _),
    least(Demand, Least),
    Least >= Required,
    degree_ranges(Runner, View, Need, _-Supply, _-Damage),
    ( Supply < 0 ; Damage =< -2 ), !.
surely_blocked(runner(_, Complexity, Parts, _, _, _, _, _, _), Runners, Scene) :-
    Parts > 1,
    Scene = scene(View, Demands, thresholds(Strong, _), _),
    member(Simpler, Runners),
    Simpler = runner(_, Less, 1, _, _, _, _, _, _),
    Less < Complexity,
    surely_feasible(Simpler, Scene),
    forall(( member(demand(Need, requirement, _-High, _), Demands), High >= Strong ),
           ( degree_ranges(Simpler, View, Need, Supply-_, Damage-_), Supply > 0, Damage > -2 )), !.

% No simpler runner can serve every strong requirement.
surely_worth_it(runner(_, Complexity, _, _, _, _, _, _, _), Runners, Scene) :-
    Scene = scene(View, Demands, thresholds(Strong, _), _),
    forall(( member(Simpler, Runners), Simpler = runner(_, Less, _, _, _, _, _, _, _), Less < Complexity ),
           (   surely_blocked(Simpler, Runners, Scene)
           ->  true
           ;   member(Demand, Demands),
               Demand = demand(Need, requirement, _, _),
               least(Demand, Least),
               Least >= Strong,
               degree_ranges(Simpler, View, Need, _-Supply, _-Damage),
               ( Supply =< 0 ; Damage =< -2 )
           ->  true
           )).

surely_behind(Rival, Runner, Scene) :-
    least_margin(Rival, Runner, Scene, Margin, Lost, RivalLost),
    (   Margin > 0
    ->  true
    ;   Margin =:= 0,
        tie_broken(Lost, RivalLost, Runner, Rival)
    ).

% By how much the score of Runner exceeds that of Rival at least, and the ranges of what both lose.
least_margin(Rival, Runner, scene(View, Demands, _, _), Margin, LostLow-LostHigh, RivalLow-RivalHigh) :-
    foldl(margin(Rival, Runner, View), Demands, 0, Earned),
    losses(Runner, View, Demands, LostLow-LostHigh, GainLow-_),
    losses(Rival, View, Demands, RivalLow-RivalHigh, _-RivalGain),
    Margin is Earned + GainLow - RivalGain - LostHigh + RivalLow.

tie_broken(_-High, RivalLow-_, _, _) :- High < RivalLow, !.
tie_broken(Lost-Lost, Lost-Lost, runner(_, Complexity, _, _, _, _, _, _, _), runner(_, Other, _, _, _, _, _, _, _)) :-
    Complexity < Other.

margin(Rival, Runner, View, Demand, Sum0, Sum) :-
    Demand = demand(Need, _, _-High, _),
    least(Demand, Low),
    degree_ranges(Runner, View, Need, Supply-_, Damage-_),
    degree_ranges(Rival, View, Need, _-RivalSupply, _-RivalDamage),
    Difference is Supply + Damage - RivalSupply - RivalDamage,
    (   Difference >= 0
    ->  Sum is Sum0 + Low * Difference
    ;   Sum is Sum0 + High * Difference
    ).

losses(runner(_, _, _, Lost0, _, _, _, Losses, Interactions), View, Demands, Lost, Gain) :-
    foldl(loss_range(View), Losses, Lost0-Lost0, Lost1),
    foldl(interaction_range(View, Demands), Interactions, Lost1/(0-0), Lost/Gain).

loss_range(View, if(Condition, Truth, Points), Low0-High0, Low-High) :-
    condition_truth(Condition, View, Found),
    (   Found == Truth
    ->  Low is Low0 + Points, High is High0 + Points
    ;   Found == unknown
    ->  Low = Low0, High is High0 + Points
    ;   Low = Low0, High = High0
    ).

interaction_range(View, Demands, interaction(_, Effect, Condition), Range0, Range) :-
    condition_truth(Condition, View, Truth),
    (   Truth == false
    ->  Range = Range0
    ;   effect_range(Effect, Truth, Demands, Range0, Range)
    ).

effect_range(loses(Points), Truth, _, (Low0-High0)/Gain, (Low-High)/Gain) :-
    High is High0 + Points,
    ( Truth == true -> Low is Low0 + Points ; Low = Low0 ).
effect_range(on(Need, Degree), Truth, Demands, Lost/(Low0-High0), Lost/(Low-High)) :-
    (   memberchk(demand(Need, Kind, Weights, Counts), Demands)
    ->  Weights = _-Most,
        least(demand(Need, Kind, Weights, Counts), Least0),
        ( Truth == true -> Least = Least0 ; Least = 0 ),
        Low is Low0 + min(Least * Degree, Most * Degree),
        High is High0 + max(Least * Degree, Most * Degree)
    ;   Low = Low0, High = High0
    ).
