// Makes the boards of a load on a demo server, through its front door: members by the demo's
// fixture, real sign-ins, one session a board with its first stage running, and tickets.
//
// One thread, blocking. Errors: play::PlayFailure with what the server said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/app/load/board_dialect.h"
#include "server/app/load/client.h"
#include "server/app/play/http_client.h"

namespace swarmboard::load {

class Boards {
 public:
  // `url`: "http://127.0.0.1:8080". `run`: a word that is new for each run, for the sessions' ids.
  Boards(std::string url, std::uint32_t boards, std::uint32_t clients, const std::string& run);

  [[nodiscard]] const std::vector<BoardPlace>& places() const { return places_; }

  // A fresh ticket for each client that is away; good for 30 seconds and one connection.
  [[nodiscard]] std::vector<std::string> tickets(const std::vector<Client>& clients);

 private:
  void make_board(std::uint32_t board, const std::string& team, const std::string& session);
  void sign_in(std::uint32_t board, const std::string& team);

  std::string url_;
  std::uint32_t members_;  // Of each board: people, each with one or more clients.
  std::uint32_t clients_;
  std::vector<BoardPlace> places_;
  std::vector<play::HttpClient> doors_;  // Signed in; members_ for each board.
};

}  // namespace swarmboard::load
