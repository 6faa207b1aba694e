// What clients did and what became of it, and the proof that a stream agrees with it.
//
// A stream has one total order, so the proof is linear: acknowledged commands are there once, with
// their own content, in an order that respects each client's numbers and real time; nothing is
// there that nobody asked for; what was refused is not there; what nobody heard of is there at most
// once.
//
// Owner: a fault test. A History belongs to one client's thread; checking comes after it has
// stopped. Times are microseconds of the monotonic clock.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace swarmboard::faults {

enum class Ending { Ok, Refused, Unknown };

// One command from its first sending on; sending it again does not begin another.
struct Operation {
  std::string client;
  std::uint64_t number = 0;  // The client's order within the stream.
  std::string content;
  std::int64_t invoked_us = 0;
  std::int64_t ended_us = 0;  // Unless unknown.
  Ending ending = Ending::Unknown;
};

// One event as it was read back, in the order of the stream.
struct Entry {
  std::uint64_t seq = 0;
  std::string client;
  std::uint64_t number = 0;
  std::string content;
};

struct Violation {
  enum class Kind {
    Lost,
    Doubled,
    Invented,
    WrongContent,
    ClientOrder,
    RealTime,
    RefusedButThere,
    SequenceOrder,  // The stream's own numbers do not rise.
  };
  Kind kind = Kind::Lost;
  std::string what;  // A sentence.
};

[[nodiscard]] std::vector<Violation> check_history(const std::vector<Operation>& operations,
                                                   const std::vector<Entry>& entries);

// The log of one client on one stream.
class History {
 public:
  explicit History(std::string client) : client_(std::move(client)) {}

  void invoke(std::uint64_t number, std::string content);
  void ok(std::uint64_t number);
  void refused(std::uint64_t number);

  [[nodiscard]] const std::map<std::uint64_t, Operation>& operations() const { return operations_; }

 private:
  void end(std::uint64_t number, Ending ending);

  std::string client_;
  std::map<std::uint64_t, Operation> operations_;
};

[[nodiscard]] std::int64_t now_us();

}  // namespace swarmboard::faults
