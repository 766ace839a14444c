:- encoding(utf8).
:- module(boot,
          [ load_program/0,
            compile_program/1,          % +Source
            load_compiled/1             % +File
          ]).

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
    module_property(boot, file(File)),
    file_directory_name(File, Directory),
    directory_file_path(Directory, service, Service),
    loaded(load_files(Service, [silent(true)])).

%!  compile_program(+Source:atom) is semidet.
%
%   Load the program from its module `service` at Source, and write all of it compiled beside that, with the extension
%   qlf. Fails if loading printed an error or a warning.

compile_program(Source) :-
    loaded(qcompile(Source, [include(user)])).

%!  load_compiled(+File:atom) is semidet.
%
%   Load the program from what compile_program/1 wrote; fails if that printed an error or a warning.

load_compiled(File) :-
    loaded(load_files(File, [silent(true)])).

loaded(Load) :-
    set_prolog_flag(debug_on_error, false),
    set_prolog_flag(generate_debug_info, false),
    set_prolog_flag(optimise, true),
    setup_call_cleanup(
        nb_setval(boot_loading, true),
        Load,
        nb_setval(boot_loading, false)),
    preload,
    \+ problem(_).

% What is loaded within a snapshot is gone at its end, so that nothing may be loaded on first use.
preload :-
    forall(member(Library, [debug, nb_set, occurs, option, ordsets, rbtrees, terms, yall]),
           user:load_files(library(Library), [if(not_loaded), silent(true)])),
    set_prolog_flag(autoload, false).
