"""The scan for comments that carry meaning."""

from grammar.narration import Remark, expectations, remarks
from grammar.parser import parse
from grammar.source import Source

LESSON = """#!/usr/bin/env minitorch
#: # The *chain rule*
x = 2; x^2   #= 4.0
#= trailing ...
s = "#= not this"  # nor #= this
#! breathe
print s
#=not this
#=   nor #: this
repeat 2 {
    print 1  #= 1
    #= 1
}
#=
"""


def test_every_kind_is_found_with_its_line_and_text():
    assert remarks(Source("lesson.mt", LESSON)) == [
        Remark(2, "narration", "# The *chain rule*"),
        Remark(3, "expected", "4.0"),
        Remark(4, "expected", "trailing ..."),
        Remark(6, "note", "breathe"),
        Remark(8, "expected", "not this"),
        Remark(9, "expected", "  nor #: this"),
        Remark(11, "expected", "1"),
        Remark(12, "expected", "1"),
        Remark(14, "expected", ""),
    ]


def test_line_ends_of_windows_do_not_count():
    assert remarks(Source("", "x\r\n#= 3.0\r\n")) == [Remark(2, "expected", "3.0")]


def test_only_the_first_line_is_a_shebang():
    assert remarks(Source("", "#! first\n#! second")) == [Remark(2, "note", "second")]


def test_each_expected_line_belongs_to_the_statement_above_it():
    source = Source("lesson.mt", LESSON)
    program = parse(source)
    groups = [
        (source.slice(owner.place).split("\n")[0], [remark.text for remark in found])
        for owner, found in expectations(source, program)
    ]
    assert groups == [
        ("x^2", ["4.0", "trailing ..."]),
        ("print s", ["not this", "  nor #: this"]),
        ("repeat 2 {", ["1", "1", ""]),
    ]


def test_expected_lines_above_every_statement_have_no_owner():
    source = Source("", "#= early\nx = 1")
    assert expectations(source, parse(source)) == [(None, [Remark(1, "expected", "early")])]
    assert expectations(Source("", "x = 1"), parse(Source("", "x = 1"))) == []
