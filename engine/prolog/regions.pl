:- encoding(utf8).
:- module(regions,
          [ regions_of/4                % +Case, +X, +Y, -Regions
          ]).
:- use_module(library(lists)).
:- use_module(problem).
:- use_module(winners).

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
    problem_of(Varied, Problem),
    compact_of(Varied, Problem, Compact),
    findall(cell(XValue, YValue, Winners),
            ( member(YValue, YValues),
              member(XValue, XValues),
              with_value(X, XValue, Values, Values1),
              with_value(Y, YValue, Values1, Values2),
              compact_winners(Compact, Values2, Winners)
            ),
            Regions).

scale(_, no_constraint, Values) => Values = [no_value].
scale(Base, Constraint, Values) =>
    (   Base:constraint(Constraint, _, _, Found)
    ->  Values = Found
    ;   existence_error(constraint, Constraint)
    ).

with_value(no_constraint, _, Values0, Values) => Values = Values0.
with_value(Constraint, Value, Values0, Values) => put_dict(Constraint, Values0, Value, Values).

exclude_keys([], _, []).
exclude_keys([Key-Value|Pairs], Keys, Kept) :-
    (   memberchk(Key, Keys)
    ->  Kept = Rest
    ;   Kept = [Key-Value|Rest]
    ),
    exclude_keys(Pairs, Keys, Rest).
