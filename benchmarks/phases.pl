:- encoding(utf8).
:- module(phases, [phases/3]).          % +Requests, +Extent, +Times
:- use_module(library(lists)).

/** <module> The steps of a recommendation, timed one by one

It calls the steps of `engine/prolog/service.pl` in their order, on facts that are loaded already, and changes nothing.
*/

%!  phases(+Requests:atom, +Extent:atom, +Times:atom) is det.
%
%   For each term `ask(Base, Description, Seed)` of the file Requests write a line of milliseconds of processor time to the file Times:
%   case, problem, outcome, confidence, guidance and form, proof, text.

phases(Requests, Extent, Times) :-
    setup_call_cleanup(
        open(Requests, read, In, [encoding(utf8)]),
        read_all(In, Asked),
        close(In)),
    setup_call_cleanup(
        open(Times, write, Out, [encoding(utf8)]),
        forall(member(Ask, Asked), ( timed(Ask, Extent, Spent), write_spent(Out, Spent) )),
        close(Out)).

read_all(In, Terms) :-
    read_term(In, Term, [module(service)]),
    (   Term == end_of_file
    ->  Terms = []
    ;   Terms = [Term|Rest],
        read_all(In, Rest)
    ).

write_spent(Out, Spent) :-
    atomic_list_concat(Spent, ' ', Line),
    writeln(Out, Line).

timed(ask(Base, Description, Seed), Extent, [T1, T2, T3, T4, T5, T6, T7]) :-
    milliseconds(case:case_of(Base, Description, Case), T1),
    (   Extent == full
    ->  milliseconds(problem:problem_of(Case, Problem), T2),
        milliseconds(decide:outcome_of(Case, Problem, Outcome), T3)
    ;   milliseconds(problem:family_problem_of(Case, Problem), T2),
        milliseconds(decide:outcome_in_short(Case, Problem, Outcome), T3)
    ),
    milliseconds(completions:confidence_of(Case, Problem, Outcome, Seed, Confidence, Question), T4),
    milliseconds(service:recommendation(Case, Outcome, Confidence, Question, none, Short), T5),
    milliseconds(service:proof_json(Case, Outcome, Extent, Proof), T6),
    milliseconds(json_text:json_string(object([answer-Short, proof-Proof]), _), T7).

milliseconds(Goal, Spent) :-
    statistics(cputime, Start),
    once(Goal),
    statistics(cputime, End),
    Spent is (End - Start) * 1000.
