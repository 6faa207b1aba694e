// How a load client talks to the server under test: what it says after the upgrade until it is
// ready, what a command looks like, and which events a message brings. The engine below it knows
// sockets and time, and no protocol.
//
// One thread, that of the engine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/app/load/client.h"
#include "server/app/load/ledger.h"

namespace swarmboard::load {

// What the engine does after a message.
struct Heard {
  bool ready = false;                // The client has entered and is current.
  std::string lost;                  // Not empty: the connection is of no use any more, and why.
  std::uint64_t again_no = 0;        // Not 0: commands from this number on are to be sent again ...
  std::uint32_t again_after_ms = 0;  // ... after this time.
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  // The path of the upgrade request, and further header lines, each ended by CRLF.
  [[nodiscard]] virtual std::string target(const Client& client) const = 0;
  [[nodiscard]] virtual std::string headers() const = 0;
  // How many commands a client may have under way.
  [[nodiscard]] virtual std::uint32_t in_flight_max() const = 0;

  // The connection is open: appends whole WebSocket frames to `out`.
  virtual void open(Client& client, std::string& out) = 0;
  // One binary message. Receipts go to the ledger, answers to `out`.
  virtual Heard hear(Client& client, std::string_view message, Ledger& ledger,
                     std::string& out) = 0;
  // Appends command `number`: always the same bytes for a client and a number.
  virtual void append_command(const Client& client, std::uint64_t number, std::string& out) = 0;
};

}  // namespace swarmboard::load
