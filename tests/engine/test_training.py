"""`train` and `evaluate`: the loop itself, how it ends, and what it leaves behind."""

import gc
import math
import os
import signal
from random import Random

import pytest

from engine import nn, randomness
from engine.datasets import blobs, line, majority, moons, parity, sine, xor
from engine.evaluation import accuracy, binary_round, evaluate
from engine.losses import LOSSES, mse_loss
from engine.optim import OPTIMIZERS, SGD, Adam
from engine.tables import from_rows
from engine.tensor import Tensor
from engine.training import default_loss, train


def numbers(model: nn.Module) -> list[float]:
    return [parameter.data for parameter in model.parameters()]


def gradients(model: nn.Module) -> list[float]:
    return [parameter.grad for parameter in model.parameters()]


def twins(make) -> tuple[nn.Sequential, nn.Sequential]:
    return make(Random(3)), make(Random(3))


def by_hand(model, rows, optimizer, loss) -> float:
    """One batch as a learner writes it: the mean loss as one graph."""
    optimizer.zero_grad()
    total = Tensor(0.0)
    for x, y in rows:
        total = total + loss(model(x), y)
    mean = total / len(rows)
    mean.backward()
    optimizer.step()
    return mean.data


@pytest.mark.parametrize("engine", ["auto", "eager"])
@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_full_batches_do_what_the_loop_by_hand_does(kind: str, engine: str) -> None:
    data = moons(20, labels="signed", random=Random(1))
    one, two = twins(lambda random: nn.mlp(2, [4], 1, random=random))
    ours, theirs = OPTIMIZERS[kind](one), OPTIMIZERS[kind](two)
    result = train(one, data, optimizer=ours, loss="hinge", epochs=5, batch=None, engine=engine)
    expected = [by_hand(two, data, theirs, LOSSES["hinge"]) for _ in range(5)]
    assert result.losses == pytest.approx(expected, rel=1e-12)
    assert numbers(one) == pytest.approx(numbers(two), rel=1e-9, abs=1e-12)
    assert gradients(one) == pytest.approx(gradients(two), rel=1e-9, abs=1e-12)
    assert (result.stopped, result.epochs_done, ours.steps) == ("finished", 5, 5)


def test_a_generated_set_is_one_fresh_batch_an_epoch() -> None:
    data = majority()
    one, two = twins(lambda random: nn.mlp(5, [4], 1, random=random))
    result = train(one, data, optimizer=SGD(one), epochs=4, batch=7, random=Random(9))
    random, other = Random(9), SGD(two)
    expected = [by_hand(two, data.draw(7, random), other, mse_loss) for _ in range(4)]
    assert result.losses == pytest.approx(expected, rel=1e-12)
    assert numbers(one) == pytest.approx(numbers(two), rel=1e-12)


def test_a_finite_set_is_shuffled_and_cut_and_its_loss_is_the_mean_over_rows() -> None:
    data = line(7, random=Random(1))
    one, two = twins(lambda random: nn.Sequential(nn.Linear(1, 1, random=random)))
    result = train(one, data, optimizer=SGD(one), epochs=2, batch=3, random=Random(4))
    random, other, rows = Random(4), SGD(two), list(data.rows())
    for epoch in range(2):
        random.shuffle(rows)
        parts = [rows[0:3], rows[3:6], rows[6:7]]
        means = [by_hand(two, part, other, mse_loss) for part in parts]
        expected = (3 * means[0] + 3 * means[1] + means[2]) / 7
        assert result.losses[epoch] == pytest.approx(expected, rel=1e-12)
    assert data.rows() == line(7, random=Random(1)).rows()
    assert numbers(one) == pytest.approx(numbers(two), rel=1e-12)


def test_the_same_seed_gives_the_same_run_and_a_stream_apart_leaves_the_default_one() -> None:
    def run() -> list[float]:
        randomness.seed(5)
        net = nn.Sequential(nn.Linear(5, 4), nn.Relu(), nn.Dropout(0.2), nn.Linear(4, 1))
        return train(net, majority(), epochs=5).losses

    assert run() == run()
    before = randomness.default_stream().getstate()
    net = nn.mlp(5, [4], 1, random=Random(1))
    train(net, majority(), epochs=2, random=Random(1))
    evaluate(net, majority())
    assert randomness.default_stream().getstate() == before


