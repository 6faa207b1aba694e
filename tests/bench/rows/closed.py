"""20 boards x 50 members, each with one command under way: as fast as it goes on one core."""

from row import Row, figure

ROW = Row(
    what="closed loop: 20 boards x 50 members with one command each under way",
    sides={"ours": lambda world: world.load("closed"), "bare room": lambda world: world.bare("closed")},
    goals=[
        figure("durable deliveries/s on one core", "ours", "deliveries_per_s", "/s", at_least=2e6),
    ],
    shown=["deliveries_per_s", "commands_per_s", "cpu_us_per_delivery", "p50_ms", "p99_ms", "cpu_share",
           "own_cpu_share"],
)
