// Randomness that nobody can guess, from OpenSSL's generator. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace swarmboard {

// Ends the process when the generator fails: without it no token is safe.
[[nodiscard]] std::string random_bytes(std::size_t count);
[[nodiscard]] std::uint64_t random_u64();

// 32 random bytes as 43 characters of [A-Za-z0-9_-]: for cookies, tickets and links.
[[nodiscard]] std::string random_token();

[[nodiscard]] std::string to_hex(std::string_view bytes);

}  // namespace swarmboard
