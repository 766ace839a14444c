:- encoding(utf8).
:- module(boot, [load_program/0]).

/** <module> Loads the program and refuses to start with one that has any problem

Consult prints syntax errors and goes on, so the messages are collected here.
*/

:- dynamic problem/1.
:- multifile user:message_hook/3.

user:message_hook(Term, Kind, _Lines) :-
    nb_current(boot_loading, true),
    memberchk(Kind, [error, warning]),
    assertz(boot:problem(Term)),
    fail.

%!  load_program is semidet.
%
%   Load the reasoning program; fails if loading printed an error or a warning.

load_program :-
    set_prolog_flag(debug_on_error, false),
    set_prolog_flag(generate_debug_info, false),
    set_prolog_flag(optimise, true),
    module_property(boot, file(File)),
    file_directory_name(File, Directory),
    directory_file_path(Directory, service, Service),
    setup_call_cleanup(
        nb_setval(boot_loading, true),
        load_files(Service, [silent(true)]),
        nb_setval(boot_loading, false)),
    preload,
    \+ problem(_).

% What is loaded within a snapshot is gone at its end, so that nothing may be loaded on first use.
preload :-
    forall(member(Library, [debug, nb_set, occurs, option, ordsets, rbtrees, terms, yall]),
           user:load_files(library(Library), [if(not_loaded), silent(true)])),
    set_prolog_flag(autoload, false).
