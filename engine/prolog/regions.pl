:- encoding(utf8).
:- module(regions,
          [ regions_of/4                % +Case, +X, +Y, -Regions
          ]).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(problem).
:- use_module(winners).
:- use_module(worlds).

/** <module> In which part of the plane of two constraints each technique wins
*/

%!  regions_of(+Case, +X, +Y, -Regions:list) is det.
%
%   For every value of the constraint X, and of Y unless it is `no_constraint`, a `cell(XValue, YValue, Winners)`, YValue being `no_value` then; all
%   else stays as the case has it. In the order of the scales, X within Y.
%
%   @error existence_error(constraint, Constraint)

:- det(regions_of/4).
regions_of(Case, X, Y, Regions) :-
    Base = Case.base,
    scale(Base, X, XValues),
    scale(Base, Y, YValues),
    dict_pairs(Case.values, Tag, Pairs),
    exclude_keys(Pairs, [X, Y], Kept),
    dict_pairs(Values, Tag, Kept),
    Varied = Case.put(values, Values),
    family_problem_of(Varied, Problem),
    compact_of(Varied, Problem, Compact),
    worlds_all(_{}, [X-XValues, Y-YValues], Worlds),
    winners_over(Compact, Worlds, Winning),
    winner_classes(Winning, Worlds, Classes),
    findall(Place-cell(XValue, YValue, Winners),
            ( member(Winners-Mask, Classes),
              member(YValue, YValues),
              value_mask(Worlds, Y, YValue, YMask),
              member(XValue, XValues),
              value_mask(Worlds, X, XValue, XMask),
              Here is Mask /\ YMask /\ XMask,
              Here =\= 0,
              Place is lsb(Here)
            ),
            Keyed),
    keysort(Keyed, Sorted),
    pairs_values(Sorted, Regions).

scale(_, no_constraint, Values) => Values = [no_value].
scale(Base, Constraint, Values) =>
    (   Base:constraint(Constraint, _, _, Found)
    ->  Values = Found
    ;   existence_error(constraint, Constraint)
    ).

exclude_keys([], _, []).
exclude_keys([Key-Value|Pairs], Keys, Kept) :-
    (   memberchk(Key, Keys)
    ->  Kept = Rest
    ;   Kept = [Key-Value|Rest]
    ),
    exclude_keys(Pairs, Keys, Rest).
