// For subcommands that have nothing else to do: calls an asynchronous function of the journal and
// waits for its answer on this thread.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "persistence/journal.h"

namespace swarmboard::app {

template <class T>
T wait_for(const std::function<void(persistence::Callback<T>)>& start) {
  auto promise = std::make_shared<std::promise<T>>();
  start([promise](T value) { promise->set_value(std::move(value)); });
  return promise->get_future().get();
}

}  // namespace swarmboard::app
