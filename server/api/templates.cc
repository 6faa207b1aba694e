// The stages of a meeting template, for whoever prepares a session: what the room will see.
#include "server/board/templates.h"

#include "server/api/handlers.h"
#include "server/api/json.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::api {

void template_stages(Call call) {
  const board::Template* chosen = board::find_template(call.request.path.at(2));
  if (chosen == nullptr) {
    call.respond(error_response(404, "not_found", "There is no such template."));
    return;
  }
  v1::Snapshot snapshot;
  for (const auto& [key, stage] : chosen->stages) {
    v1::Record& record = *snapshot.add_records();
    record.set_id(std::string(key));
    *record.mutable_stage() = stage;
  }
  Response response;
  response.content_type = "application/x-protobuf";
  response.body = snapshot.SerializeAsString();
  call.respond(std::move(response));
}

}  // namespace swarmboard::api
