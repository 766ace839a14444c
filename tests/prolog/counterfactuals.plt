:- encoding(utf8).
:- module(test_counterfactuals, []).
:- use_module(library(plunit)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/case').
:- use_module('../../engine/prolog/counterfactuals').
:- use_module('../../engine/prolog/decide').
:- use_module('../../engine/prolog/problem').
:- use_module(fixtures).

% Every minimal set, found by trying them all on the full decision.
brute_force(Case, Target, Size, Universe, Sets) :-
    tried(0, Size, Case, Target, Universe, [], Found),
    sort(Found, Sets).

tried(Size, Largest, _, _, _, Found, Found) :- Size > Largest, !.
tried(Size, Largest, Case, Target, Universe, Found0, Found) :-
    findall(set(Difficulty, Changes),
            ( some_of(Size, Universe, Changes),
              different_constraints(Changes),
              \+ ( member(set(_, Smaller), Found0), subset(Smaller, Changes) ),
              wins(Case, Changes, Target),
              findall(D, member(change(_, _, _, D), Changes), Ds),
              sum_list(Ds, Difficulty)
            ),
            New),
    append(Found0, New, Found1),
    Next is Size + 1,
    tried(Next, Largest, Case, Target, Universe, Found1, Found).

some_of(0, _, []) :- !.
some_of(Size, Universe, [Change|Changes]) :-
    append(_, [Change|Rest], Universe),
    Left is Size - 1,
    some_of(Left, Rest, Changes).

different_constraints(Changes) :-
    findall(Constraint, member(change(Constraint, _, _, _), Changes), Constraints),
    sort(Constraints, Sorted),
    same_length(Constraints, Sorted).

wins(Case0, Changes, Target) :-
    foldl([change(Constraint, Value, _, _), C0, C]>>case_with(C0, Constraint, Value, C), Changes, Case0, Case),
    problem_of(Case, Problem),
    outcome_of(Case, Problem, Outcome),
    outcome_winners(Outcome, Winners),
    Winners == [Target].

differences(Base, Size, Fixed, Differences, Count) :-
    findall(Target-Found-Expected,
            ( question(Description),
              case_in(Base, Description, Case),
              change_universe(Case, Fixed, Universe),
              Base:technique(Target, _),
              \+ Base:technique_refines(Target, _),
              changes_of(Case, Target, Size, Fixed, Found),
              brute_force(Case, Target, Size, Universe, Expected)
            ),
            All),
    length(All, Count),
    exclude([_-Same-Same]>>true, All, Differences).

:- begin_tests(changes_of, [setup(world(travel))]).

test(finds_every_minimal_set_and_no_other, Differences == []) :-
    differences(travel, 3, false, Differences, Count),
    Count > 10.
test(also_with_what_is_fixed, Differences == []) :-
    differences(travel, 2, true, Differences, Count),
    Count > 10.
test(also_where_needs_matter, [setup(( needs_everywhere(Facts), extended(travel, Facts, Base) )), Differences == []]) :-
    differences(Base, 2, true, Differences, _).
test(some_sets_have_more_than_one_change, [true(Sizes = [_, _|_])]) :-
    findall(Size,
            ( question(Description), case_in(travel, Description, Case), travel:technique(Target, _),
              changes_of(Case, Target, 3, true, Sets), member(set(_, Changes), Sets), length(Changes, Size)
            ),
            Sizes0),
    sort(Sizes0, Sizes).
test(what_wins_needs_no_change, Sets == [set(0, [])]) :-
    question(Description), case_in(travel, Description, Case),
    problem_of(Case, Problem), outcome_of(Case, Problem, Outcome), outcome_winners(Outcome, [Winner]), !,
    changes_of(Case, Winner, 1, false, Sets).
test(what_the_user_rules_out_never_wins, Sets == []) :-
    case_in(travel, case(trip, [], [], [walk]), Case),
    changes_of(Case, walk, 3, true, Sets).
test(the_least_difficult_first, true(Difficulties == Sorted)) :-
    question(Description), case_in(travel, Description, Case), travel:technique(Target, _),
    changes_of(Case, Target, 2, true, Sets), Sets = [_, _|_], !,
    findall(Difficulty, member(set(Difficulty, _), Sets), Difficulties),
    msort(Difficulties, Sorted).

:- end_tests(changes_of).

:- begin_tests(change_universe, [setup(world(travel))]).

test(leaves_fixed_values_alone, [true(Known == [])]) :-
    loaded("constraint(given, ordered, 0, [low, high]). constraint(made, ordered, 3, [low, middle, high]).", Base),
    case_in(Base, case(none, [given-low, made-low]), Case),
    change_universe(Case, false, Universe),
    include([change(given, _, _, _)]>>true, Universe, Known),
    Universe == [change(made, high, change, 6), change(made, middle, change, 3)].
test(varies_them_if_asked, [true(memberchk(change(given, high, change, 1), Universe))]) :-
    loaded("constraint(given, ordered, 0, [low, high]).", Base),
    case_in(Base, case(none, [given-low]), Case),
    change_universe(Case, true, Universe).
test(open_values_may_turn_out, Universe == [change(given, high, learn, 1), change(given, low, learn, 1)]) :-
    loaded("constraint(given, ordered, 0, [low, high]).", Base),
    case_in(Base, case(none, []), Case),
    change_universe(Case, false, Universe).

test(a_value_may_be_called_none, Universe == [change(given, none, learn, 1), change(given, some, learn, 1)]) :-
    loaded("constraint(given, ordered, 0, [none, some]).", Base),
    case_in(Base, case(none, []), Case),
    change_universe(Case, false, Universe).

:- end_tests(change_universe).
