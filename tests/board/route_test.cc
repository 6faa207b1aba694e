#include "server/board/route.h"

#include <gtest/gtest.h>

#include "server/board/apply.h"
#include "server/board/patch_builder.h"
#include "server/board/snapshot.h"

namespace swarmboard::board {
namespace {

// A library with a deal, a member and an objection; two live sessions, of which only s1 holds a
// copy of the deal.
class RouteTest : public ::testing::Test {
 protected:
  RouteTest() {
    v1::Patch patch;
    create<v1::Deal>(patch, "d1").set_account("Silverfen");
    create<v1::Deal>(patch, "d2").set_account("Tarnholt");
    create<v1::Objection>(patch, "o1").set_as_heard("Too dear");
    apply(library_, patch);
    for (auto* session : {&s1_, &s2_}) {
      v1::Patch opening;
      create<v1::Session>(opening, session == &s1_ ? "s1" : "s2");
      create<v1::Stage>(opening, "diagnose");
      apply(*session, opening);
    }
    v1::Patch copy;
    create<v1::Deal>(copy, "d1").set_account("Silverfen");
    apply(s1_, copy);
  }

  static void apply(State& state, const v1::Patch& patch) {
    const auto fit = apply_patch(state, patch);
    ASSERT_TRUE(fit.has_value()) << fit.error().what;
  }

  std::vector<StreamEffect> route_from(const std::string& stream) {
    Decision used = decision_;
    return route(used, stream, {{"s1", &s1_}, {"s2", &s2_}}, library_);
  }

  // Every effect must fit the stream that it is for.
  void expect_fits(const std::vector<StreamEffect>& effects) {
    for (const StreamEffect& effect : effects) {
      State copy = effect.stream == "s1" ? s1_ : effect.stream == "s2" ? s2_ : library_;
      const auto fit = apply_patch(copy, effect.patch);
      EXPECT_TRUE(fit.has_value()) << effect.stream << ": " << fit.error().what;
    }
  }

  static const StreamEffect* find(const std::vector<StreamEffect>& effects,
                                  const std::string& stream) {
    for (const StreamEffect& effect : effects) {
      if (effect.stream == stream) {
        return &effect;
      }
    }
    return nullptr;
  }

  v1::Patch& patch() { return decision_.patch; }

  State library_, s1_, s2_;
  Decision decision_;
};

TEST_F(RouteTest, SessionRecordsStayInTheirSession) {
  create<v1::Note>(patch(), "n1").set_text("x");
  const auto effects = route_from("s1");
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].stream, "s1");
  EXPECT_FALSE(effects[0].mirror);
  EXPECT_TRUE(effects[0].shows_intent);
}

TEST_F(RouteTest, AChangeOfALibraryRecordIsOneUnitInBoth) {
  change<v1::Deal>(patch(), "d1").set_value(5);
  const auto effects = route_from("s1");
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].stream, "s1") << "the commanding stream comes first";
  EXPECT_EQ(effects[1].stream, "");
  EXPECT_TRUE(effects[1].mirror) << "what a room did is not told outside of it";
  EXPECT_FALSE(effects[1].patch.upsert(0).create());
  expect_fits(effects);
}

TEST_F(RouteTest, ARecordWithoutACopyIsPulledInWhole) {
  change<v1::Deal>(patch(), "d2").set_value(5);
  const auto effects = route_from("s1");
  ASSERT_EQ(effects.size(), 2U);
  const v1::Upsert& pulled = effects[0].patch.upsert(0);
  EXPECT_TRUE(pulled.create());
  EXPECT_EQ(pulled.record().deal().account(), "Tarnholt");
  EXPECT_EQ(pulled.record().deal().value(), 5);
  EXPECT_FALSE(effects[1].patch.upsert(0).create()) << "the library has it already";
  expect_fits(effects);
}

TEST_F(RouteTest, TwoChangesOfAPulledRecordFollowEachOther) {
  change<v1::Deal>(patch(), "d2").set_value(5);
  change<v1::Deal>(patch(), "d2").set_is_open(true);
  const auto effects = route_from("s1");
  EXPECT_TRUE(effects[0].patch.upsert(0).create());
  EXPECT_FALSE(effects[0].patch.upsert(1).create());
  expect_fits(effects);
}

TEST_F(RouteTest, WhatAChangeNamesComesAlong) {
  create<v1::Objection>(patch(), "o2").set_deal_id("d2");
  patch().mutable_upsert(0)->mutable_record()->mutable_objection()->set_as_heard("Not now");
  const auto effects = route_from("s1");
  ASSERT_EQ(effects[0].patch.upsert_size(), 2);
  EXPECT_EQ(effects[0].patch.upsert(0).record().deal().account(), "Tarnholt");
  ASSERT_NE(find(effects, ""), nullptr);
  EXPECT_EQ(find(effects, "")->patch.upsert_size(), 1) << "the library has the deal";
  expect_fits(effects);
}

