// Random records and patches of every kind, made by reflection, so that a new kind is covered the
// day it is declared. The same seed gives the same sequence on every machine.
//
// Not valid boards: what the fold must cope with, not what the rules allow.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "server/board/state.h"

#include "swarmboard/v1/record.pb.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace swarmboard::testing {

class RandomBoard {
 public:
  explicit RandomBoard(std::uint64_t seed) : engine_(seed) {}

  // 0 <= result < bound.
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }

  bool one_in(std::uint64_t n) { return below(n) == 0; }

  v1::Record record();
  board::State state(std::size_t records_max);
  // Mostly one that fits the state; sometimes one that names a missing record.
  v1::Patch patch(const board::State& state);

 private:
  v1::Upsert change(const v1::Record& existing);
  void fill(google::protobuf::Message& message, int depth);
  void set(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
           int depth);
  std::string text();
  std::int64_t number();

  std::mt19937_64 engine_;
};

}  // namespace swarmboard::testing
