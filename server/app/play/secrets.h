// Remembers the texts that some members must not receive (yet): cards before their reveal, private
// feedback, anonymous and off-the-record cards. Then finds them where they must not be.
//
// Short texts are not remembered: they could stand anywhere by chance. One thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/board/state.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::play {

struct Secret {
  std::string text;
  std::string session_id;
  std::set<std::string> readers;   // Members who may receive it.
  board::RecordKey key;            // Of its record; without an id for a card nobody may know of.
  std::uint64_t hidden_seq = 0;    // The event that hid it; 0 when there is none.
  std::uint64_t revealed_seq = 0;  // The event that showed it to all; 0: not so far.
  bool off_record = false;         // May be relayed, must never be stored.
};

class Secrets {
 public:
  // After an accepted command: the private records of its event, as the writer's state has them.
  void remember(const std::string& session_id, const v1::Event& echo, const board::State& state);
  void remember_unsigned(const std::string& session_id, const std::string& writer,
                         const std::string& text, bool off_record);
  // After an event: which secrets everybody may read now.
  void mark_revealed(const std::string& session_id, std::uint64_t seq, const board::State& state);

  // Sentences about secrets in what a member received.
  [[nodiscard]] std::vector<std::string> leaks_to(const std::string& member,
                                                  std::string_view received) const;
  // Sentences about secrets in the public event of that number, as a replay shows it.
  [[nodiscard]] std::vector<std::string> leaks_in_replay(const std::string& session_id,
                                                         std::uint64_t seq,
                                                         std::string_view event) const;

  [[nodiscard]] const std::vector<Secret>& all() const { return secrets_; }

 private:
  std::vector<Secret> secrets_;
};

}  // namespace swarmboard::play
