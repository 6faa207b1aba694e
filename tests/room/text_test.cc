// Writing in one text at once, through links: what a change is carried over, for how long that is
// known, and who is told.
#include <gtest/gtest.h>

#include "server/base/limits.h"
#include "server/board/kinds.h"
#include "server/board/snapshot.h"
#include "server/room/text_window.h"
#include "server/text/change.h"
#include "tests/room/rig.h"

namespace swarmboard::room {
namespace {

text::Change inserted(std::uint32_t place, std::string_view words, std::uint32_t length) {
  text::Change change;
  change.keep(place);
  change.insert(words);
  change.keep(length - place);
  return change;
}

v1::Command typing(const std::string& note, std::uint64_t base_seq, const text::Change& change) {
  v1::Command command;
  v1::TextEdit& edit = *command.mutable_text_edit();
  edit.mutable_target()->set_kind(board::kind_of<v1::Note>());
  edit.mutable_target()->set_id(note);
  edit.set_field(v1::Note::kTextFieldNumber);
  edit.set_base_seq(base_seq);
  *edit.mutable_change() = text::write(change);
  return command;
}

v1::Command replacing(const std::string& note, const std::string& words) {
  v1::Command command;
  v1::Record& record = *command.mutable_edit_record()->mutable_record();
  record.set_id(note);
  record.mutable_note()->set_text(words);
  return command;
}

v1::Command binning(const std::string& note) {
  v1::Command command;
  command.mutable_remove_record()->mutable_target()->set_kind(board::kind_of<v1::Note>());
  command.mutable_remove_record()->mutable_target()->set_id(note);
  return command;
}

class SharedText : public ::testing::Test {
 protected:
  SharedText() {
    rig.add_members({"ana", "ben", "cleo"});
    rig.open_session({"ana", "ben", "cleo"});
    rig.start_stage("open");
    ana = rig.in_session("ana");
    ben = rig.in_session("ben");
  }

  void write(const std::string& note, const std::string& words) {
    ana->submit(1, a_note(note, words));
    rig.run();
  }

  static std::string text_at(Peer& peer, const std::string& note = "n1") {
    const auto* body = peer.sub(1).state.get<v1::Note>(note);
    return body == nullptr ? std::string("(nothing)") : body->text();
  }

  static std::uint64_t seen(Peer& peer) { return peer.sub(1).token.seq(); }

  std::string durable_text(const std::string& note = "n1") {
    const board::State state = rig.durable("s1");
    const auto* body = state.get<v1::Note>(note);
    return body == nullptr ? std::string("(nothing)") : body->text();
  }

  void restart() {
    ana->drop();
    ben->drop();
    rig.stop_team();
    rig.start_team();
    ana = rig.in_session("ana");
    ben = rig.in_session("ben");
  }

