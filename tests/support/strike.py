"""A Python program that runs `minitorch` and presses Ctrl-C at a given moment."""

# Calls are counted from the first one of `main` on; the last argument says before which to strike.
STRIKE = """
import os, signal, sys

left = int(sys.argv.pop())

def count(frame, event, argument):
    global left
    left -= event == "call"
    if left == 0:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)

from minitorch_shell.__main__ import main
sys.setprofile(count)
status = main()
sys.setprofile(None)
print("left", left)
sys.exit(status)
"""
