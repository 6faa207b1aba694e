#include "tests/faults/stuck_reader.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

#include "server/app/play/person.h"
#include "server/net/http_client.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::faults {
namespace {

constexpr int kReceiveBufferBytes = 4096;
constexpr std::string_view kEndOfHeader = "\r\n\r\n";

net::HttpAnswer post(std::uint16_t port, const std::string& target, const std::string& body,
                     const std::string& cookie) {
  net::HttpCall call;
  call.port = port;
  call.method = "POST";
  call.target = target;
  call.body = body;
  call.headers = {{"X-Swarmboard", "1"}, {"Cookie", cookie}};
  net::HttpAnswer answer = net::http_call(call);
  if (answer.status != 200) {
    throw std::runtime_error(target + " was answered by " + std::to_string(answer.status));
  }
  return answer;
}

// The text behind `"ticket":"`.
std::string ticket_in(const std::string& body) {
  constexpr std::string_view kKey = "\"ticket\":\"";
  const std::size_t at = body.find(kKey) + kKey.size();
  return body.substr(at, body.find('"', at) - at);
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes, sizeof(kReceiveBufferBytes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(socket);
    throw std::runtime_error("a reader cannot connect");
  }
  return socket;
}

// One byte at a time, so that nothing behind the header is read.
std::string read_header(int socket) {
  std::string header;
  char byte = 0;
  while (!header.ends_with(kEndOfHeader) && ::recv(socket, &byte, 1, 0) == 1) {
    header += byte;
  }
  return header;
}

}  // namespace

StuckReader::StuckReader(std::uint16_t port, const std::string& member,
                         const std::string& session) {
  const net::HttpAnswer entered =
      post(port, "/api/demo/enter", R"({"member":")" + member + R"("})", "none=1");
  const std::string set_cookie = entered.header("Set-Cookie");
  const std::string cookie = set_cookie.substr(0, set_cookie.find(';'));
  const std::string ticket = ticket_in(post(port, "/api/ticket", "{}", cookie).body);

  socket_ = connect_to(port);
  const std::string upgrade =
      "GET /ws/team HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: swarmboard.v1\r\nCookie: " +
      cookie + std::string(kEndOfHeader);
  ::send(socket_, upgrade.data(), upgrade.size(), MSG_NOSIGNAL);
  const std::string header = read_header(socket_);
  if (!header.starts_with("HTTP/1.1 101")) {
    throw std::runtime_error("a reader was not let in: " + header);
  }
  v1::ClientMessage message;
  v1::Hello& hello = *message.add_frames()->mutable_hello();
  hello.set_proto_major(1);
  hello.set_client_id(play::random_bytes16());
  hello.set_ticket(ticket);
  v1::Join& join = *message.add_frames()->mutable_join();
  join.set_sub(1);
  join.set_session_id(session);
  send_message(message.SerializeAsString());
}

StuckReader::~StuckReader() {
  ::close(socket_);
}

void StuckReader::send_message(const std::string& message) {
  std::string frame = "\x82";
  if (message.size() < 126) {
    frame += static_cast<char>(0x80U | message.size());
  } else {
    frame += '\xFE';
    frame += static_cast<char>(message.size() >> 8U);
    frame += static_cast<char>(message.size() & 0xFFU);
  }
  frame += std::string(4, '\0');  // A mask of zeros leaves the payload as it is.
  frame += message;
  if (::send(socket_, frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT) !=
      static_cast<ssize_t>(frame.size())) {
    let_go_ = true;
  }
}

bool StuckReader::say_alive() {
  v1::ClientMessage message;
  message.add_frames()->mutable_ping()->set_client_mono_us(1);
  send_message(message.SerializeAsString());
  return !is_let_go();
}

bool StuckReader::is_let_go() const {
  pollfd state{.fd = socket_, .events = POLLRDHUP, .revents = 0};
  ::poll(&state, 1, 0);
  return let_go_ || (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace swarmboard::faults
