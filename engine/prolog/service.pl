:- encoding(utf8).
:- module(service,
          [ answer/2,                   % +Request, -Reply
            cancel/2                    % +Thread, +Job
          ]).
:- use_module(library(apply)).
:- use_module(library(error)).
:- use_module(library(lists)).
:- use_module(library(time)).
:- use_module(case).
:- use_module(completions).
:- use_module(counterfactuals).
:- use_module(decide).
:- use_module(guidance).
:- use_module(json_text).
:- use_module(knowledge).
:- use_module(problem).
:- use_module(proof).
:- use_module(regions).

/** <module> The one door to the engine: text in, JSON out

A request is a Prolog term as text, written by `engine/terms.py` and read as data; it is one of

  - prepare(StackBytes)
  - load(Job, Base), followed by facts
  - change(Job, Base, From, To), followed by changes of facts
  - request(Job, Milliseconds, Inferences, Base, State, Operation), followed by changes that are supposed while it is answered
  - request(Job, Milliseconds, Inferences, Operation), Operation being recommend(Base, Description, Seed, Extent),
    decide(Base, Description) (the same with its whole proof, without confidence and question),
    changes(Base, Description, Target, Size, Fixed), regions(Base, Description, X, Y), unload(Base), memory or ping

A reply is always JSON; what went wrong is an object `error` with a kind and nothing else of Prolog.
*/

%!  answer(+Request:string, -Reply:string) is det.

:- det(answer/2).
answer(Request, Reply) :-
    catch(answered(Request, Answer), Error, failed(Error, Answer)),
    json_string(Answer, Reply).

answered(Request, Answer) :-
    setup_call_cleanup(
        open_string(Request, Stream),
        ( read_term(Stream, Term, [module(service), syntax_errors(error)]),
          performed(Term, Stream, Answer)
        ),
        close(Stream)).

performed(prepare(Bytes), _, Answer) =>
    set_prolog_flag(stack_limit, Bytes),
    roomy_stacks(Bytes),
    Answer = object([ready-json(true)]).
performed(load(_, Base), Stream, Answer) =>
    knowledge_load(Base, Stream, Count),
    Answer = object([facts-Count]).
performed(change(_, Base, From, To), Stream, Answer) =>
    knowledge_changes(Stream, Changes),
    knowledge_change(Base, From, To, Changes),
    Answer = object([state-To]).
performed(request(Job, Milliseconds, Inferences, Base, State, Operation), Stream, Answer) =>
    known(Base),
    knowledge_changes(Stream, Changes),
    limited(Job, Milliseconds, Inferences, snapshot(supposed(Base, State, Changes, Operation, Answer0)), Answer0, Answer).
performed(request(Job, Milliseconds, Inferences, Operation), _, Answer) =>
    limited(Job, Milliseconds, Inferences, operated(Operation, Answer0), Answer0, Answer).
performed(Other, _, _) => domain_error(request, Other).

% What most questions need is there from the start: else they stop to collect garbage, which takes up to a tenth of their time. Small stacks keep what
% they have for the end of a question that needs more.
roomy_stacks(Bytes), Bytes >= 64_000_000 =>
    set_prolog_stack(global, min_free(1_000_000)),
    set_prolog_stack(trail, min_free(500_000)).
roomy_stacks(_) => true.

supposed(Base, State, Changes, Operation, Answer) :-
    knowledge_suppose(Base, State, Changes),
    operated(Operation, Answer).

% Answer is what Goal makes of Answer0, or that a limit was exceeded.
limited(Job, Milliseconds, Inferences, Goal, Answer0, Answer) :-
    Seconds is Milliseconds / 1000.0,
    setup_call_cleanup(
        b_setval(service_job, Job),
        call_with_time_limit(Seconds,
            call_with_inference_limit(once(Goal), Inferences, Result)),
        b_setval(service_job, none)),
    (   Result == inference_limit_exceeded
    ->  Answer = object([error-object([kind-limit, limit-inferences])])
    ;   Answer = Answer0
    ).

failed(Error, object([error-object(Pairs)])) :-
    failure(Error, Pairs).

failure(time_limit_exceeded, Pairs) => Pairs = [kind-limit, limit-time].
failure(cancelled, Pairs) => Pairs = [kind-limit, limit-time].
failure(error(resource_error(_), _), Pairs) => Pairs = [kind-limit, limit-memory].
failure(error(existence_error(state, _), _), Pairs) => Pairs = [kind-'other-state'].
failure(error(existence_error(knowledge, _), _), Pairs) => Pairs = [kind-'no-such-knowledge'].
failure(error(domain_error(acyclic_needs, _), _), Pairs) => Pairs = [kind-'circular-needs'].
failure(error(Formal, _), Pairs), callable(Formal) => functor(Formal, Kind, _), Pairs = [kind-Kind].
failure(_, Pairs) => Pairs = [kind-unexpected].

