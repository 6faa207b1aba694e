#!/usr/bin/env python3
"""House rules that no linter knows: who may include whom, file and function sizes, banned words.

Prints one line per finding, `file:line: rule`, and exits 1 when there is any.
`tidy.py --self-test` proves that each rule can fail.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 110  # clang-format keeps 100; string literals may pass it a little.

# Folder -> the folders of ours that its files may include.
MAY_INCLUDE = {
    "persistence": {"persistence"},
    "server/base": {"server/base"},
    "server/text": {"server/text", "server/base"},
    "server/board": {"server/board", "server/text", "server/base"},
    "server/wire": {"server/wire", "server/base"},
    "server/room": {"server/room", "server/board", "server/text", "server/wire", "server/base",
                    "persistence"},
    "server/api": {"server/api", "server/room", "server/board", "server/base", "persistence"},
    "server/net": {"server/net", "server/api", "server/room", "server/wire", "server/base"},
    "server/app": {"server/app", "server/net", "server/api", "server/room", "server/wire",
                   "server/board", "server/base", "persistence"},
}

# (pattern, where it is allowed, why)
ONLY_IN = [
    (re.compile(r"#include <boost/beast"), re.compile(r"^server/net/|^tests/bench/"), "Beast stays in server/net"),
    (re.compile(r"#include <rocksdb/"), re.compile(r"^persistence/rocksdb_|^tests/(persistence|bench|faults)/"),
     "RocksDB stays in persistence/rocksdb_*"),
    (re.compile(r"\bstd::(mutex|condition_variable)\b"),
     re.compile(r"^persistence/|^server/base/log\.cc$|^tests/"), "locks stay in persistence and the log"),
    (re.compile(r"system_clock::now|steady_clock::now"), re.compile(r"^server/base/|^persistence/|^tests/|^server/app/play/|^server/net/\w+_client"),
     "the clock comes from server/base"),
    (re.compile(r"\bco_spawn\("), re.compile(r"^server/base/spawn\.cc$"), "only server/base/spawn.cc starts coroutines"),
    (re.compile(r"\bsleep_for\b|\busleep\("), re.compile(r"^$"), "no sleeping"),
    (re.compile(r"websocket::stream<"), re.compile(r"^server/net/websocket_stream\.cc$|^tests/bench/"),
     "one translation unit instantiates Beast's WebSocket"),
    (re.compile(r"\bMergeFrom\("), re.compile(r"^tests/"), "MergeFrom is not our fold (docs/decisions)"),
]
PURE_FOLDERS = ("server/board/", "server/text/")
PURE_BANNED = re.compile(r"#include <(boost/asio|chrono|random|thread|fstream|iostream|spdlog)")
BANNED_NAMES = re.compile(r"(^|/)(utils?|common|helpers?|misc)(/|\.|$)|(^|/)types\.h$")
BANNED_WORDS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
TS_BOUNDARIES = [
    ("client-web/src/board/", re.compile(r"from ['\"](?:\.\./)+(ui|net|store|sync|replay|outbox)/")),
    ("client-web/src/sync/", re.compile(r"from ['\"](?:\.\./)+(ui|net|store)/")),
    ("client-web/src/net/", re.compile(r"from ['\"](?:\.\./)+(ui|store)/")),
]


def tracked_files():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True,
                         capture_output=True, text=True).stdout
    return [line for line in out.splitlines() if (ROOT / line).is_file()]


def folder_of(path):
    best = ""
    for folder in MAY_INCLUDE:
        if path.startswith(folder + "/") and len(folder) > len(best):
            best = folder
    return best


PURE_OF_BASE = ("ids.h", "limits.h", "unknown_fields.h")


def check_includes(path, lines):
    folder = folder_of(path)
    if not folder:
        return
    for number, line in enumerate(lines, 1):
        match = re.match(r'#include "((?:server|persistence|tests)/[^"]+)"', line)
        if not match:
            continue
        target = folder_of(match.group(1)) or match.group(1).split("/")[0]
        if target not in MAY_INCLUDE[folder]:
            yield number, f"{folder} must not include {match.group(1)}"
        if folder == "server/board" and target == "server/base" and not match.group(1).endswith(PURE_OF_BASE):
            yield number, f"server/board is pure: only {PURE_OF_BASE} of server/base, not {match.group(1)}"


def check_only_in(path, lines):
    for number, line in enumerate(lines, 1):
        for pattern, allowed, why in ONLY_IN:
            if pattern.search(line) and not allowed.search(path):
                yield number, why
        if path.startswith(PURE_FOLDERS) and PURE_BANNED.search(line):
            yield number, f"{folder_of(path)} is pure: no I/O, clock, random, log"


def check_sizes(path, lines):
    if len(lines) > FILE_LINES_MAX:
        yield 1, f"{len(lines)} lines; at most {FILE_LINES_MAX}"
    # Prettier formats the client and leaves sentences in a template whole.
    columns_matter = not path.endswith((".svelte", ".ts"))
    for number, line in enumerate(lines, 1):
        if columns_matter and len(line) > LINE_COLUMNS_MAX and "http" not in line:
            yield number, f"{len(line)} columns; at most {LINE_COLUMNS_MAX}"


def check_functions(lines):
    """C++ functions by indentation: a body opened by a line ending in `{` at column 0 or 2."""
    start = None
    indent = ""
    for number, line in enumerate(lines, 1):
        opened = re.match(r"^( {0,2})\S.*\)[^;]*\{$", line) or (
            start is None and re.match(r"^( {0,2})\S.*\{$", line) and "(" in line and re.match(r"^( {0,2})", line))
        if start is None and opened and not re.match(r"^ *(namespace|class|struct|enum|if|for|while|switch|else)\b", line):
            start, indent = number, opened.group(1)
        elif start is not None and line.startswith(indent + "}") and len(line) - len(line.lstrip()) == len(indent):
            if number - start + 1 > FUNCTION_LINES_MAX:
                yield start, f"function of {number - start + 1} lines; at most {FUNCTION_LINES_MAX}"
            start = None


def check_typescript(path, lines):
    for prefix, pattern in TS_BOUNDARIES:
        if path.startswith(prefix) and not path.endswith(".test.ts"):
            for number, line in enumerate(lines, 1):
                if pattern.search(line):
                    yield number, f"{prefix} must not import that folder"


def findings_of(path, text):
    lines = text.splitlines()
    if BANNED_NAMES.search(path):
        yield 1, "no drawers: name it after what it holds"
    if path == "tests/tidy/tidy.py":
        return
    if path.endswith((".cc", ".h")):
        yield from check_includes(path, lines)
        yield from check_only_in(path, lines)
        yield from check_functions(lines)
    if path.endswith((".ts", ".svelte")):
        yield from check_typescript(path, lines)
    if path.endswith((".cc", ".h", ".ts", ".svelte", ".proto", ".py", ".css", ".mjs")):
        yield from check_sizes(path, lines)
        for number, line in enumerate(lines, 1):
            if BANNED_WORDS.search(line):
                yield number, "name an issue or do it now"
    if path.endswith("package-lock.json") and '"resolved"' in text:
        yield 1, "the lock file records hosts: set omit-lockfile-registry-resolved"


SELF_TEST = [
    ("server/board/x.cc", '#include "server/room/team.h"\n'),
    ("server/board/x.cc", "#include <chrono>\n"),
    ("server/room/x.cc", "#include <boost/beast/websocket.hpp>\n"),
    ("server/room/x.cc", "std::mutex lock;\n"),
    ("persistence/x.cc", '#include "server/base/clock.h"\n'),
    ("server/app/x.cc", "std::this_thread::sleep_for(1s);\n"),
    ("server/utils/x.cc", "int x;\n"),
    ("server/app/x.cc", "int x;\n" * 501),
    ("server/app/x.cc", "void f() {\n" + "  x();\n" * 70 + "}\n"),
    ("client-web/src/sync/a.ts", 'import { x } from "../ui/x.ts";\n'),
    ("client-web/package-lock.json", '{"resolved": "x"}'),
]


def main():
    if "--self-test" in sys.argv:
        silent = [path for path, text in SELF_TEST if not list(findings_of(path, text))]
        print("\n".join(f"rule did not fire: {path}" for path in silent) or "every rule fires")
        return 1 if silent else 0
    bad = 0
    for path in tracked_files():
        if not path.endswith((".cc", ".h", ".ts", ".svelte", ".proto", ".py", ".css", ".mjs", "package-lock.json")):
            continue
        for number, rule in findings_of(path, (ROOT / path).read_text(encoding="utf-8")):
            print(f"{path}:{number}: {rule}")
            bad += 1
    print(f"house rules: {bad} findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
