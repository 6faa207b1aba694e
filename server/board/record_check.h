// Checks what a client wants to put into a record against the field policies: lengths, lists,
// numbers, dates, words of the enums, fields that only the server sets, links to other records.
//
// PURE. The detail of a refusal names the field, never its content.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "server/board/decide.h"

#include "swarmboard/v1/policy.pb.h"

namespace google::protobuf {
class Message;
}

namespace swarmboard::board {

// The values of the fields that are set, whoever may set them: for bodies that come whole inside a
// command of their own (SetStakeholder) as well.
[[nodiscard]] std::optional<Refusal> check_values(const google::protobuf::Message& body);

// A new record: nothing that the server sets, all that is required. `audience` is the member who
// will see it, empty for everybody; its links must lead to records which that audience sees.
[[nodiscard]] std::optional<Refusal> check_new(const View& view, const v1::Record& record,
                                               const std::string& audience);

// A change: nothing that the server sets, nothing frozen, nothing required cleared or blanked.
[[nodiscard]] std::optional<Refusal> check_change(const View& view, const v1::EditRecord& command,
                                                  const std::string& audience);

// Calls fn(ref policy, id) for every link that is set in a body.
void each_ref(const google::protobuf::Message& body,
              const std::function<void(const v1::FieldPolicy&, const std::string&)>& fn);

// The record that a link leads to, if this audience sees it; null otherwise. In the session first.
[[nodiscard]] RecordPtr find_ref(const View& view, const std::string& ref, const std::string& id,
                                 const std::string& audience);

}  // namespace swarmboard::board
