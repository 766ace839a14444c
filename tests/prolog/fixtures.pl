:- encoding(utf8).
:- module(fixtures,
          [ world/1,                    % +Name
            extended/3,                 % +Name, +Facts, -Base
            loaded/2,                   % +Facts, -Base
            case_in/3,                  % +Base, +Description, -Case
            case_opened/2,              % +Case, -OpenCase
            decided/4,                  % +Base, +Description, -Problem, -Outcome
            result_of/3,                % +Technique, +Outcome, -Result
            question/1,                 % ?Description
            needs_everywhere/1,         % -Facts
            completed/2,                % +Case, -Completed
            winners_with/3,             % +Compact, +Values, -Winners
            engine_directory/1          % -Directory
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(readutil)).
:- use_module('../../engine/prolog/case').
:- use_module('../../engine/prolog/decide').
:- use_module('../../engine/prolog/knowledge').
:- use_module('../../engine/prolog/problem').
:- use_module('../../engine/prolog/winners').
:- use_module('../../engine/prolog/worlds').

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

%!  needs_everywhere(-Facts:string) is det.
%
%   Facts on top of the world travel that make conditions of all kinds ask for needs, and a composite one that can win.
needs_everywhere("
    need(freedom, requirement).
    need_tested(carriage). need_tested(comfort). need_tested(rest). need_tested(shelter).
    contribution(freedom, bicycle, f1, core, supply, 2, true).
    contribution(freedom, train, f2, core, supply, -1, true).
    contribution(rest, walk, w2, later, supply, 2, needs(speed, [speed], 2)).
    prerequisite(walk, p2, core, hard, 0, not(needs(carriage, [carriage], 4))).
    prerequisite(train, p3, core, soft, 3, needs(comfort, [comfort, rest, shelter], 2)).
    penalty(train, p4, core, 2, or([task(errand), value(luggage, is, [heavy], [heavy])])).
    interaction('bike-and-train', i2, core, on(freedom, 1), needs(shelter, [shelter], 1)).
    demand_rule('rule-free', core, freedom, 3, and([not(needs(rest, [rest], 2)), value(station, is, [close], [close])])).
    demand_anchor(constraint(station), 'rule-free').
").

%!  question(?Description) is nondet.
%
%   Descriptions of cases in the world travel.

question(case(none, [])).
question(case(trip, [])).
question(case(commute, [])).
question(case('school-run', [])).
question(case(errand, [])).
question(case(errand, [luggage-heavy])).
question(case(errand, [distance-far], [shelter-4])).
question(case(outing, [], [speed-0])).
question(case(trip, [], [], [train])).
question(case(trip, [], [], [bicycle])).
question(case(trip, [station-close], [], [], [core])).
question(case(none, [], [exercise-0])).

%!  completed(+Case, -Completed) is nondet.
%
%   Case with every completion of what nobody has said.
completed(Case, Completed) :-
    Base = Case.base,
    findall(Constraint, ( Base:constraint(Constraint, _, _, _), case_open(Case, Constraint, _) ), Open),
    foldl(completed_with, Open, Case, Completed).

completed_with(Constraint, Case0, Case) :-
    Base = Case0.base,
    Base:constraint(Constraint, _, _, Values),
    member(Value, Values),
    case_with(Case0, Constraint, Value, Case).

%!  winners_with(+Compact, +Values, -Winners) is det.
%
%   The winners of a compact problem with these values alone.

winners_with(Compact, Values, Winners) :-
    worlds_all(Values, [], Worlds),
    winners_over(Compact, Worlds, Winning),
    winner_classes(Winning, Worlds, [Winners-1]).

%!  engine_directory(-Directory) is det.
%
%   Where the program under test is.

engine_directory(Directory) :-
    tests_directory(Tests),
    absolute_file_name('../../engine/prolog', Directory, [relative_to(Tests), file_type(directory)]).
