// The parts of broken_invariants(), and the list they write to. Only for invariants*.cc. PURE.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/board/kinds.h"

namespace swarmboard::board {

class Findings {
 public:
  // Names ids, never texts: what is found goes to the log.
  void expect(bool holds, std::string_view rule, const std::string& id) {
    if (!holds) {
      list_.push_back(std::string(rule) + " (" + id + ")");
    }
  }

  [[nodiscard]] std::vector<std::string> take() { return std::move(list_); }

 private:
  std::vector<std::string> list_;
};

void check_people(const State& session, Findings& findings);  // invariants_people.cc
void check_cards(const State& session, Findings& findings);   // invariants_cards.cc
void check_votes(const State& session, Findings& findings);   // invariants_cards.cc

}  // namespace swarmboard::board
