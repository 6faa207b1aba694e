"""10,000 members of 20 boards lose their connections at once and come back with their tokens."""

from row import Row, figure

ROW = Row(
    what="10,000 members come back at once with resume tokens, up to 10 events behind",
    sides={"ours": lambda world: world.load("rejoin")},
    goals=[figure("server CPU per rejoin", "ours", "cpu_us_per_join", "us", at_most=60)],
    shown=["cpu_us_per_join", "entering_all_s", "entering_p50_ms", "entering_p99_ms"],
)
