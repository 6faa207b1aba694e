// The one place where a proof becomes a session. Today there are two proofs: an invitation link,
// and, in a demo, the choice of a sample member. Further ways to prove who one is (a mail link, a
// single sign-on) belong here as further functions that end in start_session().
//
// API thread. Errors: an answer for the person, in Response.
#pragma once

#include <string>

#include "server/api/api.h"
#include "server/api/http.h"

namespace swarmboard::api {

// Makes the person a member of the inviting team and signs them in. The link is used up.
void sign_in_by_invitation(Api& api, const std::string& secret, const std::string& name,
                           bool is_https, Respond respond);

// Signs in as this member of a demo's team.
void sign_in_by_demo(Api& api, const room::Identity& who, Respond respond);

// Set-Cookie for a session; an empty secret takes the cookie away.
[[nodiscard]] std::string session_cookie(const std::string& secret, bool is_https);

}  // namespace swarmboard::api
