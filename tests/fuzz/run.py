#!/usr/bin/env python3
"""Runs fuzz targets for a while, two at a time, and says what they found.

Starts from the seeds, the stored corpus and what earlier runs found new (kept in the build folder).
Exits 1 when any target ended by itself: the input lies in finds/, and the last lines say why.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INPUT_BYTES_MAX = {"link": 8192, "commands": 8192, "client_message": 65536, "websocket": 8192}
INPUT_BYTES_DEFAULT = 4096
SLOW_INPUT_S = 20
MEMORY_MB_MAX = 2048


def arguments():
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("targets", nargs="*", help="names of targets; none = all")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default 60)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at a time")
    parser.add_argument("--seed", type=int, default=0, help="of the fuzzer's choices; 0 = another each time")
    parser.add_argument("--merge", action="store_true",
                        help="first keep of the collected inputs only what covers something")
    return parser.parse_args()


def all_targets(folder):
    return sorted(path.stem.removesuffix("_fuzz") for path in (ROOT / "tests/fuzz").glob("*_fuzz.cc")
                  if (folder / f"fuzz_{path.stem.removesuffix('_fuzz')}").exists())


def folders_of(target, folder):
    grown = folder / "grown" / target
    grown.mkdir(parents=True, exist_ok=True)
    stored = [folder / "seeds" / target, ROOT / "tests/fuzz/corpus" / target]
    return grown, [path for path in stored if path.is_dir()]


def merge(target, folder):
    """Shrinks what earlier runs collected to the inputs that cover something."""
    grown, stored = folders_of(target, folder)
    fresh = grown.with_name(target + ".merged")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    subprocess.run([folder / f"fuzz_{target}", "-merge=1", fresh, *stored, grown], check=True,
                   capture_output=True)
    shutil.rmtree(grown)
    fresh.rename(grown)


def run(target, folder, seconds, seed):
    """Returns whether it failed, and one line."""
    grown, stored = folders_of(target, folder)
    finds = folder / "finds" / target
    finds.mkdir(parents=True, exist_ok=True)
    bytes_max = INPUT_BYTES_MAX.get(target, INPUT_BYTES_DEFAULT)
    command = [folder / f"fuzz_{target}", f"-max_total_time={seconds}", f"-timeout={SLOW_INPUT_S}",
               f"-rss_limit_mb={MEMORY_MB_MAX}", f"-max_len={bytes_max}", f"-artifact_prefix={finds}/",
               "-print_final_stats=1", "-use_value_profile=1", f"-seed={seed}", grown, *stored]
    # Reports go to the log here, whatever the environment says for the tests.
    environment = {**os.environ, "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
                   "UBSAN_OPTIONS": "print_stacktrace=1",
                   "ASAN_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer-19"}
    log = folder / f"fuzz_{target}.log"
    with log.open("wb") as out:
        code = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, env=environment,
                              check=False).returncode
    text = log.read_text(errors="replace")
    executions = re.search(r"number_of_executed_units: (\d+)", text)
    covered = re.findall(r"cov: (\d+)", text)
    count = executions.group(1) if executions else "?"
    line = f"{target}: {count} executions, {covered[-1] if covered else '?'} edges"
    if code == 0:
        return False, line
    why = "\n".join("    " + each for each in text.splitlines()[-25:])
    return True, f"{line}, FAILED (log: {log})\n{why}"


def main():
    args = arguments()
    folder = args.build / "tests/fuzz"
    known = all_targets(folder)
    unknown = [name for name in args.targets if name not in known]
    if unknown or not known:
        print(f"unknown target: {' '.join(unknown)}; there are: {' '.join(known)} live", file=sys.stderr)
        return 2
    targets = args.targets or known
    subprocess.run([folder / "fuzz_seeds", ROOT, folder / "seeds"], check=True, stdout=subprocess.DEVNULL)
    if args.merge:
        for target in targets:
            merge(target, folder)
    failed = 0
    with ThreadPoolExecutor(max_workers=args.jobs) as pool:
        runs = pool.map(lambda target: run(target, folder, args.seconds, args.seed), targets)
        for has_failed, line in runs:
            failed += has_failed
            print(line, flush=True)
    if failed:
        print("Mend it, then keep the input: copy it from finds/ to tests/fuzz/corpus/<target>/ under a "
              "name that says what it was.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
