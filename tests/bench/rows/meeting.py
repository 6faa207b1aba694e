"""20 boards x 50 members, each with 2 commands a second: 100,000 deliveries/s."""

from row import Row, figure, ratio

ROW = Row(
    what="a busy afternoon: 20 boards x 50 members x 2 commands/s, durable against a volatile bare room",
    sides={"ours": lambda world: world.load("meeting"), "bare room": lambda world: world.bare("meeting")},
    goals=[
        ratio("server CPU per delivery / bare room", "cpu_us_per_delivery", "ours", "bare room", at_most=1.2),
        figure("submit to receipt by others, p99", "ours", "p99_ms", "ms", at_most=10),
    ],
    shown=["deliveries_per_s", "cpu_us_per_delivery", "p50_ms", "p99_ms", "p999_ms", "max_ms", "cpu_share",
           "own_cpu_share", "bytes_per_delivery"],
)
