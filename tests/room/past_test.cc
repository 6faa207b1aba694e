#include "server/room/past.h"

#include <gtest/gtest.h>

#include "server/board/kinds.h"
#include "server/board/snapshot.h"
#include "server/room/keyframe.h"
#include "tests/room/rig.h"

namespace swarmboard::room {
namespace {

constexpr std::uint64_t kToTheEnd = UINT64_MAX;

v1::Command an_edit(const std::string& id, const std::string& text) {
  v1::Command command = a_note(id, text);
  command.mutable_edit_record()->set_create(false);
  command.mutable_edit_record()->mutable_record()->mutable_note()->clear_kind();
  return command;
}

v1::Command a_removal(const std::string& id) {
  v1::Command command;
  command.mutable_remove_record()->mutable_target()->set_kind(board::kind_of<v1::Note>());
  command.mutable_remove_record()->mutable_target()->set_id(id);
  return command;
}

// A session with hidden cards, a reveal, edits and removals, as its units.
class PastTest : public testing::Test {
 protected:
  PastTest() {
    rig_.start_team();
    rig_.add_members({"ana", "ben"});
    rig_.open_session({"ana", "ben"});
    rig_.start_stage("blocks");
    auto ben = rig_.in_session("ben");
    for (int i = 0; i < 6; ++i) {
      ben->submit(1, a_note("n" + std::to_string(i), "hidden at first", v1::NOTE_KIND_STUCK));
      rig_.run();
    }
    ben->submit(1, an_edit("n1", "hidden and changed"));
    ben->submit(1, a_removal("n2"));
    rig_.run();
    v1::Command reveal;
    reveal.mutable_reveal_stage()->set_stage("blocks");
    EXPECT_TRUE(rig_.act("s1", reveal, "ana").ok);
    ben->submit(1, an_edit("n3", "seen and changed"));
    ben->submit(1, a_removal("n4"));
    ben->submit(1, a_note("a0", "before all others", v1::NOTE_KIND_STUCK));
    ben->submit(1, a_note("z9", "behind all others", v1::NOTE_KIND_STUCK));
    rig_.run();
    for (const persistence::Group& group : rig_.journal.groups) {
      for (const persistence::Unit& unit : group.units) {
        if (unit.stream == "s1") {
          units_.push_back(unit);
        }
      }
    }
  }

  // The state after so many units, by the fold.
  [[nodiscard]] Fold fold_of(std::size_t units) const {
    Fold fold;
    for (std::size_t at = 0; at < units; ++at) {
      EXPECT_TRUE(fold_unit(fold, units_[at]).has_value());
    }
    return fold;
  }

  Rig rig_;
  std::vector<persistence::Unit> units_;
};

TEST_F(PastTest, EveryKeyframeAndEveryMomentGiveWhatTheFoldGives) {
  ASSERT_GT(units_.size(), 10U);
  for (std::size_t start = 0; start <= units_.size(); ++start) {
    const auto keyframe = encode_keyframe("s1", fold_of(start), {});
    for (std::size_t end = start; end <= units_.size(); ++end) {
      Past past;
      if (start > 0) {
        auto found = Past::from(keyframe);
        ASSERT_TRUE(found);
        past = *std::move(found);
      }
      for (std::size_t at = start; at < end; ++at) {
        const auto added = past.add(units_[at], kToTheEnd);
        ASSERT_TRUE(added.has_value()) << added.error().what;
      }
      const Fold fold = fold_of(end);
      EXPECT_EQ(past.seq(), fold.seq);
      EXPECT_EQ(past.chain(), fold.chain);
      EXPECT_EQ(past.last_at_ms(), fold.last_at_ms);
      EXPECT_EQ(past.public_records(), board::encode_public_records(fold.state))
          << "from unit " << start << " to " << end;
    }
  }
}

TEST_F(PastTest, AKeyframeThatDoesNotGiveItsHashIsNone) {
  const persistence::KeyframeBytes good = encode_keyframe("s1", fold_of(units_.size()), {});
  for (const char* word : {"changed", "ana"}) {
    std::string bytes = *good.bytes;
    const std::size_t at = bytes.find(word);
    ASSERT_NE(at, std::string::npos) << word;
    bytes[at] = '?';
    persistence::KeyframeBytes bad = good;
    bad.bytes = std::make_shared<const std::string>(bytes);
    EXPECT_FALSE(Past::from(bad)) << word;
  }
  persistence::KeyframeBytes elsewhere = good;
  ++elsewhere.seq;
  EXPECT_FALSE(Past::from(elsewhere));
  persistence::KeyframeBytes cut = good;
  cut.bytes = std::make_shared<const std::string>(good.bytes->substr(0, good.bytes->size() / 2));
  EXPECT_FALSE(Past::from(cut));
}

TEST_F(PastTest, AUnitThatDoesNotContinueIsDamage) {
  auto past = Past::from(encode_keyframe("s1", fold_of(4), {}));
  ASSERT_TRUE(past);
  EXPECT_TRUE(past->add(units_[6], kToTheEnd).has_error());
  persistence::Unit broken = units_[4];
  std::string payload = *broken.payload;
  payload.back() = static_cast<char>(payload.back() ^ 1);
  broken.payload = std::make_shared<const std::string>(payload);
  EXPECT_TRUE(past->add(broken, kToTheEnd).has_error());
  EXPECT_TRUE(past->add(units_[4], kToTheEnd).has_value());
}

}  // namespace
}  // namespace swarmboard::room
