#include "tests/persistence/damage_world.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include <gtest/gtest.h>

#include "persistence/errc.h"
#include "persistence/rocksdb_accept.h"

namespace swarmboard::persistence {
namespace {

constexpr int kTurns = 12;
constexpr const char* kSetting = "login";
constexpr const char* kSettingValue = "a stored login";

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_prefix(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}  // namespace

void flip_byte(const fs::path& file, std::uintmax_t at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(stream.get() ^ 0x10);
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(byte);
}

void DamageWorld::write_history() {
  for (int turn = 0; turn < kTurns; ++turn) {
    for (const std::string team : {"alpha", "beta"}) {
      const Tenure tenure = acquire(team);
      for (const std::string stream : {"", "s1", "s2", "s3"}) {
        Head at = head({team, stream});
        const std::string payload = team + stream + std::to_string(at.seq) + std::string(200, 'x');
        ASSERT_EQ(append(tenure, one(next_unit(at, stream, payload))).state, AppendState::Durable);
        written_[{team, stream}].push_back(payload);
      }
    }
  }
  ASSERT_FALSE(put_setting(kSetting, kSettingValue));
}

std::vector<fs::path> DamageWorld::files(const std::string& extension) const {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(rocksdb_.folder() / "journal")) {
    if (entry.path().extension() == extension && entry.file_size() > 0) {
      found.push_back(entry.path());
    }
  }
  return found;
}

std::vector<std::string> DamageWorld::all_files() const {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(rocksdb_.folder())) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name != "lock" && name != "LOCK" && entry.file_size() > 0) {
      found.push_back(fs::relative(entry.path(), rocksdb_.folder()).string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::map<std::string, std::string> DamageWorld::contents() const {
  std::map<std::string, std::string> found;
  for (const std::string& file : all_files()) {
    if (!file.starts_with("quarantine/")) {
      found[file] = bytes_of(rocksdb_.folder() / file);
    }
  }
  return found;
}

bool DamageWorld::open_quarantined() {
  rocksdb_.shut();
  opened_ = RocksDbJournal::open_quarantined(test_options(rocksdb_.folder()));
  const bool good = opened_.journal != nullptr && opened_.damage.has_value();
  rocksdb_.adopt(std::move(opened_.journal));
  return good;
}

const DamagedStream* DamageWorld::find_lost(const StreamName& name) const {
  for (const DamagedStream& stream : report().streams) {
    if (stream.name == name) {
      return &stream;
    }
  }
  return nullptr;
}

std::size_t DamageWorld::total() const {
  std::size_t events = 0;
  for (const auto& [name, payloads] : written_) {
    events += payloads.size();
  }
  return events;
}

void DamageWorld::keep_original() {
  fs::copy(rocksdb_.folder(), rocksdb_.folder().parent_path() / "original",
           fs::copy_options::recursive);
}

void DamageWorld::restore_original() {
  rocksdb_.shut();
  fs::remove_all(rocksdb_.folder());
  fs::copy(rocksdb_.folder().parent_path() / "original", rocksdb_.folder(),
           fs::copy_options::recursive);
}

std::string DamageWorld::do_harm(const std::string& file, Harm harm, std::mt19937_64& random) {
  const fs::path path = rocksdb_.folder() / file;
  const std::uintmax_t at = random() % fs::file_size(path);
  switch (harm) {
    case Harm::Flip:
      flip_byte(path, at);
      return file + " flipped at " + std::to_string(at);
    case Harm::Cut:
      fs::resize_file(path, at);
      return file + " cut to " + std::to_string(at);
    case Harm::Delete:
      break;
  }
  fs::remove(path);
  return file + " deleted";
}

bool DamageWorld::expect_errors_tell() {
  bool found = false;
  for (const auto& [name, events] : written_) {
    std::vector<std::string> got;
    bool told = false;
    while (!told && got.size() <= events.size()) {
      const auto page = read(name, got.size() + 1);
      told = page.has_error();
      if (told || page->units.empty()) {
        break;
      }
      for (const Unit& unit : page->units) {
        got.push_back(*unit.payload);
      }
    }
    EXPECT_TRUE(told ? is_prefix(got, events) : got == events) << name.team << "/" << name.stream;
    found = found || told;
  }
  const auto stored =
      ask<Result<std::vector<SealedEntry>>>([&](auto done) { journal().settings("", done); });
  if (stored) {
    EXPECT_EQ(stored->size(), 1U);
    EXPECT_TRUE(!stored->empty() && stored->front().value == kSettingValue);
  }
  found = found || stored.has_error();
  rocksdb_.shut();
  const Examined examined = examine(rocksdb_.folder().string());
  EXPECT_FALSE(examined.error) << examined.detail;
  // What is met when reading is found by reading everything.
  EXPECT_TRUE(!found || examined.damage);
  return found;
}

void DamageWorld::expect_report_tells() {
  for (const auto& [name, events] : written_) {
    const DamagedStream* lost = find_lost(name);
    if (lost != nullptr && !name.stream.empty()) {
      EXPECT_TRUE(read(name, 1).has_error());
      continue;
    }
    const std::vector<std::string> got = all_payloads(name);
    EXPECT_TRUE(is_prefix(got, events)) << name.team << "/" << name.stream;
    EXPECT_TRUE(got == events || lost != nullptr || !report().ends_known)
        << name.team << "/" << name.stream << " ends at " << got.size() << " of " << events.size()
        << " without a word:\n"
        << opened_.detail;
  }
  if (settings("").empty()) {
    EXPECT_TRUE(report().values_unreadable > 0 || !report().ends_known ||
                report().acknowledged.writes > report().found.writes)
        << opened_.detail;
  }
}

bool DamageWorld::expect_not_silent() {
  OpenedJournal opened = rocksdb_.open_again();
  if (opened.journal != nullptr) {
    rocksdb_.adopt(std::move(opened.journal));
    return expect_errors_tell();
  }
  if (opened.error == JournalErrc::NewerFormat) {
    return true;  // The digit in the format's file.
  }
  EXPECT_EQ(opened.error, JournalErrc::Damaged) << opened.detail;
  if (open_quarantined()) {
    EXPECT_EQ(id_of(report()), id_of(opened.damage.value())) << opened.detail << "\n\n"
                                                             << opened_.detail;
    expect_report_tells();
  } else {
    ADD_FAILURE() << "nothing can be served: " << opened_.detail;
  }
  return true;
}

}  // namespace swarmboard::persistence
