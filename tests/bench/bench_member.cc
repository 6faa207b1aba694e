#include "tests/bench/bench_member.h"

#include <chrono>
#include <functional>
#include <stdexcept>
#include <utility>

#include "server/base/random.h"
#include "server/wire/codec.h"
#include "tests/bench/server_figures.h"

#include "swarmboard/v1/command.pb.h"
#include "swarmboard/v1/event.pb.h"
#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::bench {
namespace {

constexpr std::chrono::milliseconds kPatience{30'000};
constexpr std::size_t kClientIdBytes = 16;
constexpr std::uint64_t kInFlight = 16;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what);
}

// What lies between `before` and the next quotation mark.
std::string between_quotes(const std::string& text, const std::string& before) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) {
    fail("the server answered " + text);
  }
  const std::size_t from = at + before.size();
  return text.substr(from, text.find('"', from) - from);
}

void send(net::WsClient& socket, v1::ClientFrame frame) {
  v1::ClientMessage message;
  *message.add_frames() = std::move(frame);
  if (!socket.send_binary(message.SerializeAsString())) {
    fail("the connection broke");
  }
}

// Hands over every frame until `done` says that it was the last one; the bytes that came.
std::size_t read_until(net::WsClient& socket,
                       const std::function<bool(const v1::ServerFrame&)>& done) {
  std::size_t bytes = 0;
  while (const auto received = socket.receive(kPatience)) {
    bytes += received->size();
    v1::ServerMessage message;
    if (!message.ParseFromString(*received)) {
      fail("a message does not parse");
    }
    bool is_done = false;
    for (const v1::ServerFrame& frame : message.frames()) {
      if (frame.has_fatal() || frame.has_left()) {
        fail("the server said " + frame.ShortDebugString());
      }
      is_done = done(frame) || is_done;
    }
    if (is_done) {
      return bytes;
    }
  }
  fail("the server fell silent");
}

}  // namespace

BenchMember::BenchMember(std::uint16_t port, std::string team, std::string member)
    : port_(port), team_(std::move(team)), member_(std::move(member)) {
  const net::HttpAnswer entered =
      call("POST", "/api/demo/enter", R"({"member":")" + member_ + R"("})");
  const std::string header = entered.header("Set-Cookie");
  cookie_ = header.substr(0, header.find(';'));
}

net::HttpAnswer BenchMember::call(const std::string& method, const std::string& target,
                                  const std::string& body) {
  net::HttpCall request;
  request.port = port_;
  request.method = method;
  request.target = target;
  request.body = body;
  request.headers = {
      {"Cookie", cookie_}, {"X-Swarmboard", "1"}, {"Content-Type", "application/json"}};
  net::HttpAnswer answer = net::http_call(request);
  if (answer.status != 200) {
    fail(target + " was answered " + std::to_string(answer.status) + ' ' + answer.error +
         answer.body);
  }
  return answer;
}

void BenchMember::connect() {
  const std::string ticket =
      between_quotes(call("POST", "/api/ticket", "{}").body, R"("ticket":")");
  net::WsTarget target;
  target.port = port_;
  target.path = "/ws/" + team_;
  target.headers = {{"Cookie", cookie_}, {"Origin", "http://127.0.0.1:" + std::to_string(port_)}};
  socket_ = net::WsClient();
  if (!socket_.connect(target)) {
    fail("the socket was refused: " + std::to_string(socket_.http_status()) + socket_.error());
  }
  v1::ClientFrame frame;
  v1::Hello& hello = *frame.mutable_hello();
  hello.set_proto_major(1);
  client_id_ = random_bytes(kClientIdBytes);
  hello.set_client_id(client_id_);
  hello.set_ticket(ticket);
  send(socket_, std::move(frame));
  read_until(socket_, [](const v1::ServerFrame& got) { return got.has_welcome(); });
}

void BenchMember::disconnect() {
  socket_.close();
}

Joined BenchMember::join(const std::string& session) {
  Joined joined;
  std::uint64_t head = UINT64_MAX;
  std::string snapshot;
  std::uint32_t ref = 0;
  const std::uint32_t sub = next_sub_++;
  v1::ClientFrame frame;
  frame.mutable_join()->set_sub(sub);
  frame.mutable_join()->set_session_id(session);
  const std::int64_t begin_us = mono_us();
  send(socket_, std::move(frame));
  joined.bytes = read_until(socket_, [&](const v1::ServerFrame& got) {
    if (got.has_joined() && got.joined().sub() == sub) {
      head = got.joined().head();
      ref = got.joined().stream_ref();
    } else if (got.has_snapshot() && got.snapshot().sub() == sub) {
      snapshot += got.snapshot().data();
      if (got.snapshot().part() + 1 == got.snapshot().parts()) {
        v1::Snapshot whole;
        if (!whole.ParseFromString(snapshot)) {
          fail("a snapshot does not parse");
        }
        joined.seq = whole.seq();
      }
    } else if (got.has_events() && got.events().stream_ref() == ref) {
      joined.seq = got.events().to();
    }
    return joined.seq >= head;
  });
  joined.us = mono_us() - begin_us;
  return joined;
}

void BenchMember::edit_cards(std::size_t edits, std::size_t cards, std::size_t first_card,
                             std::size_t every) {
  std::uint64_t saved = last_cmd_no_;
  const std::uint64_t last = last_cmd_no_ + edits;
  std::size_t card = first_card;
  while (saved < last) {
    while (last_cmd_no_ < last && last_cmd_no_ - saved < kInFlight) {
      v1::Command command;
      v1::Record& record = *command.mutable_edit_record()->mutable_record();
      record.set_id("n" + std::to_string(card));
      record.mutable_note()->set_text("edit " + std::to_string(last_cmd_no_) +
                                      std::string(140, '.'));
      card = card + every < cards ? card + every : first_card;
      v1::ClientFrame frame;
      v1::Submit& submit = *frame.mutable_submit();
      submit.set_sub(next_sub_ - 1);
      submit.set_cmd_no(++last_cmd_no_);
      submit.set_command(command.SerializeAsString());
      submit.set_body_hash(wire::body_hash(submit.command()));
      send(socket_, std::move(frame));
    }
    read_until(socket_, [&](const v1::ServerFrame& got) {
      if (got.has_nack()) {
        fail("an edit was refused: " + got.nack().ShortDebugString());
      }
      const std::uint64_t before = saved;
      for (const v1::Event& event : got.events().events()) {
        if (event.client_id() == client_id_) {
          saved = event.cmd_no();
        }
      }
      return saved > before;
    });
  }
}

net::HttpAnswer BenchMember::state_at(const std::string& session, std::uint64_t seq) {
  return call("GET", "/api/sessions/" + session + "/state?seq=" + std::to_string(seq), {});
}

}  // namespace swarmboard::bench
