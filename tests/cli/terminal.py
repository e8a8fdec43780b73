"""Runs a command in a pseudo-terminal. Reads a plan from stdin, {"command": [...], "steps": [[seen, typed]...],
"columns"?}; writes {"code", "screen", "stepsLeft"}. A step may have a third item: the columns to which the window is then
resized. A step is typed when its text has been seen. An exit by signal is 128 + its number."""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

LIMIT_S = 300  # only ends a hang
plan = json.load(sys.stdin)


def resize(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


pid, terminal = pty.fork()
if pid == 0:
    # Before the program starts, so that it never sees another size.
    resize(0, plan.get("columns", 80))
    os.execvp(plan["command"][0], plan["command"])

screen = b""
seen = 0
steps = list(plan["steps"])
end = time.monotonic() + LIMIT_S
while time.monotonic() < end:
    ready, _, _ = select.select([terminal], [], [], 0.2)
    if ready:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux: the other side has gone
            break
        if not piece:
            break
        screen += piece
    if steps:
        text, typed, *columns = steps[0]
        at = screen.find(text.encode(), seen)
        if at != -1:
            seen = at + len(text.encode())
            steps.pop(0)
            if columns:
                resize(terminal, columns[0])
            os.write(terminal, typed.encode())
else:
    os.kill(pid, 9)

_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
json.dump({"code": 128 - code if code < 0 else code, "screen": screen.decode(), "stepsLeft": len(steps)}, sys.stdout)
