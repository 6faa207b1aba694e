#!/usr/bin/env python3
"""Plants each bug of catalogue.py in a copy of the sources and sees whether its check finds it.

    ./dev mutants [NAME...] [--list] [--fits] [--seeds N] [--out FILE]

A check that the copy without a bug does not pass shows nothing, so that is tried first. A bug that no
check finds is named SURVIVED and the exit code is 1. `--fits` only proves that each replacement still
fits exactly one place, which is a test of every run of ./dev test."""

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from catalogue import JOURNAL, MUTANTS

ROOT = Path(__file__).resolve().parents[2]
BUILD_TIMEOUT_S = 1800
CHECK_TIMEOUT_S = 600
STEPS = 300


class Trouble(Exception):
    pass


def problems():
    found = []
    names = [mutant.name for mutant in MUTANTS]
    found += [f"{name}: the name is there twice" for name in set(names) if names.count(name) > 1]
    for mutant in MUTANTS:
        path = ROOT / mutant.path
        places = path.read_text().count(mutant.old) if path.exists() else 0
        if places != 1:
            found.append(f"{mutant.name}: fits {places} places in {mutant.path}")
        if mutant.old == mutant.new:
            found.append(f"{mutant.name}: changes nothing")
    return found


class Copy:
    """The sources of the checkout in a folder of their own, with a build that stays."""

    def __init__(self, folder, jobs):
        self.folder, self.jobs = folder, jobs
        self.build = folder / "build/dev"

    def refresh(self):
        """Takes over what is tracked or new, and only touches files that differ: builds stay short."""
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True,
                                capture_output=True, text=True).stdout.split("\n")
        wanted = {line for line in listed if line and (ROOT / line).is_file()
                  and not line.startswith("client-web/")}
        for line in wanted:
            source, target = ROOT / line, self.folder / line
            if not target.exists() or target.read_bytes() != source.read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
                target.touch()
        if not (self.build / "build.ninja").exists():
            self.run(["cmake", "--preset", "dev"], BUILD_TIMEOUT_S, "configuring")

    def run(self, words, timeout_s, what):
        done = subprocess.run([str(word) for word in words], cwd=self.folder, capture_output=True,
                              text=True, timeout=timeout_s, errors="replace")
        if done.returncode:
            raise Trouble(f"{what} failed:\n" + "\n".join((done.stdout + done.stderr).splitlines()[-25:]))

    def make(self, targets):
        self.run(["ninja", "-C", self.build, "-j", self.jobs, *targets], BUILD_TIMEOUT_S, "the build")

    def plant(self, mutant):
        path = self.folder / mutant.path
        path.write_text(path.read_text().replace(mutant.old, mutant.new))

    def heal(self, mutant):
        shutil.copy2(ROOT / mutant.path, self.folder / mutant.path)
        (self.folder / mutant.path).touch()


def targets_of(found_by):
    if found_by == "sim":
        return ["swarm_sim"]
    return ["persistence_test"] if found_by[0] == JOURNAL else ["swarmboard", "swarm_faults"]


def words_of(copy, found_by, seeds):
    if found_by == "sim":
        return [copy.build / "tests/sim/swarm_sim", "--first", "1", "--seeds", str(seeds),
                "--steps", str(STEPS)]
    kind, rounds = found_by
    if kind == JOURNAL:
        return [copy.build / "tests/persistence/persistence_test", f"--gtest_filter={rounds}"]
    return [copy.build / "tests/faults/swarm_faults", kind, "--rounds", str(rounds), "--seed", "1"]


def check(copy, found_by, seeds):
    """Nothing when the check passes, else what it said first; a check that hangs has found something."""
    try:
        done = subprocess.run([str(word) for word in words_of(copy, found_by, seeds)], cwd=copy.folder,
                              capture_output=True, text=True, timeout=CHECK_TIMEOUT_S, errors="replace")
    except subprocess.TimeoutExpired:
        return f"no end within {CHECK_TIMEOUT_S} s"
    if done.returncode == 0:
        return None
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    marks = ("seed ", "FOUND", "assertion", "round ", "[  FAILED")
    telling = [line for line in lines if line.startswith(marks)]
    return (telling or lines or [f"exit {done.returncode}"])[0][:160]


def name_of(found_by):
    if found_by == "sim":
        return "the simulator"
    return "the journal's tests" if found_by[0] == JOURNAL else f"faults {found_by[0]}"


def try_one(copy, mutant, seeds):
    copy.plant(mutant)
    try:
        copy.make(targets_of(mutant.found_by))
        started = time.monotonic()
        said = check(copy, mutant.found_by, seeds)
        return {"name": mutant.name, "found": said is not None, "by": name_of(mutant.found_by),
                "said": said or "", "seconds": round(time.monotonic() - started, 1)}
    finally:
        copy.heal(mutant)


def controls(copy, mutants, seeds):
    """Each check on the sources as they are: it has to pass, or what it says of a bug means nothing."""
    for found_by in sorted({mutant.found_by for mutant in mutants}, key=str):
        copy.make(targets_of(found_by))
        said = check(copy, found_by, seeds)
        if said is not None:
            raise Trouble(f"{name_of(found_by)} fails without any bug planted: {said}")
        print(f"control  {name_of(found_by)} passes without a bug", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="./dev mutants", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="name them and end")
    parser.add_argument("--fits", action="store_true", help="only see whether each fits its place")
    parser.add_argument("--seeds", type=int, default=200, help="worlds of the simulator for each")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="a JSON file for the results")
    asked = parser.parse_args()
    wrong = problems()
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong or asked.fits:
        return 1 if wrong else 0
    if asked.list:
        for mutant in MUTANTS:
            print(f"{mutant.name:32} {name_of(mutant.found_by):18} {mutant.wrong}")
        return 0
    unknown = set(asked.names) - {mutant.name for mutant in MUTANTS}
    if unknown:
        print(f"no such bug: {', '.join(sorted(unknown))} (--list names them)", file=sys.stderr)
        return 2
    chosen = [mutant for mutant in MUTANTS if not asked.names or mutant.name in asked.names]
    copy = Copy(ROOT / "build/mutants/tree", asked.jobs)
    results = []
    try:
        copy.refresh()
        controls(copy, chosen, asked.seeds)
        for mutant in chosen:
            result = try_one(copy, mutant, asked.seeds)
            results.append(result)
            word = "found   " if result["found"] else "SURVIVED"
            print(f"{word} {mutant.name:32} {result['by']}, {result['seconds']} s: {result['said']}",
                  flush=True)
    except Trouble as trouble:
        print(f"mutants: {trouble}", file=sys.stderr)
        return 2
    if asked.out:
        asked.out.write_text(json.dumps(results, indent=2))
    survived = [result["name"] for result in results if not result["found"]]
    print(f"{len(results) - len(survived)} of {len(results)} planted bugs found")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
