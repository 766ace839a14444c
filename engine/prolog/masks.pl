:- encoding(utf8).
:- module(masks,
          [ ones/2,                     % +Size, -Mask
            minus_mask/3,               % +Mask, +Other, -Rest
            mask_bits/2,                % +Mask, -Indices
            masked_sum/2,               % +Terms, -Planes
            constant_planes/4,          % +Number, +Width, +All, -Planes
            padded/3,                   % +Width, +Planes, -Padded
            inverted/3,                 % +Planes, +All, -Inverted
            planes_compared/5,          % +Planes, +Others, +All, -Greater, -Equal
            planes_chosen/4             % +Planes, +Others, +Mask, -Chosen
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).

/** <module> Arithmetic on many worlds at once

A mask is an integer whose bit I says whether something holds in world I. A number that differs from world to world is a list of
masks, its binary digits, least significant first: its planes. Adding such numbers digit by digit with whole masks adds them in thousands of worlds for the
price of a few dozen machine words an operation.
*/

%!  ones(+Size, -Mask:integer) is det.
%
%   The mask of Size worlds in all of which something holds.

:- det(ones/2).
ones(Size, Mask) :- Mask is (1 << Size) - 1.

%!  minus_mask(+Mask, +Other, -Rest:integer) is det.
%
%   Where Mask holds and Other does not.

:- det(minus_mask/3).
minus_mask(Mask, Other, Rest) :- Rest is Mask xor (Mask /\ Other).

%!  mask_bits(+Mask, -Indices:list(integer)) is det.
%
%   The worlds in which Mask holds, in ascending order.

:- det(mask_bits/2).
mask_bits(Mask, Indices) :- bits(Mask, 0, Indices).

% A window at a time, so that going through a long mask does not copy all of it for every bit.
bits(Mask, From, Indices) :-
    (   Mask =:= 0
    ->  Indices = []
    ;   Low is From + lsb(Mask),
        Window is (Mask >> (Low - From)) /\ 0xffffffffffffff,
        window_bits(Window, Low, Indices, More),
        Next is Low + 56,
        Rest is Mask >> (Next - From),
        bits(Rest, Next, More)
    ).

window_bits(0, _, Indices, More) :- !, Indices = More.
window_bits(Window, Low, [Index|Indices], More) :-
    Index is Low + lsb(Window),
    Rest is Window /\ (Window - 1),
    window_bits(Rest, Low, Indices, More).

%!  masked_sum(+Terms, -Planes:list(integer)) is det.
%
%   The sum of Terms `Points-Mask`: Points, which are not negative, count where Mask holds.

:- det(masked_sum/2).
masked_sum(Terms, Planes) :- columns(Terms, [], Planes).

columns([], [], Planes) :- !, Planes = [].
columns(Terms, Carried, [Plane|Planes]) :-
    odd(Terms, Carried, Column, Halved),
    column(Column, Plane, Carries),
    columns(Halved, Carries, Planes).

odd([], Column, Column, []).
odd([Points-Mask|Terms], Carried, Column, Halved) :-
    (   Mask =:= 0
    ->  Column = Column1, Halved = Halved1
    ;   ( Points /\ 1 =:= 1 -> Column = [Mask|Column1] ; Column = Column1 ),
        Half is Points >> 1,
        ( Half =:= 0 -> Halved = Halved1 ; Halved = [Half-Mask|Halved1] )
    ),
    odd(Terms, Carried, Column1, Halved1).

% Full adders, three masks of equal worth to one and a carry, until one is left.
column([], 0, []).
column([A|Rest], Sum, Carries) :- column(Rest, A, Sum, Carries).

column([], Sum, Sum, []).
column([B], A, Sum, Carries) :- !,
    Sum is A xor B,
    Carry is A /\ B,
    ( Carry =:= 0 -> Carries = [] ; Carries = [Carry] ).
column([B, C|Rest], A, Sum, Carries) :-
    Half is A xor B,
    Sum1 is Half xor C,
    Carry is (A /\ B) \/ (Half /\ C),
    ( Carry =:= 0 -> Carries = Carries1 ; Carries = [Carry|Carries1] ),
    column(Rest, Sum1, Sum, Carries1).

%!  constant_planes(+Number, +Width, +All, -Planes:list(integer)) is det.
%
%   The number that is the same in all worlds, with Width planes.

:- det(constant_planes/4).
constant_planes(Number, Width, All, Planes) :-
    (   Width =:= 0
    ->  Planes = []
    ;   ( Number /\ 1 =:= 1 -> Plane = All ; Plane = 0 ),
        Rest is Number >> 1,
        Width1 is Width - 1,
        Planes = [Plane|More],
        constant_planes(Rest, Width1, All, More)
    ).

%!  padded(+Width, +Planes, -Padded:list(integer)) is det.
%
%   The same number with leading zeros, Width planes in all.

:- det(padded/3).
padded(Width, Planes, Padded) :-
    length(Planes, Length),
    (   Length >= Width
    ->  Padded = Planes
    ;   Zeros is Width - Length,
        length(Leading, Zeros),
        maplist(=(0), Leading),
        append(Planes, Leading, Padded)
    ).

%!  inverted(+Planes, +All, -Inverted:list(integer)) is det.
%
%   The greatest number with as many planes, less the one given: what was more is less.

:- det(inverted/3).
inverted([], _, []).
inverted([Plane|Planes], All, [Inverse|Inverses]) :-
    Inverse is All xor Plane,
    inverted(Planes, All, Inverses).

%!  planes_compared(+Planes, +Others, +All, -Greater:integer, -Equal:integer) is det.
%
%   Where the first number is greater, and where both are equal. Both have as many planes.

:- det(planes_compared/5).
planes_compared(Planes, Others, All, Greater, Equal) :-
    compared(Planes, Others, 0, Greater, All, Equal).

compared([], [], Greater, Greater, Equal, Equal).
compared([A|As], [B|Bs], Greater0, Greater, Equal0, Equal) :-
    Differ is A xor B,
    (   Differ =:= 0
    ->  compared(As, Bs, Greater0, Greater, Equal0, Equal)
    ;   Greater1 is (A /\ Differ) \/ (Greater0 xor (Greater0 /\ Differ)),
        Equal1 is Equal0 xor (Equal0 /\ Differ),
        compared(As, Bs, Greater1, Greater, Equal1, Equal)
    ).

%!  planes_chosen(+Planes, +Others, +Mask, -Chosen:list(integer)) is det.
%
%   The first number where Mask holds, the other one elsewhere. Both have as many planes.

:- det(planes_chosen/4).
planes_chosen([], [], _, []).
planes_chosen([A|As], [B|Bs], Mask, [Chosen|More]) :-
    Chosen is B xor ((A xor B) /\ Mask),
    planes_chosen(As, Bs, Mask, More).
