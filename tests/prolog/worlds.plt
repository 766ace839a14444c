:- encoding(utf8).
:- module(test_worlds, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/conditions').
:- use_module('../../engine/prolog/worlds').

scales([a-[x, y], b-[p, q, r], c-[m, n]]).
options([option(a, x), option(a, y), option(b, p), option(c, m), option(c, n), option(d, k)]).

% What is known in one world.
values_in(worlds(_, _, Known), World, Values) :-
    dict_pairs(Known, _, Pairs),
    findall(Constraint-Value,
            ( member(Constraint-known(Masks, _), Pairs), member(Value-Mask, Masks), (Mask >> World) /\ 1 =:= 1 ),
            Values).

all_values(Worlds, All) :-
    Worlds = worlds(Size, _, _),
    Last is Size - 1,
    findall(Values, ( between(0, Last, World), values_in(Worlds, World, Values) ), All).

% Known is where one of its values is.
known_adds_up(worlds(_, _, Known)) :-
    forall(( get_dict(_, Known, known(Masks, Where)) ),
           ( findall(Mask, member(_-Mask, Masks), Ms), foldl([M, A0, A]>>( A is A0 \/ M ), Ms, 0, Where) )).

:- begin_tests(world_count).
test(product, Count == 12) :- scales(Scales), world_count(Scales, Count).
test(no_scale, Count == 1) :- world_count([], Count).
test(beyond_machine_words, Count =:= 3 ** 60) :- findall(c-[x, y, z], between(1, 60, _), Scales), world_count(Scales, Count).
:- end_tests(world_count).

:- begin_tests(worlds_all).
test(every_completion_once, Sorted == Expected) :-
    scales(Scales), worlds_all(_{z: k}, Scales, Worlds), known_adds_up(Worlds),
    all_values(Worlds, All), msort(All, Sorted),
    findall([a-A, b-B, c-C, z-k], ( member(A, [x, y]), member(B, [p, q, r]), member(C, [m, n]) ), Expected0),
    msort(Expected0, Expected).
test(the_first_changes_fastest, [First, Second, Third] == [[a-x, b-p, c-m], [a-y, b-p, c-m], [a-x, b-q, c-m]]) :-
    scales(Scales), worlds_all(_{}, Scales, Worlds),
    all_values(Worlds, [First, Second, Third|_]).
test(one_world, All == [[z-k]]) :- worlds_all(_{z: k}, [], Worlds), all_values(Worlds, All).
:- end_tests(worlds_all).

:- begin_tests(worlds_sampled).
test(one_value_in_each_world, Size-Lengths == 512-[4]) :-
    scales(Scales), worlds_sampled(_{z: k}, Scales, 512, 17, Worlds), known_adds_up(Worlds),
    all_values(Worlds, All), length(All, Size),
    findall(Length, ( member(Values, All), length(Values, Length) ), Lengths0), sort(Lengths0, Lengths).
test(as_likely_as_any_other, [forall(member(Value, [p, q, r])), true(abs(Share - 1/3) < 0.02)]) :-
    findall(Count,
            ( between(1, 20, Seed), scales(Scales), worlds_sampled(_{}, Scales, 512, Seed, Worlds),
              value_mask(Worlds, b, Value, Mask), Count is popcount(Mask)
            ),
            Counts),
    sum_list(Counts, Sum),
    Share is Sum / (20 * 512).
test(scales_of_any_length, [forall(member(Scale, [[v1], [v1, v2], [v1, v2, v3], [v1, v2, v3, v4], [v1, v2, v3, v4, v5, v6, v7]])), Wrong == []]) :-
    length(Scale, Length),
    findall(Value-Count,
            ( worlds_sampled(_{}, [before-[p, q, r], a-Scale], 520, 99, Worlds), known_adds_up(Worlds),
              member(Value, Scale), value_mask(Worlds, a, Value, Mask), Count is popcount(Mask)
            ),
            Counts),
    foldl([_-Count, S0, S]>>( S is S0 + Count ), Counts, 0, 520),
    findall(Value, ( member(Value-Count, Counts), abs(Count - 520 / Length) > 60 ), Wrong).
test(no_two_go_together, true(abs(Share - 1/4) < 0.02)) :-
    findall(Count,
            ( between(1, 20, Seed), scales(Scales), worlds_sampled(_{}, Scales, 512, Seed, Worlds),
              value_mask(Worlds, a, x, A), value_mask(Worlds, c, m, C), Count is popcount(A /\ C)
            ),
            Counts),
    sum_list(Counts, Sum),
    Share is Sum / (20 * 512).
test(the_seed_decides, [true(One-Same == Again-no)]) :-
    scales(Scales),
    worlds_sampled(_{}, Scales, 100, 5, One), worlds_sampled(_{}, Scales, 100, 5, Again), worlds_sampled(_{}, Scales, 100, 6, Other),
    ( One == Other -> Same = yes ; Same = no ).
:- end_tests(worlds_sampled).

:- begin_tests(worlds_answered).
test(a_world_for_each_answer, Answered == [[a-x, c-n], [a-y, c-n], [b-p, c-n], [b-q, c-n], [b-r, c-n], [c-m], [c-n]]) :-
    scales(Scales), worlds_all(_{}, Scales, Before), worlds_answered(_{c: n}, Scales, Before, Worlds), known_adds_up(Worlds),
    all_values(Before, First), all_values(Worlds, All),
    append(First, Answered, All).
test(what_is_kept_need_not_be_of_the_scale, Answered == [[a-x, b-s], [a-y, b-s], [b-p], [b-q]]) :-
    Scales = [a-[x, y], b-[p, q]],
    worlds_all(_{}, Scales, Before), worlds_answered(_{b: s}, Scales, Before, Worlds), known_adds_up(Worlds),
    all_values(Worlds, All),
    length(Before0, 4), append(Before0, Answered, All), !.
test(none, Size == 1) :- worlds_all(_{}, [], Before), worlds_answered(_{}, [], Before, worlds(Size, _, _)).
:- end_tests(worlds_answered).

% Every set of options of different constraints, as worlds and as sets.
changed(Size, Sets, Known) :-
    options(Options),
    once(worlds_changed(_{a: w, c: l}, Options, Size, 0, Worlds)), known_adds_up(Worlds),
    Worlds = worlds(_, All, _),
    changed_sets(Options, Size, 0, All, Sets),
    all_values(Worlds, Known).

expected_set(Size, Set) :-
    options(Options),
    length(Set, Size),
    sub_list(Options, Set),
    findall(Constraint, member(option(Constraint, _), Set), Constraints),
    sort(Constraints, Sorted),
    same_length(Constraints, Sorted).

sub_list(_, []).
sub_list(Options, [Option|Set]) :- append(_, [Option|Rest], Options), sub_list(Rest, Set).

:- begin_tests(changed_sets).
test(every_set_once, [forall(member(Size, [1, 2, 3, 4])), Found == Expected]) :-
    changed(Size, Sets, _), msort(Sets, Found),
    findall(Set, expected_set(Size, Set), Expected0), msort(Expected0, Expected),
    Expected \== [].
test(some_of_them, Sets == [[option(a, x), option(b, p)], [option(b, p), option(c, n)]]) :-
    options(Options),
    changed_sets(Options, 2, 0, 0b10000001, Sets0),
    sort(Sets0, Sets).
test(none, Sets == []) :- options(Options), changed_sets(Options, 3, 0, 0, Sets).
:- end_tests(changed_sets).

:- begin_tests(worlds_changed).
test(portions_follow_each_other, Firsts-Sum-Portioned == Expected-244650-true) :-
    findall(option(C, V), ( between(1, 700, C), V = x ), Options),
    findall(First-Size, worlds_changed(_{}, Options, 2, First, worlds(Size, _, _)), Portions),
    findall(First, member(First-_, Portions), Firsts),
    findall(Size, member(_-Size, Portions), Sizes),
    foldl([Size, F0, F]>>( F is F0 + Size ), Sizes, 0, Sum),
    starts(Sizes, 0, Expected),
    ( Sizes = [_, _|_] -> Portioned = true ; Portioned = false ).

starts([], _, []).
starts([Size|Sizes], Start, [Start|Starts]) :- Next is Start + Size, starts(Sizes, Next, Starts).
test(what_is_changed_and_nothing_else, [forall(member(Size, [1, 2, 3])), Wrong == []]) :-
    changed(Size, Sets, Known),
    same_length(Sets, Known),
    findall(Set-Values, ( nth0(I, Sets, Set), nth0(I, Known, Values), \+ changed_to(Set, Values) ), Wrong).
test(more_than_there_are_constraints, [fail]) :- options(Options), worlds_changed(_{}, Options, 5, _, _).

changed_to(Set, Values) :-
    findall(C-V, ( member(option(C, V), Set) ; member(C-V, [a-w, c-l]), \+ memberchk(option(C, _), Set) ), Expected0),
    msort(Expected0, Expected), msort(Values, Expected).
:- end_tests(worlds_changed).

:- begin_tests(value_mask).
test(where, Mask == 0b101010101010) :- scales(Scales), worlds_all(_{}, Scales, Worlds), value_mask(Worlds, a, y, Mask).
test(no_such_value, Mask == 0) :- scales(Scales), worlds_all(_{}, Scales, Worlds), value_mask(Worlds, a, other, Mask).
test(no_such_constraint, Mask == 0) :- scales(Scales), worlds_all(_{}, Scales, Worlds), value_mask(Worlds, other, x, Mask).
:- end_tests(value_mask).

% Conditions of every kind, and of two kinds within each other.
leaf(value(a, is, [y], [y])).
leaf(value(b, at_least, [q], [q, r])).
leaf(value(e, is, [x], [x])).
leaf(task(t)).
leaf(task(u)).
leaf(needs(n, [n, m], 2)).
leaf(needs(m, [m], 3)).

some_condition(true).
some_condition(false).
some_condition(Leaf) :- leaf(Leaf).
some_condition(not(Leaf)) :- leaf(Leaf).
some_condition(Condition) :- leaf(A), leaf(B), member(Condition, [and([A, B]), or([A, not(B)]), not(and([A, or([B, A])]))]).

:- begin_tests(condition_masks).
test(agrees_with_condition_truth, [forall(member(Lineage, [[], [t, s]])), Count-Wrong == 163-[]]) :-
    Options = [option(a, x), option(a, y), option(b, p), option(b, q)],
    once(worlds_changed(_{}, Options, 1, 0, Worlds)),
    % needs raised or possible in some of these worlds
    Scene = scene(Worlds, Lineage, _{n: [1-0b0001], m: [2-0b0010]}, _{n: [2-0b0011], m: [3-0b0110]}),
    Views = [ 0-view(Lineage, _{a: x}, _{n: 1}, _{n: 2}), 1-view(Lineage, _{a: y}, _{m: 2}, _{n: 2, m: 3}),
              2-view(Lineage, _{b: p}, _{}, _{m: 3}), 3-view(Lineage, _{b: q}, _{}, _{}) ],
    findall(Condition, some_condition(Condition), Conditions),
    length(Conditions, Count),
    findall(World-Condition,
            ( member(Condition, Conditions),
              condition_masks(Condition, Scene, True, False),
              member(World-View, Views),
              condition_truth(Condition, View, Truth),
              truth_at(World, True, False, Found),
              Found \== Truth
            ),
            Wrong).
:- end_tests(condition_masks).

:- begin_tests(raised_masks).
test(any_of_the_needs, Mask == 0b0111) :- raised_masks([n, m, absent], _{n: [1-0b0001, 3-0b0110], m: [2-0b0010]}, 1, 0, Mask).
test(at_least_the_minimum, Mask == 0b1110) :- raised_masks([n, m], _{n: [1-0b0001, 3-0b0110], m: [1-0b0001]}, 2, 0b1000, Mask).
test(none, Mask == 0b1000) :- raised_masks([], _{n: [1-0b0001]}, 1, 0b1000, Mask).
:- end_tests(raised_masks).

truth_at(World, True, False, Truth) :-
    T is (True >> World) /\ 1,
    F is (False >> World) /\ 1,
    memberchk(T-F-Truth, [1-0-true, 0-1-false, 0-0-unknown]).
