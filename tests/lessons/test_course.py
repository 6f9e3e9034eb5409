"""The programs of examples/course: each prints its `#=` lines, and the numbers are the right ones.

The right ones are computed here in plain Python, by the textbook, without the engine.
"""

import math
import random

import pytest
from command import ROOT, minitorch

COURSE = ROOT / "examples" / "course"
PROGRAMS = sorted(COURSE.glob("*.mt"))
SLOW = {"digits", "twenty_seeds", "rosenbrock", "moons", "residual", "autoencoder", "k_fold"}


def printed(name: str) -> list[str]:
    """What the program says that it prints."""
    text = (COURSE / f"{name}.mt").read_text(encoding="utf-8")
    return [line.strip()[3:] for line in text.splitlines() if line.strip().startswith("#= ")]


def shown(number: float) -> str:
    """A number as the language prints it."""
    text = f"{number:.6g}"
    return text if any(mark in text for mark in ".en") else text + ".0"


@pytest.mark.parametrize(
    "program",
    [pytest.param(p, marks=pytest.mark.slow) if p.stem in SLOW else p for p in PROGRAMS],
    ids=lambda program: program.stem,
)
def test_a_program_is_short_sound_and_prints_what_it_says(program):
    text = program.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len([line for line in text.splitlines() if not line.startswith("#=")]) <= 25
    done = minitorch("--test", str(program))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "", "nothing has to be noted"


def test_the_first_graph_of_micrograd():
    a, b, c, f = 2.0, -3.0, 10.0, -2.0
    d = a * b + c
    gradients = [b * f, a * f, f, f, d]
    up = [w + 0.01 * g for w, g in zip([a, b, c, f], [b * f, a * f, f, d], strict=True)]
    assert printed("product_of_sums") == [
        shown(d * f),
        " ".join(map(shown, gradients)),
        shown((up[0] * up[1] + up[2]) * up[3]),
    ]


def test_the_neuron():
    x1, x2, w1, w2, b = 2.0, 0.0, -3.0, 1.0, 6.8813735870195432
    o = math.tanh(x1 * w1 + x2 * w2 + b)
    slope = 1 - o * o
    gradients = [w1 * slope, x1 * slope, w2 * slope, x2 * slope]
    assert printed("neuron") == [shown(o), " ".join(map(shown, gradients))]


def test_the_recurrent_cell():
    def final(wx: float, wh: float, b: float) -> float:
        h = 0.0
        for x in (1, -1, 2, 0.5):
            h = math.tanh(wx * x + wh * h + b)
        return h

    at, step = [0.5, 0.8, 0.1], 1e-6
    slopes = []
    for place in range(3):
        up, down = list(at), list(at)
        up[place] += step
        down[place] -= step
        slopes.append((final(*up) - final(*down)) / (2 * step))
    value, gradients = printed("recurrent")
    assert value == shown(final(*at))
    assert [float(g) for g in gradients.split()] == pytest.approx(slopes, abs=1e-6)


def test_adam():
    w, m, v = [1.5, -0.7], [0.0, 0.0], [0.0, 0.0]
    for t in range(1, 51):
        gradient = [2 * w[0] + w[1], 20 * w[1] + w[0]]
        for i, g in enumerate(gradient):
            m[i] = 0.9 * m[i] + 0.1 * g
            v[i] = 0.999 * v[i] + 0.001 * g * g
            right = (m[i] / (1 - 0.9**t)) / (math.sqrt(v[i] / (1 - 0.999**t)) + 1e-8)
            w[i] -= 0.1 * right
    assert printed("adam_by_hand") == ["true", f"[{shown(w[0])}, {shown(w[1])}]"]


def test_logistic_regression():
    hours, passed = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4], [0, 0, 0, 1, 0, 1, 1, 1]
    w = b = loss = 0.0
    for _ in range(2000):
        p = [1 / (1 + math.exp(-(w * x + b))) for x in hours]
        loss = -sum(math.log(q if y else 1 - q) for q, y in zip(p, passed, strict=True)) / 8
        errors = [q - y for q, y in zip(p, passed, strict=True)]
        w -= 0.5 * sum(e * x for e, x in zip(errors, hours, strict=True)) / 8
        b -= 0.5 * sum(errors) / 8
    assert printed("logistic_regression") == [
        f"loss {shown(loss)}",
        f"even chance at {shown(-b / w)} hours",
    ]


def test_polynomial_regression_finds_the_coefficients():
    assert printed("polynomial") == ["true", "[1.0, -2.0, 3.0]"]


def test_newton():
    assert printed("newton") == [f"{math.sqrt(2):.12g}", "true"]


def test_rosenbrock():
    x, y, vx, vy = -1.0, 1.0, 0.0, 0.0
    for _ in range(3000):
        gx, gy = -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)
        vx, vy = 0.9 * vx - 0.0005 * gx, 0.9 * vy - 0.0005 * gy
        x, y = x + vx, y + vy
    assert printed("rosenbrock") == [f"[{shown(x)}, {shown(y)}]", "true"]


