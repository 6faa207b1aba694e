// Bad input of every kind over a real socket: a typed refusal, a close code, a count, and nobody
// else disturbed.
#include <sstream>

#include <gtest/gtest.h>

#include "server/wire/codec.h"
#include "tests/integration/child_server.h"
#include "tests/integration/demo_member.h"

namespace swarmboard::integration {
namespace {

// A masked client frame; the mask of zeros leaves the payload as it is.
std::string client_frame(unsigned char first, const std::string& payload) {
  std::string frame(1, static_cast<char>(first));
  const std::size_t size = payload.size();
  if (size < 126) {
    frame += static_cast<char>(0x80U | size);
  } else {
    frame += static_cast<char>(0x80U | 127U);
    for (int shift = 56; shift >= 0; shift -= 8) {
      frame += static_cast<char>((size >> shift) & 0xffU);
    }
  }
  return frame + std::string(4, '\0') + payload;
}

class ServeBadInput : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.start({"--demo"}));
    load_sample_team(server_);
    witness_ = std::make_unique<DemoMember>(server_, "cleo");
    ASSERT_TRUE(witness_->connect());
    ASSERT_TRUE(witness_->join(1, "").has_value());
  }

  // Somebody else's connection works as ever.
  void expect_nobody_else_disturbed() {
    static int sessions = 0;
    const std::string id = "w" + std::to_string(++sessions);
    EXPECT_GT(witness_->wait_for_echo(witness_->submit(1, open_session(id))), 0U);
    EXPECT_EQ(server_.get("/healthz").status, 200U);
  }

  void expect_closed(DemoMember& member, std::uint16_t code) {
    EXPECT_TRUE(member.socket().wait_closed(kPatience));
    EXPECT_EQ(member.socket().close_code(), code) << member.socket().close_reason();
    expect_nobody_else_disturbed();
  }

  // Sends raw bytes on an open connection and expects this close.
  void expect_raw_closes(const std::string& bytes, std::uint16_t code) {
    DemoMember ben(server_, "ben");
    ASSERT_TRUE(ben.connect());
    ben.socket().send_raw(bytes);
    expect_closed(ben, code);
  }

  ChildServer server_;
  std::unique_ptr<DemoMember> witness_;
};

TEST_F(ServeBadInput, BrokenFramesEndTheConnectionWithTheirCode) {
  expect_raw_closes(std::string("\x82\x01x", 3), 1002);                       // Not masked.
  expect_raw_closes(client_frame(0xc2, "x"), 1002);                           // Reserved bit.
  expect_raw_closes(client_frame(0x83, "x"), 1002);                           // Reserved opcode.
  expect_raw_closes(client_frame(0x80, "x"), 1002);                           // Continues nothing.
  expect_raw_closes(client_frame(0x89, std::string(126, 'p')), 1002);         // Ping too long.
  expect_raw_closes(client_frame(0x82, std::string(300 * 1024, 'x')), 1009);  // Too large.
}

TEST_F(ServeBadInput, EmptyFragmentsWithoutEndAreCutOff) {
  std::string fragments = client_frame(0x02, "");
  for (int i = 0; i < 10'000; ++i) {
    fragments += client_frame(0x00, "");
  }
  expect_raw_closes(fragments, 1008);
}

TEST_F(ServeBadInput, TextFramesAreNotSpoken) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect());
  ben.socket().send_text("hello");
  expect_closed(ben, 1003);
}

TEST_F(ServeBadInput, BytesThatAreNoMessageEndTheConnection) {
  for (const std::string& bytes : {std::string("\xff\xff\xff\xff"), std::string(200, '\x01'),
                                   std::string("\x0a\x7f", 2), std::string("\x12\x01x", 3)}) {
    DemoMember ben(server_, "ben");
    ASSERT_TRUE(ben.connect());
    ben.socket().send_binary(bytes);
    const auto fatal = ben.wait_for_fatal();
    ASSERT_TRUE(fatal.has_value());
    EXPECT_EQ(fatal->reason(), v1::FATAL_REASON_MALFORMED);
    EXPECT_FALSE(fatal->detail().empty());
    expect_closed(ben, 4400);
  }
}

TEST_F(ServeBadInput, TextThatIsNoUtf8LeavesNoLineInTheLogThatIsNotOurs) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect());
  v1::Command broken = write_note("n1", "?");
  std::string bytes = broken.SerializeAsString();
  bytes[bytes.find('?')] = '\xff';
  v1::ClientFrame frame;
  frame.mutable_submit()->set_sub(1);
  frame.mutable_submit()->set_cmd_no(1);
  frame.mutable_submit()->set_command(bytes);
  frame.mutable_submit()->set_body_hash(wire::body_hash(bytes));
  ASSERT_TRUE(ben.join(1, "").has_value());
  ben.send(std::move(frame));
  ASSERT_TRUE(
      ben.wait_for([](const v1::ServerFrame& got) { return got.has_nack() || got.has_fatal(); })
          .has_value());
  std::istringstream log(server_.log());
  for (std::string line; std::getline(log, line);) {
    EXPECT_NE(line.find(" level="), line.npos) << line;
  }
}

