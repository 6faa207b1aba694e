#include "server/net/http_connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "server/base/asio.h"
#include "server/base/limits.h"
#include "server/net/http_guard.h"
#include "server/net/http_parse.h"

namespace swarmboard::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 4096;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool is_for_api(const api::Request& request) {
  if (request.path.empty()) {
    return false;
  }
  const std::string& first = request.path.front();
  return first == "api" || first == "healthz" || first == "readyz" || first == "metrics";
}

// Waits for the API's answer, wherever it comes from.
asio::awaitable<api::Response> ask(const api::Handle& handle, api::Request request,
                                   asio::any_io_executor executor) {
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(api::Response)>(
      [&handle, executor](auto done, api::Request asked) {
        auto shared = std::make_shared<decltype(done)>(std::move(done));
        handle(std::move(asked), [shared, executor](api::Response response) {
          asio::post(executor, [shared, response = std::move(response)]() mutable {
            std::move (*shared)(std::move(response));
          });
        });
      },
      asio::use_awaitable, std::move(request));
}

}  // namespace

HttpConnection::HttpConnection(HttpServer& server, tcp::socket socket, std::shared_ptr<void> place)
    : server_(server), deps_(server.deps_), socket_(std::move(socket)), place_(std::move(place)) {}

asio::awaitable<void> HttpConnection::run(std::shared_ptr<HttpConnection> self) {
  error_code ignored;  // Answers would only come a little later.
  self->socket_.set_option(tcp::no_delay(true), ignored);
  while (co_await self->serve_one()) {
  }
  self->cut();
  self->server_.connections_.erase(self);
}

void HttpConnection::check_deadline(std::int64_t now_us) {
  if (deadline_us_ != 0 && now_us >= deadline_us_) {
    count(deps_.counters.http_timeouts);
    cut();
  }
}

void HttpConnection::cut() {
  deadline_us_ = 0;
  error_code ignored;  // A socket that is already broken or handed over has nothing to close.
  socket_.close(ignored);
}

void HttpConnection::set_deadline(std::int64_t from_now_us) {
  deadline_us_ = deps_.clock.mono_us() + from_now_us;
}

asio::awaitable<bool> HttpConnection::serve_one() {
  if (server_.stopping_ || !co_await read_head()) {
    co_return false;
  }
  count(deps_.counters.http_requests);
  const HeadCheck check = check_request_head(head_);
  if (check.refused != 0) {
    count(deps_.counters.http_refused);
    co_await refuse(check.refused, check.why);
    co_return false;
  }
  auto head = parse_head(head_);
  if (!head) {
    count(deps_.counters.http_refused);
    co_await refuse(400, "malformed request");
    co_return false;
  }
  if (!deps_.origins.accepts_host(head->request.host)) {
    co_await refuse(421, "this server does not go by that name");
    co_return false;
  }
  if (head->asks_for_websocket) {
    co_return co_await hand_over(*head);
  }
  if (!co_await read_body(*head, check.body_bytes)) {
    co_return false;
  }
  head->request.body = std::move(body_);
  head->request.is_https = deps_.is_https;
  set_deadline(limits::kHttpAnswerUs);
  const Reply reply = co_await answer(*head);
  const bool keep_alive = head->keep_alive && !server_.stopping_;
  co_return co_await send(reply, keep_alive, head->is_head) && keep_alive;
}

asio::awaitable<bool> HttpConnection::read_head() {
  set_deadline(first_ ? limits::kHttpHeaderUs : limits::kHttpIdleUs);
  std::size_t searched = 0;
  while (true) {
    const auto end = buffer_.find(kHeadEnd, searched > 3 ? searched - 3 : 0);
    if (end != std::string::npos) {
      head_ = buffer_.substr(0, end + kHeadEnd.size());
      buffer_.erase(0, head_.size());
      first_ = false;
      co_return true;
    }
    if (buffer_.size() >= limits::kHeaderBytesMax) {
      count(deps_.counters.http_refused);
      co_await refuse(431, "the headers are too large");
      co_return false;
    }
    searched = buffer_.size();
    std::array<char, kReadBytes> chunk;
    auto [ec, bytes] = co_await socket_.async_read_some(asio::buffer(chunk), kUseTuple);
    if (ec) {
      co_return false;
    }
    if (searched == 0) {
      set_deadline(limits::kHttpHeaderUs);
    }
    buffer_.append(chunk.data(), bytes);
  }
}

