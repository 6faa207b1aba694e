"""A million events on 20 boards, one of them with 100,000: killed, started, joined, looked back."""

import json

from row import Row, figure


def ours(world):
    history = world.history(boards=20, events=1_000 * (20 if world.quick else 1_000),
                            first=1_000 * (2 if world.quick else 100))
    with world.folder() as folder:
        out = world.run([world.build / "tests/bench/swarm_recovery", "--program", world.program,
                         "--history", history, "--copy", folder / "data",
                         "--seeks", 20 if world.quick else 400],
                        cores=f"{world.server_core},{world.load_core}")
    return json.loads(out)


ROW = Row(
    what="1,000,000 events on 20 boards, one with 100,000: after kill -9, over real sockets",
    sides={"ours": ours},
    goals=[
        figure("exec to the board of 100,000 joined", "ours", "first_board_ms", "ms", at_most=800),
        figure("joining it cold", "ours", "join_cold_ms", "ms", at_most=60),
        figure("joining it from memory", "ours", "join_memory_p50_ms", "ms", at_most=5),
        figure("its state at a random event, p99", "ours", "seek_p99_ms", "ms", at_most=10),
    ],
    shown=["listening_ms", "first_board_ms", "join_cold_ms", "join_memory_p50_ms", "seek_p50_ms",
           "seek_p99_ms", "seek_cpu_ms", "join_bytes", "server_mb"],
)
