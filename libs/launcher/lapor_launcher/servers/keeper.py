"""Keep one server running for as long as somebody holds the other end of standard input.

Run as a program of its own, in a session of its own, on the standard library alone. When the process that wanted the
server ends, however it ends (Ctrl-C, an exception, kill -9), the pipe closes, and the server and its folder go too.
"""

import json
import os
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


def keep(command: list[str], folder: str, log: str, user: str | None, stop_signal: int) -> None:
    """Run ``command`` until it ends, or until standard input does."""
    with Path(log).open("ab") as output:
        server = subprocess.Popen(
            command,
            cwd=folder,
            user=user,
            group=user and _group_of(user),
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    keep_folder = threading.Event()

    def wait_for_the_end() -> None:
        if sys.stdin.buffer.read() == KEEP_FOLDER:
            keep_folder.set()
        server.send_signal(stop_signal)
        with suppress(subprocess.TimeoutExpired):
            server.wait(PATIENCE)
        server.kill()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    server.wait()
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)  # what the server itself left behind
    if not keep_folder.is_set():
        shutil.rmtree(folder, ignore_errors=True)


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


if __name__ == "__main__":
    keep(**json.loads(sys.argv[1]))
