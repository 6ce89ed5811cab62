"""Install a server's package on a Debian machine on which we are root, without letting the package start it."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: Packages ask this program whether they may start their services; 101 means no.
POLICY = Path("/usr/sbin/policy-rc.d")


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str, say: Callable[[str], None]) -> None:
    """Say what apt-get does, and why it cannot if so."""
    with _one_at_a_time(), _services_stay_off():
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", package]):
            say(f"apt-get {' '.join(arguments)}")
            result = subprocess.run(
                ["apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300", *arguments],
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if result.returncode:
                say(result.stdout)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with Path(tempfile.gettempdir(), "lapor-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _services_stay_off() -> Iterator[None]:
    before = POLICY.with_name("policy-rc.d.before-lapor")
    if POLICY.exists():
        POLICY.rename(before)
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
        if before.exists():
            before.rename(POLICY)
