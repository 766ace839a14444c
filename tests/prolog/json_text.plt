:- encoding(utf8).
:- module(test_json_text, []).
:- use_module(library(plunit)).
:- use_module(library(http/json), [atom_json_dict/3]).
:- use_module(library(lists)).
:- use_module('../../engine/prolog/json_text', [json_string/2]).

:- begin_tests(json_string).

test(integer, String == "-12") :- json_string(-12, String).
test(atom, String == "\"kebab-case\"") :- json_string('kebab-case', String).
test(string, String == "\"two words\"") :- json_string("two words", String).
test(empty_string, String == "\"\"") :- json_string("", String).
test(constants, String == "[true,false,null]") :- json_string([json(true), json(false), json(null)], String).
test(atoms_are_no_constants, String == "[\"true\",\"null\"]") :- json_string([true, null], String).
test(empty_list, String == "[]") :- json_string([], String).
test(list, String == "[1,[2],[]]") :- json_string([1, [2], []], String).
test(empty_object, String == "{}") :- json_string(object([]), String).
test(object, String == "{\"a\":1,\"b\":{\"c\":[]}}") :- json_string(object([a-1, b-object([c-[]])]), String).
test(quote, String == "\"a\\\"b\"") :- json_string("a\"b", String).
test(backslash, String == "\"a\\\\b\"") :- json_string("a\\b", String).
test(newline, String == "\"a\\u000ab\"") :- json_string("a\nb", String).
test(control_characters, String == "\"\\u0000\\u001f\"") :-
    string_codes(Text, [0, 31]),
    json_string(Text, String).
test(escape_within_a_list, String == "[\"x\",{\"k\":\"\\u0009\"}]") :- json_string([x, object([k-"\t"])], String).
test(unicode_stays, String == "\"Größe 漢 😀\"") :- json_string("Größe 漢 😀", String).
test(escapes_are_read_back, [forall(member(Code, [0, 8, 9, 10, 13, 27, 31, 34, 39, 47, 92, 127, 160, 8232, 128512])), Read == Text]) :-
    string_codes(Text, [0'a, Code, 0'b]),
    json_string([Text], String),
    atom_json_dict(String, [Read], []).
test(compound, [error(type_error(json, f(x)))]) :- json_string([f(x)], _).
test(number_that_is_no_integer, [error(type_error(json, 1.5))]) :- json_string(1.5, _).
test(variable, [error(type_error(json, _))]) :- json_string([_], _).

:- end_tests(json_string).
