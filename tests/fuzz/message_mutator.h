// Structure-aware mutation: an input that is a protobuf message is changed field by field, through
// the bytes fields that hold messages of their own as well (a Submit's command, an event's parts),
// so that the fuzzer gets past the parser and into the rules. One input in eight is still changed
// as plain bytes.
//
// PURE: the same seed makes the same change. Used by the targets whose input is one message.
#pragma once

#include <cstddef>
#include <cstdint>

#include <google/protobuf/message.h>

namespace swarmboard::fuzz {

// The body of LLVMFuzzerCustomMutator: changes the message in `data` (invalid bytes count as an
// empty one) and returns its new size, at most `size_max`.
std::size_t mutate_input(google::protobuf::Message& scratch, std::uint8_t* data, std::size_t size,
                         std::size_t size_max, unsigned seed);

// One random change.
void mutate_message(google::protobuf::Message& message, std::uint64_t seed);

}  // namespace swarmboard::fuzz

// Declares the custom mutator of a target whose input is a message of this type.
#define SWARMBOARD_MUTATES(Type)                                                        \
  extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,  \
                                                 std::size_t size_max, unsigned seed) { \
    Type scratch;                                                                       \
    return swarmboard::fuzz::mutate_input(scratch, data, size, size_max, seed);         \
  }
