% Runs the plunit files given as arguments; fails on a failing test, on a warning, and on zero tests.
:- encoding(utf8).
:- use_module(library(plunit)).
:- use_module(library(main)).
:- initialization(main, main).

main(Files) :-
    maplist(load_test_file, Files),
    test_count(Count),
    (   Count =:= 0
    ->  format(user_error, "run_plunit: no tests found~n", []),
        halt(1)
    ;   true
    ),
    (   run_tests
    ->  format("run_plunit: ~D tests passed~n", [Count])
    ;   halt(1)
    ).

load_test_file(File) :-
    load_files(user:File, [if(true)]).

% plunit keeps the tests of a unit as clauses of 'unit test'/4 in the module of the unit.
test_count(Count) :-
    aggregate_all(count,
                  ( plunit:current_unit(_, Module, _, _),
                    Module:'unit test'(_, _, _, _)
                  ),
                  Count).
