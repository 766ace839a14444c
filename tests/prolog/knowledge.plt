:- encoding(utf8).
:- module(test_knowledge, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/knowledge').
:- use_module(fixtures).

load_into(Base, Text, Count) :-
    setup_call_cleanup(open_string(Text, Stream), knowledge_load(Base, Stream, Count), close(Stream)).

changes_in(Text, Changes) :-
    setup_call_cleanup(open_string(Text, Stream), knowledge_changes(Stream, Changes), close(Stream)).

% Found is what Template is after Goal on another thread.
in_a_thread(Goal, Template, Found) :-
    thread_create(( call(Goal), thread_exit(Template) ), Thread, []),
    thread_join(Thread, exited(Found)).

:- begin_tests(knowledge_load).

test(counts, [cleanup(knowledge_unload('load-counts')), Count-Needs == 2-[a]]) :-
    load_into('load-counts', "need(a, requirement). task(t).", Count),
    findall(Need, 'load-counts':need(Need, _), Needs).
test(comments_and_nothing, [cleanup(knowledge_unload('load-empty')), Count == 0]) :-
    load_into('load-empty', "% nothing\n", Count).
test(replaces_what_was_there, [cleanup(knowledge_unload('load-twice')), Needs == [b]]) :-
    load_into('load-twice', "need(a, requirement).", _),
    load_into('load-twice', "need(b, requirement).", _),
    findall(Need, 'load-twice':need(Need, _), Needs).
test(every_form_can_be_asked, [cleanup(knowledge_unload('load-forms')), true]) :-
    load_into('load-forms', "task(t).", _),
    \+ 'load-forms':overrules(_, _, _, _),
    \+ 'load-forms':tradeoff(_, _, _, _, _, _, _).
test(unknown_name, [error(domain_error(fact, ill))]) :- load_into('load-bad', "ill(a).", _).
test(wrong_arity, [error(domain_error(fact, need))]) :- load_into('load-bad', "need(a).", _).
test(rule, [error(domain_error(fact, ':-'))]) :- load_into('load-bad', "task(t) :- halt.", _).
test(directive, [error(domain_error(fact, ':-'))]) :- load_into('load-bad', ":- halt.", _).
test(other_module, [error(domain_error(fact, ':'))]) :- load_into('load-bad', "user:task(t).", _).
test(variable_within, [error(instantiation_error)]) :- load_into('load-bad', "task(X).", _).
test(variable, [error(instantiation_error)]) :- load_into('load-bad', "X.", _).
test(number, [error(type_error(callable, 3))]) :- load_into('load-bad', "3.", _).
test(syntax, [error(syntax_error(_))]) :- load_into('load-bad', "task(a b).", _).
test(refused_facts_leave_nothing, [fail]) :-
    catch(load_into('load-half', "need(a, requirement). ill(a).", _), error(domain_error(_, _), _), true),
    (   knowledge_exists('load-half')
    ;   catch('load-half':need(_, _), error(existence_error(_, _), _), fail)
    ).

:- end_tests(knowledge_load).

:- begin_tests(knowledge_unload).

test(nothing_stays, Tasks == []) :-
    load_into('unload-it', "task(a). task(b).", _),
    knowledge_unload('unload-it'),
    findall(Task, 'unload-it':task(Task), Tasks).
test(never_loaded, true) :- knowledge_unload('unload-nothing').
test(others_stay, [cleanup(knowledge_unload('unload-other')), Tasks == [b]]) :-
    load_into('unload-one', "task(a).", _),
    load_into('unload-other', "task(b).", _),
    knowledge_unload('unload-one'),
    findall(Task, 'unload-other':task(Task), Tasks).

:- end_tests(knowledge_unload).

:- begin_tests(knowledge_changes).

test(nothing, Changes == []) :- changes_in("", Changes).
test(both_ways, Changes == [remove(task(a)), add(task(b))]) :- changes_in("remove(task(a)). add(task(b)).", Changes).
test(no_fact, [error(domain_error(fact, ill))]) :- changes_in("add(ill(a)).", _).
test(no_change, [error(domain_error(change, task(a)))]) :- changes_in("task(a).", _).
test(rule, [error(domain_error(fact, ':-'))]) :- changes_in("add((task(t) :- halt)).", _).
test(variable, [error(instantiation_error)]) :- changes_in("add(task(_)).", _).

:- end_tests(knowledge_changes).

:- begin_tests(knowledge_change).

test(facts_come_and_go, [setup(load_into(changing, "task(a). task(b).", _)), cleanup(knowledge_unload(changing)), Tasks == [b, c]]) :-
    knowledge_change(changing, 0, 1, [remove(task(a)), add(task(c))]),
    findall(Task, changing:task(Task), Tasks).
test(one_after_the_other, [setup(load_into(changing, "task(a).", _)), cleanup(knowledge_unload(changing)), Tasks == [a]]) :-
    knowledge_change(changing, 0, 1, [add(task(b))]),
    knowledge_change(changing, 1, 2, [remove(task(b))]),
    findall(Task, changing:task(Task), Tasks).
test(of_another_state, [setup(load_into(changing, "task(a).", _)), cleanup(knowledge_unload(changing)), error(existence_error(state, 7))]) :-
    knowledge_change(changing, 7, 8, [add(task(b))]).
test(all_or_nothing, [setup(load_into(changing, "task(a).", _)), cleanup(knowledge_unload(changing)), Error-Tasks == fact-[a]]) :-
    catch(knowledge_change(changing, 0, 1, [add(task(b)), remove(task(z))]), error(existence_error(Error, _), _), true),
    findall(Task, changing:task(Task), Tasks),
    knowledge_change(changing, 0, 1, []).

:- end_tests(knowledge_change).

:- begin_tests(knowledge_suppose).

test(here_and_gone, [setup(load_into(supposing, "task(a).", _)), cleanup(knowledge_unload(supposing)), Here-After == [b]-[a]]) :-
    snapshot(( knowledge_suppose(supposing, 0, [remove(task(a)), add(task(b))]),
               findall(Task, supposing:task(Task), Here) )),
    findall(Task, supposing:task(Task), After).
test(of_another_state, [setup(load_into(supposing, "task(a).", _)), cleanup(knowledge_unload(supposing)), error(existence_error(state, 3))]) :-
    snapshot(knowledge_suppose(supposing, 3, [])).
test(others_see_nothing, [setup(load_into(supposing, "task(a).", _)), cleanup(knowledge_unload(supposing)), Seen == [a]]) :-
    snapshot(( knowledge_suppose(supposing, 0, [remove(task(a))]),
               in_a_thread(findall(Task, supposing:task(Task), Tasks), Tasks, Seen) )).
test(it_stays_what_it_was, [setup(load_into(supposing, "task(a).", _)), cleanup(knowledge_unload(supposing)), Before-After == [a]-[a, b]]) :-
    snapshot(( knowledge_suppose(supposing, 0, []),
               in_a_thread(knowledge_change(supposing, 0, 1, [add(task(b))]), done, _),
               findall(Task, supposing:task(Task), Before) )),
    findall(Task, supposing:task(Task), After).

:- end_tests(knowledge_suppose).

:- begin_tests(knowledge_foundation).

founding("task(a). need(n, requirement). technique(t, 1). claim(old, p). claim(new, p). overrules(r, p, old, [new]).").

changed_by(Changes, One, Other) :-
    founding(Text),
    load_into(founded, Text, _),
    knowledge_foundation(founded, One),
    in_a_thread(knowledge_change(founded, 0, 1, Changes), done, _),
    knowledge_foundation(founded, Other).

test(same_while_nothing_changes, [cleanup(knowledge_unload(founded)), One == Other]) :-
    changed_by([], One, Other).
test(same_after_what_only_cases_read, [forall(member(Fact, [task(b), demand_rule(i, p, n, 2, task(b)), demand_anchor(task(b), i), based_on(rule, i, c), claim(c, p)])),
                                       cleanup(knowledge_unload(founded)), One == Other]) :-
    changed_by([add(Fact)], One, Other).
test(another_after_what_is_prepared, [forall(member(Fact, [need(m, requirement), technique(u, 2), contribution(n, t, c, p, supply, 2, true), pack(q, 1),
                                                           based_on(contribution, c, old), claim(new, q), overrules(s, p, c, [old])])),
                                      cleanup(knowledge_unload(founded)), true(One \== Other)]) :-
    changed_by([add(task(b)), add(Fact)], One, Other).
test(another_when_it_goes, [cleanup(knowledge_unload(founded)), true(One \== Other)]) :-
    changed_by([remove(technique(t, 1))], One, Other).
test(another_when_loaded_again, [cleanup(knowledge_unload(founded)), true(One \== Other)]) :-
    load_into(founded, "task(a).", _), knowledge_foundation(founded, One),
    load_into(founded, "task(a).", _), knowledge_foundation(founded, Other).
test(none_while_supposing, [setup(load_into(founded, "need(a, requirement).", _)), cleanup(knowledge_unload(founded)), fail]) :-
    snapshot(( knowledge_suppose(founded, 0, [remove(need(a, requirement))]), knowledge_foundation(founded, _) )).
test(same_while_supposing_what_only_cases_read, [setup(load_into(founded, "task(a).", _)), cleanup(knowledge_unload(founded)), One == Other]) :-
    knowledge_foundation(founded, One),
    snapshot(( knowledge_suppose(founded, 0, [remove(task(a))]), knowledge_foundation(founded, Other) )).
test(none_without_a_base, fail) :- knowledge_foundation(nowhere, _).

:- end_tests(knowledge_foundation).

:- begin_tests(knowledge_exists).

test(loaded, [cleanup(knowledge_unload('exists-now'))]) :-
    load_into('exists-now', "task(a).", _),
    knowledge_exists('exists-now').
test(never_loaded, [fail]) :- knowledge_exists('exists-never').
test(module_of_ours, [fail]) :- knowledge_exists(lists).
test(unloaded, [fail]) :-
    load_into('exists-no-more', "need(a, requirement).", _),
    knowledge_unload('exists-no-more'),
    knowledge_exists('exists-no-more').

:- end_tests(knowledge_exists).

:- begin_tests(task_levels, [setup(world(travel))]).

test(nearest_first, Levels == [['school-run'], [commute, outing], [trip]]) :- task_levels(travel, 'school-run', Levels).
test(top, Levels == [[trip]]) :- task_levels(travel, trip, Levels).
test(no_task, Levels == []) :- task_levels(travel, none, Levels).
test(cycle_ends, [setup(loaded("task_broader(a, b). task_broader(b, c). task_broader(c, a).", Base)), Levels == [[a], [b], [c]]]) :-
    task_levels(Base, a, Levels).
test(shortest_way_counts, [setup(loaded("task_broader(a, b). task_broader(b, c). task_broader(a, c).", Base)), Levels == [[a], [b, c]]]) :-
    task_levels(Base, a, Levels).

:- end_tests(task_levels).

:- begin_tests(need_narrower, [setup(world(travel))]).

test(itself_and_narrower, Needs == [comfort, rest, shelter]) :- need_narrower(travel, comfort, Needs).
test(itself_only, Needs == [rest]) :- need_narrower(travel, rest, Needs).
test(all_the_way_down, [setup(loaded("need_broader(b, a). need_broader(c, b).", Base)), Needs == [a, b, c]]) :-
    need_narrower(Base, a, Needs).
test(cycle_ends, [setup(loaded("need_broader(a, b). need_broader(b, a).", Base)), Needs == [a, b]]) :-
    need_narrower(Base, a, Needs).

:- end_tests(need_narrower).

:- begin_tests(need_levels, [setup(world(travel))]).

test(broader_after, Levels == [[shelter], [comfort]]) :- need_levels(travel, shelter, Levels).
test(one_level, Levels == [[speed]]) :- need_levels(travel, speed, Levels).
test(nearest_level, [setup(loaded("need_broader(a, b). need_broader(a, c). need_broader(b, d). need_broader(c, d). need_broader(b, c).", Base)),
                     Levels == [[a], [b, c], [d]]]) :-
    need_levels(Base, a, Levels).
test(cycle_ends, [setup(loaded("need_broader(a, b). need_broader(b, a).", Base)), Levels == [[a], [b]]]) :-
    need_levels(Base, a, Levels).

:- end_tests(need_levels).

:- begin_tests(technique_atoms, [setup(world(travel))]).

test(plain, Atoms == [walk]) :- technique_atoms(travel, walk, Atoms).
test(composite, Atoms == [bicycle, 'bike-and-train', train]) :- technique_atoms(travel, 'bike-and-train', Atoms).
test(nested, [setup(loaded("technique_part(x, y). technique_part(x, a). technique_part(y, b). technique_part(y, a).", Base)),
              Atoms == [a, b, x, y]]) :-
    technique_atoms(Base, x, Atoms).
test(cycle_ends, [setup(loaded("technique_part(x, y). technique_part(y, x).", Base)), Atoms == [x, y]]) :-
    technique_atoms(Base, x, Atoms).

:- end_tests(technique_atoms).

:- begin_tests(technique_elements, [setup(world(travel))]).

test(plain, Elements == [walk]) :- technique_elements(travel, walk, Elements).
test(composite, Elements == [bicycle, train]) :- technique_elements(travel, 'bike-and-train', Elements).
test(nested, [setup(loaded("technique_part(x, y). technique_part(x, a). technique_part(y, b). technique_part(y, a).", Base)),
              Elements == [a, b]]) :-
    technique_elements(Base, x, Elements).

:- end_tests(technique_elements).

:- begin_tests(technique_families, [setup(world(travel))]).

test(variant, Families == [tandem, bicycle]) :- technique_families(travel, tandem, Families).
test(family, Families == [bicycle]) :- technique_families(travel, bicycle, Families).
test(variant_of_a_variant, [setup(loaded("technique_refines(c, b). technique_refines(b, a).", Base)), Families == [c, b, a]]) :-
    technique_families(Base, c, Families).
test(cycle_ends, [setup(loaded("technique_refines(a, b). technique_refines(b, a).", Base)), Families == [a, b]]) :-
    technique_families(Base, a, Families).

:- end_tests(technique_families).