TEST_F(ServeBadInput, AHelloOfAnotherVersionIsTold) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect(false));
  v1::ClientFrame frame;
  frame.mutable_hello()->set_proto_major(99);
  frame.mutable_hello()->set_client_id(ben.client_id());
  frame.mutable_hello()->set_ticket(ben.ticket());
  ben.send(std::move(frame));
  const auto fatal = ben.wait_for_fatal();
  ASSERT_TRUE(fatal.has_value());
  EXPECT_EQ(fatal->reason(), v1::FATAL_REASON_CLIENT_TOO_OLD);
  expect_closed(ben, 4426);
}

TEST_F(ServeBadInput, SomethingElseBeforeTheHelloIsTold) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect(false));
  v1::ClientFrame frame;
  frame.mutable_join()->set_sub(1);
  ben.send(std::move(frame));
  const auto fatal = ben.wait_for_fatal();
  ASSERT_TRUE(fatal.has_value());
  EXPECT_EQ(fatal->reason(), v1::FATAL_REASON_NO_HELLO);
  expect_closed(ben, 4408);
}

TEST_F(ServeBadInput, ACommandThatIsNoneIsRefusedAndTheNextOneWorks) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect());
  ASSERT_TRUE(ben.join(1, "").has_value());
  // Server-only: a client that makes itself a member of another kind.
  v1::Command forged;
  forged.mutable_add_member()->set_member_id("boss");
  forged.mutable_add_member()->set_name("Boss");
  forged.mutable_add_member()->set_role(v1::MEMBER_ROLE_MANAGER);
  const std::uint64_t number = ben.submit(1, forged);
  const auto nack = ben.wait_for([](const v1::ServerFrame& frame) { return frame.has_nack(); });
  ASSERT_TRUE(nack.has_value());
  EXPECT_EQ(nack->nack().cmd_no(), number);
  EXPECT_NE(nack->nack().reason(), v1::REJECT_REASON_UNSPECIFIED);
  EXPECT_FALSE(nack->nack().detail().empty());
  EXPECT_GT(ben.wait_for_echo(ben.submit(1, open_session("s1"))), 0U);
}

TEST_F(ServeBadInput, AGapInTheNumbersIsToldWhichOneIsMissing) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect());
  ASSERT_TRUE(ben.join(1, "").has_value());
  ASSERT_GT(ben.wait_for_echo(ben.submit(1, open_session("s1"), 1)), 0U);
  ben.submit(1, open_session("s2"), 7);
  const auto nack = ben.wait_for([](const v1::ServerFrame& frame) { return frame.has_nack(); });
  ASSERT_TRUE(nack.has_value());
  EXPECT_EQ(nack->nack().reason(), v1::REJECT_REASON_OUT_OF_ORDER);
  EXPECT_EQ(nack->nack().expected_cmd_no(), 2U);
}

TEST_F(ServeBadInput, ANumberUsedAgainForOtherBytesEndsTheConnection) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect());
  ASSERT_TRUE(ben.join(1, "").has_value());
  ASSERT_GT(ben.wait_for_echo(ben.submit(1, open_session("s1"), 1)), 0U);
  ben.submit(1, open_session("s2"), 1);
  const auto fatal = ben.wait_for_fatal();
  ASSERT_TRUE(fatal.has_value());
  EXPECT_EQ(fatal->reason(), v1::FATAL_REASON_CMD_ID_REUSED);
  expect_closed(ben, 4409);
}

TEST_F(ServeBadInput, AnUnknownSessionIsAnsweredLikeAForeignOne) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect());
  for (const char* const id : {"nowhere", "../team", ""}) {
    v1::ClientFrame frame;
    frame.mutable_join()->set_sub(5);
    frame.mutable_join()->set_session_id(std::string(id) + "x");
    ben.send(std::move(frame));
    const auto left = ben.wait_for([](const v1::ServerFrame& got) { return got.has_left(); });
    ASSERT_TRUE(left.has_value()) << id;
    EXPECT_EQ(left->left().reason(), v1::LEFT_REASON_NOT_FOUND);
  }
  expect_nobody_else_disturbed();
}

TEST_F(ServeBadInput, AFloodIsSlowedDownAndNobodyElseIs) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect());
  ASSERT_TRUE(ben.join(1, "").has_value());
  for (std::uint64_t number = 1; number <= 200; ++number) {
    ben.submit(1, open_session("f" + std::to_string(number)), number);
  }
  const auto slowed = ben.wait_for([](const v1::ServerFrame& frame) {
    return frame.has_nack() && (frame.nack().reason() == v1::REJECT_REASON_RATE ||
                                frame.nack().reason() == v1::REJECT_REASON_OVERLOADED ||
                                frame.nack().reason() == v1::REJECT_REASON_LIMIT_REACHED);
  });
  ASSERT_TRUE(slowed.has_value());
  EXPECT_EQ(server_.get("/healthz").status, 200U);
}

}  // namespace
}  // namespace swarmboard::integration
