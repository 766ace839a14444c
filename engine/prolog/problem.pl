:- encoding(utf8).
:- module(problem,
          [ problem_of/2,               % +Case, -Problem
            family_problem_of/2,        % +Case, -Problem
            problem_of_families/2,      % +Problem, -FamilyProblem
            kind_candidates/5,          % +Case, +Needs, +Families, +Technique, -Candidates
            problem_constraints/2,      % +Problem, -Constraints
            problem_tests/2,            % +Problem, -Tests
            candidate_rules/2           % +Case, -Rules
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(ordsets)).
:- use_module(library(pairs)).
:- use_module(case).
:- use_module(conditions).
:- use_module(knowledge).
:- use_module(prepared).
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
problem_of(Case, Problem) :-
    prepared_of(Case, Prepared),
    problem_of(Case, Prepared, Problem).

%!  family_problem_of(+Case, -Problem) is det.
%
%   The same without techniques that refine others: these never win.

:- det(family_problem_of/2).
family_problem_of(Case, Problem) :-
    prepared_of(Case, prepared(Needs, Thresholds, Techniques, Kinds)),
    include(family, Techniques, Families),
    problem_of(Case, prepared(Needs, Thresholds, Families, Kinds), Problem).

%!  problem_of_families(+Problem, -FamilyProblem) is det.
%
%   What family_problem_of/2 gives, of a problem that is there already.

:- det(problem_of_families/2).
problem_of_families(problem(Rules, Needs, Thresholds, Candidates0), problem(Rules, Needs, Thresholds, Candidates)) :-
    include(family_candidate, Candidates0, Candidates).

family_candidate(candidate(_, _, none, _, _, _, _, _)).

family(technique(_, _, none, _, _, _, _, _, _)).

%!  kind_candidates(+Case, +Needs:dict, +Families:list, +Technique, -Candidates:list) is det.
%
%   The candidates that refine Technique, a family, at any depth, and those of which some advice speaks as candidates: all that an answer without
%   its whole proof says of techniques that refine others. Needs and Families are those of the problem.

:- det(kind_candidates/5).
kind_candidates(Case, Needs, Families, Technique, Candidates) :-
    prepared_of(Case, prepared(_, _, _, Kinds)),
    convlist(told_of(Technique), Kinds, Told),
    case_view(Case, View),
    maplist(candidate(View, Needs, Families), Told, Candidates).

told_of(Technique, kind(Kind, Families, Told), Kind) :-
    ( Told == advised -> true ; memberchk(Technique, Families) ).

problem_of(Case, prepared(AllNeeds, Thresholds, Techniques, _), problem(Rules, Needs, Thresholds, Candidates)) :-
    candidate_rules(Case, Rules),
    findall(Need, member(rule(_, Need, _, _), Rules), RuleNeeds),
    dict_keys(Case.needs, StatedNeeds),
    append(RuleNeeds, StatedNeeds, NeedIds0),
    sort(NeedIds0, NeedIds),
    maplist(need_among(AllNeeds, NeedIds), NeedIds, NeedPairs),
    dict_pairs(Needs, needs, NeedPairs),
    case_view(Case, View),
    partition(family, Techniques, FamilyTechniques, _),
    maplist(candidate(View, Needs, []), FamilyTechniques, Families),
    maplist(candidate(View, Needs, Families), Techniques, Candidates).

need_among(AllNeeds, NeedIds, Need, Need-need(Kind, Narrower)) :-
    get_dict(Need, AllNeeds, need(Kind, Narrower0)),
    ( Narrower0 == [] -> Narrower = [] ; ord_intersection(Narrower0, NeedIds, Narrower) ).

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
    get_dict(base, Case, Base),
    get_dict(needs, Case, Stated),
    anchor(Case, Key),
    Base:demand_anchor(Key, Id),
    Base:demand_rule(Id, Pack, Need, Weight, Condition0),
    \+ get_dict(Need, Stated, _),
    condition_simplified(Condition0, View, Condition),
    Condition \== false,
    case_active(Case, rule, Id, Pack).

anchor(_, always).
anchor(Case, task(Task)) :-
    get_dict(lineage, Case, Lineage),
    member(Task, Lineage).
anchor(Case, constraint(Constraint)) :-
    get_dict(base, Case, Base),
    Base:constraint(Constraint, _, _, _).

% What families give to needs under conditions is simplified for them, and taken from there for their kinds.
candidate(_, _, Families, technique(Technique, _, none, _, _, _, _, _, _), Candidate) :-
    memberchk(candidate(Technique, Complexity, none, Atoms, Support, Prerequisites, Penalties, Interactions), Families), !,
    Candidate = candidate(Technique, Complexity, none, Atoms, Support, Prerequisites, Penalties, Interactions).
candidate(View, Needs, Families, Prepared, Candidate) :-
    Prepared = technique(Technique, Complexity, Family, Atoms, Settled, Open, Prerequisites0, Penalties0, Interactions0),
    (   Family \== none,
        memberchk(candidate(Family, _, _, _, Given, _, _, _), Families)
    ->  true
    ;   Given = _{}
    ),
    simplified_support(Open, Needs, View, Given, OpenPairs),
    ( OpenPairs == [] -> Support = Settled ; put_dict(OpenPairs, Settled, Support) ),
    all_prerequisites(Prerequisites0, View, Prerequisites),
    simplified_penalties(Penalties0, View, Penalties),
    simplified_interactions(Interactions0, View, Interactions),
    Candidate = candidate(Technique, Complexity, Family, Atoms, Support, Prerequisites, Penalties, Interactions).

simplified_support([], _, _, _, []).
simplified_support([Need-family|Open], Needs, View, Given, Pairs) :- !,
    (   get_dict(Need, Given, Entry)
    ->  Pairs = [Need-Entry|More]
    ;   Pairs = More
    ),
    simplified_support(Open, Needs, View, Given, More).
simplified_support([Need-Atoms0|Open], Needs, View, Given, Pairs) :-
    (   get_dict(Need, Needs, _),
        simplified_atoms(Atoms0, View, Atoms),
        Atoms \== []
    ->  (   support_settled(Atoms)
        ->  support_lines(Atoms, View, Lines),
            Entry = settled(Lines)
        ;   Entry = open(Atoms)
        ),
        Pairs = [Need-Entry|More]
    ;   Pairs = More
    ),
    simplified_support(Open, Needs, View, Given, More).

simplified_atoms([], _, []).
simplified_atoms([Levels0|Atoms0], View, Atoms) :-
    simplified_levels(Levels0, View, Levels),
    ( Levels == [] -> Atoms = More ; Atoms = [Levels|More] ),
    simplified_atoms(Atoms0, View, More).

simplified_levels([], _, []).
simplified_levels([Level0|Levels0], View, Levels) :-
    simplified_level(Level0, View, Level),
    ( Level == [] -> Levels = More ; Levels = [Level|More] ),
    simplified_levels(Levels0, View, More).

simplified_level([], _, []).
simplified_level([given(Id, Precedence, Kind, Weight, Condition0)|Level0], View, Level) :-
    condition_simplified(Condition0, View, Condition),
    (   Condition == false
    ->  Level = More
    ;   Level = [given(Id, Precedence, Kind, Weight, Condition)|More]
    ),
    simplified_level(Level0, View, More).

% A prerequisite that is met is kept, since explanations show it; one whose condition is settled false is unmet.
all_prerequisites([], _, []).
all_prerequisites([prerequisite(Id, Severity, Points, Condition0)|Rest0], View, [prerequisite(Id, Severity, Points, Condition)|Rest]) :-
    condition_simplified(Condition0, View, Condition),
    all_prerequisites(Rest0, View, Rest).

simplified_penalties([], _, []).
simplified_penalties([penalty(Id, Points, Condition0)|Rest], View, Penalties) :-
    condition_simplified(Condition0, View, Condition),
    ( Condition == false -> Penalties = More ; Penalties = [penalty(Id, Points, Condition)|More] ),
    simplified_penalties(Rest, View, More).

simplified_interactions([], _, []).
simplified_interactions([interaction(Id, Effect, Condition0)|Rest], View, Interactions) :-
    condition_simplified(Condition0, View, Condition),
    ( Condition == false -> Interactions = More ; Interactions = [interaction(Id, Effect, Condition)|More] ),
    simplified_interactions(Rest, View, More).

%!  problem_constraints(+Problem, -Constraints:list) is det.
%
%   The constraints that are still open in some condition and can therefore matter.

:- det(problem_constraints/2).
problem_constraints(Problem, Constraints) :-
    findall(Condition, problem_condition(Problem, Condition), Conditions),
    condition_constraints(and(Conditions), Constraints).

%!  problem_tests(+Problem, -Tests:list) is det.
%
%   What is asked of those constraints, as `test(Constraint, Accepted)`, without repetition.

:- det(problem_tests/2).
problem_tests(Problem, Tests) :-
    findall(test(Constraint, Accepted),
            ( problem_condition(Problem, Condition), condition_test(Condition, Constraint, Accepted) ),
            Tests0),
    sort(Tests0, Tests).

condition_test(value(Constraint, _, _, Accepted), Constraint, Accepted).
condition_test(not(Condition), Constraint, Accepted) :- condition_test(Condition, Constraint, Accepted).
condition_test(and(Conditions), Constraint, Accepted) :- member(Condition, Conditions), condition_test(Condition, Constraint, Accepted).
condition_test(or(Conditions), Constraint, Accepted) :- member(Condition, Conditions), condition_test(Condition, Constraint, Accepted).

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
