"""20 boards x 500 members who do nothing: what a joined connection holds, and what it costs."""

from row import Row, figure

# A team dozes after a minute in which nobody does anything.
DOZES_AFTER_S = 70
WINDOW_S = 50  # Two heartbeats of a dozing team.


def awake(world):
    return world.load("idle")


def dozing(world):
    brief = [] if world.quick else ["--warm-up", DOZES_AFTER_S, "--seconds", WINDOW_S]
    return world.load("idle", *brief)


ROW = Row(
    what="10,000 members on 20 boards, idle: right after the join, and after a minute of silence",
    sides={"awake": awake, "dozing": dozing},
    goals=[
        figure("resident memory per joined member", "awake", "memory_bytes_per_connection", "B",
               at_most=9_000),
        figure("CPU of all of them, share of a core", "dozing", "cpu_share", "", at_most=0.005),
    ],
    shown=["memory_bytes_per_connection", "cpu_share", "cpu_us_per_join", "entering_all_s"],
)
