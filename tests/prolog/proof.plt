:- encoding(utf8).
:- module(test_proof, []).
:- use_module(library(plunit)).
:- use_module(library(aggregate)).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/proof').
:- use_module(fixtures).

nodes_in(Base, Description, Extent, Nodes, Outcome) :-
    case_in(Base, Description, Case),
    decided(Base, Description, _, Outcome),
    proof_nodes(Case, Outcome, Extent, Nodes).

node_in(Id, Base, Description, node(Id, Kind, Properties, Premises)) :-
    nodes_in(Base, Description, full, Nodes, _),
    memberchk(node(Id, Kind, Properties, Premises), Nodes).

property(Name, node(_, _, Properties, _), Value) :- memberchk(Name-Value, Properties).

asked(Base, Description) :-
    question(Description),
    (   world(travel), Base = travel
    ;   needs_everywhere(Facts), extended(travel, Facts, Base)
    ).

:- begin_tests(proof_nodes, [setup(world(travel))]).

test(every_premise_exists, [forall(member(Extent, [full, summary])), Missing == []]) :-
    findall(Description-Id-Premise,
            ( asked(Base, Description), nodes_in(Base, Description, Extent, Nodes, _),
              member(node(Id, _, _, Premises), Nodes), member(Premise, Premises), \+ memberchk(node(Premise, _, _, _), Nodes)
            ),
            Missing).
test(ids_are_unique_and_sorted, [forall(member(Extent, [full, summary])), Wrong == []]) :-
    findall(Ids,
            ( asked(Base, Description), nodes_in(Base, Description, Extent, Nodes, _),
              maplist([node(Id, _, _, _), Id]>>true, Nodes, Ids), sort(Ids, Sorted), Ids \== Sorted
            ),
            Wrong).
test(no_node_rests_on_itself, Wrong == []) :-
    findall(Description-Id,
            ( asked(Base, Description), nodes_in(Base, Description, full, Nodes, _),
              member(node(Id, _, _, _), Nodes), below(Id, Nodes, Below), memberchk(Id, Below)
            ),
            Wrong).
test(points_add_up, Wrong == []) :-
    findall(Technique-Score-Sum,
            ( asked(Base, Description), nodes_in(Base, Description, full, Nodes, outcome(_, _, Results)),
              member(result(Technique, _, _, Score, _, _, _, _), Results),
              aggregate_all(sum(Points),
                            ( member(node(_, _, Properties, _), Nodes), memberchk(technique-Technique, Properties), memberchk(points-Points, Properties) ),
                            Sum),
              Sum =\= Score
            ),
            Wrong).
test(root, Premises == ['technique:bicycle', 'technique:bike-and-train', 'technique:tandem', 'technique:train', 'technique:walk']) :-
    node_in(decision, travel, case(trip, []), node(_, _, _, Premises0)),
    sort(Premises0, Premises).
test(technique, Properties == [technique-train, status-recommended, rank-1, score-15, family-json(null)]) :-
    node_in('technique:train', travel, case(commute, [distance-far, weather-wet, luggage-light, station-close]), node(_, technique, Properties, _)).
test(contribution, Premises == ['demand:speed', 'value:distance']) :-
    node_in('contribution:bicycle:speed:supply', travel, case(errand, [distance-far]), Node),
    Node = node(_, contribution, _, Premises),
    property(points, Node, -3),
    property(statements, Node, ['bicycle-speed-far']),
    property(tests, Node, [object([constraint-distance, operator-is, values-[far], truth-true])]).
test(claims_and_what_is_also_said, Claims-Also == ['claim-new']-['train-comfort']) :-
    node_in('contribution:train:shelter:supply', travel, case(errand, [weather-wet]), Node),
    property(claims, Node, Claims),
    property(also, Node, Also).
test(penalty, Points-Premises == -1-[]) :-
    node_in('penalty:bike-and-train:both-change', travel, case(errand, []), node(_, penalty, Properties, Premises)),
    memberchk(points-Points, Properties).
test(unmet_prerequisite, Points-Premises == -1-['value:weather']) :-
    node_in('unmet-prerequisite:bicycle:bicycle-dry', travel, case(errand, [weather-wet]), node(_, 'unmet-prerequisite', Properties, Premises)),
    memberchk(points-Points, Properties).
test(interaction_on_a_need, Premises == ['demand:speed', 'value:distance']) :-
    node_in('interaction:bike-and-train:both-speed', travel, case(errand, [distance-far]), node(_, interaction, Properties, Premises)),
    memberchk(points-3, Properties).
test(interaction_that_loses, Premises == ['value:luggage']) :-
    node_in('interaction:bike-and-train:both-carrying', travel, case(errand, [luggage-heavy]), node(_, interaction, Properties, Premises)),
    memberchk(points-(-2), Properties).
test(blocked_by_a_requirement, Premises == ['demand:carriage']) :-
    node_in('blocker:walk:required:carriage:supply', travel, case(errand, [luggage-heavy]), Node),
    Node = node(_, blocker, _, Premises),
    property(statements, Node, ['walk-carriage']).
test(blocked_by_a_prerequisite, Premises == ['value:station']) :-
    node_in('blocker:train:prerequisite:train-station', travel, case(errand, [station-remote]), node(_, blocker, _, Premises)).
test(blocked_by_the_user, Techniques == [bicycle]) :-
    node_in('blocker:tandem:ruled-out', travel, case(errand, [], [], [bicycle]), Node),
    property(techniques, Node, Techniques).
