// A value that another thread delivers, waited for on the main thread while the server starts.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace swarmboard::app {

inline constexpr std::chrono::seconds kStartPatience{60};

template <class T>
class Delivery {
 public:
  // To be called once, from anywhere.
  [[nodiscard]] std::function<void(T)> deliver() const {
    return [promise = promise_](T value) { promise->set_value(std::move(value)); };
  }

  // Nothing when it takes too long.
  [[nodiscard]] std::optional<T> wait() {
    auto future = promise_->get_future();
    if (future.wait_for(kStartPatience) != std::future_status::ready) {
      return std::nullopt;
    }
    return future.get();
  }

 private:
  std::shared_ptr<std::promise<T>> promise_ = std::make_shared<std::promise<T>>();
};

}  // namespace swarmboard::app