  Rig rig;
  std::unique_ptr<Peer> ana;
  std::unique_ptr<Peer> ben;
};

TEST_F(SharedText, BothKeepEveryWord) {
  write("n1", "abc");
  const std::uint64_t base = seen(*ana);
  ana->submit(1, typing("n1", base, inserted(3, " from ana", 3)));
  ben->submit(1, typing("n1", base, inserted(3, " from ben", 3)));
  rig.run();
  EXPECT_EQ(durable_text(), "abc from ana from ben");
  EXPECT_EQ(text_at(*ana), durable_text());
  EXPECT_EQ(text_at(*ben), durable_text());
}

// What is not yet durable is carried over all the same: the base is what was seen.
TEST_F(SharedText, WhatIsOnItsWayToTheDiskCountsAsWritten) {
  write("n1", "abc");
  const std::uint64_t base = seen(*ana);
  rig.journal.holding = true;
  ana->submit(1, typing("n1", base, inserted(0, "1", 3)));
  rig.run();
  ben->submit(1, typing("n1", base, inserted(0, "2", 3)));
  rig.run();
  EXPECT_EQ(text_at(*ben), "abc") << "R2";
  rig.journal.release_all();
  rig.run();
  EXPECT_EQ(durable_text(), "12abc");
}

TEST_F(SharedText, ATextReplacedAsAWholeIsOneChangeMore) {
  write("n1", "one two");
  const std::uint64_t base = seen(*ana);
  ana->submit(1, replacing("n1", "one three two"));
  ben->submit(1, typing("n1", base, inserted(7, "!", 7)));
  rig.run();
  EXPECT_EQ(durable_text(), "one three two!");
}

TEST_F(SharedText, TheSameBytesTwiceAreOneEditR11) {
  write("n1", "abc");
  const v1::Command command = typing("n1", seen(*ben), inserted(3, "d", 3));
  ben->submit_as(1, 1, command);
  rig.run();
  ben->submit_as(1, 1, command);
  rig.run();
  EXPECT_EQ(durable_text(), "abcd");
}

TEST_F(SharedText, ARestartKnowsWhatWasWrittenBefore) {
  write("n1", "abc");
  const std::uint64_t base = seen(*ana);
  ana->submit(1, typing("n1", base, inserted(0, "1", 3)));
  ana->submit(1, replacing("n1", "12abc"));
  rig.run();
  restart();
  ben->submit(1, typing("n1", base, inserted(3, "d", 3)));
  rig.run();
  EXPECT_EQ(durable_text(), "12abcd");
}

// A keyframe tells what a text is and not how it came to be.
TEST_F(SharedText, WhatLiesBeforeAKeyframeIsNotKnownAfterAStop) {
  write("n1", "abc");
  const std::uint64_t base = seen(*ana);
  ana->submit(1, typing("n1", base, inserted(0, "1", 3)));
  rig.run();
  bool stopped = false;
  rig.team->stop(0, [&] { stopped = true; });
  rig.run();
  ASSERT_TRUE(stopped);
  restart();
  ben->submit(1, typing("n1", base, inserted(3, "d", 3)));
  rig.run();
  ASSERT_NE(ben->last_nack(), nullptr);
  EXPECT_EQ(ben->last_nack()->reason(), v1::REJECT_REASON_TEXT_BASE_TOO_OLD);
  ben->submit(1, typing("n1", base + 1, inserted(4, "d", 4)));
  rig.run();
  EXPECT_EQ(durable_text(), "1abcd");
}

TEST_F(SharedText, WhatWasTakenBackIsNotCarriedOverR50) {
  write("n1", "abc");
  const std::uint64_t base = seen(*ana);
  rig.journal.holding = true;
  ana->submit(1, typing("n1", base, inserted(0, "lost ", 3)));
  rig.run();
  rig.journal.release_one(persistence::AppendState::ReadOnly);
  rig.run();
  rig.journal.holding = false;
  rig.pass(1'000'000);
  ben->submit(1, typing("n1", base, inserted(3, "d", 3)));
  rig.run();
  EXPECT_EQ(durable_text(), "abcd");
}

// A base that this history does not have: a backup was restored, or somebody makes numbers up.
TEST_F(SharedText, ABaseThatIsStillToComeIsNotKnown) {
  write("n1", "abc");
  ben->submit(1, typing("n1", seen(*ben) + 5, inserted(3, "d", 3)));
  rig.run();
  ASSERT_NE(ben->last_nack(), nullptr);
  EXPECT_EQ(ben->last_nack()->reason(), v1::REJECT_REASON_TEXT_BASE_TOO_OLD);
  EXPECT_EQ(durable_text(), "abc");
}

TEST_F(SharedText, ABaseOfAnotherHistoryIsNotKnown) {
  write("n1", "abc");
  v1::Command command = typing("n1", seen(*ben), inserted(3, "d", 3));
  command.mutable_text_edit()->set_base_epoch(ben->sub(1).token.epoch() + 1);
  ben->submit(1, command);
  rig.run();
  ASSERT_NE(ben->last_nack(), nullptr);
  EXPECT_EQ(ben->last_nack()->reason(), v1::REJECT_REASON_TEXT_BASE_TOO_OLD);
  command.mutable_text_edit()->set_base_epoch(ben->sub(1).token.epoch());
  ben->submit(1, command);
  rig.run();
  EXPECT_EQ(durable_text(), "abcd");
}

// The id was used before: what was written in that card has nothing to do with this one.
TEST_F(SharedText, ACardThatWasBinnedAndWrittenAnewIsAnotherText) {
  write("n1", "abc");
  const std::uint64_t base = seen(*ana);
  ana->submit(1, typing("n1", base, inserted(3, "d", 3)));
  ana->submit(1, binning("n1"));
  ana->submit(1, a_note("n1", "eight ch"));
  rig.run();
  ASSERT_EQ(text_at(*ben), "eight ch");
  // As long as a base would be from which the old change led to a text of eight.
  ben->submit(1, typing("n1", base, inserted(7, "!", 7)));
  rig.run();
  ASSERT_NE(ben->last_nack(), nullptr);
  EXPECT_EQ(ben->last_nack()->reason(), v1::REJECT_REASON_TEXT_BASE_TOO_OLD);
  EXPECT_EQ(durable_text(), "eight ch");
}

TEST_F(SharedText, TheWindowIsBoundedAndSaysWhatItForgot) {
  write("n1", "x");
  const std::uint64_t base = seen(*ana);
  for (std::uint32_t count = 0; count <= limits::kTextWindowChangesMax; ++count) {
    const std::uint32_t length = 1 + count % 2;
    text::Change change;
    change.keep(1);
    length == 1 ? change.insert("y") : change.remove(1);
    v1::Command command = typing("n1", base + count, change);
    ASSERT_TRUE(rig.act("s1", command, "ana").ok) << count;
  }
  ben->submit(1, typing("n1", base, inserted(1, "z", 1)));
  rig.run();
  ASSERT_NE(ben->last_nack(), nullptr);
  EXPECT_EQ(ben->last_nack()->reason(), v1::REJECT_REASON_TEXT_BASE_TOO_OLD);
  ben->submit(1, typing("n1", base + 1, inserted(2, "z", 2)));
  rig.run();
  EXPECT_EQ(ben->sub(1).saved, std::vector<std::uint64_t>{2});
}

// Rule 4.
TEST_F(SharedText, TypingInAPrivateCardReachesNobodyElseR6) {
  rig.start_stage("blocks");
  ana->submit(1, a_note("n1", "mine", v1::NOTE_KIND_STUCK));
  rig.run();
  ASSERT_EQ(text_at(*ana), "mine");
  const std::size_t frames = ben->sub(1).events.size();
  ana->submit(1, typing("n1", seen(*ana), inserted(4, "-secret", 4)));
  rig.run();
  EXPECT_EQ(text_at(*ana), "mine-secret");
  EXPECT_EQ(ben->sub(1).events.size(), frames) << "R7: nothing is announced";
  ben->submit(1, typing("n1", seen(*ben), inserted(0, "x", 11)));
  rig.run();
  ASSERT_NE(ben->last_nack(), nullptr);
  EXPECT_EQ(ben->last_nack()->reason(), v1::REJECT_REASON_TARGET_GONE);
  auto cleo = rig.in_session("cleo");
  EXPECT_EQ(text_at(*cleo), "(nothing)");
}

}  // namespace
}  // namespace swarmboard::room
