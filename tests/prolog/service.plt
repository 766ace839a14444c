:- encoding(utf8).
:- module(test_service, []).
:- use_module(library(plunit)).
:- use_module(library(http/json), [atom_json_dict/3]).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/knowledge', [knowledge_exists/1]).
:- use_module('../../engine/prolog/service').
:- use_module(fixtures).

reply(Request, Reply) :-
    answer(Request, Text),
    atom_json_dict(Text, Reply, [value_string_as(atom)]).

request(Operation, Reply) :-
    request(1, 10 000, 100 000 000, Operation, Reply).

request(Job, Milliseconds, Inferences, Operation, Reply) :-
    format(string(Request), "~q.", [request(Job, Milliseconds, Inferences, Operation)]),
    reply(Request, Reply).

fault(Reply, Fault) :- get_dict(error, Reply, Error), get_dict(kind, Error, Fault).

limit(Reply, Limit) :- get_dict(error, Reply, Error), get_dict(limit, Error, Limit).

% The solution of Goal, on a thread of its own.
in_a_thread(Goal, Solution) :-
    thread_create(( call(Goal), thread_exit(Solution) ), Thread, []),
    thread_join(Thread, exited(Solution)).

recommend(Base, Operation) :-
    Operation = recommend(Base, case(commute, [v(weather, wet, stated)], [n(rest, 1)], [tandem], [core, later]), 1, full).

% So many sets of changes and statements that deciding takes seconds.
heavy(Base) :-
    Base = heavy,
    (   knowledge_exists(heavy)
    ->  true
    ;   findall(Text, heavy_part(Text), Texts),
        atomic_list_concat(["load(1, heavy). pack(core, 0). threshold(strong, 3). threshold(required, 4). task(t). "|Texts], Facts),
        answer(Facts, Reply),
        sub_string(Reply, _, _, _, "facts"), !
    ).

heavy_part(Text) :-
    between(1, 40, N),
    format(string(Text), "constraint(c~w, plain, 1, [x, y, z, w, v]). ", [N]).
heavy_part(Text) :-
    between(1, 60, N),
    C is N mod 40 + 1,
    format(string(Text), "need(n~w, requirement). demand_rule(r~w, core, n~w, 1, value(c~w, is, [x], [x])). demand_anchor(always, r~w). ", [N, N, N, C, N]).
heavy_part(Text) :-
    between(1, 60, N),
    format(string(Text), "technique(t~w, ~w). ", [N, N]).
heavy_part(Text) :-
    between(1, 60, N), between(1, 60, T), (N + T) mod 3 =\= 0,
    C is (N * T) mod 40 + 1,
    Place is (N + T) mod 5,
    nth0(Place, [x, y, z, w, v], Value),
    format(string(Text), "contribution(n~w, t~w, 'g~w-~w', core, supply, 1, value(c~w, is, [~w], [~w])). ", [N, T, N, T, C, Value, Value]).

deciding(heavy, changes(heavy, case(t, [], [], [], [core]), t60, 3, true)).

:- begin_tests(answer, [setup(world(travel))]).

test(ping, Reply == "{\"pong\":true}") :- answer("request(1, 1000, 100000, ping).", Reply).
test(load, Count == 2) :- reply("load(1, 'service-load').\ntask(a).\ntask(b).\n", Reply), get_dict(facts, Reply, Count).
test(load_refuses_code, Fault == domain_error) :-
    reply("load(1, 'service-bad').\ntask(a) :- halt.\n", Reply),
    fault(Reply, Fault).
test(unload, Fault == 'no-such-knowledge') :-
    reply("load(1, 'service-unload').\ntask(a).\n", _),
    request(unload('service-unload'), _),
    recommend('service-unload', Operation),
    request(Operation, Reply),
    fault(Reply, Fault).
test(recommend, Winners == [train]) :-
    recommend(travel, Operation),
    request(Operation, Reply),
    get_dict(winners, Reply, Winners).
test(every_part_of_a_reply, Keys == [advice, confidence, conflicts, demands, proof, question, ranking, set_aside, steps, tradeoffs, values, variant, winners]) :-
    recommend(travel, Operation),
    request(Operation, Reply),
    dict_keys(Reply, Keys).
test(proof_only_if_asked_for, Proof == null) :-
    request(recommend(travel, case(none, [], [], [], [core]), 1, none), Reply),
    get_dict(proof, Reply, Proof).
test(same_request_same_reply, First == Second) :-
    recommend(travel, Operation),
    format(string(Request), "~q.", [request(1, 10 000, 100 000 000, Operation)]),
    answer(Request, First),
    answer(Request, Second).