TEST_F(RouteTest, ARemovedLinkIsNotPulledBack) {
  create<v1::Evidence>(patch(), "e1").set_on("o1");
  remove<v1::Evidence>(patch(), "e1");
  const auto effects = route_from("s1");
  EXPECT_EQ(effects[0].patch.remove_size(), 1);
  expect_fits(effects);
}

TEST_F(RouteTest, OtherSessionsWithACopyFollow) {
  v1::Patch copy;
  create<v1::Deal>(copy, "d1").set_account("Silverfen");
  apply(s2_, copy);
  change<v1::Deal>(patch(), "d1").set_value(5);
  const auto effects = route_from("s1");
  ASSERT_EQ(effects.size(), 3U);
  const StreamEffect* mirror = find(effects, "s2");
  ASSERT_NE(mirror, nullptr);
  EXPECT_TRUE(mirror->mirror);
  EXPECT_EQ(mirror->patch.upsert_size(), 1);
  expect_fits(effects);
}

TEST_F(RouteTest, AClosedSessionIsFrozen) {
  v1::Patch copy;
  create<v1::Deal>(copy, "d1").set_account("Silverfen");
  change<v1::Session>(copy, "s2").set_closed_at_ms(9);
  apply(s2_, copy);
  change<v1::Deal>(patch(), "d1").set_value(5);
  EXPECT_EQ(find(route_from("s1"), "s2"), nullptr);
}

TEST_F(RouteTest, AChangeInTheLibraryReachesTheCopies) {
  change<v1::Deal>(patch(), "d1").set_value(5);
  change<v1::Deal>(patch(), "d2").set_value(6);
  const auto effects = route_from("");
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].stream, "");
  EXPECT_FALSE(effects[0].mirror);
  EXPECT_EQ(effects[1].stream, "s1");
  EXPECT_EQ(effects[1].patch.upsert_size(), 1) << "s1 knows nothing of d2";
  expect_fits(effects);
}

TEST_F(RouteTest, WhatAnotherBoardBuiltUponStaysThere) {
  v1::Patch built;
  create<v1::Objection>(built, "o1").set_as_heard("Too dear");
  create<v1::Drill>(built, "dr1").set_objection("o1");
  apply(s2_, built);
  remove<v1::Objection>(patch(), "o1");
  EXPECT_EQ(find(route_from("s1"), "s2"), nullptr);
  v1::Patch gone;
  remove<v1::Drill>(gone, "dr1");
  apply(s2_, gone);
  EXPECT_NE(find(route_from("s1"), "s2"), nullptr);
}

TEST_F(RouteTest, GroupsAreOfOneBoard) {
  v1::Patch blocker;
  create<v1::Blocker>(blocker, "b1").set_text("No budget");
  apply(library_, blocker);
  apply(s1_, blocker);
  apply(s2_, blocker);
  v1::Patch grouped;
  create<v1::NoteGroup>(grouped, "g2").mutable_members()->add_items("b1");
  change<v1::Blocker>(grouped, "b1").set_group("g2");
  apply(s2_, grouped);

  change<v1::Blocker>(patch(), "b1").set_group("g1");
  EXPECT_EQ(route_from("s1").size(), 1U) << "nothing for the library or the other board";
  change<v1::Blocker>(patch(), "b1").set_text("No budget this year");
  const auto effects = route_from("s1");
  ASSERT_NE(find(effects, ""), nullptr);
  EXPECT_FALSE(find(effects, "")->patch.upsert(0).record().blocker().has_group());
  ASSERT_NE(find(effects, "s2"), nullptr);
  State other = s2_;
  apply(other, find(effects, "s2")->patch);
  EXPECT_EQ(other.get<v1::Blocker>("b1")->group(), "g2");
  EXPECT_EQ(other.get<v1::Blocker>("b1")->text(), "No budget this year");
  decision_ = {};
  remove<v1::Blocker>(patch(), "b1");
  EXPECT_EQ(find(route_from("s1"), "s2"), nullptr) << "it is in a group there";
}

// A change of places fits the stream it was made in; the others take the text that came of it.
TEST_F(RouteTest, WhatIsTypedReachesTheOtherStreamsAsAWhole) {
  v1::Patch filed;
  create<v1::ValueMessage>(filed, "m1").set_today("One head");
  for (State* state : {&library_, &s1_, &s2_}) {
    apply(*state, filed);
  }
  v1::Upsert& upsert = *patch().add_upsert();
  upsert.mutable_record()->set_id("m1");
  upsert.mutable_record()->mutable_value_message();
  v1::TextDelta& delta = *upsert.add_text();
  delta.set_field(v1::ValueMessage::kTodayFieldNumber);
  delta.mutable_change()->add_parts()->set_keep(8);
  delta.mutable_change()->add_parts()->set_insert("s");
  const auto effects = route_from("s1");
  expect_fits(effects);
  const StreamEffect* own = find(effects, "s1");
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(own->patch.upsert(0).text_size(), 1);
  for (const char* stream : {"", "s2"}) {
    const StreamEffect* other = find(effects, stream);
    ASSERT_NE(other, nullptr) << "'" << stream << "'";
    EXPECT_EQ(other->patch.upsert(0).text_size(), 0);
    EXPECT_EQ(other->patch.upsert(0).record().value_message().today(), "One heads");
  }
}

