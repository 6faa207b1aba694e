"""200 readers who never read while others write: nobody else may notice, least of all the memory."""

import json

from row import Row, figure


def ours(world):
    history = world.history(boards=1, events=2_000, first=2_000, cards=500)
    with world.folder() as folder:
        out = world.run([world.build / "tests/bench/swarm_stuck", "--program", world.program,
                         "--history", history, "--copy", folder / "data",
                         "--edits", 2_000 if world.quick else 40_000],
                        cores=f"{world.server_core},{world.load_core}")
    return json.loads(out)


ROW = Row(
    what="200 readers who never read, on a board on which 8 others write 40,000 times",
    sides={"ours": ours},
    goals=[figure("growth of the server's memory meanwhile", "ours", "growth_mb", "MB", at_most=16)],
    shown=["before_mb", "half_mb", "after_mb", "growth_mb", "edits_per_s", "stuck_at_once"],
)
