#include "server/app/play/board_compare.h"

#include <algorithm>
#include <iterator>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/kinds.h"

namespace swarmboard::play {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kSomeId = "(some id)";

void collect_made_ids(const board::State& state, const KnownIds& known, MadeIds& made) {
  for (const auto& [key, record] : state.records()) {
    if (!known.contains(key.id)) {
      made.insert(key.id);
    }
  }
}

void replace_ids(Message& message, const MadeIds& made) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        replace_ids(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                         : *reflection.MutableMessage(&message, field),
                    made);
      } else if (field->type() == FieldDescriptor::TYPE_STRING && !field->is_repeated() &&
                 made.contains(reflection.GetString(message, field))) {
        reflection.SetString(&message, field, std::string(kSomeId));
      } else if (field->type() == FieldDescriptor::TYPE_STRING && field->is_repeated() &&
                 made.contains(reflection.GetRepeatedString(message, field, i))) {
        reflection.SetRepeatedString(&message, field, i, std::string(kSomeId));
      }
    }
  }
}

}  // namespace

std::vector<std::string> board_lines(const board::State& state, const KnownIds& known,
                                     MadeIds& made) {
  collect_made_ids(state, known, made);
  std::vector<std::string> lines;
  for (const auto& [key, record] : state.records()) {
    // The server asks by itself when a stage has run out of time, as soon as its own timer sees it:
    // while a script moves the clock in jumps, that may be before or after the next action.
    if (record->has_time_poll()) {
      continue;
    }
    v1::Record copy = *record;
    replace_ids(copy, made);
    if (copy.has_seat()) {
      copy.mutable_seat()->clear_generation();
    }
    lines.push_back(std::string(board::kind_name(key.kind)) + " " + copy.ShortDebugString());
  }
  std::ranges::sort(lines);
  return lines;
}

std::vector<std::string> compare_boards(const std::vector<std::string>& first,
                                        const std::vector<std::string>& second) {
  std::vector<std::string> only_first;
  std::vector<std::string> only_second;
  std::ranges::set_difference(first, second, std::back_inserter(only_first));
  std::ranges::set_difference(second, first, std::back_inserter(only_second));
  std::vector<std::string> sentences;
  for (const std::string& line : only_first) {
    sentences.push_back("only without the kill: " + line);
  }
  for (const std::string& line : only_second) {
    sentences.push_back("only with the kill: " + line);
  }
  return sentences;
}

}  // namespace swarmboard::play
