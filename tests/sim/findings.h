// What a check found: the first broken property ends the run. Single-threaded.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace swarmboard::sim {

class Findings {
 public:
  // `property` is P1 to P11 or the name of a rule; only the first report is kept.
  void report(std::string property, std::string what) {
    if (property_.empty()) {
      property_ = std::move(property);
      what_ = std::move(what);
    }
  }

  [[nodiscard]] bool any() const { return !property_.empty(); }

  [[nodiscard]] const std::string& property() const { return property_; }

  [[nodiscard]] const std::string& what() const { return what_; }

 private:
  std::string property_;
  std::string what_;
};

}  // namespace swarmboard::sim
