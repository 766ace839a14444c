:- encoding(utf8).
:- module(test_prepared, []).
:- use_module(library(plunit)).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/knowledge').
:- use_module('../../engine/prolog/prepared').
:- use_module(fixtures).

prepared_in(Base, Description, Prepared) :-
    case_in(Base, Description, Case),
    prepared_of(Case, Prepared).

technique_in(Base, Description, Name, Technique) :-
    prepared_in(Base, Description, prepared(_, _, Techniques, _)),
    Technique = technique(Name, _, _, _, _, _, _, _, _),
    memberchk(Technique, Techniques).

one_technique("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(n, requirement). technique(a, 1). contribution(n, a, c, core, supply, 2, true).").

change(Base, Text) :-
    open_string(Text, Stream),
    knowledge_changes(Stream, Changes),
    knowledge:state(Base, State),
    Next is State + 1,
    knowledge_change(Base, State, Next, Changes).

degree_of(Base, Degree) :-
    technique_in(Base, case(none, []), a, technique(_, _, _, _, Settled, _, _, _, _)),
    get_dict(n, Settled, settled([gives(supply, Degree, _, _, _)])).

:- begin_tests(prepared_of, [setup(world(travel))]).

test(simplest_first, Complexities == Sorted) :-
    prepared_in(travel, case(none, []), prepared(_, _, Techniques, _)),
    findall(Complexity, member(technique(_, Complexity, _, _, _, _, _, _, _), Techniques), Complexities),
    msort(Complexities, Sorted).
test(narrower_needs_without_the_need_itself, [forall(travel:need(Need, _))]) :-
    prepared_in(travel, case(none, []), prepared(Needs, _, _, _)),
    get_dict(Need, Needs, need(_, Narrower)),
    \+ memberchk(Need, Narrower).
test(the_same_whatever_the_case, One == Two) :-
    prepared_in(travel, case(trip, [weather-wet], [speed-2]), One),
    prepared_in(travel, case(none, []), Two).
test(packs_tell_cases_apart, true(One \== Two)) :-
    prepared_in(travel, case(none, [], [], [], [core]), One),
    prepared_in(travel, case(none, [], [], [], [core, later]), Two).
test(a_variant_has_what_its_family_has, Conditions == Family) :-
    technique_in(travel, case(none, []), tandem, technique(_, _, bicycle, _, _, _, Conditions, _, _)),
    technique_in(travel, case(none, []), bicycle, technique(_, _, none, _, _, _, Family, _, _)).
test(follows_changes, [Before, After] == [2, 1]) :-
    one_technique(Facts), loaded(Facts, Base),
    degree_of(Base, Before),
    change(Base, "remove(contribution(n, a, c, core, supply, 2, true)). add(contribution(n, a, c, core, supply, 1, true))."),
    degree_of(Base, After).
test(follows_a_load_under_the_same_name, [Before, After] == [2, 1]) :-
    one_technique(Facts), loaded(Facts, Base),
    degree_of(Base, Before),
    open_string("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(n, requirement). technique(a, 1). contribution(n, a, c, core, supply, 1, true).", Stream),
    knowledge_load(Base, Stream, _),
    degree_of(Base, After).
test(what_is_supposed_is_not_kept, [Supposed, After] == [1, 2]) :-
    one_technique(Facts), loaded(Facts, Base),
    degree_of(Base, 2),
    knowledge:state(Base, State),
    findall(Degree,
            snapshot(( knowledge_suppose(Base, State, [remove(contribution(n, a, c, core, supply, 2, true)), add(contribution(n, a, c, core, supply, 1, true))]),
                       degree_of(Base, Degree) )),
            [Supposed]),
    degree_of(Base, After).
test(keeps_a_few_only, true(Kept =< 4)) :-
    one_technique(Facts),
    forall(between(1, 6, _), ( loaded(Facts, Base), degree_of(Base, 2) )),
    nb_getval(prepared, Entries),
    length(Entries, Kept).

:- end_tests(prepared_of).
