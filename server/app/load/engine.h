// Thousands of clients on one thread: non-blocking sockets, one epoll, one read buffer for all, no
// timer per client. It must never be the bottleneck of what it measures.
//
// Owner: load.cc, or a benchmark. One thread. Errors: a sentence; nothing is thrown. A connection
// that is lost is counted and not replaced.
#pragma once

#include <cstdint>
#include <functional>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/app/load/arrivals.h"
#include "server/app/load/client.h"
#include "server/app/load/dialect.h"
#include "server/app/load/histogram.h"
#include "server/app/load/ledger.h"
#include "server/base/clock.h"

namespace swarmboard::load {

using Problem = std::optional<std::string>;

class Engine {
 public:
  // `host`: a numeric IPv4 address or "localhost".
  Engine(Dialect& dialect, const Clock& clock, std::string host, std::uint16_t port,
         std::vector<Client> clients);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Connects all who are away, at most so many at once, and waits until all are ready.
  [[nodiscard]] Problem connect_all(std::int64_t patience_us);
  // Cuts the connections of those chosen, without a word; they are away then.
  void cut(const std::function<bool(const Client&)>& chosen);

  // From now on the writers write: together so many commands a second, at random moments ...
  void write_openly(double per_second, std::uint64_t seed);
  // ... or each keeps so many under way.
  void write_closely(std::uint32_t in_flight);
  void stop_writing();

  // Reads, answers and writes for so long.
  void run_for(std::int64_t for_us);
  // Runs until every command is answered and delivered to all members of its board, or the patience
  // is over; false then.
  [[nodiscard]] bool drain(std::int64_t patience_us);

  [[nodiscard]] Ledger& ledger() { return ledger_; }

  [[nodiscard]] const std::vector<Client>& clients() const { return clients_; }

  // From the first SYN until ready, of every connection so far.
  [[nodiscard]] const Histogram& entering_us() const { return entering_us_; }

  void forget_entering() { entering_us_ = {}; }

  [[nodiscard]] std::size_t ready() const { return ready_; }

  [[nodiscard]] std::size_t lost() const { return lost_; }

  [[nodiscard]] const std::string& first_loss() const { return first_loss_; }

 private:
  enum class Writing { Not, Openly, Closely };

  void open_more();
  void begin_opening(Client& client);
  // One wait and what it brought; waits at most until `until_us`.
  void turn(std::int64_t until_us);
  void handle(Client& client, std::uint32_t events);
  void read(Client& client);
  void take_bytes(Client& client, std::string_view bytes);
  void take_upgrade(Client& client, std::string_view& bytes);
  void take_frames(Client& client, std::string_view& bytes);
  void take_heard(Client& client, Heard heard);
  void keep_writing(Client& client);
  void submit(Client& client, std::int64_t scheduled_us);
  void send_command(Client& client, std::int64_t scheduled_us);
  void submit_what_is_due(std::int64_t now_us);
  void write(Client& client, std::string_view bytes);
  void flush(Client& client);
  void watch_writable(Client& client, bool wanted);
  void close_socket(Client& client);
  void lose(Client& client, const std::string& why);

  Dialect& dialect_;
  const Clock& clock_;
  std::string host_;
  sockaddr_in address_{};
  int epoll_ = -1;
  std::vector<Client> clients_;
  std::vector<std::uint32_t> writers_;
  std::vector<std::uint32_t> members_;  // Of each board: those who are ready.
  Ledger ledger_;
  Histogram entering_us_;

  std::size_t next_to_open_ = 0;
  std::size_t opening_ = 0;
  std::size_t ready_ = 0;
  std::size_t lost_ = 0;
  std::string first_loss_;

  Writing writing_ = Writing::Not;
  std::optional<Arrivals> arrivals_;
  std::uint32_t in_flight_ = 0;
  std::vector<std::uint32_t> paused_;  // Clients that wait before they send again.

  std::vector<char> buffer_;
  std::string out_;
};

}  // namespace swarmboard::load
