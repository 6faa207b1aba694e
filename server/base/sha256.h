// SHA-256, for what is stored of a secret. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace swarmboard {

// 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace swarmboard