asio::awaitable<bool> HttpConnection::read_body(const ParsedHead& head, std::uint64_t bytes) {
  set_deadline(limits::kHttpBodyUs);
  if (head.expects_continue && bytes > buffer_.size()) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    auto [ec, sent] = co_await asio::async_write(
        socket_, asio::buffer(kContinue.data(), kContinue.size()), kUseTuple);
    if (ec) {
      co_return false;
    }
  }
  const std::size_t have = std::min<std::size_t>(buffer_.size(), bytes);
  body_.assign(buffer_, 0, have);
  buffer_.erase(0, have);
  body_.resize(bytes);
  auto [ec, read] = co_await asio::async_read(socket_, asio::buffer(body_) + have, kUseTuple);
  co_return !ec;
}

asio::awaitable<Reply> HttpConnection::answer(const ParsedHead& head) {
  const bool is_post = head.request.method != "GET";
  if (is_post && !deps_.origins.accepts_origin(head.origin, head.request.host)) {
    count(deps_.counters.origins_refused);
    co_return refusal(403, "this page may not talk to this server");
  }
  if (is_for_api(head.request)) {
    co_return reply_of(co_await ask(deps_.handle, head.request, deps_.executor));
  }
  if (is_post) {
    co_return refusal(405, "this address is only for reading");
  }
  const StaticFile* const file = deps_.files.find(head.path);
  if (file == nullptr) {
    co_return refusal(404, deps_.files.size() == 0 ? "the web page was not built into this server"
                                                   : "there is nothing at this address");
  }
  co_return reply_of(*file, head.if_none_match, accepts_gzip(head.accept_encoding));
}

asio::awaitable<bool> HttpConnection::send(const Reply& reply, bool keep_alive, bool without_body) {
  if (reply.status >= 500) {
    count(deps_.counters.http_status_5xx);
  } else if (reply.status >= 400) {
    count(deps_.counters.http_status_4xx);
  }
  const std::string head = render_head(reply, keep_alive);
  const bool has_body = reply.body != nullptr && !without_body;
  const std::array<asio::const_buffer, 2> buffers{
      asio::buffer(head), has_body ? asio::buffer(*reply.body) : asio::const_buffer{}};
  auto [ec, sent] = co_await asio::async_write(socket_, buffers, kUseTuple);
  co_return !ec;
}

asio::awaitable<void> HttpConnection::refuse(unsigned status, std::string_view why) {
  set_deadline(limits::kLingerUs);
  if (!co_await send(refusal(status, why), false, false)) {
    co_return;
  }
  error_code ec;
  socket_.shutdown(tcp::socket::shutdown_send, ec);
  std::array<char, kReadBytes> dropped;
  while (!ec) {
    auto [read_error, bytes] = co_await socket_.async_read_some(asio::buffer(dropped), kUseTuple);
    ec = read_error;
  }
}

asio::awaitable<bool> HttpConnection::hand_over(const ParsedHead& head) {
  const auto& path = head.request.path;
  unsigned status = 0;
  std::string_view why;
  if (!deps_.origins.accepts_origin(head.origin, head.request.host)) {
    count(deps_.counters.origins_refused);
    status = 403;
    why = "this page may not talk to this server";
  } else if (path.size() != 2 || path[0] != "ws" || !deps_.knows_team(path[1])) {
    status = 404;
    why = "there is no team at this address";
  } else if (!head.offers_our_subprotocol) {
    status = 400;
    why = "the subprotocol swarmboard.v1 is needed";
  } else if (server_.stopping_ ||
             value_of(deps_.counters.websockets_before_hello) >= limits::kPreHelloMax) {
    status = 503;
    why = "too many connections are waiting; try again soon";
  }
  if (status != 0) {
    count(deps_.counters.upgrades_refused);
    co_await refuse(status, why);
    co_return false;
  }
  error_code ec;
  const bool is_v6 = socket_.local_endpoint(ec).address().is_v6();
  const int descriptor = ec ? -1 : socket_.release(ec);
  if (ec) {
    co_return false;
  }
  deps_.on_upgrade(Upgrade{.team = path[1],
                           .socket = OwnedSocket(descriptor, is_v6),
                           .request_head = std::move(head_),
                           .early = std::move(buffer_),
                           .place = std::move(place_)});
  co_return false;
}

}  // namespace swarmboard::net