%!  cancel(+Thread:string, +Job:string) is det.
%
%   Make the engine Thread give up Job, unless it has gone on to another by then.

:- det(cancel/2).
cancel(ThreadText, JobText) :-
    number_string(Thread, ThreadText),
    number_string(Job, JobText),
    thread_signal(Thread, service:give_up(Job)).

give_up(Job) :-
    (   nb_current(service_job, Job)
    ->  throw(cancelled)
    ;   true
    ).

% --- operations -------------------------------------------------------------------------------------------------

operated(ping, Answer) =>
    Answer = object([pong-json(true)]).
operated(memory, Answer) =>
    garbage_collect_clauses,
    garbage_collect_atoms,
    findall(Key-Value, ( member(Key, [clauses, atoms, functors, predicates, modules]), statistics(Key, Value) ), Pairs),
    Answer = object(Pairs).
operated(unload(Base), Answer) =>
    knowledge_unload(Base),
    Answer = object([unloaded-json(true)]).
operated(recommend(Base, Description, Seed, Extent), Answer) =>
    known(Base),
    case_of(Base, Description, Case),
    decided(Extent, Case, Problem, Outcome),
    confidence_of(Case, Problem, Outcome, Seed, Confidence, Question),
    recommendation(Case, Outcome, Confidence, Question, Extent, Answer).
operated(decide(Base, Description), Answer) =>
    known(Base),
    case_of(Base, Description, Case),
    problem_of(Case, Problem),
    outcome_of(Case, Problem, Outcome),
    recommendation(Case, Outcome, none, none, full, Answer).
operated(changes(Base, Description, Target, Size, Fixed), Answer) =>
    known(Base),
    case_of(Base, Description, Case),
    changes_of(Case, Target, Size, Fixed, Sets),
    maplist(changes_json, Sets, SetsJson),
    Answer = object([sets-SetsJson]).

operated(regions(Base, Description, X, Y), Answer) =>
    known(Base),
    case_of(Base, Description, Case),
    regions_of(Case, X, Y, Cells),
    maplist(cell_json, Cells, CellsJson),
    Answer = object([cells-CellsJson]).

% Only the whole proof tells of every kind of every technique.
decided(full, Case, Problem, Outcome) =>
    problem_of(Case, Problem),
    outcome_of(Case, Problem, Outcome).
decided(_, Case, Problem, Outcome) =>
    family_problem_of(Case, Problem),
    outcome_in_short(Case, Problem, Outcome).

known(Base) :-
    (   knowledge_exists(Base)
    ->  true
    ;   existence_error(knowledge, Base)
    ).

recommendation(Case, Outcome, Confidence, Question, Extent, object(Pairs)) :-
    Outcome = outcome(Demands, _, Results),
    outcome_winners(Outcome, Winners),
    variant_of(Case, Outcome, Variant),
    advice_of(Case, Outcome, Advice),
    steps_of(Case, Outcome, Steps),
    tradeoffs_of(Case, Outcome, Tradeoffs),
    set_aside_of(Case, SetAside),
    shown_statements(Advice, Steps, Tradeoffs, SetAside, Shown),
    conflicts_of(Case, Outcome, Shown, Conflicts),
    maplist(conflict_json, Conflicts, ConflictsJson),
    maplist(result_json, Results, ResultsJson),
    maplist(demand_json, Demands, DemandsJson),
    confidence_json(Confidence, ConfidenceJson),
    question_json(Question, QuestionJson),
    maplist(advice_json, Advice, AdviceJson),
    maplist(step_json, Steps, StepsJson),
    maplist(tradeoff_json, Tradeoffs, TradeoffsJson),
    maplist(set_aside_json, SetAside, SetAsideJson),
    values_json(Case, ValuesJson),
    optional(Variant, VariantJson),
    proof_json(Case, Outcome, Extent, ProofJson),
    Pairs = [winners-Winners, variant-VariantJson, ranking-ResultsJson, demands-DemandsJson, confidence-ConfidenceJson,
             question-QuestionJson, advice-AdviceJson, steps-StepsJson, tradeoffs-TradeoffsJson,
             set_aside-SetAsideJson, conflicts-ConflictsJson, values-ValuesJson, proof-ProofJson].

optional(none, Json) => Json = json(null).
optional(Value, Json) => Json = Value.

result_json(result(Technique, Status, Rank, Score, Family, Items, Blockers, Provisos), object(Pairs)) :-
    optional(Rank, RankJson),
    optional(Family, FamilyJson),
    maplist(item_json, Items, ItemsJson),
    maplist(blocker_json, Blockers, BlockersJson),
    Pairs = [technique-Technique, status-Status, rank-RankJson, score-Score, family-FamilyJson, items-ItemsJson,
             blockers-BlockersJson, provisos-Provisos].

