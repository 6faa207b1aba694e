// Fields of a message that this program does not know: found, or dropped, everywhere inside it.
//
// As Message::DiscardUnknownFields(), but a message without any, which is nearly every one, is only
// looked at: the library's own way makes room for them first. Maps are not looked into: we have
// none. Any thread.
#pragma once

namespace google::protobuf {
class Message;
}

namespace swarmboard {

[[nodiscard]] bool has_unknown_fields(const google::protobuf::Message& message);
void discard_unknown_fields(google::protobuf::Message& message);

}  // namespace swarmboard
