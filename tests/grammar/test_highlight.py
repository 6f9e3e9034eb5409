"""The Pygments lexer: the right colours, every character given back, no failure on any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, Token

from grammar.highlight import MinitorchLexer

BUILTINS = {"function": ["exp", "split"], "layer": ["linear", "relu"], "data": ["majority"]}


def colours(text):
    """(token type, text) of every piece that is not white space."""
    lexer = MinitorchLexer(builtins=BUILTINS)
    return [(kind, part) for _, kind, part in lexer.get_tokens_unprocessed(text) if part.strip()]


def kinds_of(text, word):
    return [kind for kind, part in colours(text) if part == word]


def test_the_sign_of_a_derivative_is_an_operator():
    assert kinds_of("y = exp''(2)", "''") == [Operator]
    assert kinds_of("y = exp'(2)", "exp") == [Name.Builtin]
    assert kinds_of("y = 'a'", "'")[0] is Error


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("step opt", "step"),
        ("x = 2; backward z", "backward"),
        ("repeat 3 { zero }", "zero"),
        ("repeat 3 {\n  zero\n}\nprint x", "print"),
        ("if a { x } \nseed 3", "seed"),
        ("time backward z", "backward"),
        ("x = [1,\n2]\nprint x", "print"),
        ("print (x)", "print"),
        ("seed -1", "seed"),
        ("help", "help"),
        ("loss?", "?"),
    ],
)
def test_command_words_are_commands_at_the_start_of_a_statement(text, word):
    assert kinds_of(text, word) == [Keyword.Command]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("step = 0.1", "step"),
        ("train, test = split(d, 0.8)", "train"),
        ("train, test = split(d, 0.8)", "test"),
        ("test == 3", "test"),
        ("test < 3", "test"),
        ("seed += 1", "seed"),
        ("x = step", "step"),
        ("x = (1 +\nstep)", "step"),
        ("x = 1 +\nstep", "step"),
        ("save_it = 3", "save_it"),
        ("help?", "help"),
    ],
)
def test_elsewhere_they_are_names(text, word):
    assert kinds_of(text, word) == [Name]


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("train net on d", "on", Keyword),
        ("train on on on", "on", None),
        ("on = 3", "on", Name),
        ('save net to "f"', "to", Keyword),
        ('export net to "f" as pytorch', "as", Keyword),
        ("net = relu with init=zeros", "with", Keyword),
        ("x = with + 1", "with", Name),
        ("show compiled z", "compiled", Keyword),
        ("show compiled", "compiled", Name),
    ],
)
def test_context_words(text, word, kind):
    expected = [Name, Keyword, Name] if kind is None else [kind]
    assert kinds_of(text, word) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#!/usr/bin/env minitorch", Comment.Hashbang),
        ("x\n#! for me", Comment.Presenter),
        ("#: told", Comment.Narration),
        ("#= 3.0", Comment.Expected),
        ("# plain", Comment.Single),
    ],
)
def test_comments_with_a_meaning_have_types_of_their_own(text, expected):
    assert colours(text)[-1] == (expected, text.splitlines()[-1])


def test_strings_numbers_operators_holes_and_strange_characters():
    assert colours(r'"a\n\q" 2 3.5 x := ? % not true for') == [
        (String.Double, '"a'),
        (String.Escape, r"\n"),
        (Error, r"\q"),
        (String.Double, '"'),
        (Number.Integer, "2"),
        (Number.Float, "3.5"),
        (Name, "x"),
        (Operator, ":="),
        (Keyword.Pseudo, "?"),
        (Operator, "%"),
        (Operator.Word, "not"),
        (Keyword.Constant, "true"),
        (Keyword, "for"),
    ]


def test_predefined_names_and_options():
    assert colours("train majority lr=exp(linear)")[1:] == [
        (Name.Builtin.Pseudo, "majority"),
        (Name.Attribute, "lr"),
        (Operator, "="),
        (Name.Builtin, "exp"),
        (Token.Punctuation, "("),
        (Name.Class, "linear"),
        (Token.Punctuation, ")"),
    ]


def test_a_help_topic_is_no_code():
    assert colours("help train; x") == [
        (Keyword.Command, "help"),
        (Name.Label, "train"),
        (Token.Punctuation, ";"),
        (Name, "x"),
    ]


def test_a_name_that_hides_a_command_in_a_list_of_targets_is_no_option():
    assert kinds_of("a, exp = 3", "exp") == [Name.Builtin]


SNIPPETS = ["x", "train", "=", '"a\\', "#", "#:", "{", "}", "(", ")", "\n", ";", "?", "2.", "\r\n"]


@given(st.text() | st.lists(st.sampled_from(SNIPPETS)).map("".join))
def test_every_text_is_given_back(text):
    parts = list(MinitorchLexer(builtins=BUILTINS).get_tokens_unprocessed(text))
    assert "".join(part for _, _, part in parts) == text
    offset = 0
    for start, _, part in parts:
        assert start == offset
        offset += len(part)
