"""Compiled training: the arithmetic of one sample, written out as plain Python and run.

    trace     a model and its loss, run once on placeholders -> the middle form (program.py)
    reverse   the middle form -> where every gradient comes from
    emit      both -> the source of one function that does a batch
    stepper   keeps weights in plain tuples between batches, and watches for what is not finite

The numbers are those of the eager engine bit for bit. `source` shows the function.
"""

from engine.compile.stepper import CompiledStepper, compiled_stepper, source

__all__ = ["CompiledStepper", "compiled_stepper", "source"]
