:- encoding(utf8).
/** <program> Runs every test file beside this one

    swipl -q -f none tests/prolog/run.pl

Fails on a failing test, on any error or warning (a choice point left behind is one), and when there are no tests.
*/

:- use_module(library(aggregate)).
:- use_module(library(apply)).
:- use_module(library(filesex)).
:- use_module(library(lists)).
:- use_module(library(main)).
:- use_module(library(plunit)).

:- dynamic complaint/1.
:- multifile user:message_hook/3.

user:message_hook(Term, Kind, _Lines) :-
    memberchk(Kind, [error, warning]),
    assertz(complaint(Term)),
    fail.

:- initialization(main, main).

main(_) :-
    source_file(main(_), Program),
    file_directory_name(Program, Directory),
    directory_file_path(Directory, '*.plt', Pattern),
    expand_file_name(Pattern, Files),
    forall(member(File, Files), load_files(user:File, [if(true)])),
    tests_loaded(Count),
    ( run_tests -> Passed = true ; Passed = false ),
    aggregate_all(count, complaint(_), Complaints),
    report(Passed, Count, Complaints).

% plunit keeps the tests of a unit as clauses of 'unit test'/4 in the unit's module.
tests_loaded(Count) :-
    aggregate_all(count, ( plunit:current_unit(_, Module, _, _), clause(Module:'unit test'(_, _, _, _), _) ), Count).

report(true, Count, 0) :-
    Count > 0, !,
    format("~d passed, 0 failed~n", [Count]).
report(_, Count, Complaints) :-
    format(user_error, "~d tests loaded, ~d failures, errors and warnings (see above)~n", [Count, Complaints]),
    halt(1).
