"""An example for each command and statement word: a program, and what it prints.

`help WORD` shows them, the tests run them; `...` in the output stands for anything.
"""

NET = "net = linear(2,4) relu linear(4,1) with seed=1"

EXAMPLES: dict[str, tuple[str, str]] = {
    "backward": ("x = 2; y = 3\nz = x*y + y\nbackward z\ngrad x", "3.0"),
    "zero": ("x = 2\nbackward x^2\nzero x\ngrad x", "0.0"),
    "grad": ("x = 3\nbackward x^2\ngrad x", "6.0"),
    "print": ('x = 2\nprint "x is", x', "x is 2.0"),
    "show": ("net = linear(2,1)\nshow net",
             "     layer        inputs → outputs  parameters\n"
             "[0]  linear(2,1)  2 → 1             3\n3 parameters in all"),
    "train": (f"{NET}\ntrain xor epochs=2 lr=0.05",
              "epoch 1/2  loss ...\nepoch 2/2  loss ...\ntrained net on xor: 2 epochs, ..."),
    "test": (f"{NET}\ntest xor", "tested net on xor: 4 rows, loss ..."),
    "step": ("w = 1\nopt = sgd([w], lr=0.1)\nbackward w^2\nstep opt\nw", "0.8"),
    "seed": ("seed 42\na = sample(moons)\nseed 42\na == sample(moons)", "true"),
    "save": (f'{NET}\nsave net to "net.json"\nagain = load("net.json")\nagain(1, 0) == net(1, 0)',
             "true"),
    "export": (f'{NET}\nexport net to "net.py"', ""),
    "import": ('import "other.mt"', ""),
    "set": ("set digits=3\npi", "3.14"),
    "time": ("x = 2\ntime backward x^2", "took ..."),
    "assert": ('assert close(0.1 + 0.2, 0.3), "nearly equal"', ""),
    "del": ("sum = 5\ndel sum\nsum([1, 2])", "3.0"),
    "vars": ("x = 2\nvars", "name  kind    value  gradient\nx     tensor  2.0    0.0"),
    "help": ("help len", "len(xs)..."),
    "undo": ("x = 2\nx := 5\nundo\nx", "2.0"),
    "redo": ("x = 2\nx := 5\nundo\nredo\nx", "5.0"),
    "history": ("x = 2\nx := 5\nhistory", "..."),
    "if": ('x = 2\nif x > 1 { print "large" } else { print "small" }', "large"),
    "else": ('x = 0\nif x > 1 { print "large" } else { print "small" }', "small"),
    "for": ("for k in range(3) { print k }", "0\n1\n2"),
    "while": ("n = 3\nwhile n > 1 { n := n - 1 }\nn", "1.0"),
    "repeat": ('repeat 2 { print "again" }', "again\nagain"),
    "break": ("for k in range(9) { if k == 2 { break }; print k }", "0\n1"),
    "continue": ("for k in range(3) { if k == 1 { continue }; print k }", "0\n2"),
}  # fmt: skip
