"""Every way of training that is compared. `python -m benchmarks.variants NAME WORKLOAD STEPS RUNS`.

Prints one JSON object: the losses of the first trajectory, the microseconds a step of each
trajectory (each from the same starting weights, the first being the warm-up), and the
milliseconds of compilation where there is any. "missing" names a package that is not there.
"""

import gc
import json
import sys
import time

from benchmarks.workloads import ALPHA, WORKLOADS, Workload


def micrograd(work: Workload):
    from micrograd.engine import Value
    from micrograd.nn import MLP

    model = MLP(work.widths[0], work.widths[1:])
    for layer, rows in zip(model.layers, work.weights, strict=True):
        for neuron, row in zip(layer.neurons, rows, strict=True):
            neuron.b.data = 0.0
            for weight, value in zip(neuron.w, row, strict=True):
                weight.data = value

    def step():
        terms = []
        for inputs, target in work.rows:
            score = model(list(map(Value, inputs)))
            terms.append((1 + -target * score).relu() if work.hinge else (score - target) ** 2)
        loss = sum(terms) * (1.0 / len(terms))
        if work.hinge:
            loss = loss + ALPHA * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= work.rate * parameter.grad
        return loss.data

    return step


def torch64(work: Workload):
    import torch

    return _torch(work, torch.float64)


def torch32(work: Workload):
    import torch

    return _torch(work, torch.float32)


def _torch(work: Workload, dtype):
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(dtype)
    layers = []
    for rows in work.weights:
        linear = torch.nn.Linear(len(rows[0]), len(rows))
        linear.weight.data = torch.tensor(rows)
        linear.bias.data.zero_()
        layers += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=work.rate)
    inputs = torch.tensor([row for row, _ in work.rows])
    targets = torch.tensor([[target] for _, target in work.rows])
    mse = torch.nn.MSELoss()

    def step():
        optimizer.zero_grad()
        scores = model(inputs)
        if work.hinge:
            loss = torch.relu(1 - targets * scores).mean()
            loss = loss + ALPHA * sum((p * p).sum() for p in model.parameters())
        else:
            loss = mse(scores, targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def numpy(work: Workload):
    import numpy as np

    weights = [np.array(rows).T.copy() for rows in work.weights]
    biases = [np.zeros(len(rows)) for rows in work.weights]
    inputs = np.array([row for row, _ in work.rows])
    targets = np.array([[target] for _, target in work.rows])
    count, last = len(work.rows), len(weights) - 1

    def step():
        values = [inputs]
        for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            z = values[-1] @ weight + bias
            values.append(z if i == last else np.maximum(z, 0.0))
        if work.hinge:
            margin = 1.0 - targets * values[-1]
            loss = np.maximum(margin, 0.0).sum() / count
            loss += ALPHA * sum((p * p).sum() for p in (*weights, *biases))
            d = np.where(margin > 0.0, -targets, 0.0) / count
        else:
            error = values[-1] - targets
            loss = (error * error).sum() / count
            d = error * (2.0 / count)
        for i in range(last, -1, -1):
            dw, db = values[i].T @ d, d.sum(axis=0)
            if i:
                d = (d @ weights[i].T) * (values[i] > 0.0)
            if work.hinge:
                dw += 2 * ALPHA * weights[i]
                db += 2 * ALPHA * biases[i]
            weights[i] -= work.rate * dw
            biases[i] -= work.rate * db
        return float(loss)

    return step


def _ours(work: Workload):
    from engine import SGD, mlp
    from engine.losses import hinge_loss, mse_loss
    from engine.nn import Linear

    model = mlp(work.widths[0], work.widths[1:-1], work.widths[-1])
    layers = [layer for layer in model if isinstance(layer, Linear)]
    for layer, rows in zip(layers, work.weights, strict=True):
        for neuron, row in zip(layer.neurons, rows, strict=True):
            neuron.bias.data = 0.0
            for weight, value in zip(neuron.weight, row, strict=True):
                weight.data = value
    optimizer = SGD(model, lr=work.rate, l2=2 * ALPHA if work.hinge else 0.0)
    return model, hinge_loss if work.hinge else mse_loss, optimizer


def _with_penalty(work: Workload, stepper, values):
    """Steps whose loss has the L2 term, as the others' losses have it."""
    count = len(work.rows)
    if not work.hinge:
        return lambda: stepper.step(work.rows) / count

    def step():
        penalty = 0.0
        for value in values():
            penalty += value * value
        return stepper.step(work.rows) / count + ALPHA * penalty

    return step


def eager(work: Workload):
    from engine.eager import EagerStepper

    gc.set_threshold(100_000)  # as engine.training.train does
    stepper = EagerStepper(*_ours(work))
    return _with_penalty(work, stepper, lambda: [p.data for p in stepper.parameters])


def compiled(work: Workload):
    from engine.compile import compiled_stepper

    gc.set_threshold(100_000)
    stepper = compiled_stepper(*_ours(work), work.rows)
    return _with_penalty(work, stepper, lambda: stepper.values)


def plain(work: Workload):
    from engine import Tensor
    from engine.functions import relu

    gc.set_threshold(100_000)
    layers = [[([Tensor(w) for w in row], Tensor(0.0)) for row in rows] for rows in work.weights]
    parameters = [p for layer in layers for row, bias in layer for p in (*row, bias)]

    def score_of(values):
        for number, layer in enumerate(layers):
            sums = []
            for row, bias in layer:
                total = bias
                for weight, value in zip(row, values, strict=True):
                    total = total + weight * value
                sums.append(total if number == len(layers) - 1 else relu(total))
            values = sums
        return values[0]

    def step():
        terms = []
        for inputs, target in work.rows:
            score = score_of(inputs)
            terms.append(relu(1 - target * score) if work.hinge else (score - target) ** 2)
        loss = terms[0]
        for term in terms[1:]:
            loss = loss + term
        loss = loss * (1.0 / len(terms))
        if work.hinge:
            squares = parameters[0] * parameters[0]
            for parameter in parameters[1:]:
                squares = squares + parameter * parameter
            loss = loss + ALPHA * squares
        for parameter in parameters:
            parameter.grad = 0.0
        loss.backward()
        for parameter in parameters:
            parameter.data = parameter.data - work.rate * parameter.grad
        return loss.data

    return step


VARIANTS = {
    "micrograd": micrograd,
    "PyTorch eager float64": torch64,
    "PyTorch eager float32": torch32,
    "NumPy by hand": numpy,
    "eager, plain operators": plain,
    "eager, nn.Sequential": eager,
    "compiled": compiled,
}


def main() -> None:
    name, workload, steps, runs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    work = WORKLOADS[workload]()
    answer = {"times": [], "build": 0.0}
    if name == "compiled":  # importing is not compiling
        import engine.compile
        import engine.training  # noqa: F401
    for run in range(runs):
        try:
            start = time.perf_counter()
            step = VARIANTS[name](work)
            built = time.perf_counter() - start
        except ImportError as error:
            print(json.dumps({"missing": error.name}))
            return
        gc.collect()
        start = time.perf_counter()
        losses = [step() for _ in range(steps)]
        spent = time.perf_counter() - start
        if run == 0:
            answer["losses"], answer["build"] = losses, built * 1e3
        else:
            answer["times"].append(spent / steps * 1e6)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
