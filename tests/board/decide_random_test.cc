// Sessions in which people do anything at any time. Nothing here says what must come out: the
// builder checks after every event that the invariants hold and that everybody folds to what they
// may see, and the end is compared with a fold from nothing.
#include <random>

#include <gtest/gtest.h>

#include "server/board/apply.h"
#include "server/board/decide_clock.h"
#include "server/board/snapshot.h"
#include "server/board/templates.h"
#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;

const std::vector<std::string> kPeople = {"amara", "ben",    "chidi", "farah",
                                          "greta", "imelda", "jonas", "mallory"};

class Chaos {
 public:
  Chaos(std::uint64_t seed, const Template& origin) : random_(seed), template_(origin) {
    board_.usual_team();
    EXPECT_TRUE(board_.open("greta", "s", std::string(origin.id)).ok());
    for (const std::string& each : kPeople) {
      board_.join(each);
    }
  }

  void act() {
    board_.later(pick(0, 20'000));
    const std::string who = one_of(kPeople);
    switch (pick(0, 28)) {
      case 0:
        pick(0, 2) == 0 ? board_.leave(who) : board_.lose(who);
        break;
      case 1:
      case 2:
        board_.join(who);
        break;
      case 3:
        board_.rejoin(who);
        break;
      case 4:
        board_.claim(who);
        break;
      case 5:
        board_.vacate();
        break;
      case 6:
        board_.hand_over(leader(), who);
        break;
      case 7:
        board_.assign(leader(), static_cast<v1::SessionRole>(pick(0, 8)), who);
        break;
      case 8:
        board_.start(leader(), stage(), pick(0, 9) == 0);
        break;
      case 9:
        board_.reveal(leader(), stage());
        break;
      case 10:
        board_.open_vote(leader(), fresh("v"), {card(), card()}, pick(0, 1) == 0);
        break;
      case 11:
        vote(who);
        break;
      case 12:
        group(who);
        break;
      case 13:
        audience(who);
        break;
      case 14:
        board_.seal(who, ++made_, v1::NOTE_KIND_UNSAID, "unsaid");
        break;
      case 15:
        remove(who);
        break;
      case 16:
      case 17:
        clock();
        break;
      case 18:
        more_time(who);
        break;
      case 19:
        share(who);
        break;
      default:
        write(who);
    }
  }

  void finish() {
    board_.close(leader());
    // A fold from nothing ends where the live one did.
    State again;
    for (const v1::StoredEvent& event : board_.events()) {
      ASSERT_TRUE(apply_stored(again, event).has_value());
    }
    EXPECT_EQ(state_hash(again), state_hash(board_.session()));
  }

  [[nodiscard]] std::size_t events() const { return board_.events().size(); }

 private:
  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }

  template <class List>
  std::string one_of(const List& list) {
    return std::string(
        list[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(list.size()) - 1))]);
  }

  // Mostly somebody who may lead, so that something happens.
  std::string leader() {
    const v1::Seat* seat = seat_of(board_.session());
    return pick(0, 9) > 0 && seat->has_holder() ? seat->holder() : one_of(kPeople);
  }

  std::string stage() {
    const auto index = pick(0, static_cast<std::int64_t>(template_.stages.size()) - 1);
    return std::string(template_.stages[static_cast<std::size_t>(index)].key);
  }

  std::string fresh(const std::string& stem) { return stem + std::to_string(++made_); }

  std::string card() { return "n" + std::to_string(pick(1, made_ + 1)); }

  void write(const std::string& who) {
    if (pick(0, 3) == 0) {
      board_.objection(who, fresh("n"), "As we heard it");
      return;
    }
    // Mostly a kind that fits.
    const auto running = stage_running(board_.session());
    auto kind = static_cast<v1::NoteKind>(pick(0, 17));
    if (running && pick(0, 4) > 0 && !running->allowed_notes().items().empty()) {
      kind = static_cast<v1::NoteKind>(running->allowed_notes().items(0));
    }
    board_.note(who, fresh("n"), kind, "A card");
  }

  void remove(const std::string& who) {
    v1::Command command;
    command.mutable_remove_record()->mutable_target()->set_kind(kind_of<v1::Note>());
    command.mutable_remove_record()->mutable_target()->set_id(card());
    board_.does(who, command);
  }

  void group(const std::string& who) {
    v1::Command command;
    command.mutable_group_cards()->set_id("g" + std::to_string(pick(1, 5)));
    for (std::int64_t i = pick(0, 3); i > 0; --i) {
      command.mutable_group_cards()->add_ids(card());
    }
    board_.does(who, command);
  }

  void vote(const std::string& who) {
    std::string open;
    board_.session().each<v1::Vote>([&](const std::string& id, const v1::Vote&) { open = id; });
    if (pick(0, 4) == 0) {
      board_.close_vote(leader(), open);
      return;
    }
    std::vector<std::string> on;
    if (const auto* vote = board_.session().get<v1::Vote>(open)) {
      for (std::int64_t i = pick(0, 4); i > 0; --i) {
        on.push_back(one_of(std::vector<std::string>(vote->targets().items().begin(),
                                                     vote->targets().items().end())));
      }
    }
    board_.cast(who, open, on);
  }

  void audience(const std::string& who) {
    v1::Command command;
    const auto to = static_cast<v1::ReplayAudience>(pick(2, 6));
    if (pick(0, 1) == 0) {
      command.mutable_narrow_audience()->set_replay_audience(to);
    } else {
      command.mutable_widen_audience()->set_replay_audience(to);
    }
    board_.does(who, command);
  }

  void clock() {
    v1::Command command;
    switch (pick(0, 3)) {
      case 0:
        command.mutable_pause_clock();
        break;
      case 1:
        command.mutable_resume_clock();
        break;
      case 2:
        command.mutable_extend_stage()->set_add_min(1);
        break;
      default:
        command.mutable_open_time_poll();
    }
    board_.does(leader(), command);
  }

  void more_time(const std::string& who) {
    const std::string poll = open_time_poll(board_.session());
    v1::Command command;
    if (pick(0, 3) == 0) {
      command.mutable_close_time_poll()->set_poll(poll);
      board_.server_does(command);
      return;
    }
    command.mutable_answer_time_poll()->set_poll(poll);
    command.mutable_answer_time_poll()->set_answer(static_cast<v1::MoreTime>(pick(0, 4)));
    board_.does(who, command);
  }

  void share(const std::string& who) {
    v1::Command command;
    if (pick(0, 2) == 0) {
      command.mutable_answer_worth()->set_worth(static_cast<v1::Worth>(pick(0, 4)));
      board_.does(who, command);
      return;
    }
    command.mutable_share_power()->set_member(who);
    command.mutable_share_power()->set_power(static_cast<v1::Power>(pick(0, 4)));
    command.mutable_share_power()->set_take_back(pick(0, 1) == 0);
    board_.does(leader(), command);
  }

  std::mt19937_64 random_;
  const Template& template_;
  BoardBuilder board_;
  std::uint32_t made_ = 0;
};

TEST(DecideRandom, NoOrderOfActsBreaksABoard) {
  constexpr std::uint64_t kSeeds = 32;
  constexpr int kActs = 300;
  std::size_t events = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds && !::testing::Test::HasFailure(); ++seed) {
    const Template& origin = all_templates()[seed % all_templates().size()];
    SCOPED_TRACE("seed " + std::to_string(seed) + ", " + std::string(origin.id));
    Chaos chaos(seed, origin);
    for (int i = 0; i < kActs; ++i) {
      chaos.act();
    }
    chaos.finish();
    events += chaos.events();
  }
  EXPECT_GT(events, 32 * 50U) << "most acts are refused: this tests too little";
}

}  // namespace
}  // namespace swarmboard::board
