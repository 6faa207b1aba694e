#!/usr/bin/env python3
"""What `./dev run` starts: a demo server on loopback with a sample team, a past session and a live one.

The data lies in ./data and is kept between runs; the samples are played into it only once.
"""

import argparse
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
LISTENING = re.compile(r"listening on (http://\S+)")


def fail(sentence):
    sys.exit(f"\ndev run: {sentence}")


def start(options, port, *flags):
    server = subprocess.Popen(
        [options.program, "serve", "--demo", "--port", str(port), "--data", str(options.data),
         "--client", str(options.client), *flags],
        stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        found = LISTENING.search(line)
        if found:
            return server, found.group(1)
    server.wait()
    fail("the server did not start; the line above says why.")


def play(options, url, pace, *scripts):
    done = subprocess.run([options.program, "play", *map(str, scripts), "--server", url, "--pace", pace],
                          stdout=subprocess.DEVNULL)
    if done.returncode:
        fail(f"playing {', '.join(s.name for s in scripts)} failed. Run it by hand to see where: "
             f"./dev play {' '.join(str(s.relative_to(ROOT)) for s in scripts)}")


def prepare(options):
    """Fills an empty data folder: the past session at its own time, then the live one at ours."""
    print("==> playing the sample sessions into the new data folder", flush=True)
    server, url = start(options, 0, "--script-clock")
    play(options, url, "max", SAMPLES / "past-session.jsonl")
    server.send_signal(signal.SIGTERM)
    server.wait()
    server, url = start(options, 0)
    play(options, url, "max", SAMPLES / "live-session.jsonl")
    server.send_signal(signal.SIGTERM)
    server.wait()
    (options.data / "samples-played").touch()


def need_free_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            fail(f"port {port} is taken. Stop what uses it, or choose another: ./dev run --port {port + 1}")


def main():
    parser = argparse.ArgumentParser(prog="./dev run")
    parser.add_argument("--program", required=True)
    parser.add_argument("--client", required=True, type=Path)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    options = parser.parse_args()
    need_free_port(options.port)
    options.data.mkdir(exist_ok=True)
    if not (options.data / "samples-played").exists():
        prepare(options)
    server, url = start(options, options.port)
    print(f"\nSwarmboard is ready: open {url}/demo and enter as anybody of the sample team.\n"
          f"Two browser windows are two members. Stop with Ctrl-C; the data stays in {options.data}.",
          flush=True)
    signal.signal(signal.SIGINT, lambda *_: server.send_signal(signal.SIGTERM))
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGTERM))
    for line in server.stdout:
        print(line, end="", flush=True)
    sys.exit(server.wait())


if __name__ == "__main__":
    main()
