// The measure for our commits: RocksDB's own group commit. Many threads write one record each, with
// sync, and RocksDB puts those that wait together into one write of its log.
//
//   rocksdb_commits FOLDER [THREADS [RECORD_BYTES [SECONDS]]]     prints one line of JSON
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/options.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Figures {
  std::uint64_t commits = 0;
  std::vector<std::int64_t> took_us;
};

void write_until(rocksdb::DB& db, unsigned thread, std::size_t bytes, Clock::time_point end,
                 Figures& figures, std::atomic<bool>& failed) {
  rocksdb::WriteOptions options;
  options.sync = true;
  const std::string value(bytes, 'x');
  while (Clock::now() < end && !failed) {
    const auto started = Clock::now();
    const std::string key = std::to_string(thread) + "/" + std::to_string(figures.commits);
    if (!db.Put(options, key, value).ok()) {
      failed = true;
      return;
    }
    ++figures.commits;
    figures.took_us.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started).count());
  }
}

double cpu_s() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

int run(const std::string& folder, unsigned threads, std::size_t bytes, unsigned seconds) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, folder, &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  if (!status.ok()) {
    std::cerr << "rocksdb_commits: " << status.ToString() << '\n';
    return 1;
  }
  std::vector<Figures> figures(threads);
  std::atomic<bool> failed = false;
  const double cpu_before_s = cpu_s();
  const auto started = Clock::now();
  const auto end = started + std::chrono::seconds(seconds);
  std::vector<std::thread> running;
  for (unsigned thread = 0; thread < threads; ++thread) {
    running.emplace_back(write_until, std::ref(*db), thread, bytes, end, std::ref(figures[thread]),
                         std::ref(failed));
  }
  for (std::thread& thread : running) {
    thread.join();
  }
  const double took_s = std::chrono::duration<double>(Clock::now() - started).count();
  const double used_s = cpu_s() - cpu_before_s;
  if (failed) {
    std::cerr << "rocksdb_commits: a write failed\n";
    return 1;
  }
  std::vector<std::int64_t> took_us;
  std::uint64_t commits = 0;
  for (const Figures& one : figures) {
    commits += one.commits;
    took_us.insert(took_us.end(), one.took_us.begin(), one.took_us.end());
  }
  std::sort(took_us.begin(), took_us.end());
  const auto at = [&](double share) {
    return took_us.empty()
               ? 0
               : took_us[static_cast<std::size_t>(share * static_cast<double>(took_us.size() - 1))];
  };
  std::cout << "{\"threads\":" << threads << ",\"record_bytes\":" << bytes
            << ",\"commits_per_s\":" << static_cast<double>(commits) / took_s
            << ",\"cpu_us_per_commit\":" << used_s * 1e6 / static_cast<double>(commits)
            << ",\"p50_us\":" << at(0.5) << ",\"p99_us\":" << at(0.99) << "}\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int at, unsigned otherwise) {
    return argc > at ? static_cast<unsigned>(std::stoul(argv[at])) : otherwise;
  };
  if (argc < 2) {
    std::cerr << "rocksdb_commits FOLDER [THREADS [RECORD_BYTES [SECONDS]]]\n";
    return 2;
  }
  return run(argv[1], number(2, 64), number(3, 200), number(4, 4));
}
