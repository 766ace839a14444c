:- encoding(utf8).
:- module(knowledge,
          [ knowledge_load/3,           % +Base, +Stream, -Count
            knowledge_change/4,         % +Base, +From, +To, +Changes
            knowledge_suppose/3,        % +Base, +State, +Changes
            knowledge_changes/2,        % +Stream, -Changes
            knowledge_unload/1,         % +Base
            knowledge_exists/1,         % +Base
            knowledge_foundation/2,     % +Base, -Stamp
            task_levels/3,              % +Base, +Task, -Levels
            need_narrower/3,            % +Base, +Need, -Needs
            need_levels/3,              % +Base, +Need, -Levels
            technique_atoms/3,          % +Base, +Technique, -Atoms
            technique_elements/3,       % +Base, +Technique, -Elements
            technique_families/3        % +Base, +Technique, -Families
          ]).
:- use_module(library(apply)).
:- use_module(library(error)).
:- use_module(library(lists)).

/** <module> Knowledge bases as modules of facts

A knowledge base is a module of dynamic facts in one state, which has a number. A change is one transaction and gives the next state; whoever asks does
so in a snapshot, in which the state stays what it was at the start. Within a snapshot facts may also be supposed that make another version of it: nobody
else sees them, and they are gone at the end. Facts are written by `engine/compiler.py`; only those listed in fact_form/1 are
accepted. Every argument that inference binds is indexed by SWI-Prolog on first use, and the index follows changes.
*/

%!  fact_form(?Form)
%
%   The closed set of facts, with what each argument is. `Condition` is a term of conditions.pl.

fact_form(pack(_Pack, _Precedence)).
fact_form(threshold(_Strength, _Weight)).
fact_form(task(_Task)).
fact_form(task_broader(_Task, _Broader)).
fact_form(constraint(_Constraint, _Scale, _Effort, _Values)).
fact_form(default_value(_Constraint, _Value)).
fact_form(typical_value(_Task, _Id, _Pack, _Constraint, _Value)).
fact_form(band(_Band, _Pack)).
fact_form(need(_Need, _Kind)).
fact_form(need_broader(_Need, _Broader)).
fact_form(need_tested(_Need)).
fact_form(technique(_Technique, _Complexity)).
fact_form(technique_refines(_Technique, _Family)).
fact_form(technique_part(_Technique, _Part)).
fact_form(demand_rule(_Id, _Pack, _Need, _Weight, _Condition)).
fact_form(demand_anchor(_Key, _Id)).
fact_form(contribution(_Need, _Technique, _Id, _Pack, _Kind, _Weight, _Condition)).
fact_form(prerequisite(_Technique, _Id, _Pack, _Severity, _Points, _Condition)).
fact_form(penalty(_Technique, _Id, _Pack, _Points, _Condition)).
fact_form(interaction(_Technique, _Id, _Pack, _Effect, _Condition)).
fact_form(advice(_Id, _Pack, _Technique, _Audience, _Condition)).
fact_form(step(_Id, _Pack, _Order, _Technique, _Targets, _Condition)).
fact_form(tradeoff(_Technique, _Id, _Pack, _Quality, _Level, _Than, _Condition)).
fact_form(based_on(_Kind, _Id, _Claim)).
fact_form(claim(_Claim, _Pack)).
fact_form(overrules(_Resolution, _Pack, _Overruled, _Preferred)).
fact_form(conflict(_Claim, _Conflict, _Pack)).
fact_form(resolution(_Conflict, _Resolution, _Pack)).
fact_form(conflict_side(_Resolution, _Side, _Claim)).

%!  knowledge_load(+Base, +Stream, -Count) is det.
%
%   Read facts from Stream into the module Base, which is emptied first. Base exists only once all of them are read.
%
%   @error domain_error(fact, Functor) for anything that is not a known fact

:- det(knowledge_load/3).
knowledge_load(Base, Stream, Count) :-
    knowledge_unload(Base),
    forall(fact_form(Form), (functor(Form, Name, Arity), dynamic(Base:Name/Arity))),
    catch(load_facts(Stream, Base, 0, Count), Error, ( knowledge_unload(Base), throw(Error) )),
    flag(knowledge_loads, Load, Load + 1),
    assertz(loaded(Base, Load)),
    assertz(founded(Base, 0)),
    assertz(state(Base, 0)).

