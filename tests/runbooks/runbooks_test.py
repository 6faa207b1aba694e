#!/usr/bin/env python3
"""Runs the run-books of docs/operating.md as they stand there, so that the page cannot go stale.

A run-book is a section `### NAME` under `## Run-books`. In it
- every fenced block marked `sh` is run, in order, by bash with `set -euo pipefail`;
- a fenced block marked `text` directly behind it says what it prints: each line must appear in the
  output, in that order; an ellipsis (…) stands for anything within a line.
In the commands
- /var/lib/swarmboard stands for the data folder, /backups for a folder beside it, and
  http://127.0.0.1:8080 for the address of the server: they are replaced by those of the test;
- `swarmboard` is the program under test, `systemctl start|stop swarmboard` starts and stops it as a
  demo server;
- a word in capitals of CAPTURED below, such as REPORT, is replaced by what an earlier command of
  the same run-book printed.

To add one: write the section, and a function in SITUATIONS that makes the trouble which it is for.
The function gets a World with a server that is stopped and has a played session in its data. A
section without a function, or a function without a section, fails the test.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "operating.md"
BLOCK_SECONDS_MAX = 40
MIB = 1024 * 1024

# The word in a command, and where the value stands in what was printed before.
CAPTURED = {
    "REPORT": re.compile(r"--report ([0-9a-f]{16})"),
    "BACKUP": re.compile(r"\b(\d{8}T\d{6}Z-[0-9a-f]+)\b"),
}

SYSTEMCTL = """#!/bin/bash
# What the run-books need of systemctl, for one server.
set -euo pipefail
cd "$(dirname "$0")/.."
case "$1 $2" in
  "stop swarmboard")
    [ ! -e pid ] || { kill -TERM "$(cat pid)"; tail --pid="$(cat pid)" -f /dev/null; rm pid; } ;;
  "start swarmboard")
    : >said
    swarmboard serve --demo --data "$PWD/data" --port PORT $(cat flags) >said 2>>log </dev/null &
    echo $! >pid
    timeout 20 bash -c 'until grep -q listening said; do sleep 0.05; done' ;;
  *) echo "systemctl: only start and stop of swarmboard" >&2; exit 2 ;;