item_json(line(Need, Kind, Weight, Degree, Points, By, Also, _), object(Pairs)) :-
    Pairs = [kind-Kind, need-Need, demand-Weight, degree-Degree, points-Points, statements-By, also-Also].
item_json(loss(Kind, Id, Points), object([kind-Kind, points-Loss, statements-[Id]])) :-
    Loss is -Points.

blocker_json(required(Need, Kind, Degree, By), object(Pairs)) :-
    Pairs = [reason-required, need-Need, side-Kind, degree-Degree, statements-By].
blocker_json(ruled_out(Techniques), object([reason-'ruled-out', techniques-Techniques])).
blocker_json(simpler(Techniques), object([reason-simpler, techniques-Techniques])).
blocker_json(prerequisite(Id), object([reason-prerequisite, statements-[Id]])).

demand_json(demand(Need, Weight, Counts, By, Also, Unknown), object(Pairs)) :-
    ( Counts == counts -> CountsJson = json(true) ; CountsJson = json(false) ),
    ( By == stated -> Stated = json(true), Rules = [] ; Stated = json(false), Rules = By ),
    Pairs = [need-Need, weight-Weight, counts-CountsJson, stated-Stated, rules-Rules, also-Also, unknown-Unknown].

confidence_json(none, json(null)) :- !.
confidence_json(confidence(Decided, Margin, Stable, Tried, Method, Relevant), object(Pairs)) :-
    optional(Margin, MarginJson),
    Pairs = [decided-json(Decided), margin-MarginJson, stable-Stable, tried-Tried, method-Method, relevant-Relevant].

changes_json(set(Difficulty, Changes), object([difficulty-Difficulty, changes-ChangesJson])) :-
    maplist(change_json, Changes, ChangesJson).

change_json(change(Constraint, Value, Kind, Effort), object([constraint-Constraint, value-Value, kind-Kind, difficulty-Effort])).

cell_json(cell(XValue, YValue, Winners), object([x-XValue, y-YJson, winners-Winners])) :-
    ( YValue == no_value -> YJson = json(null) ; YJson = YValue ).

question_json(none, Json) => Json = json(null).
question_json(question(Constraint, Answers), Json) =>
    maplist(answer_json, Answers, AnswersJson),
    Json = object([constraint-Constraint, answers-AnswersJson]).

answer_json(answer(Value, Winners), object([value-Value, winners-Winners])).

shown_statements(Advice, Steps, Tradeoffs, SetAside, Shown) :-
    findall(advice-Id, member(advice(Id, _), Advice), Shown1),
    findall(step-Id, member(step(_, Id, _, _), Steps), Shown2),
    findall(tradeoff-Id, member(tradeoff(Id, _), Tradeoffs), Shown3),
    findall(Kind-Id, member(set_aside(Kind, Id, _), SetAside), Shown4),
    append([Shown1, Shown2, Shown3, Shown4], Shown).

conflict_json(conflict(Conflict, Claims, Resolutions), object(Pairs)) :-
    Pairs = [conflict-Conflict, claims-Claims, resolutions-Resolutions].

advice_json(advice(Id, Technique), object([advice-Id, technique-Technique])).
step_json(step(Order, Id, Technique, Truth), object([order-Order, step-Id, technique-Json, truth-Truth])) :-
    optional(Technique, Json).
tradeoff_json(tradeoff(Id, Technique), object([tradeoff-Id, technique-Technique])).
set_aside_json(set_aside(Kind, Id, Resolutions), object([kind-Kind, statement-Id, resolutions-Resolutions])).

values_json(Case, Json) :-
    dict_pairs(Case.values, _, Pairs0),
    sort(Pairs0, Pairs),
    findall(object([constraint-Constraint, value-Value, origin-Origin, inherited_from-From]),
            ( member(Constraint-Value, Pairs), get_dict(Constraint, Case.origins, Origin0), origin_name(Origin0, Origin, From) ),
            Json).

origin_name(stated, stated, json(null)).
origin_name(derived(_), derived, json(null)).
origin_name(inherited(Task, _), inherited, Task).
origin_name(assumed, assumed, json(null)).

proof_json(_, _, none, Json) => Json = json(null).
proof_json(Case, Outcome, Extent, Json) =>
    proof_nodes(Case, Outcome, Extent, Nodes),
    maplist(node_json, Nodes, NodesJson),
    Json = object([root-decision, nodes-NodesJson]).

node_json(node(Id, Kind, Properties, Premises), object([id-Id, kind-Kind, premises-Premises|Properties])).
