#include "tests/faults/history.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

namespace swarmboard::faults {
namespace {

using Kind = Violation::Kind;
using Key = std::pair<std::string, std::uint64_t>;  // Client and number.

std::string name_of(const std::string& client, std::uint64_t number) {
  std::string name = "command " + std::to_string(number) + " of ";
  for (const char c : client) {  // Client ids are random bytes.
    static constexpr std::string_view kDigits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x21 && byte < 0x7F) {
      name += c;
    } else {
      name += {'\\', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return name;
}

class Check {
 public:
  Check(const std::vector<Operation>& operations, const std::vector<Entry>& entries)
      : entries_(entries) {
    for (const Operation& operation : operations) {
      asked_[{operation.client, operation.number}] = &operation;
    }
  }

  std::vector<Violation> run() {
    for (const Entry& entry : entries_) {
      take(entry);
    }
    for (const auto& [key, operation] : asked_) {
      if (operation->ending == Ending::Ok && !seen_.contains(key)) {
        add(Kind::Lost, name_of(key.first, key.second) + " was acknowledged and is not there");
      }
    }
    return std::move(found_);
  }

 private:
  void add(Kind kind, std::string what) { found_.push_back({kind, std::move(what)}); }

  void take(const Entry& entry) {
    const std::string name = name_of(entry.client, entry.number);
    const std::string at = " at event " + std::to_string(entry.seq);
    if (entry.seq <= last_seq_) {
      add(Kind::SequenceOrder, "event " + std::to_string(entry.seq) + " stands behind event " +
                                   std::to_string(last_seq_));
    }
    last_seq_ = std::max(last_seq_, entry.seq);
    const auto asked = asked_.find({entry.client, entry.number});
    if (asked == asked_.end()) {
      return add(Kind::Invented, name + at + " was never asked for");
    }
    if (!seen_.insert({asked->first, entry.seq}).second) {
      return add(Kind::Doubled, name + at + " was there before");
    }
    take_asked(*asked->second, entry, name + at);
  }

  void take_asked(const Operation& operation, const Entry& entry, const std::string& name) {
    if (operation.ending == Ending::Refused) {
      add(Kind::RefusedButThere, name + " was refused");
    }
    if (operation.content != entry.content) {
      add(Kind::WrongContent, name + " has another content");
    }
    std::uint64_t& last = last_number_[entry.client];
    if (entry.number < last) {
      add(Kind::ClientOrder, name + " stands behind number " + std::to_string(last));
    }
    last = std::max(last, entry.number);
    // Something before it in the stream was asked for only after this one was acknowledged.
    if (operation.ending == Ending::Ok && operation.ended_us < latest_invoke_us_) {
      add(Kind::RealTime, name + " stands behind " + latest_invoked_ +
                              ", which was asked for after this was acknowledged");
    }
    if (operation.invoked_us > latest_invoke_us_) {
      latest_invoke_us_ = operation.invoked_us;
      latest_invoked_ = name;
    }
  }

  const std::vector<Entry>& entries_;
  std::map<Key, const Operation*> asked_;
  std::map<Key, std::uint64_t> seen_;
  std::map<std::string, std::uint64_t> last_number_;
  std::uint64_t last_seq_ = 0;
  std::int64_t latest_invoke_us_ = std::numeric_limits<std::int64_t>::min();
  std::string latest_invoked_;
  std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> check_history(const std::vector<Operation>& operations,
                                     const std::vector<Entry>& entries) {
  return Check(operations, entries).run();
}

void History::invoke(std::uint64_t number, std::string content) {
  operations_.emplace(number, Operation{.client = client_,
                                        .number = number,
                                        .content = std::move(content),
                                        .invoked_us = now_us()});
}

void History::ok(std::uint64_t number) {
  end(number, Ending::Ok);
}

void History::refused(std::uint64_t number) {
  end(number, Ending::Refused);
}

void History::end(std::uint64_t number, Ending ending) {
  Operation& operation = operations_.at(number);
  if (operation.ending == Ending::Unknown) {
    operation.ending = ending;
    operation.ended_us = now_us();
  }
}

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace swarmboard::faults