def test_the_normal_equation():
    xs, ys = [0, 1, 2, 3], [1, 3, 5, 7.4]
    mean_x, mean_y = sum(xs) / 4, sum(ys) / 4
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - mean_x) ** 2 for x in xs
    )
    assert printed("normal_equation")[0] == f"[{shown(mean_y - slope * mean_x)}, {shown(slope)}]"


def test_k_means():
    left, right = [(1, 1), (1.5, 2), (1, 1.5)], [(8, 8), (9, 8.5), (8.5, 9)]
    centres = [
        [shown(sum(p[axis] for p in group) / 3) for axis in (0, 1)] for group in (left, right)
    ]
    wanted = ", ".join(f"[{', '.join(centre)}]" for centre in centres)
    assert printed("k_means") == ["[0, 0, 0, 1, 1, 1]", f"[{wanted}]"]


def test_attention():
    x = [[1, 0], [0, 1], [1, 1]]
    q, k, v = x, [[t[1], t[0]] for t in x], [[2 * t[0], 3 * t[1]] for t in x]
    out, shares = [], []
    for row in q:
        scores = [math.exp(sum(a * b for a, b in zip(row, key, strict=True)) / 2**0.5) for key in k]
        shares.append([score / sum(scores) for score in scores])
        out.append([sum(s * t[j] for s, t in zip(shares[-1], v, strict=True)) for j in (0, 1)])
    lines = printed("attention")
    assert lines[0] == "[1.0, 1.0, 1.0]"
    assert lines[1] == "[" + ", ".join(f"[{shown(a)}, {shown(b)}]" for a, b in out) + "]"
    mixed = [sum(s * t[j] for s, t in zip(shares[0], x, strict=True)) for j in (0, 1)]
    row = f"[{shown(mixed[0])}, {shown(mixed[1])}]"
    assert lines[2] == f"[{row}, {row}]"


def test_layer_norm():
    def standard(xs: list[float]) -> list[float]:
        mean = sum(xs) / len(xs)
        return [
            (x - mean) / math.sqrt(sum((y - mean) ** 2 for y in xs) / len(xs) + 1e-5) for x in xs
        ]

    rows: list[list[float]] = [[1, 2, 3], [4, 6, 11]]
    lines = printed("layer_norm")
    shown_rows = ["[" + ", ".join(map(shown, standard(row))) + "]" for row in rows]
    assert lines[0] == "[" + ", ".join(shown_rows) + "]"
    slopes = []
    for place in range(3):
        up, down = list(rows[1]), list(rows[1])
        up[place] += 1e-5
        down[place] -= 1e-5
        slopes.append((standard(up)[2] - standard(down)[2]) / 2e-5)
    found = [float(part) for part in lines[2].split("], [")[1].strip("[]").split(", ")]
    assert found == pytest.approx(slopes, abs=1e-5)


def test_bigrams():
    names = ["emma", "olivia", "ava", "mia", "anna", "noah", "nora"]
    letters = sorted({c for name in names for c in name} | {"."})
    pairs = [pair for name in names for pair in zip("." + name, name + ".", strict=True)]
    counts = {a: {b: pairs.count((a, b)) + 0.01 for b in letters} for a in letters}
    loss = -sum(math.log(counts[a][b] / sum(counts[a].values())) for a, b in pairs) / len(pairs)
    lines = printed("bigrams")
    assert lines[0] == f"{len(pairs)} pairs, loss {shown(loss)}"
    stream = random.Random(2)
    for word in lines[1:]:
        spelled, last = "", "."
        while True:
            [last] = stream.choices(letters, [counts[last][b] for b in letters])
            if last == ".":
                break
            spelled += last
        assert word == spelled


def test_small_things():
    assert printed("fizzbuzz")[0].split() == [
        "fizz" * (n % 3 == 0) + "buzz" * (n % 5 == 0) or str(n) for n in range(1, 16)
    ]
    numbers = [0, 1]
    while len(numbers) < 90:
        numbers.append(numbers[-1] + numbers[-2])
    first, last = printed("fibonacci")
    assert [float(number) for number in first.strip("[]").split(", ")] == numbers[:15]
    assert last == shown(float(numbers[80]))
    xs = [5, 2, 8, 1, 9, 3]
    ordered = ", ".join(shown(float(x)) for x in sorted(xs))
    places = sorted(range(6), key=xs.__getitem__)
    assert printed("sorting") == [f"[{ordered}]", "true", str(places)]


def test_the_confusion_matrix_adds_up():
    lines = printed("confusion_matrix")
    rows = [[int(cell) for cell in line.split()] for line in lines[1:4]]
    assert sum(map(sum, rows)) == 45
    assert sum(rows[k][k] for k in range(3)) >= 40
    assert lines[4] == "true"


def test_the_folds_agree_with_their_mean():
    lines = printed("k_fold")
    scores = [float(line.split()[1]) for line in lines[1:6]]
    assert all(abs(score * 30 - round(score * 30)) < 1e-4 for score in scores)
    assert lines[6] == str(sum(scores) / 5 > 0.9).lower()
