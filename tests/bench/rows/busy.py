"""20 boards x 50 members, each with 10 commands a second: 500,000 deliveries/s."""

from row import Row, figure, ratio

ROW = Row(
    what="five times a meeting: 20 boards x 50 members x 10 commands/s, against the bare room",
    sides={"ours": lambda world: world.load("busy"), "bare room": lambda world: world.bare("busy")},
    goals=[
        ratio("server CPU per delivery / bare room", "cpu_us_per_delivery", "ours", "bare room", at_most=0.9),
        figure("submit to receipt by others, p99", "ours", "p99_ms", "ms", at_most=12),
    ],
    shown=["deliveries_per_s", "cpu_us_per_delivery", "p50_ms", "p99_ms", "p999_ms", "max_ms", "cpu_share",
           "own_cpu_share", "bytes_per_delivery"],
)
