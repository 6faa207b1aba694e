"""64 boards x 1 member with 16 commands under way: durable commands without fan-out."""

from row import Goal, Row

ROW = Row(
    what="acknowledged durable commands without fan-out: 64 boards x 1 member x 16 under way",
    sides={"ours": lambda world: world.load("commands"),
           "RocksDB, 64 threads": lambda world: world.rocksdb_commits()},
    goals=[
        Goal("commands/s / RocksDB's own group commit",
             lambda seen: seen["ours"]["commands_per_s"] / seen["RocksDB, 64 threads"]["commits_per_s"],
             at_least=2.5),
    ],
    shown=["commands_per_s", "commits_per_s", "cpu_us_per_command", "cpu_us_per_commit", "ack_p50_ms",
           "ack_p99_ms", "cpu_share"],
)
