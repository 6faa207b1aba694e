#include "server/net/http_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/base/asio.h"
#include "server/base/spawn.h"

namespace swarmboard::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

// An answer of the server: a snapshot of a large session, with room to spare.
constexpr std::size_t kAnswerBytesMax = 64 * 1024 * 1024;

struct Exchange {
  std::string host;
  std::string port;
  std::string bytes;
  std::string answer;
  std::string error = "no answer in time";
};

asio::awaitable<void> run_exchange(std::shared_ptr<Exchange> exchange) {
  tcp::resolver resolver(co_await asio::this_coro::executor);
  auto [resolve_error, found] =
      co_await resolver.async_resolve(exchange->host, exchange->port, kUseTuple);
  if (resolve_error) {
    exchange->error = resolve_error.message();
    co_return;
  }
  tcp::socket socket(co_await asio::this_coro::executor);
  auto [connect_error, endpoint] = co_await asio::async_connect(socket, found, kUseTuple);
  if (connect_error) {
    exchange->error = connect_error.message();
    co_return;
  }
  auto [write_error, written] =
      co_await asio::async_write(socket, asio::buffer(exchange->bytes), kUseTuple);
  // A server that refuses early may have answered already: read whatever there is.
  auto [read_error, read] = co_await asio::async_read(
      socket, asio::dynamic_buffer(exchange->answer, kAnswerBytesMax), kUseTuple);
  exchange->error = exchange->answer.empty()
                        ? (write_error ? write_error.message() : read_error.message())
                        : std::string{};
}

std::shared_ptr<Exchange> exchange_bytes(const std::string& host, std::uint16_t port,
                                         std::string bytes, std::chrono::milliseconds deadline) {
  asio::io_context context(1);
  auto exchange = std::make_shared<Exchange>();
  exchange->host = host;
  exchange->port = std::to_string(port);
  exchange->bytes = std::move(bytes);
  spawn(context.get_executor(), "http client", run_exchange(exchange));
  context.run_for(deadline);
  return exchange;
}

std::string render(const HttpCall& call) {
  std::string bytes = call.method + ' ' + call.target + " HTTP/1.1\r\n";
  bytes += "Host: " + call.host + ':' + std::to_string(call.port) + "\r\n";
  bytes += "Connection: close\r\n";
  for (const auto& [name, value] : call.headers) {
    bytes += name + ": " + value + "\r\n";
  }
  if (call.method != "GET" && call.method != "HEAD") {
    bytes += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
  }
  return bytes + "\r\n" + call.body;
}

}  // namespace

std::string HttpAnswer::header(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (boost::beast::iequals(key, name)) {
      return value;
    }
  }
  return {};
}

HttpAnswer http_call(const HttpCall& call) {
  const auto exchange = exchange_bytes(call.host, call.port, render(call), call.deadline);
  HttpAnswer answer;
  answer.error = exchange->error;
  if (!answer.error.empty()) {
    return answer;
  }
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.skip(call.method == "HEAD");
  parser.body_limit(kAnswerBytesMax);
  error_code ec;
  std::string_view rest = exchange->answer;
  while (!ec && !rest.empty() && !parser.is_done()) {
    rest.remove_prefix(parser.put(asio::buffer(rest), ec));
  }
  if (ec || !parser.is_done()) {
    answer.error = ec ? ec.message() : "the answer was cut short";
    return answer;
  }
  for (const auto& field : parser.get()) {
    answer.headers.emplace_back(field.name_string(), field.value());
  }
  answer.status = parser.get().result_int();
  answer.body = std::move(parser.get().body());
  return answer;
}

std::string exchange_raw(const std::string& host, std::uint16_t port, const std::string& bytes,
                         std::chrono::milliseconds deadline) {
  return exchange_bytes(host, port, bytes, deadline)->answer;
}

}  // namespace swarmboard::net