% state(Base, Number): Base is loaded, and how often it was changed since.
:- dynamic state/2.
% loaded(Base, Load): by which of all loads, since names of bases are used again.
:- dynamic loaded/2.
% founded(Base, Number): the state since which nothing changed but statements that only cases read.
:- dynamic founded/2.

load_facts(Stream, Base, Count0, Count) :-
    read_term(Stream, Fact, [module(knowledge), syntax_errors(error)]),
    (   Fact == end_of_file
    ->  Count = Count0
    ;   accepted(Fact),
        assertz(Base:Fact),
        Count1 is Count0 + 1,
        load_facts(Stream, Base, Count1, Count)
    ).

accepted(Fact) :-
    must_be(callable, Fact),
    must_be(ground, Fact),
    functor(Fact, Name, Arity),
    functor(Form, Name, Arity),
    (   fact_form(Form)
    ->  true
    ;   domain_error(fact, Name)
    ).

%!  knowledge_unload(+Base) is det.
%
%   Remove every fact of Base.

:- det(knowledge_unload/1).
knowledge_unload(Base) :-
    retractall(state(Base, _)),
    retractall(loaded(Base, _)),
    retractall(founded(Base, _)),
    forall(( fact_form(Form), knowledge_defines(Base, Form) ), retractall(Base:Form)).

%!  knowledge_exists(+Base) is semidet.
%
%   True if Base was loaded and not unloaded since.

knowledge_exists(Base) :-
    state(Base, _), !.

%!  knowledge_foundation(+Base, -Stamp) is semidet.
%
%   As long as Stamp is the same, so is what Base says of needs and techniques whatever the case: of what prepared.pl reads. Fails while a change
%   of that is supposed, or without Base.

knowledge_foundation(Base, Load-Number) :-
    \+ nb_current(knowledge_supposed, true),
    loaded(Base, Load),
    founded(Base, Number), !.

% What prepared.pl does not read. Claims and what rests on them count there only where they are overruled.
passing(_, task(_)).
passing(_, task_broader(_, _)).
passing(_, demand_rule(_, _, _, _, _)).
passing(_, demand_anchor(_, _)).
passing(_, typical_value(_, _, _, _, _)).
passing(_, default_value(_, _)).
passing(_, need_tested(_)).
passing(_, constraint(_, _, _, _)).
passing(_, band(_, _)).
passing(_, step(_, _, _, _, _, _)).
passing(_, tradeoff(_, _, _, _, _, _, _)).
passing(_, conflict(_, _, _)).
passing(_, resolution(_, _, _)).
passing(_, conflict_side(_, _, _)).
passing(_, based_on(Kind, _, _)) :-
    memberchk(Kind, [rule, typical, band, step, tradeoff]).
passing(Base, claim(Claim, _)) :-
    \+ ( Base:overrules(_, _, Overruled, Preferred), memberchk(Claim, [Overruled|Preferred]) ).

all_passing(Base, Changes) :-
    forall(member(Change, Changes), ( change_fact(Change, Fact), once(passing(Base, Fact)) )).

%!  knowledge_changes(+Stream, -Changes:list) is det.
%
%   Read the changes that stand in Stream: `add(Fact)` and `remove(Fact)`.
%
%   @error domain_error(fact, Functor) for anything that is not a known fact

:- det(knowledge_changes/2).
knowledge_changes(Stream, Changes) :-
    read_term(Stream, Change, [module(knowledge), syntax_errors(error)]),
    (   Change == end_of_file
    ->  Changes = []
    ;   must_be(ground, Change),
        change_fact(Change, Fact),
        accepted(Fact),
        Changes = [Change|Rest],
        knowledge_changes(Stream, Rest)
    ).

change_fact(add(Fact0), Fact) => Fact = Fact0.
change_fact(remove(Fact0), Fact) => Fact = Fact0.
change_fact(Other, _) => domain_error(change, Other).

%!  knowledge_change(+Base, +From:integer, +To:integer, +Changes:list) is det.
%
%   Bring Base from one state to another. Others see all of it or nothing.
%
%   @error existence_error(state, From) if Base is in another state