def test_until_stops_at_the_first_epoch_that_is_good_enough() -> None:
    net = nn.Sequential(nn.Linear(1, 1, random=Random(1)))
    result = train(net, line(noise=0, random=Random(1)), epochs=500, until=0.01)
    assert result.stopped == "until"
    assert result.losses[-1] <= 0.01 < min(result.losses[:-1])


def test_validation_with_a_set_or_a_share() -> None:
    net = nn.Sequential(nn.Linear(1, 1, random=Random(1)))
    held_out = line(5, noise=0, random=Random(2))
    seen: list[tuple] = []
    result = train(
        net,
        line(20, random=Random(1)),
        epochs=3,
        validation=held_out,
        on_epoch=lambda *report: seen.append(report),
    )
    expected = sum((net(x).data - y) ** 2 for x, y in held_out) / 5
    assert result.validation_losses[-1] == pytest.approx(expected, rel=1e-12)
    pairs = zip(result.losses, result.validation_losses, strict=True)
    assert seen == [(k, loss, watched) for k, (loss, watched) in enumerate(pairs, 1)]
    shared = train(net, line(20), epochs=2, validation=0.25)
    assert len(shared.validation_losses) == 2
    assert train(net, line(20), epochs=1).validation_losses == []


@pytest.mark.parametrize("engine", ["auto", "eager"])
def test_an_interrupt_keeps_the_last_whole_epoch(engine: str) -> None:
    def run(epochs: int, stop: int | None) -> tuple:
        net = nn.mlp(5, [4], 1, random=Random(1))
        optimizer = Adam(net)

        def on_epoch(epoch: int, *_: object) -> None:
            if epoch == stop:
                raise KeyboardInterrupt

        result = train(
            net,
            majority(),
            optimizer=optimizer,
            epochs=epochs,
            random=Random(2),
            on_epoch=on_epoch,
            engine=engine,
        )
        return result, numbers(net), gradients(net), optimizer.state_dict()

    interrupted, whole = run(10, 3), run(3, None)
    assert interrupted[0].stopped == "interrupted"
    assert interrupted[0].losses == whole[0].losses
    assert interrupted[1:] == whole[1:]


def test_a_signal_in_the_middle_of_an_epoch_takes_that_epoch_back() -> None:
    def run(epochs: int, calls: int | None) -> tuple:
        net = nn.mlp(1, [3], 1, random=Random(1))
        optimizer = SGD(net, momentum=0.9)
        count = 0

        def loss(prediction, target) -> Tensor:
            nonlocal count
            count += 1
            if count == calls:
                os.kill(os.getpid(), signal.SIGINT)
            return mse_loss(prediction, target)

        data = sine(10, random=Random(1))
        result = train(
            net,
            data,
            optimizer=optimizer,
            loss=loss,
            epochs=epochs,
            batch=4,
            random=Random(2),
            engine="eager",
        )
        return result.losses, numbers(net), gradients(net), optimizer.state_dict()

    assert run(10, 10 * 3 + 7) == run(3, None)  # in the second batch of the fourth epoch


@pytest.mark.parametrize("engine", ["auto", "eager"])
def test_a_loss_that_is_not_finite_puts_the_last_finite_weights_back(engine: str) -> None:
    net = nn.mlp(1, [4], 1, random=Random(1))
    optimizer = SGD(net, lr=1e12)
    result = train(
        net, sine(random=Random(1)), optimizer=optimizer, random=Random(1), engine=engine
    )
    assert result.stopped == "not finite"
    assert f"at epoch {result.epochs_done + 1} " in result.trouble
    assert all(map(math.isfinite, numbers(net)))
    assert all(map(math.isfinite, result.losses))


