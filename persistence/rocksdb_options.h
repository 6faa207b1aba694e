// How we set up RocksDB, and why. Owner: RocksDbStore and the survey of a damaged store.
#pragma once

#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/options.h>

namespace swarmboard::persistence {

[[nodiscard]] rocksdb::DBOptions store_options();

// Settings, sealed entries and the commit record; the log; the keyframes. In this order.
[[nodiscard]] std::vector<rocksdb::ColumnFamilyDescriptor> store_families();

[[nodiscard]] rocksdb::ReadOptions verified_reads();

}  // namespace swarmboard::persistence
