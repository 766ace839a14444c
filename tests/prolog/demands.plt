:- encoding(utf8).
:- module(test_demands, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/case').
:- use_module('../../engine/prolog/demands').
:- use_module('../../engine/prolog/problem').
:- use_module(fixtures).

demands_in(Base, Description, Demands) :-
    case_in(Base, Description, Case),
    problem_of(Case, problem(Rules, Needs, _, _)),
    case_view(Case, View0),
    needs_raised(Rules, Case, View0, Fired, View),
    demands_of(Fired, Needs, Case, View, Demands).

demand_for(Need, Base, Description, demand(Need, Weight, Counts, By, Also, Unknown)) :-
    demands_in(Base, Description, Demands),
    memberchk(demand(Need, Weight, Counts, By, Also, Unknown), Demands).

raised_in(Base, Description, Fired, View) :-
    case_in(Base, Description, Case),
    problem_of(Case, problem(Rules, _, _, _)),
    case_view(Case, View0),
    needs_raised(Rules, Case, View0, Fired0, View),
    sort(Fired0, Fired).

:- begin_tests(needs_raised, [setup(world(travel))]).

test(greatest_weight, Weight == 3) :-
    raised_in(travel, case(errand, [distance-far]), _, view(_, _, Raised, _)),
    get_dict(speed, Raised, Weight).
test(each_rule_with_its_truth,
     Fired == [ fired(carriage, 4, 'rule-heavy', unknown), fired(exercise, 1, 'rule-fit', true), fired(rest, 2, 'rule-long-ride', false),
                fired(shelter, 3, 'rule-wet', unknown), fired(speed, 1, 'rule-middling', true), fired(speed, 2, 'rule-errand', true) ]) :-
    raised_in(travel, case(errand, [distance-middling]), Fired, _).
test(unknown_is_possible, Possible == possible{carriage: 4, shelter: 3}) :-
    raised_in(travel, case(errand, [distance-near]), _, view(_, _, _, Possible)).
test(dependent_rule_fires_after_what_it_asks_for, Weight == 2) :-
    raised_in(travel, case(errand, [distance-far]), _, view(_, _, Raised, _)),
    get_dict(rest, Raised, Weight).
test(dependent_rule_of_a_stated_need, Weight == 2) :-
    raised_in(travel, case(errand, [distance-near], [speed-3]), _, view(_, _, Raised, _)),
    get_dict(rest, Raised, Weight).
test(stated_need, Weight == 2) :-
    raised_in(travel, case(errand, [weather-wet], [shelter-2]), _, view(_, _, Raised, _)),
    get_dict(shelter, Raised, Weight).
test(denied_need, [fail]) :-
    raised_in(travel, case(errand, [weather-wet], [shelter-0]), _, view(_, _, Raised, _)),
    get_dict(shelter, Raised, _).
test(dependent_rules_in_order_of_dependence,
     [setup(loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(a, requirement). need(b, requirement). need(c, requirement).
                    need(d, requirement).
                    demand_rule(r1, core, a, 1, needs(b, [b], 1)). demand_anchor(always, r1).
                    demand_rule(r2, core, b, 1, needs(c, [c], 1)). demand_anchor(always, r2).
                    demand_rule(r3, core, c, 1, not(needs(d, [d], 1))). demand_anchor(always, r3).", Base)),
      Raised == raised{a: 1, b: 1, c: 1}]) :-
    raised_in(Base, case(none, []), _, view(_, _, Raised, _)).
test(circular, [setup(loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(a, requirement). need(b, requirement).
                              demand_rule(r1, core, a, 1, needs(b, [b], 1)). demand_anchor(always, r1).
                              demand_rule(r2, core, b, 1, not(needs(a, [a], 1))). demand_anchor(always, r2).", Base)),
                error(domain_error(acyclic_needs, _))]) :-
    raised_in(Base, case(none, []), _, _).
test(without_a_task_its_rules_may_raise, [setup(extended(travel, "demand_rule(x, core, rest, 1, needs(speed, [speed], 2)). demand_anchor(always, x).", Base)),
                                          Truths == [unknown, false]]) :-
    raised_in(Base, case(none, [distance-near]), Fired, _),
    memberchk(fired(rest, 1, x, AtLeastTwo), Fired),
    memberchk(fired(rest, 2, 'rule-long-ride', AtLeastThree), Fired),
    Truths = [AtLeastTwo, AtLeastThree].

:- end_tests(needs_raised).

:- begin_tests(rule_depends_on_needs).

test(tests_a_need) :- rule_depends_on_needs(rule(r, a, 1, and([true, not(needs(b, [b], 1))]))).
test(tests_none, [fail]) :- rule_depends_on_needs(rule(r, a, 1, task(t))).

:- end_tests(rule_depends_on_needs).

:- begin_tests(rules_fired).

test(raises_and_makes_possible, View == view([], values{size: small}, raised{a: 2, b: 1}, possible{c: 3})) :-
    Open = value(colour, is, [red], [red]),
    rules_fired([ rule(r1, a, 1, true), rule(r2, a, 2, true), rule(r3, b, 1, value(size, is, [small], [small])),
                  rule(r4, b, 4, value(size, is, [large], [large])), rule(r5, c, 3, Open) ],
                view([], values{size: small}, raised{}, possible{}), View).
test(nothing, View == view([], values{}, raised{}, possible{})) :-
    rules_fired([], view([], values{}, raised{}, possible{}), View).

:- end_tests(rules_fired).

:- begin_tests(dependent_fired, [setup(world(travel))]).

test(none, View == view([], values{}, raised{}, possible{})) :-
    dependent_fired([], view([], values{}, raised{}, possible{}), View).
test(in_order, Raised == raised{a: 1, b: 2, c: 3}) :-
    dependent_fired([rule(r1, a, 1, needs(b, [b], 2)), rule(r2, b, 2, needs(c, [c], 1))],
                    view([trip], values{}, raised{c: 3}, possible{}), view(_, _, Raised, _)).
test(circular, [error(domain_error(acyclic_needs, _))]) :-
    dependent_fired([rule(r1, a, 1, needs(a, [a], 1))], view([trip], values{}, raised{}, possible{}), _).
test(as_needs_raised, [forall(member(Distance, [near, middling, far])), Raised == Raised0]) :-
    case_in(travel, case(commute, [distance-Distance]), Case),
    problem_of(Case, problem(Rules, _, _, _)),
    case_view(Case, View),
    needs_raised(Rules, Case, View, _, view(_, _, Raised0, _)),
    partition(rule_depends_on_needs, Rules, Dependent, Plain),
    rules_fired(Plain, View, View1),
    dependent_fired(Dependent, View1, view(_, _, Raised, _)).

:- end_tests(dependent_fired).

:- begin_tests(needs_counted, [setup(world(travel))]).

counted(Raised, Counted) :-
    case_in(travel, case(none, []), Case),
    needs_counted(needs{comfort: need(requirement, [rest, shelter]), shelter: need(requirement, []), rest: need(requirement, [])},
                  Case, view([], values{}, Raised, possible{}), Counted0),
    msort(Counted0, Counted).

test(subsumed_by_an_equal_narrower_need, Counted == [shelter-2]) :- counted(raised{comfort: 2, shelter: 2}, Counted).
test(subsumed_by_a_stronger_narrower_need, Counted == [shelter-3]) :- counted(raised{comfort: 2, shelter: 3}, Counted).
test(not_subsumed_by_a_weaker_one, Counted == [comfort-2, shelter-1]) :- counted(raised{comfort: 2, shelter: 1}, Counted).
test(one_narrower_is_enough, Counted == [rest-2, shelter-1]) :- counted(raised{comfort: 2, shelter: 1, rest: 2}, Counted).

:- end_tests(needs_counted).

:- begin_tests(demands_of, [setup(world(travel))]).

test(greatest_weight_and_corroboration, Demand == demand(speed, 3, counts, ['rule-far'], ['rule-errand', 'rule-middling'], [])) :-
    demand_for(speed, travel, case(errand, [distance-far]), demand(Need, Weight, Counts, By, Also0, Unknown)),
    msort(Also0, Also),
    Demand = demand(Need, Weight, Counts, By, Also, Unknown).
test(equal_rules_share, [setup(extended(travel, "demand_rule('rule-again', later, speed, 3, true). demand_anchor(always, 'rule-again').", Base)),
                         By == ['rule-again', 'rule-far']]) :-
    demand_for(speed, Base, case(errand, [distance-far]), demand(_, _, _, By, _, _)).
test(unknown_rules_are_listed, Demand == demand(shelter, 0, counts, [], [], ['rule-wet'])) :-
    demand_for(shelter, travel, case(errand, []), Demand).
test(unknown_beside_fired, By-Unknown == ['rule-errand']-['rule-far', 'rule-middling']) :-
    demand_for(speed, travel, case(errand, []), demand(_, 2, counts, By, [], Unknown0)),
    msort(Unknown0, Unknown).
test(stated, Demand == demand(shelter, 2, counts, stated, [], [])) :-
    demand_for(shelter, travel, case(errand, [weather-wet], [shelter-2]), Demand).
test(denied, Demand == demand(shelter, 0, counts, stated, [], [])) :-
    demand_for(shelter, travel, case(errand, [weather-wet], [shelter-0]), Demand).
test(subsumed, Demand == demand(comfort, 1, subsumed([shelter]), ['rule-trip'], [], [])) :-
    demand_for(comfort, travel, case(trip, [weather-wet, distance-near]), Demand).
test(stated_broader_need_is_subsumed, Demand == demand(comfort, 2, subsumed([shelter]), stated, [], [])) :-
    demand_for(comfort, travel, case(errand, [weather-wet, distance-near], [comfort-2]), Demand).
test(denied_narrower_need_subsumes_nothing, Demand == demand(comfort, 1, counts, ['rule-trip'], [], [])) :-
    demand_for(comfort, travel, case(trip, [weather-wet, distance-near], [shelter-0]), Demand).
test(sorted_by_need, Needs == Sorted) :-
    demands_in(travel, case('school-run', [weather-wet, distance-far, luggage-heavy]), Demands),
    findall(Need, member(demand(Need, _, _, _, _, _), Demands), Needs),
    sort(Needs, Sorted).
test(what_tasks_could_raise_is_no_demand, Needs == [carriage, exercise, rest, shelter, speed]) :-
    needs_everywhere(Facts), extended(travel, Facts, Base),
    demands_in(Base, case(none, []), Demands),
    findall(Need, ( member(demand(Need, _, _, By, Also, Unknown), Demands), \+ memberchk(by_task, By), \+ memberchk(by_task, Also), \+ memberchk(by_task, Unknown), Need \== freedom ), Needs).
test(rules_of_an_inactive_pack_do_not_fire, [setup(extended(travel, "demand_rule(x, later, exercise, 4, true). demand_anchor(always, x).", Base)),
                                             By == ['rule-fit']]) :-
    demand_for(exercise, Base, case(none, [], [], [], [core]), demand(_, _, _, By, _, _)).

:- end_tests(demands_of).

:- begin_tests(rules_in_order).

staged(Rules, Stages) :-
    rules_in_order(Rules, Stages0),
    findall(Ids, ( member(Stage, Stages0), findall(Id, member(rule(Id, _, _, _), Stage), Ids) ), Stages).

test(none, Stages == []) :- staged([], Stages).
test(after_all_that_could_raise_what_they_test, Stages == [[a, d], [b], [c]]) :-
    staged([rule(c, third, 1, needs(second, [second], 1)), rule(b, second, 1, not(needs(first, [first], 1))),
            rule(a, first, 1, needs(other, [other], 1)), rule(d, first, 2, needs(other, [other], 2))],
           Stages0),
    maplist(msort, Stages0, Stages).
test(circular, [error(domain_error(acyclic_needs, _))]) :-
    staged([rule(a, first, 1, needs(second, [second], 1)), rule(b, second, 1, needs(first, [first], 1))], _).

:- end_tests(rules_in_order).