def test_weights_that_overflow_behind_a_finite_loss_are_taken_back_too() -> None:
    net = nn.Sequential(nn.Linear(1, 1, random=Random(1)))
    before = numbers(net)
    data = from_rows([[1e150, 0.0]])
    result = train(net, data, optimizer=SGD(net, lr=1e200), epochs=1)
    assert result.stopped == "not finite"
    assert "a weight" in result.trouble
    assert numbers(net) == before


def test_modes_and_the_collector_are_left_as_they_were() -> None:
    net = nn.Sequential(nn.Linear(5, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    net.eval()
    before = gc.get_threshold()
    train(net, majority(), epochs=1, validation=majority())
    assert not any(module.training for module in net.modules())
    assert gc.get_threshold() == before

    def fails(prediction, target) -> Tensor:
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        train(net, majority(), epochs=1, loss=fails)
    assert gc.get_threshold() == before
    assert not any(module.training for module in net.modules())


def test_class_numbers_fit_networks_with_an_output_a_class() -> None:
    net = nn.Sequential(nn.Linear(2, 3, random=Random(1)), nn.Softmax())
    assert default_loss(net) == "cross_entropy"
    data = blobs(60, random=Random(1))
    train(net, data, epochs=30, random=Random(1))
    assert accuracy(net, data) == 1.0
    for loss in ("mse", "hinge"):
        plain = nn.mlp(2, [8], 3, random=Random(1))
        assert default_loss(plain) == "mse"
        train(plain, data, loss=loss, epochs=30, random=Random(1))
        assert accuracy(plain, data) > 0.9
    two = nn.Sequential(nn.Linear(5, 2, random=Random(1)), nn.Softmax())
    train(two, majority(labels="signed"), epochs=200, random=Random(1))
    assert accuracy(two, majority(labels="signed")) == 1.0


@pytest.mark.parametrize(
    ("net", "data", "loss", "message"),
    [
        (nn.Linear(5, 1), majority(3), "mse", "takes 5 inputs, got 3"),
        (nn.Linear(5, 1), majority(), "cross_entropy", "bce after a sigmoid"),
        (nn.Linear(5, 1), majority(), "hinge", "labels=signed"),
        (nn.Linear(5, 1), majority(labels="signed"), "bce", "labels=binary"),
        (nn.Linear(2, 2), blobs(), "cross_entropy", "from 0 to 1, got 2"),
        (nn.Linear(1, 1), from_rows([[1, [1, 2]]]), "mse", "gives 1 numbers, data has 2 targets"),
        (nn.Linear(5, 1), majority(), "mae", "there is no loss 'mae'"),
    ],
)
def test_what_does_not_fit_together_is_said_before_training(net, data, loss, message) -> None:
    before = numbers(net)
    with pytest.raises(ValueError, match=message):
        train(net, data, loss=loss)
    assert numbers(net) == before


def test_wrong_options() -> None:
    net = nn.Linear(5, 1)
    for options, message in [
        ({"epochs": -1}, "epochs must be at least 0"),
        ({"epochs": 2.5}, "whole number"),
        ({"batch": 0}, "batch must be at least 1"),
        ({"optimizer": "no_such"}, "there is no optimizer"),
        ({"engine": "fast"}, "auto, eager or compiled"),
        ({"validation": 1.5}, "between 0 and 1"),
    ]:
        with pytest.raises(ValueError, match=message):
            train(net, majority(), **options)
    assert train(net, majority(), epochs=0).losses == []


def test_evaluate_counts_and_tabulates() -> None:
    net = nn.Sequential(nn.Linear(2, 1, init="zeros"))
    net[0].neurons[0].weight[0].data = 1.0
    result = evaluate(net, xor())
    assert (result.correct, result.count, result.accuracy) == (2, 4, 0.5)
    assert result.confusion == [[1, 1], [1, 1]]
    assert result.classes == [0.0, 0.0, 1.0, 1.0]
    assert result.outputs == [[0.0], [0.0], [1.0], [1.0]]
    assert result.loss == 0.5
    assert result.r_squared == -1.0
    signed = evaluate(net, xor(inputs="signed", labels="signed"), loss="hinge")
    assert signed.classes == [-1.0, -1.0, 1.0, 1.0]
    assert signed.loss == 1.0


def test_evaluate_of_a_regression_has_no_accuracy() -> None:
    net = nn.Sequential(nn.Linear(1, 1, init="zeros"))
    net[0].neurons[0].weight[0].data = 2.0
    net[0].neurons[0].bias.data = 1.0
    result = evaluate(net, line(noise=0))
    assert result.accuracy is None
    assert result.confusion == []
    assert (result.loss, result.r_squared) == (0.0, 1.0)
    assert accuracy(net, line(noise=0)) is None
    assert accuracy(nn.Linear(1, 2), line()) is None
    with pytest.raises(ValueError, match="there is no loss 'mae'"):
        evaluate(net, line(), loss="mae")


def test_evaluate_of_several_outputs_takes_the_largest() -> None:
    net = nn.Sequential(nn.Linear(1, 3, init="zeros"), nn.Softmax())
    net[0].neurons[1].bias.data = 1.0
    result = evaluate(net, from_rows([[0, 1], [1, 1], [2, 0], [3, 2]]))
    assert (result.correct, result.count) == (2, 4)
    assert result.confusion == [[0, 1, 0], [0, 2, 0], [0, 1, 0]]
    one_hot = from_rows([[0, [0, 1, 0]], [1, [1, 0, 0]]])
    assert evaluate(net, one_hot).confusion == [[0, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert evaluate(net, from_rows([[0, [0.3, 0.3, 0.4]]])).accuracy is None


def test_binary_round() -> None:
    assert binary_round(Tensor(0.5)).data == 1.0
    assert binary_round(Tensor(0.49)).data == 0.0
    assert binary_round(0.6, threshold=0.7).data == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "data", "options"),
    [
        (lambda r: nn.mlp(5, [4, 8, 4], 1, random=r), lambda r: majority(), {"epochs": 300}),
        (lambda r: nn.mlp(3, [8], 1, random=r), lambda r: parity(), {"optimizer": "adam"}),
        (lambda r: nn.mlp(2, [8], 1, random=r), lambda r: moons(random=r), {"batch": 7}),
    ],
)
def test_twenty_epochs_as_pytorch(make, data, options) -> None:
    torch = pytest.importorskip("torch")
    net, rows = make(Random(1)), data(Random(2))
    layers: list = []
    for layer in net:
        if isinstance(layer, nn.Linear):
            peer = torch.nn.Linear(layer.input_size, layer.output_size, dtype=torch.float64)
            with torch.no_grad():
                for row, neuron in enumerate(layer.neurons):
                    for column, weight in enumerate(neuron.weight):
                        peer.weight[row, column] = weight.data
                    peer.bias[row] = neuron.bias.data
            layers.append(peer)
        else:
            layers.append(torch.nn.ReLU())
    model = torch.nn.Sequential(*layers)
    adam = options.get("optimizer") == "adam"
    step = torch.optim.Adam if adam else torch.optim.SGD
    optimizer = step(model.parameters(), lr=0.01 if adam else 0.1)
    size = options.get("batch", 32)
    result = train(net, rows, random=Random(5), **{"epochs": 20, **options})
    random, order, losses = Random(5), list(rows.rows()), []
    for _ in range(len(result.losses)):
        if rows.generated:
            batches = [rows.draw(size, random)]
        else:
            random.shuffle(order)
            batches = [order[i : i + size] for i in range(0, len(order), size)]
        total = 0.0
        for batch in batches:
            x = torch.tensor([row[0] for row in batch], dtype=torch.float64)
            y = torch.tensor([[row[1]] for row in batch], dtype=torch.float64)
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / sum(map(len, batches)))
    assert result.losses[:20] == pytest.approx(losses[:20], rel=1e-9)
    assert result.losses == pytest.approx(losses, rel=1e-6, abs=1e-9)


# ---------------------------------------------------------------- a schedule of learning rates


@pytest.mark.parametrize("engine", ["compiled", "eager"])
@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_a_schedule_sets_the_rate_of_each_epoch_from_0(kind: str, engine: str) -> None:
    rates = [0.2, 0.05, 0.0, 0.1]
    one, two = twins(lambda random: nn.mlp(2, [4], 1, random=random))
    ours, theirs = OPTIMIZERS[kind](one), OPTIMIZERS[kind](two)
    result = train(one, xor(), optimizer=ours, lr=rates.__getitem__, epochs=4, engine=engine)
    for rate in rates:
        theirs.set_rate(rate)
        train(two, xor(), optimizer=theirs, epochs=1, engine=engine)
    assert numbers(one) == numbers(two)
    assert (result.rates, result.engine, ours.lr) == (rates, engine, 0.1)


def test_a_schedule_writes_no_code_of_its_own() -> None:
    from engine.compile import stepper

    model = nn.mlp(3, [5], 1, random=Random(1))
    train(model, parity(3), epochs=1, random=Random(2))
    before = list(stepper._functions)
    result = train(model, parity(3), epochs=9, lr=lambda k: 0.1 / (1 + k), random=Random(2))
    assert result.engine == "compiled"
    assert list(stepper._functions) == before


@pytest.mark.parametrize("engine", ["compiled", "eager"])
def test_what_a_schedule_raises_leaves_the_last_whole_epoch(engine: str) -> None:
    def rate(epoch: int) -> float:
        if epoch == 2:
            raise RuntimeError("no more")
        return 0.1 + epoch

    one, two = twins(lambda random: nn.mlp(2, [4], 1, random=random))
    ours, theirs = SGD(one), SGD(two)
    with pytest.raises(RuntimeError, match="no more"):
        train(one, xor(), optimizer=ours, lr=rate, epochs=9, engine=engine)
    train(two, xor(), optimizer=theirs, lr=rate, epochs=2, engine=engine)
    assert numbers(one) == numbers(two)
    assert (ours.lr, ours.steps) == (theirs.lr, theirs.steps) == (1.1, 2)


@pytest.mark.parametrize("rate", [-0.1, math.nan, math.inf])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    model = nn.mlp(2, [4], 1, random=Random(1))
    before = numbers(model)
    with pytest.raises(ValueError, match="lr must be at least 0"):
        train(model, xor(), lr=lambda epoch: rate)
    assert numbers(model) == before


@pytest.mark.parametrize("engine", ["compiled", "eager"])
def test_after_an_interrupt_the_rate_is_that_of_the_last_whole_epoch(engine: str) -> None:
    def stop(epoch: int) -> float:
        if epoch == 3:
            raise KeyboardInterrupt
        return 1.0 / (1 + epoch)

    model = nn.mlp(2, [4], 1, random=Random(1))
    mover = SGD(model)
    result = train(model, xor(), optimizer=mover, lr=stop, epochs=9, engine=engine)
    assert (result.stopped, result.epochs_done, mover.lr) == ("interrupted", 3, 1 / 3)
    rates = [0.5, 1e306, 1e307, 1e308]
    result = train(model, xor(), optimizer=mover, lr=rates.__getitem__, epochs=4, engine=engine)
    assert (result.stopped, mover.lr) == ("not finite", rates[result.epochs_done - 1])
    assert 0 < result.epochs_done < 4


def test_a_loss_that_draws_is_looked_at_without_drawing() -> None:
    stream = Random(4)

    def noisy(prediction: Tensor, target: float) -> Tensor:
        return (prediction - target + stream.random()) ** 2

    losses = []
    for engine in ("eager", "auto"):
        stream.seed(4)
        model = nn.mlp(2, [4], 1, random=Random(1))
        losses.append(train(model, xor(), loss=noisy, random=stream, epochs=3, engine=engine))
    assert losses[0].losses == losses[1].losses
    assert losses[1].engine == "eager"


def test_the_parts_of_the_data_are_told() -> None:
    data = moons(20, random=Random(1))
    result = train(nn.mlp(2, [4], 1, random=Random(1)), data, validation=0.25, epochs=1)
    assert result.rows is not None
    assert result.held_out is not None
    assert (len(result.rows), len(result.held_out)) == (15, 5)
    assert train(nn.mlp(2, [4], 1), data, epochs=1).held_out is None
