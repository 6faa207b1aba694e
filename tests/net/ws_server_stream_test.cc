// The server's end of a WebSocket over a real socket; the other end speaks bytes.
#include "server/net/ws_server_stream.h"

#include <chrono>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace swarmboard::net {
namespace {

using boost::asio::ip::tcp;

constexpr std::string_view kRequest =
    "GET /ws/team HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// A mask of zeros leaves the payload as it is.
std::string frame(unsigned first, const std::string& payload) {
  return std::string{static_cast<char>(first), static_cast<char>(0x80U | payload.size())} +
         std::string(4, '\0') + payload;
}

struct Owner final : WebSocketSink {
  void on_open(const std::string& why, unsigned status) override {
    error = why;
    http_status = status;
  }

  void on_message(std::string_view bytes, bool) override {
    messages.emplace_back(bytes);
    if (pauses != nullptr) {
      pauses->pause_reading();
    }
  }

  void on_control() override { ++controls; }

  void on_writable() override {}

  void on_ending() override { ++endings; }

  void on_closed(std::uint16_t code, const std::string& why) override {
    close_code = code;
    close_reason = why;
  }

  std::string error;
  unsigned http_status = 0;
  std::vector<std::string> messages;
  int controls = 0;
  int endings = 0;
  std::uint16_t close_code = 0;
  std::string close_reason;
  WsServerStream* pauses = nullptr;
};

class WsServerStreamTest : public testing::Test {
 protected:
  WsServerStreamTest() : peer_(context_) {
    tcp::acceptor acceptor(context_, {boost::asio::ip::address_v4::loopback(), 0});
    peer_.connect(acceptor.local_endpoint());
    near_ = std::make_unique<tcp::socket>(acceptor.accept());
  }

  void open(std::string early = {}) {
    stream_ =
        std::make_unique<WsServerStream>(std::move(*near_), std::move(early), buffer_, owner_);
    stream_->accept(std::string(kRequest), "swarmboard.v1");
    run_until([this] { return owner_.http_status != 0; });
    ASSERT_EQ(owner_.http_status, 101U);
  }

  void say(const std::string& bytes) { boost::asio::write(peer_, boost::asio::buffer(bytes)); }

  void run_until(const std::function<bool()>& done) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done()) {
      context_.restart();
      ASSERT_GT(context_.run_one_until(until), 0U) << "it did not happen";
    }
  }

  // What comes until the server closes, behind the handshake.
  std::string heard_to_the_end() {
    run_until([this] { return owner_.close_code != 0 || owner_.endings > 0; });
    std::string heard;
    boost::system::error_code end;
    boost::asio::read(peer_, boost::asio::dynamic_buffer(heard), end);
    return heard.substr(heard.find("\r\n\r\n") + 4);
  }

  boost::asio::io_context context_;
  tcp::socket peer_;
  std::unique_ptr<tcp::socket> near_;
  ReadBuffer buffer_{};
  Owner owner_;
  std::unique_ptr<WsServerStream> stream_;
};

TEST_F(WsServerStreamTest, ReadsWhatCameWithTheHandshakeAndAfterIt) {
  open(frame(0x82, "early"));
  say(frame(0x82, "later"));
  run_until([this] { return owner_.messages.size() == 2; });
  EXPECT_EQ(owner_.messages, (std::vector<std::string>{"early", "later"}));
}

TEST_F(WsServerStreamTest, AnswersAPingWithItsPayload) {
  open();
  say(frame(0x89, "are you there") + frame(0x88, std::string("\x03\xe8", 2)));
  EXPECT_EQ(heard_to_the_end(),
            "\x8a\x0d"
            "are you there\x88\x02\x03\xe8");
  EXPECT_EQ(owner_.controls, 1);
}

TEST_F(WsServerStreamTest, AnswersACloseWithItsCode) {
  open();
  say(frame(0x88, std::string("\x0f\xa0", 2) + "done"));
  EXPECT_EQ(heard_to_the_end(), std::string("\x88\x02\x0f\xa0", 4));
  EXPECT_EQ(owner_.close_code, 4000);
  EXPECT_EQ(owner_.close_reason, "done");
}

TEST_F(WsServerStreamTest, SaysWhyItEndsAndWaitsForThePeer) {
  open();
  say(frame(0x83, "x"));
  EXPECT_EQ(heard_to_the_end(), std::string("\x88\x02\x03\xea", 4));
  EXPECT_EQ(owner_.close_code, 0);
  peer_.close();
  run_until([this] { return owner_.close_code != 0; });
  EXPECT_EQ(owner_.close_code, 1002);
}

TEST_F(WsServerStreamTest, ClosesWhenThePeerHasAnswered) {
  open();
  stream_->close(4408, "no hello");
  say(frame(0x82, "too late") + frame(0x88, std::string("\x11\x38", 2)));
  run_until([this] { return owner_.close_code != 0; });
  EXPECT_EQ(owner_.close_code, 4408);
  EXPECT_EQ(owner_.endings, 1);
  EXPECT_TRUE(owner_.messages.empty());
  EXPECT_EQ(heard_to_the_end(), std::string("\x88\x0a\x11\x38", 4) + "no hello");
}

TEST_F(WsServerStreamTest, KeepsWhatComesWhilePaused) {
  open();
  owner_.pauses = stream_.get();
  say(frame(0x82, "one") + frame(0x82, "two") + frame(0x82, "three"));
  run_until([this] { return owner_.messages.size() == 1; });
  context_.restart();
  context_.poll();
  EXPECT_EQ(owner_.messages.size(), 1U);
  stream_->resume_reading();
  run_until([this] { return owner_.messages.size() == 2; });
  owner_.pauses = nullptr;
  stream_->resume_reading();
  run_until([this] { return owner_.messages.size() == 3; });
  EXPECT_EQ(owner_.messages, (std::vector<std::string>{"one", "two", "three"}));
}

TEST_F(WsServerStreamTest, APeerThatJustGoesIs1006) {
  open();
  peer_.close();
  run_until([this] { return owner_.close_code != 0; });
  EXPECT_EQ(owner_.close_code, 1006);
}

TEST_F(WsServerStreamTest, CallsNobodyAfterItIsGone) {
  open();
  say(frame(0x82, "unheard"));
  stream_.reset();
  context_.restart();
  context_.poll();
  EXPECT_TRUE(owner_.messages.empty());
  EXPECT_EQ(owner_.close_code, 0);
}

TEST_F(WsServerStreamTest, ARequestThatIsNoneIsAnsweredAndClosed) {
  stream_ = std::make_unique<WsServerStream>(std::move(*near_), std::string{}, buffer_, owner_);
  stream_->accept("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "swarmboard.v1");
  run_until([this] { return owner_.http_status != 0; });
  EXPECT_EQ(owner_.http_status, 400U);
  EXPECT_FALSE(owner_.error.empty());
  std::string heard;
  boost::system::error_code end;
  boost::asio::read(peer_, boost::asio::dynamic_buffer(heard), end);
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 400 "));
}

}  // namespace
}  // namespace swarmboard::net
