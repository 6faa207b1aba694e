#include "server/app/load/message_scan.h"

#include <gtest/gtest.h>

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::load {
namespace {

v1::Event sample_event() {
  v1::Event event;
  event.set_seq(300);
  event.set_at_ms(1'700'000'000'000);
  event.set_actor("ben");
  event.set_client_id(std::string(16, '\x7f'));
  event.set_cmd_no(70'000);
  event.mutable_intent()->mutable_edit_record()->mutable_record()->set_id("n");
  return event;
}

TEST(MessageScan, FindsTheAuthorAndTheNumberOfAnEvent) {
  SeenEvent seen;
  const std::string bytes = sample_event().SerializeAsString();
  ASSERT_TRUE(scan_event(bytes, seen));
  EXPECT_EQ(seen.seq, 300U);
  EXPECT_EQ(seen.client_id, std::string(16, '\x7f'));
  EXPECT_EQ(seen.cmd_no, 70'000U);
}

TEST(MessageScan, SaysThatAnEventOfTheServerHasNoAuthor) {
  v1::Event event = sample_event();
  event.clear_client_id();
  event.clear_cmd_no();
  SeenEvent seen;
  const std::string bytes = event.SerializeAsString();
  ASSERT_TRUE(scan_event(bytes, seen));
  EXPECT_TRUE(seen.client_id.empty());
  EXPECT_EQ(seen.cmd_no, 0U);
}

TEST(MessageScan, ReadsEveryKindOfFieldAndNoticesWhereBytesAreCut) {
  v1::Keyframe keyframe;
  keyframe.set_state_version(1);
  keyframe.set_chain(0x1122334455667788);
  keyframe.add_dedupe()->add_recent()->set_body_hash(0xaabbccdd);
  const std::string bytes = keyframe.SerializeAsString();
  FieldScan scan(bytes);
  ASSERT_TRUE(scan.next());
  EXPECT_EQ(scan.number(), 1U);
  ASSERT_TRUE(scan.next());
  EXPECT_EQ(scan.field(), v1::Keyframe::kChainFieldNumber);
  EXPECT_EQ(scan.number(), 0x1122334455667788U);
  ASSERT_TRUE(scan.next());
  FieldScan dedupe(scan.bytes());
  ASSERT_TRUE(dedupe.next());
  FieldScan recent(dedupe.bytes());
  ASSERT_TRUE(recent.next());
  EXPECT_EQ(recent.number(), 0xaabbccddU);
  EXPECT_FALSE(scan.next());
  EXPECT_FALSE(scan.is_broken());

  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    FieldScan part(std::string_view(bytes).substr(0, cut));
    std::size_t fields = 0;
    while (part.next()) {
      ++fields;
    }
    // Cut between two fields it is a shorter message; anywhere else it is none.
    EXPECT_TRUE(part.is_broken() || cut == 2 || cut == 11) << cut << ' ' << fields;
  }
}

TEST(MessageScan, RefusesAVarintWithoutAnEndAndGroups) {
  FieldScan endless(std::string_view("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12));
  EXPECT_FALSE(endless.next());
  EXPECT_TRUE(endless.is_broken());
  FieldScan group("\x0b");
  EXPECT_FALSE(group.next());
  EXPECT_TRUE(group.is_broken());
}

}  // namespace
}  // namespace swarmboard::load
