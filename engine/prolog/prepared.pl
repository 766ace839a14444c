:- encoding(utf8).
:- module(prepared,
          [ prepared_of/2               % +Case, -Prepared
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(case).
:- use_module(conditions).
:- use_module(knowledge).
:- use_module(support).

/** <module> What the knowledge says of needs and techniques, whatever the case

Hierarchies closed, statements that do not count left out, and what holds under all conditions added up: worked out once for a knowledge
base and its active packs, and kept by each thread for the next cases, until something of that changes.

Prepared is `prepared(Needs, Thresholds, Techniques, Kinds)`: Needs a dict from needs to `need(Kind, Narrower)`; Techniques, simplest first,
`technique(Technique, Complexity, Family, Atoms, Settled, Open, Prerequisites, Penalties, Interactions)`. Settled is a dict from needs to `settled(Lines)`, Open a list
of `Need-Atoms` of support.pl, in which conditions are as they stand in the knowledge base; so they are in the last three, which are those of problem.pl otherwise. What is given
as its family gives it stands in Open as `Need-family`. Kinds are the techniques that refine others, as `kind(Prepared, Families, Told)`: all that it refines, and whether some
advice speaks of it as a candidate, `advised` or `silent`.
*/

% For so many combinations of knowledge base and packs; what was used last comes first.
kept(4).

%!  prepared_of(+Case, -Prepared) is det.

:- det(prepared_of/2).
prepared_of(Case, Prepared) :-
    get_dict(base, Case, Base),
    get_dict(packs, Case, Packs),
    (   knowledge_foundation(Base, Stamp)
    ->  Key = key(Base, Stamp, Packs),
        ( nb_current(prepared, Entries0) -> true ; Entries0 = [] ),
        (   memberchk(Key-Found, Entries0)
        ->  Prepared = Found
        ;   prepare(Case, Prepared),
            exclude(outdated(Base, Stamp), Entries0, Entries1),
            kept(Most),
            first(Most, [Key-Prepared|Entries1], Entries),
            nb_setval(prepared, Entries)
        )
    ;   prepare(Case, Prepared)
    ).

outdated(Base, Stamp, key(Base, Other, _)-_) :- Other \== Stamp.

first(Most, List, First) :-
    length(List, Length),
    (   Length =< Most
    ->  First = List
    ;   length(First, Most),
        append(First, _, List)
    ).

prepare(Case, prepared(Needs, thresholds(Strong, Required), Techniques, Kinds)) :-
    get_dict(base, Case, Base),
    findall(Need-need(Kind, Narrower), need_prepared(Base, Need, Kind, Narrower), NeedPairs),
    dict_pairs(Needs, needs, NeedPairs),
    once(Base:threshold(strong, Strong)),
    once(Base:threshold(required, Required)),
    pairs_keys(NeedPairs, NeedIds),
    findall(Need-Levels, ( member(Need, NeedIds), need_levels(Base, Need, Levels) ), NeedLevels),
    findall(Complexity-Technique, Base:technique(Technique, Complexity), Pairs),
    sort(Pairs, Ordered),
    pairs_values(Ordered, Names),
    findall(Technique-Table, ( member(Technique, Names), giver_table(Case, Technique, Table) ), TablePairs),
    dict_pairs(Tables, tables, TablePairs),
    findall(Technique-Supports, ( member(Technique, Names), technique_support(Base, Tables, NeedLevels, Technique, Supports) ), SupportPairs),
    dict_pairs(Support, support, SupportPairs),
    maplist(technique_prepared(Case, NeedIds, Support), Ordered, Techniques0),
    maplist(without_what_families_give(Techniques0), Techniques0, Techniques),
    findall(Advised, Base:advice(_, _, Advised, candidates, _), AllAdvised),
    convlist(kind(Base, AllAdvised), Techniques, Kinds).

kind(Base, AllAdvised, Technique, kind(Technique, Families, Told)) :-
    Technique = technique(Name, _, Family, _, _, _, _, _, _),
    Family \== none,
    technique_families(Base, Name, Families),
    ( memberchk(Name, AllAdvised) -> Told = advised ; Told = silent ).

need_prepared(Base, Need, Kind, Narrower) :-
    Base:need(Need, Kind),
    need_narrower(Base, Need, Within),
    once(selectchk(Need, Within, Narrower)).

% All that one technique says by itself, by need.
giver_table(Case, Giver, Table) :-
    get_dict(base, Case, Base),
    findall(Need-given(Id, Precedence, Kind, Weight, Condition),
            ( Base:contribution(Need, Giver, Id, Pack, Kind, Weight, Condition),
              case_active(Case, contribution, Id, Pack),
              Base:pack(Pack, Precedence)
            ),
            Pairs),
    keysort(Pairs, Sorted),
    group_pairs_by_key(Sorted, Groups),
    dict_pairs(Table, giver, Groups).

% The same with what its families say: a dict from needs to levels, own needs before broader ones, the technique's before its families'.
technique_support(Base, Tables, NeedLevels, Technique, Supports) :-
    technique_families(Base, Technique, Families),
    findall(Table, ( member(Family, Families), get_dict(Family, Tables, Table) ), FamilyTables),
    needs_supported(NeedLevels, FamilyTables, Pairs),
    dict_pairs(Supports, levels, Pairs).

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

technique_prepared(Case, NeedIds, Support, Complexity-Technique, Prepared) :-
    get_dict(base, Case, Base),
    technique_atoms(Base, Technique, Atoms),
    findall(Giver, ( member(Atom, Atoms), technique_families(Base, Atom, Lineage), member(Giver, Lineage) ), AllGivers0),
    sort(AllGivers0, AllGivers),
    findall(prerequisite(Id, Severity, Points, Condition),
            ( member(Giver, AllGivers), Base:prerequisite(Giver, Id, Pack, Severity, Points, Condition), case_active(Case, prerequisite, Id, Pack) ),
            Prerequisites0),
    sort(Prerequisites0, Prerequisites),
    technique_families(Base, Technique, Givers),
    findall(penalty(Id, Points, Condition),
            ( member(Giver, Givers), Base:penalty(Giver, Id, Pack, Points, Condition), case_active(Case, penalty, Id, Pack) ),
            Penalties0),
    sort(Penalties0, Penalties),
    findall(interaction(Id, Effect, Condition),
            ( member(Giver, Givers), Base:interaction(Giver, Id, Pack, Effect, Condition), case_active(Case, interaction, Id, Pack) ),
            Interactions0),
    sort(Interactions0, Interactions),
    ( Givers = [_, Family|_] -> true ; Family = none ),
    findall(Supports, ( member(Atom, Atoms), get_dict(Atom, Support, Supports) ), AtomSupports),
    divided(NeedIds, AtomSupports, SettledPairs, Open),
    dict_pairs(Settled, support, SettledPairs),
    Prepared = technique(Technique, Complexity, Family, Atoms, Settled, Open, Prerequisites, Penalties, Interactions).

% Kinds of a technique mostly give what it gives; that is simplified for a case only once.
without_what_families_give(Techniques, Technique0, Technique) :-
    Technique0 = technique(Name, Complexity, Family, Atoms, Settled, Open0, Prerequisites, Penalties, Interactions),
    (   Family \== none,
        memberchk(technique(Family, _, none, _, _, FamilyOpen, _, _, _), Techniques)
    ->  as_family(Open0, FamilyOpen, Open),
        Technique = technique(Name, Complexity, Family, Atoms, Settled, Open, Prerequisites, Penalties, Interactions)
    ;   Technique = Technique0
    ).

as_family([], _, []).
as_family([Need-Atoms|Open0], FamilyOpen, [Need-Given|Open]) :-
    (   memberchk(Need-FamilyAtoms, FamilyOpen),
        FamilyAtoms == Atoms
    ->  Given = family
    ;   Given = Atoms
    ),
    as_family(Open0, FamilyOpen, Open).

divided([], _, [], []).
divided([Need|NeedIds], AtomSupports, Settled, Open) :-
    levels_of(AtomSupports, Need, Atoms),
    (   Atoms == []
    ->  Settled = Settled1, Open = Open1
    ;   support_settled(Atoms)
    ->  support_lines(Atoms, view([], _{}, _{}, _{}), Lines),
        Settled = [Need-settled(Lines)|Settled1], Open = Open1
    ;   Settled = Settled1, Open = [Need-Atoms|Open1]
    ),
    divided(NeedIds, AtomSupports, Settled1, Open1).

levels_of([], _, []).
levels_of([Supports|AtomSupports], Need, Atoms) :-
    (   get_dict(Need, Supports, Levels)
    ->  Atoms = [Levels|More]
    ;   Atoms = More
    ),
    levels_of(AtomSupports, Need, More).
