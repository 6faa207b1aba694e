// A copy of a damaged store that is read past its damage. The store itself is never touched.
//
// Owner: the survey. Single-threaded.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>

namespace swarmboard::persistence {

class ReadableCopy {
 public:
  // Copies the store in `folder` to `scratch` (table files as links, since nobody writes them) and
  // opens what can be opened of it. Null: there is no copy, and `why_not` says why.
  [[nodiscard]] static std::unique_ptr<ReadableCopy> make(const std::string& folder,
                                                          const std::string& scratch,
                                                          std::string& why_not);
  // Removes the copy.
  ~ReadableCopy();
  ReadableCopy(const ReadableCopy&) = delete;
  ReadableCopy& operator=(const ReadableCopy&) = delete;

  enum class Family { Meta, Log, Keyframes };  // As in store_families().

  using See = std::function<void(std::string_view key, std::string_view value)>;

  // Every entry that can be read, in the order of keys. Behind a place that cannot be read it goes
  // on at the next key that can be guessed: one of `landmarks`, sorted, or a round number. Returns
  // the number of such places.
  std::uint64_t each(Family family, const std::vector<std::string>& landmarks,
                     const See& see) const;

 private:
  explicit ReadableCopy(std::string scratch) : scratch_(std::move(scratch)) {}

  [[nodiscard]] bool open();

  std::string scratch_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

}  // namespace swarmboard::persistence
