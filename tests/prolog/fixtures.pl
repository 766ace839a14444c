:- encoding(utf8).
:- module(fixtures,
          [ world/1,                    % +Name
            extended/3,                 % +Name, +Facts, -Base
            loaded/2,                   % +Facts, -Base
            case_in/3,                  % +Base, +Description, -Case
            case_opened/2,              % +Case, -OpenCase
            decided/4,                  % +Base, +Description, -Problem, -Outcome
            result_of/3,                % +Technique, +Outcome, -Result
            engine_directory/1          % -Directory
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(readutil)).
:- use_module('../../engine/prolog/case').
:- use_module('../../engine/prolog/decide').
:- use_module('../../engine/prolog/knowledge').
:- use_module('../../engine/prolog/problem').

/** <module> Knowledge bases for the tests, loaded the way the engine loads them: as text, fact by fact
*/

:- prolog_load_context(directory, Directory), assertz(tests_directory(Directory)).
:- dynamic tests_directory/1.

%!  world(+Name) is det.
%
%   Load worlds/Name.facts into the knowledge base Name, unless it is there.

world(Name) :-
    knowledge_exists(Name), !.
world(Name) :-
    world_text(Name, Text),
    load_text(Name, Text).

%!  extended(+Name, +Facts:string, -Base) is det.
%
%   Load the facts of a world, and Facts with them, into a base of their own.

extended(Name, Facts, Base) :-
    world_text(Name, Text),
    string_concat(Text, Facts, All),
    loaded(All, Base).

%!  loaded(+Facts:string, -Base) is det.
%
%   Load Facts into a base of their own.

loaded(Facts, Base) :-
    gensym('test-base-', Base),
    load_text(Base, Facts).

world_text(Name, Text) :-
    tests_directory(Directory),
    format(atom(File), '~w/worlds/~w.facts', [Directory, Name]),
    read_file_to_string(File, Text, [encoding(utf8)]).

load_text(Base, Text) :-
    setup_call_cleanup(open_string(Text, Stream), knowledge_load(Base, Stream, _), close(Stream)).

%!  case_in(+Base, +Description, -Case) is det.
%
%   The case that is described; Description leaves off what is empty: `case(Task, Values)` up to
%   `case(Task, Values, Needs, Excluded, Packs)`, with Constraint-Value for what is stated. All packs of the worlds are active.

case_in(Base, case(Task, Values), Case) => case_in(Base, case(Task, Values, []), Case).
case_in(Base, case(Task, Values, Needs), Case) => case_in(Base, case(Task, Values, Needs, []), Case).
case_in(Base, case(Task, Values, Needs, Excluded), Case) => case_in(Base, case(Task, Values, Needs, Excluded, [core, later]), Case).
case_in(Base, case(Task, Values0, Needs0, Excluded, Packs), Case) =>
    maplist([C-V, v(C, V, stated)]>>true, Values0, Values),
    maplist([N-W, n(N, W)]>>true, Needs0, Needs),
    case_of(Base, case(Task, Values, Needs, Excluded, Packs), Case).

%!  case_opened(+Case, -OpenCase) is det.
%
%   Case without the values that nobody stated.

case_opened(Case, OpenCase) :-
    dict_pairs(Case.values, Tag, Pairs),
    exclude([Constraint-_]>>case_open(Case, Constraint, _), Pairs, Stated),
    dict_pairs(Values, Tag, Stated),
    OpenCase = Case.put(values, Values).

%!  decided(+Base, +Description, -Problem, -Outcome) is det.

decided(Base, Description, Problem, Outcome) :-
    case_in(Base, Description, Case),
    problem_of(Case, Problem),
    outcome_of(Case, Problem, Outcome).

%!  result_of(+Technique, +Outcome, -Result) is semidet.

result_of(Technique, outcome(_, _, Results), Result) :-
    Result = result(Technique, _, _, _, _, _, _, _),
    memberchk(Result, Results).

%!  engine_directory(-Directory) is det.
%
%   Where the program under test is.

engine_directory(Directory) :-
    tests_directory(Tests),
    absolute_file_name('../../engine/prolog', Directory, [relative_to(Tests), file_type(directory)]).
