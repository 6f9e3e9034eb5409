"""The words of the language come from the grammar, all of them."""

import json
import re
import subprocess
import sys
from pathlib import Path

from grammar.tables import TABLES_FILE
from grammar.vocabulary import vocabulary


def terminals():
    """The patterns of the terminals by name."""
    return json.loads(Path(TABLES_FILE).read_text(encoding="utf-8"))["tables"]["terminals"]


def test_reserved_words_are_those_of_the_language():
    words = "if else for in while repeat break continue and or not true false grad"
    assert sorted(vocabulary().reserved) == sorted(words.split())


def test_every_word_terminal_of_the_grammar_is_in_the_vocabulary():
    words = set()
    for pattern in terminals().values():
        words.update(re.findall(r"(?:^|\*)([a-z]+)\(\?!\\w\)", pattern))
    known = vocabulary()
    assert words == {*known.reserved, *known.commands, *known.context}


def test_names_exclude_exactly_the_reserved_words():
    name = terminals()["NAME"]
    for word in vocabulary().reserved:
        assert re.fullmatch(name, word) is None
        assert re.fullmatch(name, word + "_")
    for word in (*vocabulary().commands, *vocabulary().context):
        assert re.fullmatch(name, word)


def test_reading_the_words_imports_neither_lark_nor_pygments():
    code = (
        "import sys, grammar.vocabulary; grammar.vocabulary.vocabulary();"
        "print(sorted({'lark', 'pygments', 'prompt_toolkit'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
