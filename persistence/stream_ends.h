// A small file beside the store that remembers where every stream ends, so that the report on a
// store which lost the end of a stream can name the stream and how much of it (damage.h). It is an
// aid: it decides nothing, and a missing or torn file only makes a report less exact.
//
//   file   := record*                            (the last end of a stream counts)
//   record := size[4] crc[4] body                (crc: CRC-32 of zlib over the body)
//   body   := commit_no[8] (len[1] team len[1] stream seq[8] chain[8])*
//
// One record for every commit that holds groups, written before anybody is told of it and synced
// together with the watermark. When the file has grown long it is written anew.
//
// Owner: the RocksDB journal, on its commit thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "persistence/journal.h"

namespace swarmboard::persistence {

struct KnownEnds {
  std::map<StreamName, Head> ends;  // Their epochs are not kept.
  std::uint64_t commit_no = 0;      // Of the last whole record: what the ends are known up to.
  std::uint64_t bytes = 0;          // Of all whole records.
};

class StreamEnds {
 public:
  // What a file says, up to its first torn record. Nothing when there is no file.
  [[nodiscard]] static KnownEnds read(const std::string& path);

  // Writes the file anew with what is known, and goes on from there.
  StreamEnds(std::string path, KnownEnds known);
  StreamEnds(StreamEnds&& other) noexcept;
  StreamEnds& operator=(StreamEnds&&) = delete;
  StreamEnds(const StreamEnds&) = delete;
  StreamEnds& operator=(const StreamEnds&) = delete;
  ~StreamEnds();

  // Of the commit that is being put together.
  void add(const StreamName& name, const Head& end);
  // The commit is durable. A file that cannot be written is tried again at the next sync.
  void note(std::uint64_t commit_no);
  void sync();

  [[nodiscard]] const KnownEnds& known() const { return known_; }

 private:
  void rewrite();

  std::string path_;
  KnownEnds known_;
  std::string body_;  // Of the record that is being put together.
  int descriptor_ = -1;
  bool broken_ = false;
  bool unsynced_ = false;
};

}  // namespace swarmboard::persistence