:- det(knowledge_change/4).
knowledge_change(Base, From, To, Changes) :-
    transaction(( knowledge_suppose(Base, From, Changes),
                  retract(state(Base, From)),
                  assertz(state(Base, To)),
                  (   all_passing(Base, Changes)
                  ->  true
                  ;   retractall(founded(Base, _)),
                      assertz(founded(Base, To))
                  ) )).

%!  knowledge_suppose(+Base, +State:integer, +Changes:list) is det.
%
%   Apply Changes to Base, which must be in State; for use within a transaction or a snapshot.
%
%   @error existence_error(state, State) if Base is in another state

:- det(knowledge_suppose/3).
knowledge_suppose(Base, State, Changes) :-
    (   state(Base, State)
    ->  ( all_passing(Base, Changes) -> true ; b_setval(knowledge_supposed, true) ),
        maplist(changed(Base), Changes)
    ;   existence_error(state, State)
    ).

changed(Base, add(Fact)) => assertz(Base:Fact).
changed(Base, remove(Fact)) => ( retract(Base:Fact) -> true ; existence_error(fact, Fact) ).

knowledge_defines(Base, Form) :-
    functor(Form, Name, Arity),
    current_predicate(Base:Name/Arity), !.
knowledge_defines(Base, Form) :-
    predicate_property(Base:Form, dynamic),
    predicate_property(Base:Form, defined).

%!  task_levels(+Base, +Task, -Levels:list(list)) is det.
%
%   Task, then its broader tasks, then theirs, each at the nearest level at which it is reached; `[]` for the task `none`.

:- det(task_levels/3).
task_levels(_, none, Levels) => Levels = [].
task_levels(Base, Task, Levels) => closure([Task], Base, task_broader, [], Levels).

%!  need_narrower(+Base, +Need, -Needs:list) is det.
%
%   Need and every narrower one.

:- det(need_narrower/3).
need_narrower(Base, Need, Needs) :-
    narrower([Need], Base, [], Needs0),
    sort(Needs0, Needs).

narrower([], _, Seen, Seen).
narrower([Need|Rest], Base, Seen, Needs) :-
    (   memberchk(Need, Seen)
    ->  narrower(Rest, Base, Seen, Needs)
    ;   findall(Narrower, Base:need_broader(Narrower, Need), More),
        append(More, Rest, Next),
        narrower(Next, Base, [Need|Seen], Needs)
    ).

%!  need_levels(+Base, +Need, -Levels:list(list)) is det.
%
%   Need, then its broader needs, then theirs, each at the nearest level at which it is reached.

:- det(need_levels/3).
need_levels(Base, Need, Levels) :-
    closure([Need], Base, need_broader, [], Levels).

closure([], _, _, _, []) :- !.
closure(Level, Base, Relation, Seen0, [Level|Levels]) :-
    append(Level, Seen0, Seen),
    findall(Next, (member(Node, Level), call(Base:Relation, Node, Next), \+ memberchk(Next, Seen)), Found),
    sort(Found, NextLevel),
    closure(NextLevel, Base, Relation, Seen, Levels).

%!  technique_atoms(+Base, +Technique, -Atoms:list) is det.
%
%   Technique itself and, for a composite, its parts all the way down.

:- det(technique_atoms/3).
technique_atoms(Base, Technique, Atoms) :-
    closure([Technique], Base, technique_part, [], Levels),
    append(Levels, Atoms0),
    sort(Atoms0, Atoms).

%!  technique_elements(+Base, +Technique, -Elements:list) is det.
%
%   The atoms of Technique that have no parts themselves.

:- det(technique_elements/3).
technique_elements(Base, Technique, Elements) :-
    technique_atoms(Base, Technique, Atoms),
    findall(Atom, ( member(Atom, Atoms), \+ Base:technique_part(Atom, _) ), Elements).

%!  technique_families(+Base, +Technique, -Families:list) is det.
%
%   Technique, then what it refines, nearest first.

:- det(technique_families/3).
technique_families(Base, Technique, Families) :-
    closure([Technique], Base, technique_refines, [], Levels),
    append(Levels, Families).
