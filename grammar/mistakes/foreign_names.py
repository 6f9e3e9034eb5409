"""Names of Python, NumPy, PyTorch and micrograd, and what is written instead of them here; and
the names that examples use, where nothing is bound to them yet.

A value of one word is another name for the same thing, or a command, and is offered as a
replacement; all others are sentences that say what to do.
"""

_NUMBERS = "numbers are tensors already: `x = 2`, then `grad x` after a `backward`"
_ROUND = "numbers need no type: `round(x)` gives a whole one, and counts stay whole by themselves"
_TEXT = '`text(x)` is a string; `print "x is", x` prints text and value side by side'
_SEQUENTIAL = "a network is a row of layers: `net = linear(2,3) relu linear(3,1)`"
_OPTIMIZER = (
    "`train` brings its own: `train data optimizer=adam`; by hand: `opt = sgd(net, lr=0.1)`"
)
_DERIVATIVE = "a derivative is a gradient: `y = x^2`, then `backward y`, then `grad x`"
_CLEAR = "Ctrl-L clears the screen; `zero` sets all gradients to 0, `del x` takes a name away"
_RESET = (
    "`zero` sets all gradients to 0, `del x` takes a name away; a network gets fresh weights when "
    "it is defined anew"
)
_KIND = "`show x` tells what a name stands for"
_LIST = "a list is written `[1, 2, 3]`, or made: `[k^2 for k in range(5)]`"
_DICTIONARY = "there are numbers, strings and lists; give each value a name of its own"
_NO_IMPORT = "nothing has to be imported; `help functions` and `help layers` list what there is"
_NO_GRAPH = "`value(a)` is a number without a graph; `:=` updates without one"
_LAYERS = "`help layers` lists the layers there are: `linear`, `relu`, `tanh`, `softmax` and others"
_NETWORK = "make a network first: `net = linear(5,4) relu linear(4,1)`"
_SETS = (
    'name a set there is, such as `majority`, `xor`, `moons`, or bind one: `data = csv("f.csv")`'
)
_FILES = 'files are read with `csv("data.csv")` and `load("net.json")`'
_DATA = 'a data set is a list of rows, `[[[0,0],0], [[0,1],1]]`, or `csv("data.csv")`'
_PLOT = "the losses of the last run are in the list `losses`: `print losses`"
_REMAINDER = "write `a % b`, which has the sign of b"

