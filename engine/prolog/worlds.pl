:- encoding(utf8).
:- module(worlds,
          [ worlds_all/3,               % +Values, +Scales, -Worlds
            worlds_sampled/5,           % +Values, +Scales, +Size, +Seed, -Worlds
            worlds_answered/4,          % +Values, +Scales, +Worlds, -More
            worlds_changed/5,           % +Values, +Options, +Size, -First, -Worlds
            changed_sets/5,             % +Options, +Size, +First, +Mask, -Sets
            world_count/2,              % +Scales, -Count
            value_mask/4,               % +Worlds, +Constraint, +Value, -Mask
            condition_masks/4,          % +Condition, +Scene, -True, -False
            raised_masks/5              % +Needs, +Raised, +Minimum, +Mask0, -Mask
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(masks).

/** <module> Many cases at once, which differ in the values of constraints

Worlds are `worlds(Size, All, Values)`: how many there are, the mask of all of them, and a dict from constraints to `known(Pairs, Known)`. Pairs are
`Value-Mask`, in which worlds the constraint has the value; in worlds outside Known it is not known. What holds in all worlds
alike is not among Values: conditions are simplified by it beforehand.

Scales is a list of `Constraint-Values`, Options one of `option(Constraint, Value)`, those of a constraint together.
*/

%!  world_count(+Scales, -Count:integer) is det.
%
%   How many completions there are.

:- det(world_count/2).
world_count(Scales, Count) :- world_count(Scales, 1, Count).

world_count([], Count, Count).
world_count([_-Values|Scales], Count0, Count) :-
    length(Values, Length),
    Count1 is Count0 * Length,
    world_count(Scales, Count1, Count).

%!  worlds_all(+Values:dict, +Scales, -Worlds) is det.
%
%   Every completion of Values by Scales; the first scale changes fastest.

:- det(worlds_all/3).
worlds_all(Values0, Scales, worlds(Size, All, Values)) :-
    world_count(Scales, Size),
    ones(Size, All),
    everywhere(Values0, All, Before),
    product(Scales, 1, Size, Pairs),
    put_dict(Pairs, Before, Values).

% Of period Length times as many as there are values, a run of Length worlds for each value.
product([], _, _, []).
product([Constraint-Scale|Scales], Length, Size, [Constraint-known(Pairs, All)|Rest]) :-
    length(Scale, Count),
    Period is Length * Count,
    ones(Size, All),
    ones(Period, One),
    Repeat is All // One,
    ones(Length, Run),
    runs(Scale, Run, Length, Repeat, Pairs),
    product(Scales, Period, Size, Rest).

runs([], _, _, _, []).
runs([Value|Values], Run, Length, Repeat, [Value-Mask|Pairs]) :-
    Mask is Run * Repeat,
    Next is Run << Length,
    runs(Values, Next, Length, Repeat, Pairs).

everywhere(Values0, All, Values) :-
    dict_pairs(Values0, _, Pairs0),
    findall(Constraint-known([Value-All], All), member(Constraint-Value, Pairs0), Pairs),
    dict_pairs(Values, worlds, Pairs).

%!  worlds_sampled(+Values:dict, +Scales, +Size, +Seed, -Worlds) is det.
%
%   Size completions, each value as likely as any other of its scale. Size is at most 520.

:- det(worlds_sampled/5).
worlds_sampled(Values0, Scales, Size, Seed, worlds(Size, All, Values)) :-
    ones(Size, All),
    everywhere(Values0, All, Before),
    seeded(Seed, State),
    foldl(sampled(All), Scales, Pairs, State, _),
    put_dict(Pairs, Before, Values).

% What follows for scales of any length, written out for the most frequent ones.
sampled(All, Constraint-[A, B], Sampled, State0, State) :- !,
    Sampled = Constraint-known([A-MaskA, B-MaskB], All),
    next_random(State0, Random, State),
    MaskB is Random /\ All,
    MaskA is All xor MaskB.
sampled(All, Constraint-[A, B, C], Sampled, State0, State) :- !,
    Sampled = Constraint-known([A-MaskA, B-MaskB, C-MaskC], All),
    drawn_of_three(All, 0, MaskB, 0, MaskC, State0, State),
    MaskA is All xor MaskB xor MaskC.
sampled(All, Constraint-Scale, Constraint-known(Pairs, All), State0, State) :-
    length(Scale, Count),
    Digits is msb(max(1, Count - 1)) + 1,
    findall(Value-0, member(Value, Scale), None),
    drawn(All, All, Digits, None, Pairs, State0, State).

% The second and the third value; drawn again where both digits are set.
drawn_of_three(0, B, B, C, C, State, State) :- !.
drawn_of_three(Open, B0, B, C0, C, State0, State) :-
    next_random(State0, Low, State1),
    next_random(State1, High, State2),
    Both is Low /\ High,
    B1 is B0 \/ ((Low xor Both) /\ Open),
    C1 is C0 \/ ((High xor Both) /\ Open),
    Left is Both /\ Open,
    drawn_of_three(Left, B1, B, C1, C, State2, State).

% Binary digits at random name a value; where they name none they are drawn again.
drawn(0, _, _, Pairs, Pairs, State, State) :- !.
drawn(Open, All, Digits, Pairs0, Pairs, State0, State) :-
    digits(Digits, All, Planes, State0, State1),
    named(Pairs0, 0, Planes, Open, Pairs1, Left),
    drawn(Left, All, Digits, Pairs1, Pairs, State1, State).

digits(0, _, [], State, State) :- !.
digits(Digits, All, [Plane|Planes], State0, State) :-
    next_random(State0, Random, State1),
    Plane is Random /\ All,
    Left is Digits - 1,
    digits(Left, All, Planes, State1, State).

named([], _, _, Left, [], Left).
named([Value-Mask0|Pairs0], Number, Planes, Open, [Value-Mask|Pairs], Left) :-
    matching(Planes, Number, Open, Here),
    Mask is Mask0 \/ Here,
    Open1 is Open xor Here,
    Next is Number + 1,
    named(Pairs0, Next, Planes, Open1, Pairs, Left).

matching([], _, Mask, Mask).
matching([Plane|Planes], Number, Mask0, Mask) :-
    (   Number /\ 1 =:= 1
    ->  Mask1 is Mask0 /\ Plane
    ;   Mask1 is Mask0 xor (Mask0 /\ Plane)
    ),
    Rest is Number >> 1,
    matching(Planes, Rest, Mask1, Mask).

% A multiplicative congruential generator modulo the Mersenne prime 2^521 - 1: 520 bits a step. Our own so that no library version changes an answer.
seeded(Seed, random(State, Multiplier, Modulus)) :-
    Multiplier is 5 ** 223,
    Modulus is 2 ** 521 - 1,
    State0 is (Seed + 1) mod Modulus,
    State is (State0 * Multiplier) mod Modulus.

next_random(random(State0, Multiplier, Modulus), Digits, random(Digits, Multiplier, Modulus)) :-
    Digits is (State0 * Multiplier) mod Modulus.

%!  worlds_answered(+Values:dict, +Scales, +Worlds, -More) is det.
%
%   More are Worlds, which know of the constraints of Scales, and after them a world for each value of each scale, in this order: Values, but for this one.

:- det(worlds_answered/4).
worlds_answered(Values0, Scales, worlds(Size0, All0, Before), worlds(Size, All, Values)) :-
    answer_count(Scales, Size0, Size),
    ones(Size, All),
    Added is All xor All0,
    answered(Scales, Size0, Added, Values0, Before, Pairs),
    dict_pairs(Values, worlds, Pairs).

answer_count([], Size, Size).
answer_count([_-Scale|Scales], Size0, Size) :-
    length(Scale, Length),
    Size1 is Size0 + Length,
    answer_count(Scales, Size1, Size).

answered([], _, _, _, _, []).
answered([Constraint-Scale|Scales], First, Added, Values0, Before, [Constraint-known(Pairs, Known)|Rest]) :-
    get_dict(Constraint, Before, known(Masks, Known0)),
    single(Scale, Masks, First, Next, Pairs0),
    Own is (1 << Next) - (1 << First),
    (   get_dict(Constraint, Values0, Value)
    ->  Kept is Added xor Own,
        also_where(Pairs0, Value, Kept, Pairs),
        Known is Known0 \/ Added
    ;   Pairs = Pairs0,
        Known is Known0 \/ Own
    ),
    answered(Scales, Next, Added, Values0, Before, Rest).

single([], [], Next, Next, []).
single([Value|Scale], [Value-Mask0|Masks], First, Next, [Value-Mask|Pairs]) :-
    Mask is Mask0 \/ (1 << First),
    Second is First + 1,
    single(Scale, Masks, Second, Next, Pairs).

% Where none of its answers is given a constraint keeps its value, which need not be one of its scale.
also_where([], Value, Kept, [Value-Kept]).
also_where([Value-Mask0|Pairs], Value, Kept, [Value-Mask|Pairs]) :- !,
    Mask is Mask0 \/ Kept.
also_where([Pair|Pairs0], Value, Kept, [Pair|Pairs]) :-
    also_where(Pairs0, Value, Kept, Pairs).

%!  worlds_changed(+Values:dict, +Options, +Size, -First:integer, -Worlds) is nondet.
%
%   A world for each set of Size options of different constraints: Values, but for these. In the order of changed_sets/5, some tens of
%   thousands at a time, of which First is the place of the first: longer masks fit into no cache.

worlds_changed(Values, Options, Size, First, Worlds) :-
    option_starts(Options, Starts),
    block_lengths(Size, Starts, Lengths),
    (   Size =:= 1
    ->  Below = []
    ;   Smaller is Size - 1,
        option_masks(Smaller, Starts, Below)
    ),
    numbered_blocks(Starts, Lengths, 0, Blocks),
    portion(Blocks, 0, First, Portion, Count),
    portion_masks(Size, Below, Options, Portion, Masks),
    changed(Values, Options, Masks, Count, Worlds).

portion_size(65536).

numbered_blocks([], [], _, []).
numbered_blocks([Start|Starts], [Length|Lengths], Number, [block(Number, Start, Length)|Blocks]) :-
    Next is Number + 1,
    numbered_blocks(Starts, Lengths, Next, Blocks).

portion(Blocks, First0, First, Portion, Count) :-
    portion_size(Most),
    taken(Blocks, 0, Most, Taken, Count0, Rest),
    Count0 > 0,
    (   First = First0, Portion = Taken, Count = Count0
    ;   Rest \== [],
        First1 is First0 + Count0,
        portion(Rest, First1, First, Portion, Count)
    ).

taken([Block|Blocks], Count0, Most, Taken, Count, Rest) :-
    Block = block(_, _, Length),
    Count1 is Count0 + Length,
    ( Count0 =:= 0 ; Count1 =< Most ), !,
    Taken = [Block|More],
    taken(Blocks, Count1, Most, More, Count, Rest).
taken(Rest, Count, _, [], Count, Rest).

portion_masks(1, _, Options, _, Masks) :- !,
    length(Options, Number),
    Highest is Number - 1,
    findall(Mask, ( between(0, Highest, Index), Mask is 1 << Index ), Masks).
portion_masks(_, Below, _, Portion, Masks) :-
    foldl(option_mask(Portion), Below, Masks, 0, _).

changed(Values0, Options, Masks, Count, worlds(Count, All, Values)) :-
    ones(Count, All),
    everywhere(Values0, All, Before),
    maplist(option_value, Options, Masks, Pairs),
    group_pairs_by_key(Pairs, Groups),
    foldl(changed_value(Values0, All), Groups, Before, Values).

option_value(option(Constraint, Value), Mask, Constraint-(Value-Mask)).

% Where none of its options is taken a constraint keeps its value, if it has one.
changed_value(Values0, All, Constraint-Pairs0, Before, Values) :-
    pairs_values(Pairs0, Masks),
    foldl(either, Masks, 0, Changed),
    (   get_dict(Constraint, Values0, Value)
    ->  Kept is All xor Changed,
        (   selectchk(Value-Mask0, Pairs0, Others)
        ->  Mask1 is Mask0 \/ Kept, Pairs = [Value-Mask1|Others]
        ;   Pairs = [Value-Kept|Pairs0]
        ),
        Known = All
    ;   Pairs = Pairs0, Known = Changed
    ),
    put_dict(Constraint, Before, known(Pairs, Known), Values).

either(Mask, Mask0, Either) :- Either is Mask0 \/ Mask.

%   Sets are in colexicographic order: those with a greater greatest option later. So the sets of smaller options come first, whatever
%   greater options there are, and the block of sets with a given greatest option repeats the beginning of the sets that are one smaller.
%
%   Starts has for each option the number of options of constraints before its own.

option_starts(Options, Starts) :- option_starts(Options, 0, none, 0, Starts).

option_starts([], _, _, _, []).
option_starts([option(Constraint, _)|Options], Index, Last, Start0, [Start|Starts]) :-
    ( Constraint == Last -> Start = Start0 ; Start = Index ),
    Next is Index + 1,
    option_starts(Options, Next, Constraint, Start, Starts).

% How many sets of Size options end with each option.
block_lengths(1, Starts, Lengths) :- !,
    findall(1, member(_, Starts), Lengths).
block_lengths(Size, Starts, Lengths) :-
    Smaller is Size - 1,
    block_lengths(Smaller, Starts, Below),
    running(Below, 0, Counts),
    Table =.. [counts|Counts],
    maplist(count_before(Table), Starts, Lengths).

% The sums of the first 0, 1, 2, ... numbers.
running([], Sum, [Sum]).
running([Number|Numbers], Sum0, [Sum0|Sums]) :-
    Sum is Sum0 + Number,
    running(Numbers, Sum, Sums).

count_before(Table, Start, Count) :-
    Place is Start + 1,
    arg(Place, Table, Count).

% In which sets of Size options each option is.
option_masks(1, Starts, Masks) :- !,
    portion_masks(1, [], Starts, [], Masks).
option_masks(Size, Starts, Masks) :-
    Smaller is Size - 1,
    option_masks(Smaller, Starts, Below),
    block_lengths(Size, Starts, Lengths),
    numbered_blocks(Starts, Lengths, 0, Blocks),
    portion_masks(Size, Below, Starts, Blocks, Masks).

option_mask(Blocks, Below, Mask, Index, Next) :-
    parts(Blocks, Index, Below, Parts),
    joined_parts(Parts, Mask),
    Next is Index + 1.

parts([], _, _, []).
parts([block(Number, Start, Length)|Blocks], Index, Below, [Length-Part|Parts]) :-
    (   Start > Index
    ->  Part is Below /\ ((1 << Length) - 1)
    ;   Number =:= Index
    ->  ones(Length, Part)
    ;   Part = 0
    ),
    parts(Blocks, Index, Below, Parts).

% Two by two, so that long masks are copied a few times only.
joined_parts([_-Part], Mask) :- !, Mask = Part.
joined_parts(Parts, Mask) :-
    two_by_two(Parts, Fewer),
    joined_parts(Fewer, Mask).

two_by_two([L1-B1, L2-B2|Rest], [Length-Block|Fewer]) :- !,
    Length is L1 + L2,
    ( B2 =:= 0 -> Block = B1 ; Block is B1 \/ (B2 << L1) ),
    two_by_two(Rest, Fewer).
two_by_two(Rest, Rest).

%!  changed_sets(+Options, +Size, +First:integer, +Mask, -Sets:list(list)) is det.
%
%   The sets of options of the worlds in Mask, of which the first is at place First of all.

:- det(changed_sets/5).
changed_sets(Options, Size, First, Mask, Sets) :-
    mask_bits(Mask, Indices),
    (   Indices == []
    ->  Sets = []
    ;   option_starts(Options, Starts),
        Table =.. [options|Options],
        sum_tables(Size, Starts, Tables),
        maplist(set_of(Table, Tables, First), Indices, Sets)
    ).

sum_tables(0, _, []) :- !.
sum_tables(Size, Starts, [Table|Tables]) :-
    block_lengths(Size, Starts, Lengths),
    running(Lengths, 0, Counts),
    Table =.. [counts|Counts],
    Smaller is Size - 1,
    sum_tables(Smaller, Starts, Tables).

set_of(Options, Tables, First, Index, Set) :-
    Place is First + Index,
    set_at(Tables, Options, Place, [], Set).


set_at([], _, _, Set, Set).
set_at([Counts|Tables], Options, Index, Set0, Set) :-
    functor(Counts, _, Arity),
    block_of(1, Arity, Counts, Index, Place),
    arg(Place, Options, Option),
    arg(Place, Counts, Before),
    Rest is Index - Before,
    set_at(Tables, Options, Rest, [Option|Set0], Set).

% The last place at which at most Index sets come before.
block_of(Low, High, Counts, Index, Place) :-
    (   High - Low =< 1
    ->  Place = Low
    ;   Middle is (Low + High) // 2,
        arg(Middle, Counts, Before),
        (   Before =< Index
        ->  block_of(Middle, High, Counts, Index, Place)
        ;   block_of(Low, Middle, Counts, Index, Place)
        )
    ).

%!  value_mask(+Worlds, +Constraint, +Value, -Mask:integer) is det.
%
%   The worlds in which Constraint has Value.

:- det(value_mask/4).
value_mask(worlds(_, _, Values), Constraint, Value, Mask) :-
    (   get_dict(Constraint, Values, known(Pairs, _)), memberchk(Value-Found, Pairs)
    ->  Mask = Found
    ;   Mask = 0
    ).

%!  condition_masks(+Condition, +Scene, -True:integer, -False:integer) is det.
%
%   Where Condition is true, and where it is false; elsewhere it is unknown. Scene is `scene(Worlds, Lineage, Raised, Possible)`: Raised and
%   Possible are dicts from needs to lists of `Weight-Mask`, in which worlds a need is raised, or may be, with this weight. The truth is that of condition_truth/3 in
%   each world.

:- det(condition_masks/4).
condition_masks(true, scene(worlds(_, All, _), _, _, _), True, False) => True = All, False = 0.
condition_masks(false, scene(worlds(_, All, _), _, _, _), True, False) => True = 0, False = All.
condition_masks(value(Constraint, _, _, Accepted), scene(worlds(_, _, Values), _, _, _), True, False) =>
    (   get_dict(Constraint, Values, known(Pairs, Known))
    ->  accepted(Pairs, Accepted, 0, True),
        False is Known xor True
    ;   True = 0, False = 0
    ).
condition_masks(task(Task), scene(worlds(_, All, _), Lineage, _, _), True, False) =>
    (   Lineage == []
    ->  True = 0, False = 0
    ;   memberchk(Task, Lineage)
    ->  True = All, False = 0
    ;   True = 0, False = All
    ).
condition_masks(needs(_, Within, Minimum), scene(worlds(_, All, _), _, Raised, Possible), True, False) =>
    raised_masks(Within, Raised, Minimum, 0, True),
    raised_masks(Within, Possible, Minimum, True, May),
    False is All xor May.
condition_masks(not(Condition), Scene, True, False) =>
    condition_masks(Condition, Scene, False, True).
condition_masks(and(Conditions), Scene, True, False) =>
    Scene = scene(worlds(_, All, _), _, _, _),
    conjunction(Conditions, Scene, All, True, 0, False).
condition_masks(or(Conditions), Scene, True, False) =>
    Scene = scene(worlds(_, All, _), _, _, _),
    disjunction(Conditions, Scene, 0, True, All, False).

accepted([], _, Mask, Mask).
accepted([Value-Mask|Pairs], Accepted, Mask0, True) :-
    (   memberchk(Value, Accepted)
    ->  Mask1 is Mask0 \/ Mask
    ;   Mask1 = Mask0
    ),
    accepted(Pairs, Accepted, Mask1, True).

%!  raised_masks(+Needs, +Raised:dict, +Minimum:integer, +Mask0:integer, -Mask:integer) is det.
%
%   Mask0, and where one of Needs is raised with at least Minimum.

:- det(raised_masks/5).
raised_masks([], _, _, Mask0, Mask) => Mask = Mask0.
raised_masks([Need|Needs], Raised, Minimum, Mask0, Mask) =>
    (   get_dict(Need, Raised, Weights)
    ->  weights_mask(Weights, Minimum, Mask0, Mask1)
    ;   Mask1 = Mask0
    ),
    raised_masks(Needs, Raised, Minimum, Mask1, Mask).

weights_mask([], _, Mask, Mask).
weights_mask([Weight-Here|Weights], Minimum, Mask0, Mask) :-
    ( Weight >= Minimum -> Mask1 is Mask0 \/ Here ; Mask1 = Mask0 ),
    weights_mask(Weights, Minimum, Mask1, Mask).

conjunction([], _, True, True, False, False).
conjunction([Condition|Conditions], Scene, True0, True, False0, False) :-
    condition_masks(Condition, Scene, Holds, Fails),
    True1 is True0 /\ Holds,
    False1 is False0 \/ Fails,
    conjunction(Conditions, Scene, True1, True, False1, False).

disjunction([], _, True, True, False, False).
disjunction([Condition|Conditions], Scene, True0, True, False0, False) :-
    condition_masks(Condition, Scene, Holds, Fails),
    True1 is True0 \/ Holds,
    False1 is False0 /\ Fails,
    disjunction(Conditions, Scene, True1, True, False1, False).
