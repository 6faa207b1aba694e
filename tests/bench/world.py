"""The machine under the benchmark: starts servers on one core and loads on another, reads their
figures, and sees to it that nothing else was running meanwhile."""

import contextlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from row import Failed

LISTENING = re.compile(r"listening on (http://\S+)")
START_WAIT_S = 60
# Runs in which others used more than this share of a core are measured again, so many times.
OTHERS_MAX = 0.12
AGAIN_MAX = 3


def flatten(report):
    """The figures that rows use, from the report of a load."""
    figures = {key: report[key] for key in ("commands_per_s", "deliveries_per_s", "bytes_per_delivery",
                                            "own_cpu_share", "entering_all_s")}
    figures |= report["server"]
    for who, prefix in (("to_others", ""), ("to_author", "ack_"), ("entering", "entering_")):
        figures |= {prefix + key: value for key, value in report[who].items() if key != "count"}
    return figures


class Server:
    """A running process that said where it listens."""

    def __init__(self, process, url, folder):
        self.process, self.url, self.pid, self.folder = process, url, process.pid, folder


class World:
    def __init__(self, build, quick):
        self.build, self.quick = Path(build), quick
        self.program = self.build / "server/app/swarmboard"
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.load_core = cores[0], cores[-1]
        for needed in (self.program, self.build / "tests/bench/bare_room"):
            if not needed.exists():
                raise SystemExit(f"bench: {needed} is not built; use ./dev bench, which builds it")

    @contextlib.contextmanager
    def folder(self):
        """A fresh folder on the disk of the build, not in memory: commits must cost what they cost."""
        path = Path(tempfile.mkdtemp(prefix="bench-", dir=self.build))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def process(self, words, folder):
        """Starts a program on the server's core and waits until it listens."""
        with open(folder / "server.log", "ab") as log:
            process = subprocess.Popen(["taskset", "-c", str(self.server_core), *map(str, words)],
                                       stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            line = process.stdout.readline()
            found = LISTENING.search(line)
            if not found:
                said = (folder / "server.log").read_text()[-300:]
                raise Failed(f"{Path(words[0]).name} did not start: {said}")
            yield Server(process, found.group(1), folder)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(START_WAIT_S)

    @contextlib.contextmanager
    def server(self, *flags, teams=64):
        """Our server as it comes, but for the limit that keeps one person from typing like a program."""
        words = [self.program, "serve", "--demo", "--demo-teams", teams, "--port", "0",
                 "--log-level", "warn", "--commands-per-second", "100000", *flags]
        with self.folder() as folder, self.process([*words, "--data", folder / "data"], folder) as server:
            yield server

    def run(self, words, cores=None):
        """Runs a program to its end, on the load's core if nothing else is said; its standard output."""
        pinned = ["taskset", "-c", str(self.load_core if cores is None else cores), *map(str, words)]
        done = subprocess.run(pinned, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr or done.stdout)[-600:]
            raise Failed(f"{Path(words[0]).name} ended with {done.returncode}: {said}")
        return done.stdout

    def load_words(self, scenario, server, *flags):
        brief = ["--seconds", "1", "--warm-up", "0"] if self.quick else []
        return ["--scenario", scenario, "--server", server.url, "--server-pid", server.pid, "--json", "-",
                *brief, *flags]

    def load(self, scenario, *flags):
        """The figures of `swarmboard load` against a fresh server of ours."""
        with self.server() as server:
            words = [self.program, "load", *self.load_words(scenario, server, *flags)]
            return flatten(json.loads(self.run(words)))

    def bare(self, scenario, *flags):
        """The same load against the bare Beast room."""
        with self.folder() as folder, self.process([self.build / "tests/bench/bare_room"], folder) as server:
            words = [self.build / "tests/bench/bare_load", *self.load_words(scenario, server, *flags)]
            return flatten(json.loads(self.run(words)))

    def rocksdb_commits(self, threads=64, record_bytes=200):
        """RocksDB's own group commit, on all cores: it is faster there than on one."""
        with self.folder() as folder:
            words = [self.build / "tests/bench/rocksdb_commits", folder / "db", threads, record_bytes,
                     1 if self.quick else 4]
            return json.loads(self.run(words, cores=f"{self.server_core},{self.load_core}"))

    def history(self, boards, events, first, cards=2_000):
        """A data folder with a long past, made once: the same words give the same events."""
        folder = self.build / f"bench-past-{boards}-{events}-{first}-{cards}"
        if not folder.exists():
            print(f"==> making a past of {events:,} events", flush=True)
            making = folder.with_suffix(".new")
            shutil.rmtree(making, ignore_errors=True)
            done = subprocess.run([self.build / "tests/bench/swarm_past", making, "--boards", str(boards),
                                   "--events", str(events), "--first", str(first), "--cards", str(cards)],
                                  capture_output=True, text=True)
            # It ends itself by SIGKILL, so that the log is what a killed server leaves.
            if done.returncode != -signal.SIGKILL:
                raise Failed(f"the past could not be made: {done.stderr[-300:]}")
            making.rename(folder)
        return folder

    def calm(self, what, run):
        """Measures, and again while somebody else used the machine."""
        for attempt in range(1, AGAIN_MAX + 1):
            print(f"==> {what}", flush=True)
            busy, own, started = busy_s(), own_s(), time.monotonic()
            figures = run(self)
            others = (busy_s() - busy - (own_s() - own)) / (time.monotonic() - started)
            figures["others_share"] = max(0.0, others)
            if self.quick or others <= OTHERS_MAX:
                break
            then = ", again" if attempt < AGAIN_MAX else ""
            print(f"    others used {others:.0%} of a core{then}", flush=True)
        return figures


def busy_s():
    """CPU seconds of everything on this machine."""
    fields = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _idle, _iowait, irq, softirq, steal = fields[:8]
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def own_s():
    """CPU seconds of this program and of all it has waited for."""
    return sum(usage.ru_utime + usage.ru_stime for usage in
               (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)))