TEST_F(RouteTest, NewMembersComeToEverySession) {
  create<v1::Member>(patch(), "lars").set_name("Lars");
  const auto effects = route_from("");
  EXPECT_EQ(effects.size(), 3U);
  expect_fits(effects);
}

TEST_F(RouteTest, ASharedRecordIsFiledWhenItIsPublic) {
  create<v1::Objection>(patch(), "o2").set_as_heard("Not now");
  const auto effects = route_from("s1");
  ASSERT_NE(find(effects, ""), nullptr);
  EXPECT_EQ(find(effects, "")->patch.upsert(0).record().id(), "o2");
}

TEST_F(RouteTest, AHiddenSharedRecordIsNotFiled) {
  v1::Patch& lane = decision_.lanes.emplace_back(Decision::Lane{{"ben"}, {}}).patch;
  create<v1::Objection>(lane, "o2").set_as_heard("Not now");
  only_for(*lane.mutable_upsert(0), {"ben"});
  decision_.private_act = true;
  const auto effects = route_from("s1");
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_FALSE(effects[0].shows_intent);
  ASSERT_EQ(effects[0].lanes.size(), 1U);
}

TEST_F(RouteTest, TheRevealFilesSharedRecords) {
  v1::Patch hidden;
  create<v1::Objection>(hidden, "o2").set_as_heard("Not now");
  only_for(*hidden.mutable_upsert(0), {"ben"});
  apply(s1_, hidden);
  put_whole(patch(), *s1_.find(kind_of<v1::Objection>(), "o2")).clear_only_for();
  const auto effects = route_from("s1");
  ASSERT_NE(find(effects, ""), nullptr);
  EXPECT_FALSE(find(effects, "")->patch.upsert(0).record().has_only_for());
}

TEST_F(RouteTest, ANarrowSessionKeepsWhatItSays) {
  v1::Patch narrow;
  change<v1::Session>(narrow, "s1").set_replay_audience(v1::REPLAY_AUDIENCE_PAIR);
  create<v1::Response>(narrow, "r1").set_say("Between us");
  apply(s1_, narrow);
  create<v1::Objection>(patch(), "o2").set_as_heard("Not now");
  EXPECT_EQ(find(route_from("s1"), ""), nullptr);

  decision_ = {};
  change<v1::Response>(patch(), "r1").set_library_id("entry");
  const auto effects = route_from("s1");
  ASSERT_NE(find(effects, ""), nullptr) << "publishing is a decision of its own";
  EXPECT_EQ(find(effects, "")->patch.upsert(0).record().response().say(), "Between us");
  expect_fits(effects);
}

TEST_F(RouteTest, RemovalsGoWhereTheRecordIs) {
  remove<v1::Objection>(patch(), "o1");
  const auto effects = route_from("s1");
  EXPECT_TRUE(effects[0].patch.remove().empty()) << "s1 had no copy";
  ASSERT_NE(find(effects, ""), nullptr);
  EXPECT_EQ(find(effects, "")->patch.remove_size(), 1);
  expect_fits(effects);
}

TEST_F(RouteTest, AnOpeningCopiesWithoutChangingTheLibrary) {
  create<v1::Session>(patch(), "s3");
  create<v1::SessionCard>(patch(), "s3").set_title("Why we lose");
  put_whole(patch(), *library_.find(kind_of<v1::Deal>(), "d1"));
  decision_.opens_session = "s3";
  const auto effects = route_from("");
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].stream, "");
  ASSERT_EQ(effects[0].patch.upsert_size(), 1);
  EXPECT_TRUE(effects[0].patch.upsert(0).record().has_session_card());
  EXPECT_EQ(effects[1].stream, "s3");
  EXPECT_EQ(effects[1].patch.upsert_size(), 3);
  EXPECT_FALSE(effects[1].mirror);
}

TEST_F(RouteTest, PrivateLibraryRecordsStayInTheirLane) {
  v1::Patch& lane = decision_.lanes.emplace_back(Decision::Lane{{"ben", "imelda"}, {}}).patch;
  create<v1::MemberProgress>(lane, "p/ben").set_target(5);
  only_for(*lane.mutable_upsert(0), {"ben", "imelda"});
  const auto effects = route_from("");
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].lanes.size(), 1U);
}

