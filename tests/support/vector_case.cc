#include "tests/support/vector_case.h"

#include <array>
#include <stdexcept>

#include <boost/json.hpp>
#include <google/protobuf/util/json_util.h>

#include "server/board/apply.h"
#include "server/board/snapshot.h"
#include "tests/support/random_board.h"

namespace swarmboard::testing {
namespace {

namespace json = boost::json;

std::string hex(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; value >>= 4U) {
    text[i] = kDigits[value & 0xFU];
  }
  return text;
}

json::value message_to_json(const google::protobuf::Message& message) {
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text).ok()) {
    throw std::runtime_error("a message cannot be written as JSON");
  }
  return json::parse(text);
}

void message_from_json(const json::value& value, google::protobuf::Message& message) {
  if (!google::protobuf::util::JsonStringToMessage(json::serialize(value), &message).ok()) {
    throw std::runtime_error("JSON is not a message: " + json::serialize(value));
  }
}

json::array records_to_json(const board::State& state) {
  json::array records;
  for (const auto& [key, record] : state.records()) {
    records.push_back(message_to_json(*record));
  }
  return records;
}

bool has_unknown_fields(const v1::Patch& patch) {
  v1::Patch known = patch;
  known.DiscardUnknownFields();
  return known.ByteSizeLong() != patch.ByteSizeLong();
}

std::string bytes_to_hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    text += hex(static_cast<unsigned char>(c)).substr(14);
  }
  return text;
}

std::string bytes_from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

}  // namespace

json::value to_json(const VectorCase& one) {
  json::object out;
  out["name"] = one.name;
  out["records"] = records_to_json(one.before);
  out["patch"] = message_to_json(one.patch);
  if (has_unknown_fields(one.patch)) {
    out["patchBytes"] = bytes_to_hex(one.patch.SerializeAsString());
  }
  board::State after = one.before;
  json::object expect;
  if (board::apply_patch(after, one.patch).has_error()) {
    expect["misfit"] = true;
  } else {
    expect["records"] = records_to_json(after);
    expect["stateHash"] = hex(board::state_hash(after));
  }
  out["expect"] = std::move(expect);
  return out;
}

VectorCase from_json(const json::value& value) {
  const json::object& object = value.as_object();
  VectorCase one;
  one.name = object.at("name").as_string();
  for (const json::value& item : object.at("records").as_array()) {
    auto record = std::make_shared<v1::Record>();
    message_from_json(item, *record);
    one.before.put(std::move(record));
  }
  if (const json::value* bytes = object.if_contains("patchBytes")) {
    if (!one.patch.ParseFromString(bytes_from_hex(bytes->as_string()))) {
      throw std::runtime_error("patchBytes is not a patch");
    }
  } else {
    message_from_json(object.at("patch"), one.patch);
  }
  return one;
}

VectorCase random_case(std::uint64_t seed, std::uint64_t number) {
  // Each case stands on its own: a failure names its seed and number.
  RandomBoard random(seed * 1'000'003 + number);
  VectorCase one;
  one.name = "random " + std::to_string(seed) + "/" + std::to_string(number);
  one.before = random.state(8);
  one.patch = random.patch(one.before);
  return one;
}

}  // namespace swarmboard::testing