test(blocked_by_something_simpler, Premises == ['technique:bicycle', 'technique:train', 'technique:walk']) :-
    node_in('blocker:bike-and-train:simpler', travel, case(errand, [distance-near]), node(_, blocker, _, Premises0)),
    sort(Premises0, Premises).
test(proviso, Premises == ['value:station']) :-
    node_in('proviso:train:train-station', travel, case(errand, []), Node),
    Node = node(_, proviso, _, Premises),
    property(tests, Node, [object([constraint-station, operator-is, values-[close], truth-unknown])]).
test(unknown_value, Properties == [constraint-station, value-json(null), origin-unknown, claims-[]]) :-
    node_in('value:station', travel, case(errand, []), node(_, value, Properties, [])).
test(stated_value, [true(memberchk(origin-stated, Properties))]) :-
    node_in('value:weather', travel, case(trip, [weather-wet]), node(_, value, Properties, [])).
test(inherited_value, Properties == [constraint-distance, value-middling, origin-inherited, task-commute, typical-'typical-commute', claims-['claim-other']]) :-
    node_in('value:distance', travel, case(commute, []), node(_, value, Properties, [])).
test(assumed_value, [true(memberchk(origin-assumed, Properties))]) :-
    node_in('value:fitness', travel, case(trip, []), node(_, value, Properties, [])).
test(demand, Premises == ['rule:rule-errand', 'rule:rule-far', 'rule:rule-middling']) :-
    node_in('demand:speed', travel, case(errand, [distance-far]), Node),
    Node = node(_, demand, _, Premises0),
    sort(Premises0, Premises),
    property(weight, Node, 3),
    property(statements, Node, ['rule-far']).
test(subsumed_demand, [true(SubsumedBy == [shelter])]) :-
    node_in('demand:comfort', travel, case(trip, [weather-wet, distance-near]), Node),
    property(counts, Node, json(false)),
    property(subsumed_by, Node, SubsumedBy).
test(stated_demand, Premises == ['stated-need:rest']) :-
    node_in('demand:rest', travel, case(trip, [], [rest-2]), node(_, demand, _, Premises)),
    node_in('stated-need:rest', travel, case(trip, [], [rest-2]), node(_, 'stated-need', [need-rest, weight-2], [])).
test(rule_of_a_task, Premises == [task, 'value:weather']) :-
    node_in('rule:rule-school-wet', travel, case('school-run', [weather-wet]), node(_, rule, _, Premises)),
    node_in(task, travel, case('school-run', [weather-wet]), node(_, task, [task-'school-run', lineage-Lineage], [])),
    memberchk(trip, Lineage).
test(rule_that_is_unknown, Truth-Premises == unknown-['value:weather']) :-
    node_in('rule:rule-wet', travel, case(trip, []), Node),
    Node = node(_, rule, _, Premises),
    property(truth, Node, Truth).
test(rule_that_asks_for_a_need, Premises == ['demand:speed']) :-
    node_in('rule:rule-long-ride', travel, case(errand, [distance-far]), node(_, rule, _, Premises)).
test(need_that_nothing_raises, [setup(extended(travel, "demand_rule(x, core, carriage, 3, and([not(needs(rest, [rest], 2)), needs(speed, [speed], 2)])). demand_anchor(always, x).", Base)),
                                Premises == ['demand:speed', 'not-raised:rest']]) :-
    node_in('rule:x', Base, case(errand, [distance-near]), node(_, rule, _, Premises)),
    node_in('not-raised:rest', Base, case(errand, [distance-near]), node(_, 'not-raised', [need-rest], [])).
test(need_that_is_raised_too_weakly, [setup(extended(travel, "demand_rule(x, core, carriage, 3, not(needs(speed, [speed], 4))). demand_anchor(always, x).", Base)),
                                      Premises == ['demand:speed']]) :-
    node_in('rule:x', Base, case(errand, [distance-near]), node(_, rule, _, Premises)).
test(need_that_is_denied, [setup(extended(travel, "demand_rule(x, core, carriage, 3, not(needs(rest, [rest], 1))). demand_anchor(always, x).", Base)),
                           Premises == ['demand:rest']]) :-
    node_in('rule:x', Base, case(errand, [], [rest-0]), node(_, rule, _, Premises)).
test(set_aside_is_no_node, [fail]) :- node_in('penalty:train:train-ticket', travel, case(errand, []), _).
test(summary_is_a_part, [true(Summary \== Full)]) :-
    nodes_in(travel, case(commute, [weather-wet]), full, Full, _),
    nodes_in(travel, case(commute, [weather-wet]), summary, Summary, _),
    forall(( member(node(Id, Kind, Properties, Premises), Summary), Id \== decision ), memberchk(node(Id, Kind, Properties, Premises), Full)),
    findall(Technique, member(node(_, technique, [technique-Technique|_], _), Summary), [_]).

% All that lies below a node, as often as there are ways to it.
below(Id, Nodes, Below) :-
    memberchk(node(Id, _, _, Premises), Nodes),
    below_all(Premises, Nodes, [], Below).

below_all([], _, Below, Below).
below_all([Id|Rest], Nodes, Below0, Below) :-
    (   memberchk(Id, Below0)
    ->  below_all(Rest, Nodes, Below0, Below)
    ;   memberchk(node(Id, _, _, Premises), Nodes),
        append(Premises, Rest, Next),
        below_all(Next, Nodes, [Id|Below0], Below)
    ).

:- end_tests(proof_nodes).
