#include "server/wire/hello.h"

#include <gtest/gtest.h>

namespace swarmboard::wire {
namespace {

v1::Hello good_hello() {
  v1::Hello hello;
  hello.set_proto_major(kProtoMajor);
  hello.set_client_id(std::string(kClientIdBytes, 'c'));
  hello.set_ticket("a-ticket");
  return hello;
}

v1::FatalReason refusal_of(const v1::Hello& hello) {
  const auto checked = check_hello(hello);
  return checked.has_error() ? checked.error().reason : v1::FATAL_REASON_UNSPECIFIED;
}

TEST(Hello, AcceptsAGoodOne) {
  EXPECT_TRUE(check_hello(good_hello()).has_value());
}

TEST(Hello, AcceptsANewerMinorVersion) {
  v1::Hello hello = good_hello();
  hello.set_proto_minor(99);
  EXPECT_TRUE(check_hello(hello).has_value());
}

TEST(Hello, RefusesAnotherMajorVersion) {
  v1::Hello hello = good_hello();
  for (const std::uint32_t major : {0U, 2U}) {
    hello.set_proto_major(major);
    EXPECT_EQ(refusal_of(hello), v1::FATAL_REASON_CLIENT_TOO_OLD);
  }
}

TEST(Hello, RefusesAClientIdThatIsNotSixteenBytes) {
  v1::Hello hello = good_hello();
  for (const std::size_t bytes : {0U, 15U, 17U, 1000U}) {
    hello.set_client_id(std::string(bytes, 'c'));
    EXPECT_EQ(refusal_of(hello), v1::FATAL_REASON_MALFORMED);
  }
}

TEST(Hello, RefusesAMissingOrOverlongTicket) {
  v1::Hello hello = good_hello();
  for (const std::size_t bytes : {std::size_t{0}, kTicketBytesMax + 1}) {
    hello.set_ticket(std::string(bytes, 't'));
    EXPECT_EQ(refusal_of(hello), v1::FATAL_REASON_BAD_TICKET);
  }
}

}  // namespace
}  // namespace swarmboard::wire
