// One function per route; the table is in api.cc. All run on the API's thread and answer exactly
// once. The same answer for "does not exist" and "not yours", on purpose.
#pragma once

#include <string>

#include "server/api/api.h"

namespace swarmboard::api {

struct Call {
  Api& api;
  Request request;
  room::Identity who;          // Of the session; empty on routes that need none.
  std::string session_secret;  // The cookie's value; empty when there is none.
  Respond respond;
};

// health.cc
void health(Call call);
void ready(Call call);
void metrics(Call call);

// account.cc
void me(Call call);
void ticket(Call call);
void logout(Call call);
void invite(Call call);
void join(Call call);

// demo.cc: only with serve --demo
void demo_members(Call call);
void demo_enter(Call call);
void demo_clock(Call call);
void demo_fixture(Call call);

// templates.cc: /api/templates/{id}, the stages as the records of a Snapshot
void template_stages(Call call);

// replay.cc: /api/sessions/{id}/...
void replay_state(Call call);
void replay_events(Call call);

// The value of the session cookie in a Cookie header; empty when there is none.
[[nodiscard]] std::string session_secret_of(std::string_view cookie_header);

}  // namespace swarmboard::api
