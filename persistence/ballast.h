// A file that only takes up room, beside the journal while it is open. When the disk is really full
// it is dropped, so that the store can be brought in order and an operator has room to work.
//
// Owner: the RocksDB journal, on its commit thread.
#pragma once

#include <cstdint>
#include <string>

namespace swarmboard::persistence {

class Ballast {
 public:
  explicit Ballast(std::string path);
  ~Ballast();
  Ballast(const Ballast&) = delete;
  Ballast& operator=(const Ballast&) = delete;

  // Makes it when it is not there; 0 bytes: there is none. What could not be made is tried again by
  // the next call.
  void keep(std::uint64_t bytes);
  void drop();

 private:
  std::string path_;
  bool is_kept_ = false;
};

}  // namespace swarmboard::persistence