test(unknown_base, Fault == 'no-such-knowledge') :-
    recommend('no-such-base', Operation),
    request(Operation, Reply),
    fault(Reply, Fault).
test(module_that_is_no_base, Fault == 'no-such-knowledge') :-
    recommend(lists, Operation),
    request(Operation, Reply),
    fault(Reply, Fault).
test(circular_needs, [setup(loaded("pack(core, 0). threshold(strong, 3). threshold(required, 4). need(a, requirement).
                                    demand_rule(r, core, a, 1, needs(a, [a], 1)). demand_anchor(always, r).", Base)), Fault == 'circular-needs']) :-
    request(recommend(Base, case(none, [], [], [], [core]), 1, full), Reply),
    fault(Reply, Fault).
test(garbage, [forall(member(Request, ["", " ", ".", "garbage", "garbage.", "X.", "[].", "1.", "request(1, 2).", "request(", "'", "\"", "/* ",
                                       "halt.", ":- halt.", "prepare(x).", "load(1, X). task(a).", "request(1, x, 100, ping).",
                                       "request(1, 1000, 100000, halt).", "request(1, 1000, 100000, Goal).", "request(1, 1000, 100000, recommend(travel)).",
                                       "request(1, 1000, 100000, recommend(travel, nonsense, 1, full)).", "request(1, 1000, 100000, recommend(travel, X, 1, full)).",
                                       "\u0000", "\u00e4\u6f22(", "a b c."])),
               true(atom(Fault))]) :-
    reply(Request, Reply),
    fault(Reply, Fault).
test(usable_after_garbage, Pong == true) :-
    reply("request(", _),
    request(ping, Reply),
    get_dict(pong, Reply, Pong).
test(nothing_of_prolog_in_a_failure, [fail]) :-
    answer("load(1, x). secret_predicate(secret).", Text),
    ( Word = "secret" ; Word = "/" ; Word = "context" ),
    sub_string(Text, _, _, _, Word).
test(limit_of_time, Limit == time) :-
    heavy(Base), deciding(Base, Operation),
    request(1, 20, 1 000 000 000, Operation, Reply),
    limit(Reply, Limit).
test(limit_of_inferences, Limit == inferences) :-
    heavy(Base), deciding(Base, Operation),
    request(1, 60 000, 10 000, Operation, Reply),
    limit(Reply, Limit).
test(limit_of_memory, Limit-Second == memory-"{\"pong\":true}") :-
    heavy(Base), deciding(Base, Operation),
    format(string(Request), "~q.", [request(1, 60 000, 1 000 000 000, Operation)]),
    in_a_thread(( answer("prepare(1000000).", _), answer(Request, First), answer("request(2, 1000, 1000000, ping).", Second) ), [First, Second]),
    atom_json_dict(First, Failed, [value_string_as(atom)]),
    limit(Failed, Limit).
test(prepare, Reply == "{\"ready\":true}") :-
    current_prolog_flag(stack_limit, Bytes),
    format(string(Request), "prepare(~d).", [Bytes]),
    answer(Request, Reply).

dict_keys(Dict, Keys) :-
    dict_pairs(Dict, _, Pairs),
    findall(Key, member(Key-_, Pairs), Keys).

:- end_tests(answer).

:- begin_tests(cancel).

% Answers Job on another thread; Goal is called with that thread while it is under way.
meanwhile(Job, Milliseconds, Goal, Reply) :-
    heavy(Base), deciding(Base, Operation),
    thread_create(( request(Job, Milliseconds, 10 000 000 000, Operation, Answer), thread_exit(Answer) ), Thread, []),
    sleep(0.1),
    thread_property(Thread, id(Id)),
    call(Goal, Id),
    thread_join(Thread, exited(Reply)).

cancel_job(Job, Thread) :-
    number_string(Thread, ThreadText),
    number_string(Job, JobText),
    cancel(ThreadText, JobText).

seconds(Goal, Seconds) :-
    get_time(Start),
    call(Goal),
    get_time(End),
    Seconds is End - Start.

test(gives_up, [true(Seconds < 5)]) :-
    seconds(meanwhile(7, 60 000, cancel_job(7), Reply), Seconds),
    limit(Reply, time).
test(other_job_is_left_alone, [true(Seconds >= 0.6)]) :-
    % only its own limit ends it
    seconds(meanwhile(7, 600, cancel_job(8), Reply), Seconds),
    limit(Reply, time).
test(idle_thread_goes_on, Reply == "{\"pong\":true}") :-
    thread_self(Self),
    thread_property(Self, id(Id)),
    cancel_job(9, Id),
    answer("request(10, 1000, 1000000, ping).", Reply).

:- end_tests(cancel).
