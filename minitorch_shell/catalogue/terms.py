"""The words that messages and lessons use as terms: what each means, with a program that shows it.

The programs are run in the tests and must print what stands here.
"""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A word and what it means; `output` is what `example` prints, `...` standing for anything.

    `lines` stand between the two as they are.
    """

    doc: str
    example: str
    output: str
    lines: tuple[str, ...] = ()


_NET = "net = linear(2,3) relu linear(3,1) with seed=1\n"

TERMS: dict[str, Term] = {
    # ------------------------------------------------------------ values
    "tensor": Term(
        "one number that remembers how it was computed, so that gradients can be found; `x = 2` "
        "makes one",
        "x = 3; y = x^2\ny\nshow y",
        "9.0\ny\nvalue      9.0\ngradient   0.0\noperation  ^\nmade of    x = 3.0\n           2.0",
    ),
    "leaf": Term(
        "a tensor that was not computed from others: it is what `name = number` makes, and "
        "what `:=` changes in place; gradients of leaves add up until `zero`",
        "w = 2\nbackward w^2\nw := w - 0.1 * grad w\nw",
        "1.6",
    ),
    "node": Term(
        "a tensor in a graph: a leaf, or the result of one operation on other nodes",
        "a = 2; b = 3; c = a * b\nshow c",
        "c\nvalue      6.0\ngradient   0.0\noperation  *\nmade of    a = 2.0\n           b = 3.0",
    ),
    "graph": Term(
        "what tensors remember: each result is linked to those it was made of, down to the "
        "leaves; `value(a)` gives a number without a graph, `:=` adds nothing to it",
        "x = 2; y = x^2\nbackward y + value(y)\ngrad x",
        "4.0",
    ),
    "count": Term(
        "a whole number, as `len`, `range` and `for k in range(3)` give it; it prints without a "
        "point and has no gradient",
        "len([1, 2, 3])\nfor k in range(2) { print k }",
        "3\n0\n1",
    ),
    "boolean": Term(
        "`true` or `false`: what comparisons give and what conditions need",
        "x = 2\nx > 1\nx > 1 and not x == 2",
        "true\nfalse",
    ),
    "condition": Term(
        "what stands behind `if` and `while`, and before `else`: a boolean, such as a comparison",
        'x = 2\nif x > 1 { print "large" }\n"even" if x % 2 == 0 else "odd"',
        "large\neven",
    ),
    "string": Term(
        'text between double quotes; \\n is a line end in it, \\" a quote',
        'name = "x"\nprint name, "is", 2\nlen(name)',
        "x is 2.0\n1",
    ),
    "list": Term(
        "values in square brackets, counted from 0, from the end by -1, -2, ...; of numbers it "
        "is a vector: + - * / work element by element, @ is the dot product",
        "xs = [1, 2, 3]\nxs[0]\nxs[1:3]\nxs * 2\nxs @ xs\n[x^2 for x in xs if x > 1]",
        "1.0\n[2.0, 3.0]\n[2.0, 4.0, 6.0]\n14.0\n[4.0, 9.0]",
    ),
    "matrix": Term(
        "a list of lists of one length; matrix @ vector is their product",
        "A = [[1, 2], [3, 4]]\nA @ [1, 1]\nmean(A)",
        "[3.0, 7.0]\n[2.0, 3.0]",
    ),
    "function": Term(
        "a name with parameters that stands for one expression or one row of layers; "
        "`help functions` lists those there are",
        "f(x) = x^2 + 3*x\nf(2)",
        "10.0",
    ),
    "operators": Term(
        "from the loosest to the tightest; brackets change the order",
        "2 + 3 * 4\n-2^2\n7 % 4\n1 < 2 and 2 < 3",
        "14.0\n-4.0\n3.0\ntrue",
        (
            "a if c else b     choice",
            "or  and  not      logic",
            "== != < <= > >=   comparison; a < b < c is a chain",
            "+ -               sum",
            "* / % @           product, remainder, dot product",
            "-a                sign",
            "a^b  a**b         power, from right to left",
            "grad a            the gradient of a",
            "f(a)  a[i]        call, element",
            "f'(a)  f''(a)     derivative of a function of one number",
        ),
    ),
    # ------------------------------------------------------------ gradients
    "gradient": Term(
        "how fast a result changes when a number in it does; `backward z` computes it for all "
        "that z was made of, `grad x` reads it",
        "x = 3; z = x^2\nbackward z\ngrad x",
        "6.0",
    ),
    "derivative": Term(
        "the gradient by one number: of x^2 it is 2x; a difference over a small step comes close; "
        "of a function f it is f'",
        "f(x) = x^2\nx = 3; z = f(x)\nbackward z\n"
        "print grad x, f'(3), (f(3.001) - f(2.999)) / 0.002",
        "6.0 6.0 6.0",
    ),
    "chain rule": Term(
        "where z depends on y and y on x, dz/dx is dz/dy times dy/dx; where there are several "
        "ways from x to z, they are added up",
        "x = 2; y = 3*x; z = y^2\nbackward z\nprint grad y, grad x",
        "12.0 36.0",
    ),
    "sweep": Term(
        "one `backward`: it goes through the graph from the result down to the leaves, by the "
        "chain rule; a second one adds to the gradients of leaves",
        "x = 2\nbackward x^2\nbackward x^2\ngrad x\nzero\ngrad x",
        "8.0\n0.0",
    ),
    "backpropagation": Term(
        "finding all gradients in one sweep from the result back to the leaves: `backward`",
        "a = 2; b = 3; loss = (a*b - 1)^2\nbackward loss\nprint grad a, grad b",
        "30.0 20.0",
    ),
    # ------------------------------------------------------------ networks
    "network": Term(
        "layers side by side, without commas; it is called with numbers, trained with `train`, "
        "and `show` lists its layers",
        "net = linear(2,3) relu linear(3,1) with seed=1\nnet\nnet(1, 0) == net([1, 0])",
        "linear(2,3) relu linear(3,1): 13 parameters\ntrue",
    ),
    "layer": Term(
        "a step of a network: `linear(in,out)` has weights, `relu`, `tanh` and others have none; "
        "`help layers` lists them",
        _NET + "net[0]\nlen(net)",
        "linear(2,3): 9 parameters\n3",
    ),
    "row": Term(
        "of a network: its layers side by side, without commas; of data: inputs and their target",
        _NET + "xor[1]",
        "[[0.0, 1.0], 1.0]",
    ),
    "width": Term(
        "how many numbers a layer takes or gives: `linear(2,3)` takes two and gives three; a `?` "
        "is filled in from its neighbours",
        "net = linear(2,?) relu linear(4,1)\nnet",
        "linear(2,4) relu linear(4,1): 17 parameters",
    ),
    "parameter": Term(
        "a number of a network that training changes: a weight or a bias; `params(net)` has all",
        _NET + "len(params(net))",
        "13",
    ),
    "weight": Term(
        "a parameter by which an input is multiplied; `weights(layer)` has them in rows",
        "net = linear(2,1) with init=zeros\nweights(net)",
        "[[0.0, 0.0]]",
    ),
    "bias": Term(
        "a parameter that is added to a weighted sum; `biases(layer)` has them",
        "net = linear(2,1) with init=zeros\nbiases(net)",
        "[0.0]",
    ),
    "affine": Term(
        "a weighted sum plus a bias: all that `linear` layers can do without a `relu` or a `tanh` "
        "between them, however many there are; it draws straight lines only",
        "net = linear(1,2) linear(2,1) with seed=1\nclose(net(2) - net(1), net(1) - net(0))",
        "true",
    ),
    "activation": Term(
        "a layer that bends: `relu`, `leaky_relu`, `sigmoid`, `tanh`; without one a network is "
        "affine",
        "relu([-1, 2])",
        "[0.0, 2.0]",
    ),
    "dead": Term(
        "a relu that gives 0 for every row of the data: no gradient flows through it, so it does "
        "not learn any more",
        "x = -1; y = relu(x)\nbackward y\ngrad x",
        "0.0",
    ),
    "saturated": Term(
        "a sigmoid or tanh whose output is nearly at an end of its range: it is flat there, and "
        "its gradient nearly 0",
        "x = 10; y = sigmoid(x)\nbackward y\ngrad x < 0.0001",
        "true",
    ),
    "vanished": Term(
        "of gradients: so small in the first layers that these do not learn; each sigmoid on the "
        "way takes at least three quarters",
        "x = 0; y = sigmoid(sigmoid(sigmoid(x)))\nbackward y\ngrad x < 1/64",
        "true",
    ),
    # ------------------------------------------------------------ training
    "loss": Term(
        "one number that says how wrong a network is; training makes it smaller; `help losses` "
        "lists those there are",
        "mse(0.5, 1)",
        "0.25",
    ),
    "learning rate": Term(
        "how far a step goes against the gradient, `lr=`; too small, and nothing moves; too "
        "large, and the loss grows",
        "w = 1\nrepeat 3 { zero w; backward w^2; w := w - 0.1 * grad w }\nw",
        "0.512",
    ),
    "epoch": Term(
        "one pass over the data; of a set that is drawn anew, such as `majority`, one batch",
        _NET + "train xor epochs=3 every=3\nlen(losses)",
        "epoch 1/3  loss ...\nepoch 3/3  loss ...\ntrained net on xor: 3 epochs, ...\n3",
    ),
    "batch": Term(
        "the rows whose gradients are averaged before a step is taken, `batch=16`; `batch=all` "
        "takes the full set",
        _NET + "train xor epochs=1 batch=all",
        "epoch 1/1  loss ...\ntrained net on xor: 1 epoch, ...",
    ),
    "optimizer": Term(
        "the rule by which gradients change parameters: `sgd`, `momentum`, `adam`",
        "w = 1\nopt = sgd([w], lr=0.1)\nbackward w^2\nstep opt\nw",
        "0.8",
    ),
    "diverged": Term(
        "of training: the loss grew without end, as it does where the learning rate is too large",
        "w = 1\nrepeat 3 { zero w; backward w^2; w := w - 2 * grad w }\nw",
        "-27.0",
    ),
    "data set": Term(
        "rows of inputs with a target; `help data` lists the sets there are, and a list of rows "
        "is one too",
        "len(xor)\nxor[3]\nfor x, y in [[[0, 1], 1]] { print x, y }",
        "4\n[[1.0, 1.0], 0.0]\n[0.0, 1.0] 1.0",
    ),
    "target": Term(
        "what a network should give for the inputs of a row",
        "for x, y in xor { print x, y }",
        "[0.0, 0.0] 0.0\n[0.0, 1.0] 1.0\n[1.0, 0.0] 1.0\n[1.0, 1.0] 0.0",
    ),
    "class": Term(
        "the kind that a row belongs to, as a number from 0 on; two classes may be -1 and +1 too",
        "labels = [y for x, y in moons(labels=signed)]\nmin(labels)\nmax(labels)",
        "-1.0\n1.0",
    ),
    "regression": Term(
        "learning numbers instead of classes; it is judged by its loss and R², not by accuracy",
        "net = linear(1,1) with seed=1\ntrain line epochs=50 every=50",
        "epoch ...\nepoch ...\ntrained net on line: 50 epochs, ... R² ...",
    ),
    # ------------------------------------------------------------ the program itself
    "block": Term(
        "statements in braces, behind `for`, `if`, `while` or `repeat`; a new line or `;` stands "
        "between them",
        "x = 1\nrepeat 3 { x := x * 2; x }\nx",
        "2.0\n4.0\n8.0\n8.0",
    ),
    "option": Term(
        "a value with a name, behind `train`, `test` or `with`: `epochs=500`; `help train` lists "
        "them",
        "net = linear(2,1) with init=zeros\nnet(1, 1)",
        "0.0",
    ),
    "setting": Term(
        "what `set` changes for the session; `help set` lists them",
        "set digits=3\npi",
        "3.14",
    ),
    "nan": Term(
        "the result that is no number: 0/0, the root or logarithm of a negative one; whatever is "
        "computed with it is nan too; `inf` is what is larger than any number",
        "print 1/0",
        "inf",
    ),
    "errors": Term(
        "an error stops the program, before its first statement where it can be known by then; a "
        "note does not stop it; each has a code that `help` explains",
        "help MT313",
        "MT313: ...",
        (
            "MT1xx   how a program is written",
            "MT2xx   names and arguments",
            "MT3xx   values and shapes",
            "MT4xx   gradients",
            "MT5xx   training and data",
            "MT6xx   files",
            "MT7xx   limits",
        ),
    ),
    "examples": Term(
        "programs to type; after each name in `help commands` and `help functions` there is one "
        "too: `help backward`",
        "x = 3; y = x^2\nbackward y\ngrad x\n"
        "net = linear(2,8) tanh linear(8,1) with seed=1\n"
        "train xor epochs=500 lr=0.1 every=500\n"
        "w = 5\nrepeat 20 { zero w; backward (w - 2)^2; w := w - 0.3 * grad w }\nround(w)",
        "6.0\nepoch ...\nepoch ...\ntrained net on xor: 500 epochs, ... accuracy 4/4\n2.0",
    ),
}

# Other forms of the words.
_ALSO = {
    "leaves": "leaf", "tensors": "tensor", "number": "tensor", "vector": "list", "nodes": "node",
    "text": "string",
    "matrices": "matrix", "operator": "operators", "error": "errors", "note": "errors",
    "notes": "errors", "example": "examples", "lr": "learning rate", "rate": "learning rate",
    "backprop": "backpropagation", "neural network": "network", "classes": "class", "inf": "nan",
    "slope": "derivative", "dead relu": "dead", "saturation": "saturated",
    "vanishing": "vanished", "vanishing gradients": "vanished", "dataset": "data set",
    "data sets": "data set", "learning": "learning rate", "least squares": "affine",
}  # fmt: skip


def term(word: str) -> str | None:
    """The term that a word is, in another form maybe; None where it is none."""
    found = " ".join(word.lower().split())
    for form in (found, _ALSO.get(found, ""), found.removesuffix("s")):
        if form in TERMS:
            return form
    return None
