#include "server/net/socket_output.h"

#include <chrono>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

namespace swarmboard::net {
namespace {

using boost::asio::ip::tcp;

class SocketOutputTest : public testing::Test {
 protected:
  SocketOutputTest() : near_(context_), far_(context_) {
    tcp::acceptor acceptor(context_, {boost::asio::ip::address_v4::loopback(), 0});
    near_.connect(acceptor.local_endpoint());
    acceptor.accept(far_);
    output_.set_owner(
        alive_, [this] { ++flushes_; }, [this] { ++breaks_; });
  }

  static Block block(std::size_t bytes, char letter) {
    return std::make_shared<const std::string>(bytes, letter);
  }

  std::string read(std::size_t bytes) {
    far_.non_blocking(true);
    std::string got(bytes, '\0');
    std::size_t have = 0;
    while (have < bytes) {
      boost::system::error_code ec;
      have += far_.read_some(boost::asio::buffer(got) + have, ec);
      if (ec == boost::asio::error::would_block) {
        context_.restart();
        context_.run_one_for(std::chrono::seconds(1));
      } else if (ec) {
        ADD_FAILURE() << ec.message();
        break;
      }
    }
    return got;
  }

  boost::asio::io_context context_;
  tcp::socket near_;
  tcp::socket far_;
  SocketOutput output_{near_, 1000};
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  int flushes_ = 0;
  int breaks_ = 0;
};

TEST_F(SocketOutputTest, SendsAtOnceWhatFits) {
  output_.send(block(100, 'a'));
  EXPECT_TRUE(output_.flushed());
  EXPECT_EQ(read(100), std::string(100, 'a'));
  EXPECT_EQ(flushes_, 0);
}

TEST_F(SocketOutputTest, KeepsTheRestAndLetsControlFramesWaitBehindIt) {
  const std::size_t large = 32 * 1024 * 1024;
  output_.send(block(large, 'a'));
  EXPECT_FALSE(output_.flushed());
  output_.append("pong");
  EXPECT_EQ(read(large + 4), std::string(large, 'a') + "pong");
  EXPECT_TRUE(output_.flushed());
  EXPECT_EQ(flushes_, 1);
}

TEST_F(SocketOutputTest, APeerThatIsGoneBreaksItOnceAndHarmsNobody) {
  far_.set_option(boost::asio::socket_base::linger(true, 0));
  far_.close();
  for (int i = 0; i < 10; ++i) {
    if (output_.flushed()) {
      output_.send(block(100'000, 'a'));
    }
    output_.append("pong");
    context_.restart();
    context_.poll();
  }
  EXPECT_EQ(breaks_, 1);
  EXPECT_TRUE(output_.flushed());
}

TEST_F(SocketOutputTest, APeerThatOnlyAsksAndNeverReadsIsGivenUp) {
  output_.send(block(32 * 1024 * 1024, 'a'));
  for (int i = 0; i < 11; ++i) {
    output_.append(std::string(100, 'p'));
  }
  context_.poll();
  EXPECT_EQ(breaks_, 1);
}

TEST_F(SocketOutputTest, ADeadOwnerIsNotCalled) {
  output_.send(block(32 * 1024 * 1024, 'a'));
  alive_.reset();
  far_.close();
  context_.poll();
  EXPECT_EQ(flushes_ + breaks_, 0);
}

}  // namespace
}  // namespace swarmboard::net
