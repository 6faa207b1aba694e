#include "server/base/random.h"

#include <cstdlib>
#include <cstring>

#include <openssl/rand.h>

#include "server/base/log.h"

namespace swarmboard {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    log::error("the random generator failed");
    log::flush();
    std::abort();
  }
  return bytes;
}

std::uint64_t random_u64() {
  const std::string bytes = random_bytes(sizeof(std::uint64_t));
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

std::string random_token() {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::string bytes = random_bytes(32);
  std::string token;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char byte : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(byte);
    have += 8;
    while (have >= 6) {
      have -= 6;
      token += kAlphabet[(bits >> have) & 0x3f];
    }
  }
  token += kAlphabet[(bits << (6 - have)) & 0x3f];
  return token;
}

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    hex += kDigits[static_cast<unsigned char>(byte) >> 4];
    hex += kDigits[static_cast<unsigned char>(byte) & 0x0f];
  }
  return hex;
}

}  // namespace swarmboard
