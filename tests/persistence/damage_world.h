// A journal with a known history whose files are damaged, for tests: what was written is
// remembered, and what is read afterwards is compared with it.
#pragma once

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/persistence/rocksdb_subject.h"

namespace swarmboard::persistence {

namespace fs = std::filesystem;

void flip_byte(const fs::path& file, std::uintmax_t at);

class DamageWorld : public RocksDbTest {
 protected:
  enum class Harm { Flip, Cut, Delete };

  // Two teams with a library and three sessions each, in turns; again: they go on.
  void write_history();

  // The files of the store with this extension that are not empty.
  [[nodiscard]] std::vector<fs::path> files(const std::string& extension) const;
  // Every file of the folder that belongs to the journal, relative to it.
  [[nodiscard]] std::vector<std::string> all_files() const;
  // Names and bytes of all of them.
  [[nodiscard]] std::map<std::string, std::string> contents() const;

  [[nodiscard]] bool open_quarantined();

  [[nodiscard]] const DamageReport& report() const { return *opened_.damage; }

  // Null: nothing of it is missing.
  [[nodiscard]] const DamagedStream* find_lost(const StreamName& name) const;

  [[nodiscard]] std::size_t total() const;

  void keep_original();
  void restore_original();
  // Says what it did.
  std::string do_harm(const std::string& file, Harm harm, std::mt19937_64& random);
  // Opens, if need be in quarantine, and compares; whether anything was found to be missing.
  bool expect_not_silent();

  std::map<StreamName, std::vector<std::string>> written_;
  OpenedJournal opened_;  // The last one; its journal is the subject's.

 private:
  // Whether an error, and not less than was written, tells of every loss.
  bool expect_errors_tell();
  void expect_report_tells();
};

}  // namespace swarmboard::persistence
