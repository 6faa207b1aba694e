// What must hold at the end of any script, whatever happened in it: every member's fold equals what
// a fresh join gets; the replay shows nothing before its reveal and folds to the public board;
// members outside the audience are refused, those inside are not; cards without a name have none.
//
// One thread. Each function returns sentences about what does not hold.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/app/play/person.h"
#include "server/app/play/secrets.h"

namespace swarmboard::play {

using People = std::map<std::string, std::unique_ptr<Person>>;

// Precondition: everybody is settled.
[[nodiscard]] std::vector<std::string> check_end(const std::string& address, People& people,
                                                 const std::string& session_id,
                                                 const Secrets& secrets,
                                                 const std::vector<std::string>& unsigned_texts);

}  // namespace swarmboard::play
