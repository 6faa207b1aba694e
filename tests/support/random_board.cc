#include "tests/support/random_board.h"

#include <array>
#include <limits>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/apply.h"
#include "server/board/kinds.h"

namespace swarmboard::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kDepthMax = 3;
constexpr std::array<const char*, 4> kIds = {"a", "b", "c/1", "long-id_with.every/sort-of-sign"};
constexpr std::array<const char*, 3> kMembers = {"amara", "ben", "chidi"};

}  // namespace

std::string RandomBoard::text() {
  static const std::array<std::string, 6> kTexts = {
      "", "x", "two words", "h\u00e9ll\u00f6", "\U0001F642 \u2028 line", std::string(300, 'y')};
  return kTexts.at(below(kTexts.size()));
}

std::int64_t RandomBoard::number() {
  static const std::array<std::int64_t, 6> kNumbers = {0,
                                                       1,
                                                       -1,
                                                       1'700'000'000'000,
                                                       std::numeric_limits<std::int64_t>::min(),
                                                       std::numeric_limits<std::int64_t>::max()};
  return kNumbers.at(below(kNumbers.size()));
}

void RandomBoard::set(Message& message, const FieldDescriptor& field, int depth) {
  const auto& r = *message.GetReflection();
  const bool list = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string value = text();
      list ? r.AddString(&message, &field, std::move(value))
           : r.SetString(&message, &field, std::move(value));
      break;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      // Now and then a word that this version does not know: kept as it is.
      const auto count = static_cast<std::uint64_t>(field.enum_type()->value_count());
      const int value = one_in(20) ? 7777 : static_cast<int>(below(count));
      list ? r.AddEnumValue(&message, &field, value) : r.SetEnumValue(&message, &field, value);
      break;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      r.SetBool(&message, &field, one_in(2));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      r.SetUInt32(&message, &field, static_cast<std::uint32_t>(number()));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      r.SetUInt64(&message, &field, static_cast<std::uint64_t>(number()));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      r.SetInt64(&message, &field, number());
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      fill(list ? *r.AddMessage(&message, &field) : *r.MutableMessage(&message, &field), depth + 1);
      break;
    default:
      break;
  }
}

void RandomBoard::fill(Message& message, int depth) {
  if (depth > kDepthMax) {
    return;
  }
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (one_in(2)) {
      continue;
    }
    const std::uint64_t times = field.is_repeated() ? below(4) : 1;
    for (std::uint64_t n = 0; n < times; ++n) {
      set(message, field, depth);
    }
  }
}

v1::Record RandomBoard::record() {
  v1::Record record;
  record.set_id(kIds.at(below(kIds.size())));
  const auto kinds = board::all_kinds();
  // Few kinds more often than all of them, so that patches meet records.
  const board::Kind kind = one_in(3)
                               ? kinds[below(kinds.size())]
                               : std::array{board::kind_of<v1::Note>(), board::kind_of<v1::Team>(),
                                            board::kind_of<v1::Vote>()}
                                     .at(below(3));
  const auto* field = v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(kind));
  fill(*record.GetReflection()->MutableMessage(&record, field), 0);
  if (one_in(5)) {
    record.mutable_only_for()->add_items(kMembers.at(below(kMembers.size())));
  }
  return record;
}

board::State RandomBoard::state(std::size_t records_max) {
  board::State state;
  const std::size_t count = below(records_max + 1);
  for (std::size_t i = 0; i < count; ++i) {
    state.put(std::make_shared<v1::Record>(record()));
  }
  return state;
}

v1::Upsert RandomBoard::change(const v1::Record& existing) {
  v1::Upsert upsert;
  upsert.mutable_record()->set_id(existing.id());
  const auto* field = v1::Record::descriptor()->FindFieldByNumber(
      static_cast<int>(board::kind_of_record(existing)));
  Message& body =
      *upsert.mutable_record()->GetReflection()->MutableMessage(upsert.mutable_record(), field);
  fill(body, 0);
  for (int i = 0; i < body.GetDescriptor()->field_count(); ++i) {
    if (one_in(4)) {
      upsert.add_clear(static_cast<std::uint32_t>(body.GetDescriptor()->field(i)->number()));
    }
  }
  if (one_in(10)) {
    upsert.add_clear(999);
  }
  if (one_in(4)) {
    upsert.set_set_only_for(true);
    if (one_in(2)) {
      upsert.mutable_record()->mutable_only_for()->add_items(kMembers.at(below(kMembers.size())));
    }
  }
  return upsert;
}

v1::Patch RandomBoard::patch(const board::State& state) {
  std::vector<board::RecordPtr> known;
  for (const auto& [key, one] : state.records()) {
    known.push_back(one);
  }
  v1::Patch patch;
  const std::uint64_t upserts = 1 + below(4);
  for (std::uint64_t i = 0; i < upserts; ++i) {
    if (known.empty() || one_in(3)) {
      v1::Upsert& upsert = *patch.add_upsert();
      *upsert.mutable_record() = record();
      upsert.set_create(!one_in(25));
    } else {
      *patch.add_upsert() = change(*known[below(known.size())]);
    }
  }
  const std::uint64_t removals = one_in(4) ? 1 : 0;
  for (std::uint64_t i = 0; i < removals; ++i) {
    const v1::Record target = known.empty() || one_in(10) ? record() : *known[below(known.size())];
    v1::RecordId& id = *patch.add_remove();
    id.set_kind(board::kind_of_record(target));
    id.set_id(target.id());
  }
  return patch;
}

}  // namespace swarmboard::testing
