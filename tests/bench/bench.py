#!/usr/bin/env python3
"""./dev bench [ROW...]: our server beside what it is measured against, as ratios of one run.

Every round runs each side of each row once, one after the other, so that a slow minute of the
machine hits all alike; the median of the rounds counts. A row is a file in rows/ with one object
ROW. Prints the table and writes build/bench/ROW.json. Exits 1 when a goal is missed, 2 when a side
could not be measured.

--quick runs everything once and briefly and looks only at whether figures come out.
"""

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from statistics import median

from row import Failed
from world import World

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ROUNDS = 5


def all_rows():
    names = sorted(path.stem for path in (HERE / "rows").glob("*.py"))
    return {name: importlib.import_module(f"rows.{name}").ROW for name in names}


def machine():
    model = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return {"cpu": model[0] if model else "unknown", "cores": os.cpu_count(), "kernel": platform.release(),
            "system": platform.freedesktop_os_release().get("PRETTY_NAME", "")}


def measure(rows, world, rounds):
    """{row: {side: [figures of each round]}}"""
    runs = {name: {side: [] for side in row.sides} for name, row in rows.items()}
    for number in range(1, rounds + 1):
        for name, row in rows.items():
            for side, run in row.sides.items():
                figures = world.calm(f"{name}: {side}, round {number} of {rounds}", run)
                runs[name][side].append(figures)
    return runs


def medians(sides):
    result = {}
    for side, runs in sides.items():
        keys = set.intersection(*(set(run) for run in runs))
        result[side] = {key: median(run[key] for run in runs) for key in sorted(keys)}
    return result


def judge(row, seen):
    judged = []
    for goal in row.goals:
        try:
            value = goal.value(seen)
        except KeyError as missing:
            raise Failed(f"the goal \"{goal.what}\" needs the figure {missing}, which did not come") \
                from missing
        judged.append({"goal": goal.what, "asked": goal.asked(), "seen": value, "unit": goal.unit,
                       "holds": goal.holds(value)})
    return judged


def print_table(name, row, seen, judged):
    print(f"\n{name}: {row.what}")
    for side, figures in seen.items():
        shown = "  ".join(f"{key} {figures[key]:,.4g}" for key in row.shown if key in figures)
        print(f"  {side:<24} {shown}")
    for line in judged:
        verdict = "holds " if line["holds"] else "MISSED"
        seen_here = f"{line['seen']:>10.3g} {line['unit']:<4}"
        print(f"  {verdict}  {line['goal']:<58} {seen_here} ({line['asked']})")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help="default: all")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release", help="the build to measure")
    parser.add_argument("--out", type=Path, default=ROOT / "build/bench", help="for the JSON files")
    parser.add_argument("--rounds", type=int, default=ROUNDS, choices=range(1, 51), metavar="N")
    parser.add_argument("--quick", action="store_true", help="once and briefly, without goals")
    parser.add_argument("--list", action="store_true", help="name the rows")
    options = parser.parse_args()
    known = all_rows()
    if options.list:
        for name, row in known.items():
            print(f"{name:<12} {row.what}")
        return 0
    unknown = [name for name in options.rows if name not in known]
    if unknown:
        parser.error(f"there is no row {unknown[0]}; there are: {', '.join(known)}")
    rows = {name: known[name] for name in options.rows or known}
    world = World(options.build, options.quick)
    try:
        runs = measure(rows, world, 1 if options.quick else options.rounds)
        missed = 0
        options.out.mkdir(parents=True, exist_ok=True)
        for name, row in rows.items():
            seen = medians(runs[name])
            judged = judge(row, seen)
            print_table(name, row, seen, judged)
            missed += sum(not line["holds"] for line in judged)
            report = {"row": name, "what": row.what, "machine": machine(), "quick": options.quick,
                      "goals": judged, "medians": seen, "runs": runs[name]}
            (options.out / f"{name}.json").write_text(json.dumps(report, indent=1) + "\n")
    except Failed as failed:
        print(f"\nbench: {failed}", file=sys.stderr)
        return 2
    return 1 if missed and not options.quick else 0


if __name__ == "__main__":
    sys.exit(main())
