#include "server/net/ws_handshake.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <openssl/evp.h>

namespace swarmboard::net {
namespace {

namespace http = boost::beast::http;

// RFC 6455, section 1.3.
constexpr std::string_view kMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kKeyChars = 24;  // 16 bytes in base64.
constexpr std::size_t kSha1Bytes = 20;
constexpr std::size_t kAcceptChars = 28;

// Empty: the digest is not to be had.
std::string accept_for(std::string_view key) {
  const std::string text = std::string(key) + std::string(kMagic);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1 ||
      length != kSha1Bytes) {
    return {};
  }
  std::array<unsigned char, kAcceptChars + 1> encoded{};
  EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(length));
  return {reinterpret_cast<const char*>(encoded.data()), kAcceptChars};
}

bool is_key(std::string_view key) {
  return key.size() == kKeyChars && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2,
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '/'; });
}

HandshakeAnswer refusal(unsigned status, std::string_view name, const std::string& why) {
  HandshakeAnswer answer{.error = why, .status = status, .response = {}};
  answer.response = "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(name) +
                    "\r\nServer: swarmboard\r\nConnection: close\r\n";
  if (status == 426) {
    answer.response += "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
  }
  answer.response +=
      "Content-Type: text/plain\r\nContent-Length: " + std::to_string(why.size() + 1) + "\r\n\r\n" +
      why + '\n';
  return answer;
}

}  // namespace

HandshakeAnswer answer_handshake(const std::string& request_head, std::string_view subprotocol) {
  http::request_parser<http::empty_body> parser;
  boost::system::error_code ec;
  parser.put(boost::asio::buffer(request_head), ec);
  if ((ec && ec != http::error::need_more) || !parser.is_header_done()) {
    return refusal(400, "Bad Request", "This is not a request.");
  }
  const http::request_header<>& head = parser.get().base();
  const auto has_token = [&](http::field name, const char* token) {
    return http::token_list{head[name]}.exists(token);
  };
  if (head.method() != http::verb::get || head.version() < 11) {
    return refusal(400, "Bad Request", "A WebSocket begins with a GET of HTTP/1.1.");
  }
  if (head.count(http::field::host) == 0 || !has_token(http::field::connection, "upgrade") ||
      !has_token(http::field::upgrade, "websocket")) {
    return refusal(400, "Bad Request", "Host, Connection and Upgrade do not ask for a WebSocket.");
  }
  if (head.count(http::field::sec_websocket_version) == 0) {
    return refusal(400, "Bad Request", "Sec-WebSocket-Version is missing.");
  }
  if (head[http::field::sec_websocket_version] != "13") {
    return refusal(426, "Upgrade Required", "Version 13 of the WebSocket protocol is spoken here.");
  }
  const auto key = head[http::field::sec_websocket_key];
  const std::string accept =
      head.count(http::field::sec_websocket_key) == 1 && is_key({key.data(), key.size()})
          ? accept_for({key.data(), key.size()})
          : std::string();
  if (accept.empty()) {
    return refusal(400, "Bad Request", "Sec-WebSocket-Key is missing or is none.");
  }
  HandshakeAnswer answer;
  answer.response =
      "HTTP/1.1 101 Switching Protocols\r\nServer: swarmboard\r\nUpgrade: websocket\r\n"
      "Connection: upgrade\r\nSec-WebSocket-Accept: " +
      accept + "\r\nSec-WebSocket-Protocol: " + std::string(subprotocol) + "\r\n\r\n";
  return answer;
}

}  // namespace swarmboard::net
