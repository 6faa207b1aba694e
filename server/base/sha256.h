// SHA-256: for what is stored of a secret, and for whole files piece by piece. Any thread.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace swarmboard {

using Sha256Digest = std::array<unsigned char, 32>;

[[nodiscard]] Sha256Digest sha256_digest(std::string_view bytes);
// 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);

// The same for bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  // 32 bytes. Nothing may be called after it.
  [[nodiscard]] std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace swarmboard