FOREIGN = {
    # ------------------------------------------------------------ the same under another name
    "True": "true", "False": "false", "ReLU": "relu", "Linear": "linear", "Sigmoid": "sigmoid",
    "Tanh": "tanh", "Softmax": "softmax", "Dropout": "dropout", "LeakyReLU": "leaky_relu",
    "LeakyRelu": "leaky_relu", "Softplus": "softplus", "Neuron": "neuron", "MLP": "mlp",
    "PI": "pi", "ln": "log", "logistic": "sigmoid", "SGD": "sgd", "Adam": "adam",
    "CrossEntropyLoss": "cross_entropy", "NLLLoss": "cross_entropy", "MSELoss": "mse",
    "BCELoss": "bce", "binary_cross_entropy": "bce", "mse_loss": "mse", "HingeLoss": "hinge",
    "Dense": "linear", "dense": "linear", "fc": "linear", "average": "mean", "length": "len",
    "parameters": "params", "size": "len", "detach": "value", "clone": "copy", "deepcopy": "copy",
    "max_value": "max", "maximum": "max", "minimum": "min", "amax": "max", "amin": "min",
    "arange": "range", "fabs": "abs", "absolute": "abs", "isclose": "close", "allclose": "close",
    "read_csv": "csv", "loadtxt": "csv", "random_split": "split", "train_test_split": "split",
    "make_moons": "moons", "make_circles": "circles", "make_blobs": "blobs", "inner": "dot",
    "item": "value", "delete": "del", "ls": "vars", "who": "vars", "whos": "vars",
    # ------------------------------------------------------------ numbers and their kinds
    "Tensor": _NUMBERS, "tensor": _NUMBERS, "Value": _NUMBERS, "Variable": _NUMBERS,
    "Parameter": "every number bound to a name can be trained: `w = 0.5`; layers bring their own",
    "requires_grad": _NUMBERS, "array": _LIST,
    "int": _ROUND,
    "trunc": "write `floor(x) if x > 0 else ceil(x)`",
    "float": "every number is a float already: write it without `float`",
    "double": "every number is a float already: write it without `double`",
    "bool": "a comparison gives true or false: `x != 0`",
    "str": _TEXT, "repr": _TEXT, "format": "`set digits=4` sets how many digits are shown",
    "list": _LIST, "tuple": _LIST, "zeros": "write `[0 for k in range(3)]`",
    "ones": "write `[1 for k in range(3)]`", "linspace": "write `[k/10 for k in range(11)]`",
    "dict": _DICTIONARY, "set": "there are no sets: a list is written `[1, 2]`",
    "inf": "there is no name for infinity; start from a large number, such as `1e300`",
    "e": "write `exp(1)`",
    # ------------------------------------------------------------ functions of Python
    "input": "a program asks nothing while it runs: bind the value, `x = 2`",
    "type": _KIND, "isinstance": _KIND, "dir": "`vars` lists the names, `help` what there is",
    "open": _FILES, "exit": "a program just ends; the shell is left with Ctrl-D",
    "quit": "a program just ends; the shell is left with Ctrl-D",
    "sorted": "sort", "argsort": "order", "concatenate": "concat", "cat": "concat",
    "chain": "concat", "readlines": "lines", "find": "index", "swapaxes": "transpose",
    "reversed": "go through it from its end: `[xs[-1 - k] for k in range(len(xs))]`",
    "return": "leave it out: `f(x) = x^2`; it stands in blocks, `f(x) = { return x^2 }`",
    "clear": _CLEAR, "cls": _CLEAR, "reset": _RESET,
    "map": "write `[f(x) for x in xs]`", "filter": "write `[x for x in xs if x > 0]`",
    "any": "count them: `len([x for x in xs if x > 0]) > 0`",
    "all": "count the others: `len([x for x in xs if x <= 0]) == 0`",
    "mod": _REMAINDER, "fmod": _REMAINDER, "remainder": _REMAINDER,
    "floordiv": "write `floor(a / b)`", "floor_divide": "write `floor(a / b)`",
    "pow": "write `x^2`", "power": "write `x^2`", "square": "write `x^2`",
    "matmul": "write `A @ x`", "mm": "write `A @ x`",
    "tan": "write `sin(x) / cos(x)`", "log2": "write `log(x) / log(2)`",
    "log10": "write `log(x) / log(10)`", "norm": "write `sqrt(sum(x^2 for x in xs))`",
    "std": "write `sqrt(mean([(x - mean(xs))^2 for x in xs]))`",
    # ------------------------------------------------------------ modules
    "torch": _NO_IMPORT, "nn": _NO_IMPORT, "np": _NO_IMPORT, "numpy": _NO_IMPORT,
    "math": _NO_IMPORT, "optim": _NO_IMPORT, "F": _NO_IMPORT, "pd": _FILES, "pandas": _FILES,
    "micrograd": _NO_IMPORT,
    "rand": "random", "randn": "normal", "gauss": "normal", "multinomial": "choice",
    "choices": "choice", "randperm": "write `shuffle(range(n))`",
    "randint": "write `choice(range(n))`", "randrange": "write `choice(range(n))`",
    "plt": _PLOT, "matplotlib": _PLOT,
    "manual_seed": "write `seed 42`",
    # ------------------------------------------------------------ gradients
    "zero_grad": "write `zero`, which sets all gradients to 0",
    "zero_grads": "write `zero`, which sets all gradients to 0",
    "no_grad": _NO_GRAPH, "retain_grad": "every value keeps its gradient: `grad x`",
    "gradient": "write `grad x`", "derivative": _DERIVATIVE, "diff": _DERIVATIVE,
    "autograd": "write `backward z`, then `grad x`",
    # ------------------------------------------------------------ networks and training
    "net": _NETWORK, "model": _NETWORK, "data": _SETS, "dataset": _SETS,
    "Sequential": _SEQUENTIAL, "Module": _SEQUENTIAL, "ModuleList": _SEQUENTIAL,
    "Layer": _SEQUENTIAL, "Network": _SEQUENTIAL, "Model": _SEQUENTIAL,
    "Conv2d": _LAYERS, "Conv1d": _LAYERS, "LSTM": _LAYERS, "Embedding": _LAYERS,
    "BatchNorm1d": _LAYERS, "LayerNorm": _LAYERS, "Flatten": "rows of data are flat already",
    "Identity": "leave it out of the row of layers",
    "BCEWithLogitsLoss": "end the network with `sigmoid` and take `bce`",
    "L1Loss": "write `mean([abs(net(x) - y) for x, y in data])`",
    "optimizer": _OPTIMIZER, "AdamW": "write `adam(net, l2=0.01)`",
    "RMSprop": "there are `sgd`, `momentum` and `adam`: `train data optimizer=adam`",
    "Adagrad": "there are `sgd`, `momentum` and `adam`: `train data optimizer=adam`",
    "DataLoader": "`train` cuts data into batches: `train data batch=16`",
    "TensorDataset": _DATA, "Dataset": _DATA,
    "fit": "write `train net on data`", "predict": "call the network: `net(1, 0)`",
    "losses": "`train` binds it: the loss of each epoch of the last run",
    "evaluate": "write `test net on data`", "eval": "write `test net on data`",
}  # fmt: skip
