// What an id may look like: the same rule for records, sessions, members and teams, wherever one
// comes in. Header only, so that pure code may use it.
#pragma once

#include <algorithm>
#include <string_view>

#include "server/base/limits.h"

namespace swarmboard {

// 1 to 64 characters of [A-Za-z0-9_./-]: safe in keys, paths of URLs and file names of exports.
[[nodiscard]] constexpr bool is_valid_id(std::string_view id) {
  return !id.empty() && id.size() <= limits::kIdBytesMax &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '.' || c == '/' || c == '-';
         });
}

}  // namespace swarmboard
