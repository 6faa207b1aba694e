// The protocol `swarmboard.v1` as a light client speaks it: hello and join in one message, a place
// among the participants and a note of its own for each writer, then edits of that note. It folds
// nothing; it checks that batches follow each other without a gap, and keeps its resume token.
//
// Owner: load.cc, or a benchmark. One thread, that of the engine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/app/load/dialect.h"
#include "server/app/load/message_scan.h"

#include "swarmboard/v1/command.pb.h"
#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::load {

// Where the clients of one board go.
struct BoardPlace {
  std::string team;
  std::string session;
};

class BoardDialect final : public Dialect {
 public:
  // `run`: 8 random bytes, new for each run: with the number of the client they make its client id.
  // `origin`: the server's own address.
  BoardDialect(std::vector<BoardPlace> boards, std::string run, std::string origin,
               std::size_t text_bytes);

  // One ticket for each client; each is used up by one connection.
  void set_tickets(std::vector<std::string> tickets) { tickets_ = std::move(tickets); }

  [[nodiscard]] std::string target(const Client& client) const override;
  [[nodiscard]] std::string headers() const override;
  [[nodiscard]] std::uint32_t in_flight_max() const override;
  void open(Client& client, std::string& out) override;
  Heard hear(Client& client, std::string_view message, Ledger& ledger, std::string& out) override;
  void append_command(const Client& client, std::uint64_t number, std::string& out) override;

 private:
  Heard hear_frame(Client& client, int field, std::string_view body, Ledger& ledger,
                   std::string& out);
  Heard hear_events(Client& client, std::string_view batch, Ledger& ledger, std::string& out);
  Heard hear_joined(Client& client, std::string_view body, std::string& out);
  Heard hear_snapshot(Client& client, std::string_view body, std::string& out);
  Heard hear_nack(Client& client, std::string_view body, Ledger& ledger, std::string& out);
  Heard hear_tick(Client& client, std::string_view body);
  // The next step of entering, or ready.
  Heard enter(Client& client, std::string& out);
  Heard entered_step(Client& client, std::uint64_t number, std::string& out);

  [[nodiscard]] std::string client_id_of(std::uint32_t index) const;
  // Of the run's clients; nothing when the event is somebody else's.
  [[nodiscard]] bool author_of(std::string_view client_id, std::uint32_t& index) const;
  void append_submit(const Client& client, std::uint64_t number, const v1::Command& command,
                     std::string& out);

  std::vector<BoardPlace> boards_;
  std::string run_;
  std::string origin_;
  std::size_t text_bytes_;
  std::vector<std::string> tickets_;
  // Used again for every command.
  v1::Command edit_;
  v1::ClientMessage message_;
  std::string scratch_;
};

}  // namespace swarmboard::load