esac
"""


class Failure(Exception):
    pass


class World:
    """A folder with a data folder, a server that can be started, and what the commands printed."""

    def __init__(self, folder, program):
        self.folder = folder
        self.data = folder / "data"
        self.program = program
        self.printed = ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        binaries = folder / "bin"
        binaries.mkdir()
        (binaries / "swarmboard").symlink_to(program)
        (binaries / "systemctl").write_text(SYSTEMCTL.replace("PORT", str(self.port)))
        (binaries / "systemctl").chmod(0o755)
        (folder / "backups").mkdir()
        (folder / "flags").write_text("")
        self.environment = {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}"}

    def run(self, script):
        """Runs commands as a run-book has them; what they printed."""
        for word, pattern in CAPTURED.items():
            found = pattern.findall(self.printed)
            if re.search(rf"\b{word}\b", script):
                if not found:
                    raise Failure(f"nothing was printed that {word} could stand for")
                script = re.sub(rf"\b{word}\b", found[-1], script)
        for path, real in (("/var/lib/swarmboard", self.data), ("/backups", self.folder / "backups"),
                           ("http://127.0.0.1:8080", self.url)):
            script = script.replace(path, str(real))
        with open(self.folder / "output", "w+", encoding="utf-8") as output:
            process = subprocess.Popen(["bash", "-c", "set -euo pipefail\n" + script],
                                       env=self.environment, cwd=self.folder, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True)
            try:
                code = process.wait(BLOCK_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise Failure(f"not done after {BLOCK_SECONDS_MAX} s:\n{script}") from None
            output.seek(0)
            said = output.read()
        self.printed += said
        if code:
            raise Failure(f"exit {code} of:\n{script}\n{said}")
        return said

    def start(self):
        self.run("systemctl start swarmboard")

    def kill(self):
        """As a loss of power to the process: nothing is finished."""
        pid = int((self.folder / "pid").read_text())
        os.kill(pid, signal.SIGKILL)
        subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], check=True)
        (self.folder / "pid").unlink()

    def end(self):
        if (self.folder / "pid").exists():
            self.kill()


def disk_full(world):
    """Something else takes the room that the server wants to have free."""
    free = shutil.disk_usage(world.folder).free // MIB
    (world.folder / "flags").write_text(f"--free-mb-min {free - 200}")
    world.start()
    hog = Path(f"{world.data}-old")
    hog.mkdir()
    with open(hog / "hog", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 500 * MIB)
    # The server looks once a second.
    world.run('until curl -s http://127.0.0.1:8080/readyz | grep -q free.space; do :; done')


def damaged_journal(world):
    """A bit of the log turned over, and the server was started again."""
    world.start()
    world.kill()
    flip(world)
    world.start()


def accepted_loss(world):
    """The same, with the server stopped and the report read."""
    flip(world)
    world.run("swarmboard verify --data /var/lib/swarmboard || true")


def lost_folder(world):
    """A backup was taken of the running server; then a bit of its log turned over."""
    world.start()
    world.run("swarmboard backup --data /var/lib/swarmboard --to /backups")
    world.kill()
    flip(world)
    world.start()


def flip(world):
    """In the largest table of the store, in the middle."""
    tables = sorted((world.data / "journal").glob("*.sst"), key=lambda table: table.stat().st_size)
    with open(tables[-1], "r+b") as table:
        at = tables[-1].stat().st_size // 3
        table.seek(at)
        byte = table.read(1)[0]
        table.seek(at)
        table.write(bytes([byte ^ 0x10]))


SITUATIONS = {
    "Disk full": disk_full,
    "Damaged journal": damaged_journal,
    "Accept a loss": accepted_loss,
    "Restore": lost_folder,
}


def sections(page):
    """Name and text of each run-book."""
    part = re.search(r"^## Run-books$(.*?)(?=^## |\Z)", page, re.S | re.M)
    if not part:
        raise Failure(f"{PAGE.name} has no section '## Run-books'")
    pieces = re.split(r"^### (.+)$", part.group(1), flags=re.M)
    return dict(zip(pieces[1::2], pieces[2::2]))


def blocks(text):
    """Each block of commands with the lines that it is to print."""
    found = []
    for kind, body in re.findall(r"^ *```(\w+)\n(.*?)^ *```$", text, re.S | re.M):
        lines = [line.strip() for line in body.splitlines() if line.strip()]
        if kind == "sh":
            found.append((body, []))
        elif kind == "text" and found:
            found[-1][1].extend(lines)
    return found


def check_output(expected, said):
    rest = said.splitlines()
    for line in expected:
        pattern = ".*".join(re.escape(piece) for piece in line.split("…"))
        while rest and not re.search(pattern, rest[0]):
            rest.pop(0)
        if not rest:
            raise Failure(f"it was to print\n  {line}\nand printed\n{said}")
        rest.pop(0)


def run_book(name, text, program, template):
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        world = World(Path(folder), program)
        shutil.copytree(template, world.data)
        try:
            SITUATIONS[name](world)
            for script, expected in blocks(text):
                check_output(expected, world.run(script))
        except Failure as failure:
            log = (world.folder / "log")
            raise Failure(f"{name}: {failure}\nthe server's log:\n"
                          f"{log.read_text() if log.exists() else ''}") from None
        finally:
            world.end()


def make_template(folder, program):
    """A data folder with a team and a played session, in tables."""
    world = World(folder, program)
    (folder / "flags").write_text("--script-clock")
    world.start()
    try:
        script = ROOT / "samples" / "past-session.jsonl"
        world.run(f"swarmboard play {script} --server {world.url} --pace max >/dev/null")
        world.run("systemctl stop swarmboard")
        world.start()  # What is read at the start goes from the log to tables.
        world.run("systemctl stop swarmboard")
    finally:
        world.end()
    return world.data


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=Path)
    parser.add_argument("--only", help="name of one run-book")
    options = parser.parse_args()
    program = options.program.resolve()
    found = sections(PAGE.read_text(encoding="utf-8"))
    if set(found) != set(SITUATIONS):
        sys.exit(f"run-books and situations differ: {sorted(set(found) ^ set(SITUATIONS))}")
    failures = 0
    with tempfile.TemporaryDirectory(prefix="runbooks-") as folder:
        template = make_template(Path(folder), program)
        for name, text in found.items():
            if options.only not in (None, name):
                continue
            try:
                if not blocks(text):
                    raise Failure(f"{name}: there is nothing to run")
                run_book(name, text, program, template)
                print(f"ok: {name}")
            except Failure as failure:
                failures += 1
                print(f"FAILED: {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
