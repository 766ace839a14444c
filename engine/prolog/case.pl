:- encoding(utf8).
:- module(case,
          [ case_of/3,                  % +Base, +Description, -Case
            case_view/2,                % +Case, -View
            case_with/4,                % +Case, +Constraint, +Value, -Case
            case_open/3,                % +Case, +Constraint, -Values
            case_excludes/3,            % +Case, +Atoms, -Techniques
            case_active/4,              % +Case, +Kind, +Id, +Pack
            case_set_aside/4            % +Case, ?Kind, ?Id, -Resolutions
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(library(pairs)).
:- use_module(knowledge).

/** <module> The case that a question is about

A description, as it comes from Python, is `case(Task, Values, Needs, Excluded, Packs)`:

  - Task: an id, or `none`
  - Values: a list of `v(Constraint, Value, Origin)`, Origin being `stated` or `derived(Band)`
  - Needs: a list of `n(Need, Weight)`, Weight 0 denying the need
  - Excluded: techniques that the user rules out
  - Packs: the active packs

A case is a dict with base, task, lineage, values (from constraints to values), origins (from constraints to origins), needs (to weights),
excluded, packs, overruled (a list of `overruled(Claim, Resolution)`) and set_aside (of `set_aside(Kind, Id, Resolutions)`, the statements that do
not count therefore).
*/

%!  case_of(+Base, +Description, -Case:dict) is det.

:- det(case_of/3).
case_of(Base, case(Task, Stated, Needs, Excluded, Packs), Case) :-
    task_levels(Base, Task, Levels),
    append(Levels, Lineage),
    findall(Constraint-Value, member(v(Constraint, Value, _), Stated), StatedValues),
    findall(Constraint-Origin, member(v(Constraint, _, Origin), Stated), StatedOrigins),
    dict_pairs(Values0, values, StatedValues),
    dict_pairs(Origins0, origins, StatedOrigins),
    findall(overruled(Claim, Resolution), claim_overruled(Base, Packs, Claim, Resolution), Overruled),
    statements_set_aside(Base, Overruled, SetAside),
    Active = case{base: Base, packs: Packs, overruled: Overruled, set_aside: SetAside},
    foldl(inherited(Active), Levels, known(Values0, Origins0, []), known(Values1, Origins1, _)),
    findall(Constraint-Value, Base:default_value(Constraint, Value), Defaults),
    foldl(assumed, Defaults, Values1-Origins1, Values-Origins),
    findall(Need-Weight, member(n(Need, Weight), Needs), NeedPairs),
    dict_pairs(NeedWeights, needs, NeedPairs),
    Case = Active.put(_{task: Task, lineage: Lineage, values: Values, origins: Origins, needs: NeedWeights, excluded: Excluded}).

% Nearest tasks first: what they say is not said again by broader ones.
inherited(Active, Tasks, known(Values0, Origins0, Contested0), Known) :-
    Base = Active.base,
    findall(Constraint-typical(Precedence, Value, Task, Id),
            ( member(Task, Tasks),
              Base:typical_value(Task, Id, Pack, Constraint, Value),
              \+ get_dict(Constraint, Values0, _),
              \+ memberchk(Constraint, Contested0),
              case_active(Active, typical, Id, Pack),
              Base:pack(Pack, Precedence)
            ),
            Pairs0),
    sort(Pairs0, Pairs),
    group_pairs_by_key(Pairs, Groups),
    foldl(inherit, Groups, known(Values0, Origins0, Contested0), Known).

% The packs with the highest precedence count; where they differ, nothing is typical.
inherit(Constraint-Typical, known(Values0, Origins0, Contested), Known) :-
    last(Typical, typical(Highest, _, _, _)),
    findall(Value-from(Task, Id), member(typical(Highest, Value, Task, Id), Typical), Found),
    Found = [Value-from(Task, Id)|_],
    (   forall(member(Other-_, Found), Other == Value)
    ->  put_dict(Constraint, Values0, Value, Values),
        put_dict(Constraint, Origins0, inherited(Task, Id), Origins),
        Known = known(Values, Origins, Contested)
    ;   Known = known(Values0, Origins0, [Constraint|Contested])
    ).

assumed(Constraint-Value, Values0-Origins0, State) :-
    (   get_dict(Constraint, Values0, _)
    ->  State = Values0-Origins0
    ;   put_dict(Constraint, Values0, Value, Values),
        put_dict(Constraint, Origins0, assumed, Origins),
        State = Values-Origins
    ).

claim_overruled(Base, Packs, Claim, Resolution) :-
    Base:overrules(Resolution, Pack, Claim, Preferred),
    memberchk(Pack, Packs),
    member(Winner, Preferred),
    Base:claim(Winner, WinnerPack),
    memberchk(WinnerPack, Packs).

%!  case_view(+Case, -View) is det.
%
%   The view of conditions.pl before any need is raised.

:- det(case_view/2).
case_view(Case, view(Case.lineage, Case.values, raised{}, possible{})).

%!  case_with(+Case0, +Constraint, +Value, -Case) is det.
%
%   Case0 with Constraint stated to be Value.

:- det(case_with/4).
case_with(Case0, Constraint, Value, Case) :-
    put_dict(Constraint, Case0.values, Value, Values),
    put_dict(Constraint, Case0.origins, stated, Origins),
    Case = Case0.put(_{values: Values, origins: Origins}).

%!  case_open(+Case, +Constraint, -Values:list) is semidet.
%
%   True if the user has said nothing of Constraint, whose scale is Values. What is inherited or assumed counts as unknown.

case_open(Case, Constraint, Values) :-
    (   get_dict(Constraint, Case.origins, Origin)
    ->  memberchk(Origin, [inherited(_, _), assumed])
    ;   true
    ),
    Base = Case.base,
    Base:constraint(Constraint, _, _, Values), !.

%!  case_excludes(+Case, +Atoms, -Techniques:list) is semidet.
%
%   True if the user rules out Techniques, which are among Atoms or are families that these refine.

case_excludes(Case, Atoms, Techniques) :-
    Case.excluded \== [],
    Base = Case.base,
    findall(Technique,
            ( member(Atom, Atoms), technique_families(Base, Atom, Families), member(Technique, Families), memberchk(Technique, Case.excluded) ),
            Techniques0),
    sort(Techniques0, Techniques),
    Techniques \== [].

%!  case_active(+Case, +Kind, +Id, +Pack) is semidet.
%
%   True if the statement Id counts: its pack is active and no resolution sets it aside.

case_active(Case, Kind, Id, Pack) :-
    get_dict(packs, Case, Packs),
    memberchk(Pack, Packs),
    (   get_dict(set_aside, Case, [])   % most cases
    ->  true
    ;   \+ case_set_aside(Case, Kind, Id, _)
    ).

%!  case_set_aside(+Case, ?Kind, ?Id, -Resolutions:list) is nondet.
%
%   True if Resolutions overrule every claim on which the statement Id rests.

case_set_aside(Case, Kind, Id, Resolutions) :-
    get_dict(set_aside, Case, SetAside),
    SetAside \== [],
    (   ground(Kind-Id)
    ->  memberchk(set_aside(Kind, Id, Resolutions), SetAside)
    ;   member(set_aside(Kind, Id, Resolutions), SetAside)
    ).

% Worked out once a case: hardly any claim is overruled, and every statement is asked about.
statements_set_aside(_, [], SetAside) => SetAside = [].
statements_set_aside(Base, Overruled, SetAside) =>
    findall(Kind-Id, ( member(overruled(Claim, _), Overruled), Base:based_on(Kind, Id, Claim) ), Concerned0),
    sort(Concerned0, Concerned),
    findall(set_aside(Kind, Id, Resolutions),
            ( member(Kind-Id, Concerned), overruling(Base, Overruled, Kind, Id, Resolutions) ),
            SetAside).

overruling(Base, Overruled, Kind, Id, Resolutions) :-
    findall(Claim, Base:based_on(Kind, Id, Claim), Claims),
    forall(member(Claim, Claims), memberchk(overruled(Claim, _), Overruled)),
    findall(Resolution,
            ( member(Claim, Claims), member(overruled(Claim, Resolution), Overruled) ),
            Resolutions0),
    sort(Resolutions0, Resolutions).
