// SHA-256: for what is stored of a secret, and for whole files piece by piece. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace swarmboard {

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
