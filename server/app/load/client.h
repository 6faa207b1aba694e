// One connection of the load: plain data, about 200 bytes, because ten thousand of them must fit
// beside the server under test.
//
// Owner: Engine. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

namespace swarmboard::load {

// Where a client stands in its board's stream; what it resumes from.
struct ResumePoint {
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;
  std::uint64_t chain = 0;
};

struct Client {
  // Away: not connected. Opening: the socket or the upgrade is on its way. Entering: the dialect is
  // joining. Ready: joined and current.
  enum class State : std::uint8_t { Away, Opening, Entering, Ready, Lost };

  std::uint32_t index = 0;  // Among all clients.
  std::uint32_t board = 0;
  bool writes = false;

  State state = State::Away;
  bool waits_writable = false;
  std::uint8_t step = 0;  // Of the dialect's entering.
  int fd = -1;
  std::int64_t opened_at_us = 0;
  std::string rest;    // The beginning of a frame that has not come whole.
  std::string unsent;  // What the kernel did not take.

  std::uint64_t last_no = 0;    // Of its commands.
  std::uint32_t in_flight = 0;  // Sent and not answered.
  std::int64_t paused_until_us = 0;
  std::unique_ptr<std::deque<std::int64_t>> backlog;  // Scheduled times of what could not be sent.

  ResumePoint resume;
  std::uint64_t head_wanted = 0;  // Current when resume.seq is there.
};

}  // namespace swarmboard::load
