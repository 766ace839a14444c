:- encoding(utf8).
:- module(test_masks, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(random)).
:- use_module('../../engine/prolog/masks').

% The number that planes stand for in one world.
number_in(World, Planes, Number) :- number_in(Planes, World, 0, 0, Number).

number_in([], _, _, Number, Number).
number_in([Plane|Planes], World, Digit, Number0, Number) :-
    Number1 is Number0 + (((Plane >> World) /\ 1) << Digit),
    Next is Digit + 1,
    number_in(Planes, World, Next, Number1, Number).

% Some forty worlds of terms at random, the same each time.
terms_at_random(Seed, Count, Terms) :-
    set_random(seed(Seed)),
    length(Terms, Count),
    maplist([Points-Mask]>>( random_between(0, 20, Points), random_between(0, 0xffffffffff, Mask) ), Terms).

sum_in(World, Terms, Sum) :-
    findall(Points, ( member(Points-Mask, Terms), (Mask >> World) /\ 1 =:= 1 ), All),
    sum_list(All, Sum).

:- begin_tests(ones).
test(none, Mask == 0) :- ones(0, Mask).
test(some, Mask == 0b11111) :- ones(5, Mask).
test(many, Count == 1000) :- ones(1000, Mask), Count is popcount(Mask).
:- end_tests(ones).

:- begin_tests(minus_mask).
test(rest, Rest == 0b1000) :- minus_mask(0b1010, 0b0111, Rest).
test(nothing_taken, Rest == 0b1010) :- minus_mask(0b1010, 0, Rest).
test(never_negative, Rest == 0) :- minus_mask(0, 0b1, Rest).
:- end_tests(minus_mask).

:- begin_tests(mask_bits).
test(none, Bits == []) :- mask_bits(0, Bits).
test(far_apart, Bits == [0, 1, 55, 56, 57, 300, 9999]) :-
    foldl([Bit, M0, M]>>( M is M0 \/ (1 << Bit) ), [9999, 0, 57, 1, 56, 300, 55], 0, Mask),
    mask_bits(Mask, Bits).
test(all, Bits == Expected) :- numlist(0, 199, Expected), ones(200, Mask), mask_bits(Mask, Bits).
:- end_tests(mask_bits).

:- begin_tests(masked_sum).
test(none, Planes == []) :- masked_sum([], Planes).
test(adds_in_each_world, [forall(( member(Count, [1, 2, 3, 7, 30]), member(Seed, [1, 2, 3]) )), Wrong == []]) :-
    terms_at_random(Seed, Count, Terms),
    masked_sum(Terms, Planes),
    findall(World, ( between(0, 40, World), number_in(World, Planes, Found), sum_in(World, Terms, Sum), Found =\= Sum ), Wrong).
:- end_tests(masked_sum).

:- begin_tests(constant_planes).
test(everywhere, Numbers == [5, 5, 5]) :-
    constant_planes(5, 4, 0b111, Planes), length(Planes, 4),
    findall(Number, ( between(0, 2, World), number_in(World, Planes, Number) ), Numbers).
test(nowhere_to_put_it, Planes == []) :- constant_planes(0, 0, 0b111, Planes).
:- end_tests(constant_planes).

:- begin_tests(padded).
test(zeros_lead, Padded == [1, 2, 0, 0]) :- padded(4, [1, 2], Padded).
test(wide_enough, Padded == [1, 2]) :- padded(1, [1, 2], Padded).
:- end_tests(padded).

:- begin_tests(inverted).
test(more_becomes_less, Numbers == [7, 4, 0]) :-
    inverted([0b110, 0b110, 0b100], 0b111, Planes),
    findall(Number, ( between(0, 2, World), number_in(World, Planes, Number) ), Numbers).
:- end_tests(inverted).

:- begin_tests(planes_compared).
test(in_each_world, [forall(member(Seed, [4, 5, 6])), Wrong == []]) :-
    terms_at_random(Seed, 3, Terms), Seed2 is Seed + 100, terms_at_random(Seed2, 3, Others),
    masked_sum([1-0xff|Terms], One0), masked_sum([1-0xff|Others], Two0),
    padded(8, One0, One), padded(8, Two0, Two),
    ones(41, All),
    planes_compared(One, Two, All, Greater, Equal),
    findall(World,
            ( between(0, 40, World), number_in(World, One, N1), number_in(World, Two, N2),
              ( N1 > N2 -> G = 1 ; G = 0 ), ( N1 =:= N2 -> E = 1 ; E = 0 ),
              \+ ( (Greater >> World) /\ 1 =:= G, (Equal >> World) /\ 1 =:= E )
            ),
            Wrong).
test(equal_everywhere, Greater-Equal == 0-0b11) :- planes_compared([0b01, 0b10], [0b01, 0b10], 0b11, Greater, Equal).
:- end_tests(planes_compared).

:- begin_tests(planes_chosen).
test(by_world, Numbers == [3, 1]) :-
    planes_chosen([0b11, 0b11], [0b11, 0b00], 0b01, Planes),
    findall(Number, ( between(0, 1, World), number_in(World, Planes, Number) ), Numbers).
:- end_tests(planes_chosen).
