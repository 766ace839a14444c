:- encoding(utf8).
:- module(scores,
          [ technique_lines/4,          % +Support, +Counted, +View, -Lines
            technique_losses/4,         % +Candidate, +Counted, +View, -Losses
            total_points/2,             % +Items, -Points
            line_degree/4               % +Lines, +Need, +Kind, -Degree
          ]).
:- use_module(library(apply)).
:- use_module(library(lists)).
:- use_module(conditions).
:- use_module(support).

/** <module> What a technique earns and loses

A line is `line(Need, Kind, Demand, Degree, Points, By, Also, Unknown)` with Kind `supply` or `damage`: By are the contributions of the deciding degree,
Also the others that apply, Unknown those that may. Points = Demand × Degree.

A loss is `loss(Kind, Id, Points)` with Kind `penalty`, `prerequisite` or `interaction`; a gain by an interaction is a line of kind
`interaction`.
*/

%!  technique_lines(+Support:dict, +Counted:list, +View, -Lines) is det.
%
%   The lines of a technique with this support over the demands that count.

:- det(technique_lines/4).
technique_lines(_, [], _, Lines) => Lines = [].
technique_lines(Support, [Need-Weight|Rest], View, Lines) =>
    (   get_dict(Need, Support, Entry)
    ->  entry_lines(Entry, View, Given),
        weighed(Given, Need, Weight, Lines, More)
    ;   Lines = More
    ),
    technique_lines(Support, Rest, View, More).

entry_lines(settled(Given0), _, Given) => Given = Given0.
entry_lines(open(Atoms), View, Given) => support_lines(Atoms, View, Given).

weighed([], _, _, Lines, More) => Lines = More.
weighed([gives(Kind, Degree, By, Also, Unknown)|Rest], Need, Weight, Lines, More) =>
    Points is Weight * Degree,
    Lines = [line(Need, Kind, Weight, Degree, Points, By, Also, Unknown)|Lines1],
    weighed(Rest, Need, Weight, Lines1, More).

%!  technique_losses(+Candidate, +Counted, +View, -Losses) is det.
%
%   Losses, and gains by interactions as lines, that the candidate has in View.

:- det(technique_losses/4).
technique_losses(candidate(_, _, _, _, _, Prerequisites, Penalties, Interactions), Counted, View, Items) :-
    findall(loss(penalty, Id, Points),
            ( member(penalty(Id, Points, Condition), Penalties), condition_truth(Condition, View, true) ),
            Items1),
    findall(loss(prerequisite, Id, Points),
            ( member(prerequisite(Id, soft, Points, Condition), Prerequisites), condition_truth(Condition, View, false) ),
            Items2),
    findall(Item, interaction_item(Interactions, Counted, View, Item), Items3),
    append([Items1, Items2, Items3], Items).

interaction_item(Interactions, _, View, loss(interaction, Id, Points)) :-
    member(interaction(Id, loses(Points), Condition), Interactions),
    condition_truth(Condition, View, true).
interaction_item(Interactions, Counted, View, line(Need, interaction, Weight, Degree, Points, [Id], [], [])) :-
    member(interaction(Id, on(Need, Degree), Condition), Interactions),
    memberchk(Need-Weight, Counted),
    condition_truth(Condition, View, true),
    Points is Weight * Degree.

%!  total_points(+Items, -Points:integer) is det.
%
%   The sum of the points of lines less that of losses.

:- det(total_points/2).
total_points(Items, Points) :-
    foldl(add, Items, 0, Points).

add(line(_, _, _, _, Points, _, _, _), Sum0, Sum) :- Sum is Sum0 + Points.
add(loss(_, _, Points), Sum0, Sum) :- Sum is Sum0 - Points.

%!  line_degree(+Lines, +Need, +Kind, -Degree:integer) is semidet.
%
%   The degree of the line of this need and kind.

line_degree(Lines, Need, Kind, Degree) :-
    memberchk(line(Need, Kind, _, Degree, _, _, _, _), Lines).
