#!/usr/bin/env python3
"""Runs clang-tidy 19 over every source file of the server, a file per core.

A file that passed is skipped until it, a header of ours or the configuration changes.
"""

import argparse
import concurrent.futures
import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def project_sources():
    patterns = [f"{folder}/*.{kind}" for folder in ("server", "persistence") for kind in ("cc", "h")]
    out = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, check=True, capture_output=True,
                         text=True).stdout.splitlines()
    return [p for p in out if p.endswith(".cc")], [p for p in out if p.endswith(".h")]


def digest(paths):
    total = hashlib.sha256()
    for path in paths:
        total.update((ROOT / path).read_bytes())
    return total.hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--deep", action="store_true", help="add the path-sensitive analyzer")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    sources, headers = project_sources()
    commands = json.loads((options.build / "compile_commands.json").read_text())
    known = {Path(entry["file"]).resolve() for entry in commands}
    protos = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "proto").rglob("*.proto"))
    extra = ["--checks=clang-analyzer-core*,clang-analyzer-cplusplus*"] if options.deep else []
    base = ("deep" if options.deep else "") + digest(headers + [".clang-tidy"] + protos)
    stamps = options.build / "clang-tidy"
    stamps.mkdir(exist_ok=True)

    def run(path):
        stamp = stamps / hashlib.sha256((base + digest([path]) + path).encode()).hexdigest()
        if stamp.exists():
            return path, 0, ""
        # GCC's own warning flags are unknown to clang and no concern of this check.
        done = subprocess.run(["clang-tidy-19", "-p", str(options.build), "--quiet",
                               "--extra-arg=-Wno-unknown-warning-option", *extra, path],
                              cwd=ROOT, capture_output=True, text=True)
        if done.returncode == 0:
            stamp.touch()
        return path, done.returncode, done.stdout + (done.stderr if done.returncode else "")

    wanted = options.files or [p for p in sources if (ROOT / p).resolve() in known]
    missing = [p for p in sources if (ROOT / p).resolve() not in known]
    failed = 0
    for path in missing:
        print(f"{path}: belongs to no target")
        failed += 1
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for number, (path, status, text) in enumerate(pool.map(run, wanted), 1):
            print(f"[{number}/{len(wanted)}] {path}{'' if status == 0 else ': FAILED'}", flush=True)
            if status:
                print(text)
                failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
