:- encoding(utf8).
:- module(test_boot, []).
:- use_module(library(plunit)).
:- use_module(library(filesex)).
:- use_module(library(process)).
:- use_module(library(readutil)).
:- use_module(fixtures).

:- begin_tests(load_program).

% Loads a copy of the program to which Text was added, in a process of its own, as the bridge does.
loaded_with(File, Text, Loaded) :-
    engine_directory(Engine),
    tmp_file(program, Directory),
    setup_call_cleanup(
        make_directory(Directory),
        ( copy_directory(Engine, Directory),
          directory_file_path(Directory, File, Changed),
          setup_call_cleanup(open(Changed, append, Out, [encoding(utf8)]), write(Out, Text), close(Out)),
          directory_file_path(Directory, 'boot.pl', Boot),
          loads(Boot, Loaded)
        ),
        delete_directory_and_contents(Directory)).

copy_directory(From, To) :-
    directory_files(From, Names),
    forall(( member(Name, Names), file_name_extension(_, pl, Name) ),
           ( directory_file_path(From, Name, Source), directory_file_path(To, Name, Target), copy_file(Source, Target) )).

loads(Boot, Loaded) :-
    current_prolog_flag(executable, Program),
    process_create(Program, ['-q', '-f', 'none', '-g', 'boot:load_program -> halt(0) ; halt(3)', '-t', 'halt(4)', Boot],
                   [stdin(null), stdout(null), stderr(null), process(Process), environment(['LC_ALL'='C'])]),
    process_wait(Process, exit(Status)),
    ( Status =:= 0 -> Loaded = true ; Status =:= 3 -> Loaded = false ; Loaded = status(Status) ).

test(as_it_is, Loaded == true) :- loaded_with('case.pl', "", Loaded).
test(syntax_error, Loaded == false) :- loaded_with('case.pl', "\nbroken( :- .\n", Loaded).
test(warning, Loaded == false) :- loaded_with('json_text.pl', "\nsingle(Unused).\n", Loaded).
test(missing_export, Loaded == false) :- loaded_with('service.pl', "\n:- use_module(knowledge, [no_such_predicate/3]).\n", Loaded).

:- end_tests(load_program).

% What a process of its own says to Goal, beside a copy of the program in which boot was loaded.
holds_beside_a_copy(Goal, Holds) :-
    engine_directory(Engine),
    tmp_file(program, Directory),
    setup_call_cleanup(
        make_directory(Directory),
        ( copy_directory(Engine, Directory),
          forall(member(Step-Status, Goal), ( step(Directory, Step, Found), assertion(Found == Status) )),
          directory_file_path(Directory, 'service.qlf', Compiled),
          ( exists_file(Compiled) -> Holds = kept ; Holds = nothing )
        ),
        delete_directory_and_contents(Directory)).

step(Directory, Step, Status) :-
    current_prolog_flag(executable, Program),
    format(atom(Goal), "~w -> halt(0) ; halt(3)", [Step]),
    process_create(Program, ['-q', '-f', 'none', '-g', Goal, '-t', 'halt(4)', 'boot.pl'],
                   [cwd(Directory), stdin(null), stdout(null), stderr(null), process(Process), environment(['LC_ALL'='C'])]),
    process_wait(Process, exit(Status)).

:- begin_tests(compile_program).

test(writes_and_loads, Found == kept) :-
    holds_beside_a_copy(["boot:compile_program(service), service:answer(\"request(1,1000,100000,ping).\", _)"-0], Found).
test(mistake, Found == nothing) :-
    holds_beside_a_copy(["catch(boot:compile_program(no_such_module), _, fail)"-3], Found).

:- end_tests(compile_program).

:- begin_tests(load_compiled).

test(answers, Found == kept) :-
    holds_beside_a_copy(["boot:compile_program(service)"-0,
                         "boot:load_compiled('service.qlf'), service:answer(\"request(1,1000,100000,ping).\", _)"-0], Found).
test(nothing_there, Found == nothing) :-
    holds_beside_a_copy(["catch(boot:load_compiled('service.qlf'), _, fail)"-3], Found).

:- end_tests(load_compiled).