class EventTest : public ::testing::Test {
 protected:
  EventTest() {
    stamp_.seq = 7;
    stamp_.at_ms = 1000;
    stamp_.actor = "ben";
    stamp_.client_id = "client-of-ben";
    stamp_.cmd_no = 3;
    stamp_.body_hash = 99;
    stamp_.library_seq = 4;
    intent_.mutable_edit_record()->mutable_record()->mutable_note()->set_text("words");
    create<v1::Stage>(effect_.patch, "diagnose").set_hidden_count(1);
  }

  static v1::Event parse(const std::string& bytes) {
    v1::Event event;
    EXPECT_TRUE(event.ParseFromString(bytes));
    return event;
  }

  EventStamp stamp_;
  v1::Command intent_;
  StreamEffect effect_;
};

TEST_F(EventTest, AnOpenActIsSigned) {
  const v1::StoredEvent event = make_event(effect_, stamp_, intent_);
  const v1::Event shown = parse(event.public_part());
  EXPECT_EQ(shown.seq(), 7U);
  EXPECT_EQ(shown.at_ms(), 1000);
  EXPECT_EQ(shown.actor(), "ben");
  EXPECT_EQ(shown.client_id(), "client-of-ben");
  EXPECT_EQ(shown.cmd_no(), 3U);
  EXPECT_EQ(shown.library_seq(), 4U);
  EXPECT_TRUE(shown.intent().has_edit_record());
  EXPECT_EQ(event.client_id(), "client-of-ben");
  EXPECT_EQ(event.body_hash(), 99U);
  EXPECT_EQ(event.lanes_size(), 0);
}

TEST_F(EventTest, ItsBytesAreThoseOfTheLibrary) {
  v1::StoredEvent event = make_event(effect_, stamp_, intent_);
  EXPECT_EQ(event.public_part(), parse(event.public_part()).SerializeAsString());
  effect_.lanes.push_back({{"ben"}, effect_.patch});
  effect_.shows_intent = false;
  event = make_event(effect_, stamp_, intent_);
  EXPECT_EQ(event.public_part(), parse(event.public_part()).SerializeAsString());
  EXPECT_EQ(event.lanes(0).event(), parse(event.lanes(0).event()).SerializeAsString());
  effect_.mirror = true;
  event = make_event(effect_, stamp_, intent_);
  EXPECT_EQ(event.public_part(), parse(event.public_part()).SerializeAsString());
  event = make_event({}, {}, intent_);
  EXPECT_EQ(event.public_part(), parse(event.public_part()).SerializeAsString());
}

TEST_F(EventTest, APrivateActShowsNobodyAndAcknowledgesItsAuthor) {
  effect_.shows_intent = false;
  effect_.lanes.push_back({{"ben"}, {}});
  const v1::StoredEvent event = make_event(effect_, stamp_, intent_);
  for (const char* word : {"ben", "client", "words"}) {
    EXPECT_EQ(event.public_part().find(word), std::string::npos) << word;
  }
  ASSERT_EQ(event.lanes_size(), 1);
  EXPECT_EQ(parse(event.lanes(0).event()).cmd_no(), 3U);
  EXPECT_EQ(parse(event.lanes(0).event()).seq(), 7U);
  EXPECT_EQ(parse(event.lanes(0).event()).actor(), "ben");
}

TEST_F(EventTest, APrivateActWithoutALaneStillAcknowledges) {
  effect_.shows_intent = false;
  effect_.lanes.push_back({{"hugo"}, {}});
  const v1::StoredEvent event = make_event(effect_, stamp_, intent_);
  ASSERT_EQ(event.lanes_size(), 2);
  EXPECT_EQ(parse(event.lanes(0).event()).client_id(), "") << "hugo gets no echo of ben's";
  EXPECT_EQ(event.lanes(1).members(0), "ben");
  EXPECT_EQ(parse(event.lanes(1).event()).client_id(), "client-of-ben");
}

TEST_F(EventTest, APrivateActWithNothingToShowHasNoPublicPart) {
  effect_.shows_intent = false;
  effect_.patch.Clear();
  effect_.lanes.push_back({{"ben"}, {}});
  EXPECT_TRUE(make_event(effect_, stamp_, intent_).public_part().empty());
}

TEST_F(EventTest, AMirrorIsTheServersOwn) {
  effect_.mirror = true;
  const v1::StoredEvent event = make_event(effect_, stamp_, intent_);
  const v1::Event shown = parse(event.public_part());
  EXPECT_TRUE(shown.intent().has_mirror_library());
  EXPECT_EQ(shown.actor(), "");
  EXPECT_EQ(shown.client_id(), "");
  EXPECT_EQ(event.client_id(), "");
  EXPECT_EQ(event.cmd_no(), 0U);
}

}  // namespace
}  // namespace swarmboard::board
