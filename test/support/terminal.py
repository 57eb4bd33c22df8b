"""Drives a command on a terminal of its own: terminal.py STEPS COMMAND...

STEPS is a JSON list of {"until": text, "send": text} and {"until": text, "killPrimaryOf": state file}: each waits until
that text has come out behind the one before. Prints {"output", "exit"} as JSON; exit is "timeout" for one that hangs."""
import json
import os
import pty
import select
import signal
import sys
import time

PATIENCE_S = 100


def kill_primary(state_file):
    for _ in range(1000):
        try:
            with open(state_file) as file:
                replicas = json.load(file)["replicas"]
            if sum(replica["state"] == "running" for replica in replicas) == 2:
                primary = [r for r in replicas if r["role"] == "primary" and r["state"] == "running"]
                os.kill(primary[0]["pid"], signal.SIGKILL)
                return
        except (OSError, ValueError, IndexError):
            pass
        time.sleep(0.05)


def main():
    steps, command = json.loads(sys.argv[1]), sys.argv[2:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    output, seen, end = b"", 0, time.time() + PATIENCE_S
    timed_out = False
    while True:
        if time.time() > end and not timed_out:
            timed_out = True
            os.kill(pid, signal.SIGKILL)
        if steps and steps[0]["until"].encode() in output[seen:]:
            step = steps.pop(0)
            seen = output.index(step["until"].encode(), seen) + len(step["until"])
            if "killPrimaryOf" in step:
                kill_primary(step["killPrimaryOf"])
            else:
                os.write(terminal, step["send"].encode())
            continue
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            output += piece
    _, status = os.waitpid(pid, 0)
    code = "timeout" if timed_out else os.waitstatus_to_exitcode(status)
    print(json.dumps({"output": output.decode(errors="replace"), "exit": code}))


main()
