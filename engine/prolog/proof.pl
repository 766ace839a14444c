:- encoding(utf8).
:- module(proof,
          [ proof_nodes/4               % +Case, +Outcome, +Extent, -Nodes
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(ordsets)).
:- use_module(conditions).

/** <module> The proof of an outcome as a graph without repetition

A node is `node(Id, Kind, Properties, Premises)`: Properties are pairs of JSON, Premises the ids of the nodes on which it rests. What several nodes
rest on is one node. The root is `decision`. Kinds:

  - decision, technique: the ranking, and one technique's score and status
  - contribution, interaction, penalty, unmet-prerequisite: items of the score, with their points
  - blocker: what excludes a technique or makes it infeasible; proviso: a prerequisite that is unknown
  - demand: a demanded need; rule: a demand rule that fired, or whose condition is unknown
  - value, task, stated-need: what is known of the case, and how; not-raised: a need that nothing raises
*/

%!  proof_nodes(+Case, +Outcome, +Extent, -Nodes:list) is det.
%
%   Extent is `full`, or `summary` for the recommended techniques only. Nodes are sorted.

:- det(proof_nodes/4).
proof_nodes(Case, Outcome, Extent, Nodes) :-
    Outcome = outcome(Demands, View, Results0),
    include(within(Extent), Results0, Results),
    maplist(result_nodes(Case, View), Results, Nodes1),
    maplist(demand_nodes(Case, View), Demands, Nodes2),
    append(Nodes1, ResultNodes),
    append(Nodes2, DemandNodes),
    append(ResultNodes, DemandNodes, Reasoned0),
    grounded(Case, Demands, Reasoned0, Reasoned),
    maplist(node_id, Reasoned, ReasonedIds0),
    sort(ReasonedIds0, ReasonedIds),
    maplist(node_premises, Reasoned, AllPremises),
    append(AllPremises, Premises0),
    sort(Premises0, Premises),
    ord_subtract(Premises, ReasonedIds, Grounds),
    maplist(fact_node(Case), Grounds, Facts),
    maplist(result_id, Results, Techniques),
    append([[node(decision, decision, [], Techniques)], Reasoned, Facts], Nodes0),
    sort(Nodes0, Nodes1All),
    reachable(Extent, Nodes1All, Nodes).

node_id(node(Id, _, _, _), Id).
node_premises(node(_, _, _, Premises), Premises).
result_id(result(Technique, _, _, _, _, _, _, _), Id) :- technique_id(Technique, Id).

within(full, _).
within(summary, result(_, recommended, _, _, _, _, _, _)).

% A need that only the rules of some task could raise is no demand: that it is unknown rests on the task, which is not known.
grounded(Case, Demands, Nodes0, Nodes) :-
    (   get_dict(lineage, Case, [])
    ->  maplist(grounded_node(Demands), Nodes0, Nodes)
    ;   Nodes = Nodes0
    ).

grounded_node(Demands, node(Id, Kind, Properties, Premises0), node(Id, Kind, Properties, Premises)) :-
    maplist(grounded_premise(Demands), Premises0, Premises1),
    sort(Premises1, Premises).

grounded_premise(Demands, Premise, Grounded) :-
    (   atom_concat('demand:', Need, Premise),
        \+ memberchk(demand(Need, _, _, _, _, _), Demands)
    ->  Grounded = task
    ;   Grounded = Premise
    ).

% A summary keeps what the root rests on; the full proof also shows demands that no technique serves and rules still open.
reachable(full, Nodes, Nodes) :- !.
reachable(summary, Nodes, Reached) :-
    maplist(node_by_id, Nodes, Pairs),
    dict_pairs(Graph, graph, Pairs),
    reach([decision], Graph, seen{}, Seen),
    pairs_reached(Pairs, Seen, Reached).

node_by_id(Node, Id-Node) :- node_id(Node, Id).

pairs_reached([], _, []).
pairs_reached([Id-Node|Pairs], Seen, Reached) :-
    ( get_dict(Id, Seen, _) -> Reached = [Node|More] ; Reached = More ),
    pairs_reached(Pairs, Seen, More).

reach([], _, Seen, Seen).
reach([Id|Rest], Graph, Seen0, Seen) :-
    (   get_dict(Id, Seen0, _)
    ->  reach(Rest, Graph, Seen0, Seen)
    ;   put_dict(Id, Seen0, true, Seen1),
        get_dict(Id, Graph, node(_, _, _, Premises)),
        reach(Premises, Graph, Seen1, Seen2),
        reach(Rest, Graph, Seen2, Seen)
    ).

technique_id(Technique, Id) :- atomic_list_concat([technique, Technique], ':', Id).
demand_id(Need, Id) :- atomic_list_concat([demand, Need], ':', Id).

% --- techniques -------------------------------------------------------------------------------------------

result_nodes(Case, View, Result, [node(Id, technique, Properties, Premises)|Below]) :-
    Result = result(Technique, Status, Rank, Score, Family, Items, Blockers, Provisos),
    maplist(item_node(Case, View, Technique), Items, ItemNodes),
    maplist(blocker_node(Case, View, Technique), Blockers, BlockerNodes),
    maplist(proviso_node(Case, View, Technique), Provisos, ProvisoNodes),
    append([ItemNodes, BlockerNodes, ProvisoNodes], Below),
    maplist(node_id, Below, Premises0),
    sort(Premises0, Premises),
    technique_id(Technique, Id),
    constant(Rank, RankJson),
    constant(Family, FamilyJson),
    Properties = [technique-Technique, status-Status, rank-RankJson, score-Score, family-FamilyJson].

constant(none, Json) => Json = json(null).
constant(Value, Json) => Json = Value.

item_node(Case, View, Technique, line(Need, Kind, Weight, Degree, Points, By, Also, Unknown), Node) =>
    (   Kind == interaction
    ->  NodeKind = interaction, Statement = interaction,
        By = [First|_],
        atomic_list_concat([interaction, Technique, First], ':', Id)
    ;   NodeKind = contribution, Statement = contribution,
        atomic_list_concat([contribution, Technique, Need, Kind], ':', Id)
    ),
    demand_id(Need, DemandId),
    statements_leaves(Case, View, Statement, By, true, Leaves, Tests),
    sort([DemandId|Leaves], Premises),
    claims(Case, Statement, By, Claims),
    Properties = [technique-Technique, need-Need, side-Kind, demand-Weight, degree-Degree, points-Points,
                  statements-By, also-Also, unknown-Unknown, tests-Tests, claims-Claims],
    Node = node(Id, NodeKind, Properties, Premises).
item_node(Case, View, Technique, loss(Kind, Statement, Points), Node) =>
    Node = node(Id, NodeKind, Properties, Leaves),
    loss_kind(Kind, NodeKind, Truth),
    atomic_list_concat([NodeKind, Technique, Statement], ':', Id),
    statements_leaves(Case, View, Kind, [Statement], Truth, Leaves, Tests),
    claims(Case, Kind, [Statement], Claims),
    Loss is -Points,
    Properties = [technique-Technique, points-Loss, statements-[Statement], tests-Tests, claims-Claims].

loss_kind(penalty, penalty, true).
loss_kind(interaction, interaction, true).
loss_kind(prerequisite, 'unmet-prerequisite', false).

blocker_node(Case, View, Technique, Blocker, node(Id, blocker, Properties, Premises)) :-
    once(blocker_parts(Blocker, Case, View, Technique, Key, More, Premises)),
    atomic_list_concat([blocker, Technique|Key], ':', Id),
    Properties = [technique-Technique|More].

blocker_parts(required(Need, Kind, Degree, By), Case, View, _, [required, Need, Kind], More, Premises) :-
    demand_id(Need, DemandId),
    statements_leaves(Case, View, contribution, By, true, Leaves, Tests),
    sort([DemandId|Leaves], Premises),
    claims(Case, contribution, By, Claims),
    More = [reason-required, need-Need, side-Kind, degree-Degree, statements-By, tests-Tests, claims-Claims].
blocker_parts(ruled_out(Techniques), _, _, _, ['ruled-out'], [reason-'ruled-out', techniques-Techniques], []).
blocker_parts(simpler(Techniques), _, _, _, [simpler], [reason-simpler, techniques-Techniques], Premises) :-
    maplist(technique_id, Techniques, Premises).
blocker_parts(prerequisite(Statement), Case, View, _, [prerequisite, Statement], More, Leaves) :-
    statements_leaves(Case, View, prerequisite, [Statement], false, Leaves, Tests),
    claims(Case, prerequisite, [Statement], Claims),
    More = [reason-prerequisite, statements-[Statement], tests-Tests, claims-Claims].

proviso_node(Case, View, Technique, Statement, node(Id, proviso, Properties, Leaves)) :-
    atomic_list_concat([proviso, Technique, Statement], ':', Id),
    statements_leaves(Case, View, prerequisite, [Statement], unknown, Leaves, Tests),
    claims(Case, prerequisite, [Statement], Claims),
    Properties = [technique-Technique, statements-[Statement], tests-Tests, claims-Claims].

% --- demands -------------------------------------------------------------------------------------------------

demand_nodes(Case, View, Demand, [node(Id, demand, Properties, Premises)|Below]) :-
    Demand = demand(Need, Weight, Counts, By, Also, Unknown),
    demand_id(Need, Id),
    (   Counts = subsumed(Narrower)
    ->  CountsJson = json(false)
    ;   CountsJson = json(true), Narrower = []
    ),
    (   By == stated
    ->  atomic_list_concat(['stated-need', Need], ':', StatedId),
        Premises = [StatedId],
        Statements = [],
        Below = [node(StatedId, 'stated-need', [need-Need, weight-Weight], [])]
    ;   Statements = By,
        append(By, Also, Fired),
        maplist(rule_id, Fired, Premises),
        append(Fired, Unknown, Rules),
        maplist(rule_node(Case, View), Rules, Below)
    ),
    Properties = [need-Need, weight-Weight, counts-CountsJson, subsumed_by-Narrower,
                  statements-Statements, also-Also, unknown-Unknown].

rule_id(Rule, Id) :- atomic_list_concat([rule, Rule], ':', Id).

rule_node(Case, View, Rule, node(Id, rule, Properties, Leaves)) :-
    Base = Case.base,
    Base:demand_rule(Rule, _, Need, Weight, Condition), !,
    condition_truth(Condition, View, Truth),
    rule_id(Rule, Id),
    statements_leaves(Case, View, rule, [Rule], Truth, Leaves, Tests),
    claims(Case, rule, [Rule], Claims),
    Properties = [need-Need, weight-Weight, truth-Truth, statements-[Rule], tests-Tests, claims-Claims].

% --- conditions and facts ---------------------------------------------------------------------------------------

% The nodes to which the conditions of statements owe Truth, and the tests themselves. What is raised too weakly for a test, or denied, is a
% premise of its failing: that nothing raises the need would not be true.
statements_leaves(Case, View, Kind, Statements, Truth, Nodes, Tests) :-
    get_dict(base, Case, Base),
    tested(Statements, Base, Kind, Conditions),
    (   Conditions == []            % what holds under all conditions owes it to none
    ->  Nodes = [], Tests = []
    ;   findall(Leaf, ( member(Condition, Conditions), condition_leaves(Condition, View, Truth, Leaves), member(Leaf, Leaves) ), Leaves0),
        sort(Leaves0, Sorted),
        findall(Node, ( member(leaf(Test, _), Sorted), leaf_node(Case, View, Test, Node) ), Nodes0),
        sort(Nodes0, Nodes),
        maplist(test_json, Sorted, Tests)
    ).

tested([], _, _, []).
tested([Statement|Statements], Base, Kind, Conditions) :-
    once(statement_condition(Kind, Base, Statement, Condition)),
    ( Condition == true -> Conditions = More ; Conditions = [Condition|More] ),
    tested(Statements, Base, Kind, More).

statement_condition(rule, Base, Id, Condition) :- Base:demand_rule(Id, _, _, _, Condition).
statement_condition(contribution, Base, Id, Condition) :- Base:contribution(_, _, Id, _, _, _, Condition).
statement_condition(prerequisite, Base, Id, Condition) :- Base:prerequisite(_, Id, _, _, _, Condition).
statement_condition(penalty, Base, Id, Condition) :- Base:penalty(_, Id, _, _, Condition).
statement_condition(interaction, Base, Id, Condition) :- Base:interaction(_, Id, _, _, Condition).

leaf_node(_, _, value(Constraint, _, _, _), Id) :- atomic_list_concat([value, Constraint], ':', Id).
leaf_node(_, _, task(_), task).
leaf_node(Case, view(_, _, Raised, Possible), needs(Need, Within, Minimum), Id) :-
    findall(Found,
            ( member(Found, Within), ( get_dict(Found, Raised, Weight) ; get_dict(Found, Possible, Weight) ), Weight >= Minimum ),
            Founds0),
    (   Founds0 == []
    ->  get_dict(needs, Case, Stated),
        findall(Found, ( member(Found, Within), member(Weights, [Raised, Possible, Stated]), get_dict(Found, Weights, _) ), Founds1)
    ;   Founds1 = Founds0
    ),
    sort(Founds1, Founds),
    (   Founds == []
    ->  atomic_list_concat(['not-raised', Need], ':', Id)
    ;   member(Found, Founds),
        demand_id(Found, Id)
    ).

test_json(leaf(value(Constraint, Operator, Values, _), Truth),
          object([constraint-Constraint, operator-Name, values-Values, truth-Truth])) :-
    operator_name(Operator, Name).
test_json(leaf(task(Task), Truth), object([task-Task, truth-Truth])).
test_json(leaf(needs(Need, _, Minimum), Truth), object([need-Need, minimum-Minimum, truth-Truth])).

operator_name(is, is).
operator_name(at_least, 'at-least').
operator_name(at_most, 'at-most').

fact_node(Case, Premise, Node) :-
    atomic_list_concat(Parts, ':', Premise),
    once(fact_node_of(Parts, Case, Premise, Node)).

fact_node_of([value, Constraint], Case, Id, node(Id, value, Properties, [])) :-
    (   get_dict(Constraint, Case.values, Value), get_dict(Constraint, Case.origins, Origin)
    ->  origin_json(Origin, Case, More),
        Properties = [constraint-Constraint, value-Value|More]
    ;   Properties = [constraint-Constraint, value-json(null), origin-unknown, claims-[]]
    ).
fact_node_of([task], Case, task, node(task, task, [task-Task, lineage-Lineage], [])) :-
    constant(Case.task, Task),
    Lineage = Case.lineage.
fact_node_of(['not-raised', Need], _, Id, node(Id, 'not-raised', [need-Need], [])).

origin_json(stated, _, [origin-stated, claims-[]]).
origin_json(derived(Band), Case, [origin-derived, band-Band, claims-Claims]) :- claims(Case, band, [Band], Claims).
origin_json(inherited(Task, Typical), Case, [origin-inherited, task-Task, typical-Typical, claims-Claims]) :-
    claims(Case, typical, [Typical], Claims).
origin_json(assumed, _, [origin-assumed, claims-[]]).

claims(Case, Kind, Ids, Claims) :-
    get_dict(base, Case, Base),
    findall(Claim, ( member(Id, Ids), Base:based_on(Kind, Id, Claim) ), Claims0),
    sort(Claims0, Claims).
