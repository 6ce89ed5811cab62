"""Keep a server running for as long as somebody holds the other end of standard input.

Run as a program of its own, in a session of its own, on the standard library alone. When the process that wanted the
server ends, however it ends (Ctrl-C, an exception, kill -9), the pipe closes, and the server and its folder go too.
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

#: What a server may take to stop by itself before it is made to.
PATIENCE = 20

#: Said on standard input: stop the server, but leave the folder, it will be started again.
KEEP_FOLDER = b"keep"


def keep(commands: list[list[str]], folder: str, log: str, user: str | None, stop_signal: int) -> None:
    """Run the last of ``commands``, the others beside it, until it ends or standard input does."""
    with Path(log).open("ab") as output:
        running = [
            subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
            )
            for command in commands
        ]
    server = running[-1]
    leave_nothing = threading.Event()

    def stop_when_told() -> None:
        # Not `sys.stdin`, whose lock a waiting thread would hold when the program ends.
        if os.read(0, len(KEEP_FOLDER)) != KEEP_FOLDER:
            leave_nothing.set()
        server.send_signal(stop_signal)
        with suppress(subprocess.TimeoutExpired):
            server.wait(PATIENCE)
        server.kill()

    threading.Thread(target=stop_when_told, daemon=True).start()
    code = server.wait()
    for process in reversed(running):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with whatever it left behind
    if leave_nothing.is_set():
        shutil.rmtree(folder, ignore_errors=True)
    else:
        with Path(log).open("ab") as output:
            output.write(f"The server ended with {code}.\n".encode())


if __name__ == "__main__":
    keep(**json.loads(sys.argv[1]))
