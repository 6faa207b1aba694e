// Fills a protobuf message from a JSON object by its descriptor: snake_case fields, enum values
// without their prefix, list wrappers (`Ids`, `NoteKinds`, ...) as arrays. Strict: an unknown key,
// a wrong type or an unknown enum value is an error that names it.
//
// PURE; any thread.
#pragma once

#include <string>

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <google/protobuf/message.h>

#include "server/app/play/script.h"

namespace swarmboard::play {

[[nodiscard]] boost::system::result<void, ScriptError> fill_message(
    const boost::json::object& from, google::protobuf::Message& message);

// "STATUS_QUO" for COMPETITOR_KIND_STATUS_QUO; the number as text when it has no name here.
[[nodiscard]] std::string short_enum_name(const google::protobuf::EnumDescriptor& type, int number);

}  // namespace swarmboard::play
