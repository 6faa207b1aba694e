#include "server/app/play/json_message.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <boost/json/value.hpp>
#include <google/protobuf/descriptor.h>

namespace swarmboard::play {
namespace {

namespace json = boost::json;
using boost::system::result;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Filled = result<void, ScriptError>;

// "COMPETITOR_KIND_" for CompetitorKind: the first value of each of our enums is
// <PREFIX>UNSPECIFIED.
std::string_view prefix_of(const EnumDescriptor& type) {
  constexpr std::string_view kFirst = "UNSPECIFIED";
  std::string_view name = type.value(0)->name();
  name.remove_suffix(kFirst.size());
  return name;
}

// The words of an enum, as scripts write them.
std::string names_of(const EnumDescriptor& type) {
  std::string names;
  for (int i = 1; i < type.value_count(); ++i) {
    names += (i == 1 ? "" : ", ") + short_enum_name(type, type.value(i)->number());
  }
  return names;
}

ScriptError wrong_type(const FieldDescriptor& field, std::string_view wanted) {
  return ScriptError{"\"" + field.name() + "\" must be " + std::string(wanted)};
}

std::optional<std::int64_t> integer_of(const json::value& value) {
  if (value.is_int64()) {
    return value.get_int64();
  }
  if (value.is_uint64() && value.get_uint64() <= std::numeric_limits<std::int64_t>::max()) {
    return static_cast<std::int64_t>(value.get_uint64());
  }
  return std::nullopt;
}

// Sets a field, or adds to it when it is repeated.
class Setter {
 public:
  Setter(Message& message, const FieldDescriptor& field)
      : message_(message), field_(field), repeated_(field.is_repeated()) {}

  Filled put(const json::value& value) {
    switch (field_.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return put_text(value);
      case FieldDescriptor::CPPTYPE_BOOL:
        return put_bool(value);
      case FieldDescriptor::CPPTYPE_ENUM:
        return put_enum(value);
      case FieldDescriptor::CPPTYPE_UINT32:
        return put_uint32(value);
      case FieldDescriptor::CPPTYPE_INT64:
        return put_int64(value);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return put_message(value);
      default:
        return ScriptError{"\"" + field_.name() + "\" cannot be set by a script"};
    }
  }

 private:
  const google::protobuf::Reflection& reflection() const { return *message_.GetReflection(); }

  Filled put_text(const json::value& value) {
    if (!value.is_string() || field_.type() == FieldDescriptor::TYPE_BYTES) {
      return wrong_type(field_, "a text");
    }
    std::string text(value.get_string());
    if (repeated_) {
      reflection().AddString(&message_, &field_, std::move(text));
    } else {
      reflection().SetString(&message_, &field_, std::move(text));
    }
    return {};
  }

  Filled put_bool(const json::value& value) {
    if (!value.is_bool() || repeated_) {
      return wrong_type(field_, "true or false");
    }
    reflection().SetBool(&message_, &field_, value.get_bool());
    return {};
  }

  Filled put_enum(const json::value& value) {
    if (!value.is_string()) {
      return wrong_type(field_, "a name of " + field_.enum_type()->name());
    }
    const std::string name(value.get_string());
    // "PRICE.VALUE_NOT_SHOWN": a category and its code.
    std::string code = name;
    std::replace(code.begin(), code.end(), '.', '_');
    const auto* found =
        field_.enum_type()->FindValueByName(std::string(prefix_of(*field_.enum_type())) + code);
    if (found == nullptr || found->number() == 0) {
      return ScriptError{"\"" + name + "\" is not a " + field_.enum_type()->name() + " (in \"" +
                         field_.name() + "\"); it may be " + names_of(*field_.enum_type())};
    }
    if (repeated_) {
      reflection().AddEnum(&message_, &field_, found);
    } else {
      reflection().SetEnum(&message_, &field_, found);
    }
    return {};
  }

  Filled put_uint32(const json::value& value) {
    const auto number = integer_of(value);
    if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max() ||
        repeated_) {
      return wrong_type(field_, "a whole number, 0 or more");
    }
    reflection().SetUInt32(&message_, &field_, static_cast<std::uint32_t>(*number));
    return {};
  }

  Filled put_int64(const json::value& value) {
    const auto number = integer_of(value);
    if (!number || repeated_) {
      return wrong_type(field_, "a whole number");
    }
    reflection().SetInt64(&message_, &field_, *number);
    return {};
  }

  Filled put_message(const json::value& value) {
    Message* inner = repeated_ ? reflection().AddMessage(&message_, &field_)
                               : reflection().MutableMessage(&message_, &field_);
    if (value.is_array()) {
      const FieldDescriptor* items = inner->GetDescriptor()->FindFieldByName("items");
      if (items == nullptr || !items->is_repeated()) {
        return wrong_type(field_, "an object");
      }
      return put_items(value.get_array(), *inner, *items);
    }
    if (!value.is_object()) {
      return wrong_type(field_, "an object or a list");
    }
    return fill_message(value.get_object(), *inner);
  }

  static Filled put_items(const json::array& values, Message& wrapper,
                          const FieldDescriptor& items) {
    Setter setter(wrapper, items);
    for (const json::value& value : values) {
      if (auto put = setter.put(value); !put) {
        return put;
      }
    }
    return {};
  }

  Message& message_;
  const FieldDescriptor& field_;
  bool repeated_;
};

Filled fill_field(const json::value& value, Message& message, const FieldDescriptor& field) {
  Setter setter(message, field);
  if (!field.is_repeated()) {
    return setter.put(value);
  }
  if (!value.is_array()) {
    return wrong_type(field, "a list");
  }
  for (const json::value& item : value.get_array()) {
    if (auto put = setter.put(item); !put) {
      return put;
    }
  }
  return {};
}

}  // namespace

Filled fill_message(const json::object& from, Message& message) {
  for (const auto& member : from) {
    const std::string key(member.key());
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(key);
    if (field == nullptr) {
      return ScriptError{"unknown argument \"" + key + "\""};
    }
    if (auto filled = fill_field(member.value(), message, *field); !filled) {
      return filled;
    }
  }
  return {};
}

std::string short_enum_name(const EnumDescriptor& type, int number) {
  const auto* value = type.FindValueByNumber(number);
  if (value == nullptr) {
    return std::to_string(number);
  }
  return value->name().substr(prefix_of(type).size());
}

}  // namespace swarmboard::play
