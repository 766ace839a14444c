:- encoding(utf8).
:- module(problem,
          [ problem_of/2,               % +Case, -Problem
            problem_constraints/2,      % +Problem, -Constraints
            candidate_rules/2           % +Case, -Rules
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(case).
:- use_module(conditions).
:- use_module(knowledge).
:- use_module(support).

/** <module> The decision problem: all knowledge that can bear on a case, read once

What task and constraints settle is settled here, so that deciding the case, and any completion of its unknowns, reads no more
facts. A problem is `problem(Rules, Needs, Thresholds, Candidates)`:

  - Rules: `rule(Id, Need, Weight, Condition)`, sorted; Id is `by_task` for what stands for the rules of tasks while there is none
  - Needs: a dict from every need that may be demanded to `need(Kind, Narrower)`, Narrower being those that may subsume it
  - Thresholds: `thresholds(Strong, Required)`, weights
  - Candidates: `candidate(Technique, Complexity, Family, Atoms, Support, Prerequisites, Penalties, Interactions)`, simplest first.
    Family is the technique that it refines, or `none`; Support a dict from needs to `settled(Lines)` or `open(Atoms)` of support.pl

Conditions are simplified: `true`, or what is still open.
*/

%!  problem_of(+Case, -Problem) is det.

:- det(problem_of/2).
problem_of(Case, problem(Rules, Needs, thresholds(Strong, Required), Candidates)) :-
    Base = Case.base,
    candidate_rules(Case, Rules),
    findall(Need, member(rule(_, Need, _, _), Rules), RuleNeeds),
    dict_keys(Case.needs, StatedNeeds),
    append(RuleNeeds, StatedNeeds, NeedIds0),
    sort(NeedIds0, NeedIds),
    findall(Need-need(Kind, Narrower), ( member(Need, NeedIds), need_of(Base, NeedIds, Need, Kind, Narrower) ), NeedPairs),
    dict_pairs(Needs, needs, NeedPairs),
    once(Base:threshold(strong, Strong)),
    once(Base:threshold(required, Required)),
    findall(Need-Levels, ( member(Need, NeedIds), need_levels(Base, Need, Levels) ), NeedLevels),
    findall(Complexity-Technique, Base:technique(Technique, Complexity), Pairs),
    sort(Pairs, Ordered),
    pairs_values(Ordered, Techniques),
    case_view(Case, View),
    findall(Technique-Supports, ( member(Technique, Techniques), technique_support(Case, View, NeedLevels, Technique, Supports) ), SupportPairs),
    dict_pairs(Support, support, SupportPairs),
    maplist(candidate(Case, View, NeedIds, Support), Ordered, Candidates).

need_of(Base, NeedIds, Need, Kind, Narrower) :-
    once(Base:need(Need, Kind)),
    need_narrower(Base, Need, Within),
    findall(Other, ( member(Other, Within), Other \== Need, memberchk(Other, NeedIds) ), Narrower).

dict_keys(Dict, Keys) :-
    dict_pairs(Dict, _, Pairs),
    pairs_keys(Pairs, Keys).

%!  candidate_rules(+Case, -Rules:list) is det.
%
%   The demand rules that fire or could fire: read through their anchors, so that rules of other tasks are never touched. Without a task,
%   rules of tasks are not listed one by one: those for needs that some condition tests are there under the name `by_task`.

:- det(candidate_rules/2).
candidate_rules(Case, Rules) :-
    case_view(Case, View),
    findall(rule(Id, Need, Weight, Condition), candidate_rule(Case, View, Id, Need, Weight, Condition), Rules0),
    findall(rule(by_task, Need, Weight, Condition), rule_by_task(Case, View, Need, Weight, Condition), Rules1),
    append(Rules0, Rules1, Rules2),
    sort(Rules2, Rules).

% Of those on which only the task is open the strongest stands for all, and for whatever is weaker.
rule_by_task(Case, View, Need, Weight, Condition) :-
    Case.lineage == [],
    Base = Case.base,
    Base:need_tested(Need),
    \+ get_dict(Need, Case.needs, _),
    findall(Weight0-Condition0, rule_of_task(Case, View, Need, Weight0, Condition0), Found),
    findall(Weight0, ( member(Weight0-Condition0, Found), task_alone(Condition0, View) ), Alone),
    max_list([0|Alone], Highest),
    (   Highest > 0,
        Weight = Highest,
        Condition = task(any)
    ;   member(Weight-Condition, Found),
        Weight > Highest
    ).

rule_of_task(Case, View, Need, Weight, Condition) :-
    Base = Case.base,
    Base:demand_rule(Id, Pack, Need, Weight, Condition0),
    once(Base:demand_anchor(task(_), Id)),
    condition_simplified(Condition0, View, Condition),
    Condition \== false,
    case_active(Case, rule, Id, Pack).

task_alone(Condition, View) :-
    condition_constraints(Condition, Constraints),
    condition_needs(Condition, Needs),
    Constraints == [],
    Needs == [],
    condition_truth(Condition, View, unknown).

candidate_rule(Case, View, Id, Need, Weight, Condition) :-
    Base = Case.base,
    anchor(Case, Key),
    Base:demand_anchor(Key, Id),
    Base:demand_rule(Id, Pack, Need, Weight, Condition0),
    \+ get_dict(Need, Case.needs, _),
    condition_simplified(Condition0, View, Condition),
    Condition \== false,
    case_active(Case, rule, Id, Pack).

anchor(_, always).
anchor(Case, task(Task)) :- member(Task, Case.lineage).
anchor(Case, constraint(Constraint)) :-
    Base = Case.base,
    Base:constraint(Constraint, _, _, _).

% What one technique by itself says of each need: a dict from needs to levels.
technique_support(Case, View, NeedLevels, Technique, Supports) :-
    get_dict(base, Case, Base),
    technique_families(Base, Technique, Families),
    maplist(giver_table(Case, View), Families, Tables),
    needs_supported(NeedLevels, Tables, Pairs),
    dict_pairs(Supports, levels, Pairs).

% All that one giver says, by need: read once, since most needs have nothing to be read.
giver_table(Case, View, Giver, Table) :-
    get_dict(base, Case, Base),
    findall(Need-given(Id, Precedence, Kind, Weight, Condition),
            ( Base:contribution(Need, Giver, Id, Pack, Kind, Weight, Condition0),
              condition_simplified(Condition0, View, Condition),
              Condition \== false,
              case_active(Case, contribution, Id, Pack),
              Base:pack(Pack, Precedence)
            ),
            Pairs),
    keysort(Pairs, Sorted),
    group_pairs_by_key(Sorted, Groups),
    dict_pairs(Table, giver, Groups).

needs_supported([], _, []).
needs_supported([Need-Wider|NeedLevels], Tables, Pairs) :-
    tables_levels(Tables, Wider, Levels),
    ( Levels == [] -> Pairs = More ; Pairs = [Need-Levels|More] ),
    needs_supported(NeedLevels, Tables, More).

tables_levels([], _, []).
tables_levels([Table|Tables], Wider, Levels) :-
    table_levels(Wider, Table, Levels, More),
    tables_levels(Tables, Wider, More).

table_levels([], _, More, More).
table_levels([Needs|Wider], Table, Levels, More) :-
    given_to(Needs, Table, Given),
    (   Given == []
    ->  Levels = Levels1
    ;   sort(Given, Level),
        Levels = [Level|Levels1]
    ),
    table_levels(Wider, Table, Levels1, More).

given_to([], _, []).
given_to([Need|Needs], Table, Given) :-
    (   get_dict(Need, Table, Here)
    ->  append(Here, More, Given)
    ;   Given = More
    ),
    given_to(Needs, Table, More).

candidate(Case, View, NeedIds, Support, Complexity-Technique, Candidate) :-
    Base = Case.base,
    technique_atoms(Base, Technique, Atoms),
    findall(Giver, ( member(Atom, Atoms), technique_families(Base, Atom, Lineage), member(Giver, Lineage) ), AllGivers0),
    sort(AllGivers0, AllGivers),
    findall(prerequisite(Id, Severity, Points, Condition),
            ( member(Giver, AllGivers), prerequisite_of(Case, View, Giver, Id, Severity, Points, Condition) ),
            Prerequisites0),
    sort(Prerequisites0, Prerequisites),
    technique_families(Base, Technique, Givers),
    findall(penalty(Id, Points, Condition),
            ( member(Giver, Givers), penalty_of(Case, View, Giver, Id, Points, Condition) ),
            Penalties0),
    sort(Penalties0, Penalties),
    findall(interaction(Id, Effect, Condition),
            ( member(Giver, Givers), interaction_of(Case, View, Giver, Id, Effect, Condition) ),
            Interactions0),
    sort(Interactions0, Interactions),
    (   Givers = [_, Family|_] -> true ; Family = none ),
    atom_supports(Atoms, Support, AtomSupports),
    entries(NeedIds, AtomSupports, Entries),
    dict_pairs(Own, support, Entries),
    Candidate = candidate(Technique, Complexity, Family, Atoms, Own, Prerequisites, Penalties, Interactions).

atom_supports([], _, []).
atom_supports([Atom|Atoms], Support, AtomSupports) :-
    (   get_dict(Atom, Support, Supports)
    ->  AtomSupports = [Supports|More]
    ;   AtomSupports = More
    ),
    atom_supports(Atoms, Support, More).

entries([], _, []).
entries([Need|NeedIds], AtomSupports, Entries) :-
    levels_of(AtomSupports, Need, AtomLevels),
    (   AtomLevels == []
    ->  Entries = More
    ;   support_settled(AtomLevels)
    ->  support_lines(AtomLevels, view([], _{}, _{}, _{}), Lines),
        Entries = [Need-settled(Lines)|More]
    ;   Entries = [Need-open(AtomLevels)|More]
    ),
    entries(NeedIds, AtomSupports, More).

levels_of([], _, []).
levels_of([Supports|AtomSupports], Need, AtomLevels) :-
    (   get_dict(Need, Supports, Levels)
    ->  AtomLevels = [Levels|More]
    ;   AtomLevels = More
    ),
    levels_of(AtomSupports, Need, More).

% A prerequisite that is met is kept, since explanations show it; one whose condition is settled false is unmet.
prerequisite_of(Case, View, Technique, Id, Severity, Points, Condition) :-
    Base = Case.base,
    Base:prerequisite(Technique, Id, Pack, Severity, Points, Condition0),
    case_active(Case, prerequisite, Id, Pack),
    condition_simplified(Condition0, View, Condition).

penalty_of(Case, View, Technique, Id, Points, Condition) :-
    Base = Case.base,
    Base:penalty(Technique, Id, Pack, Points, Condition0),
    case_active(Case, penalty, Id, Pack),
    condition_simplified(Condition0, View, Condition),
    Condition \== false.

interaction_of(Case, View, Technique, Id, Effect, Condition) :-
    Base = Case.base,
    Base:interaction(Technique, Id, Pack, Effect, Condition0),
    case_active(Case, interaction, Id, Pack),
    condition_simplified(Condition0, View, Condition),
    Condition \== false.

%!  problem_constraints(+Problem, -Constraints:list) is det.
%
%   The constraints that are still open in some condition and can therefore matter.

:- det(problem_constraints/2).
problem_constraints(Problem, Constraints) :-
    findall(Condition, problem_condition(Problem, Condition), Conditions),
    condition_constraints(and(Conditions), Constraints).

problem_condition(problem(Rules, _, _, _), Condition) :-
    member(rule(_, _, _, Condition), Rules).
problem_condition(problem(_, _, _, Candidates), Condition) :-
    member(candidate(_, _, _, _, Support, Prerequisites, Penalties, Interactions), Candidates),
    (   get_dict(_, Support, open(Atoms)),
        member(Levels, Atoms),
        member(Level, Levels),
        member(given(_, _, _, _, Condition), Level)
    ;   member(prerequisite(_, _, _, Condition), Prerequisites)
    ;   member(penalty(_, _, Condition), Penalties)
    ;   member(interaction(_, _, Condition), Interactions)
    ).
