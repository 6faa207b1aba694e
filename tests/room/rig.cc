#include "tests/room/rig.h"

#include <utility>

#include <gtest/gtest.h>

#include "server/board/apply.h"
#include "server/board/kinds.h"
#include "server/wire/codec.h"

namespace swarmboard::room {

using namespace persistence;  // NOLINT(google-build-using-namespace): the wrapper names all of it.

void HoldingJournal::acquire(std::string team, Callback<Result<Tenure>> done) {
  memory.acquire(std::move(team), std::move(done));
}

void HoldingJournal::release(Tenure tenure) {
  memory.release(std::move(tenure));
}

void HoldingJournal::append(const Tenure& tenure, Group group, Callback<AppendResult> done) {
  ++appends;
  groups.push_back(group);
  held_.push_back({tenure, std::move(group), std::move(done)});
  if (!holding) {
    release_all();
  }
}

void HoldingJournal::release_one(AppendState state) {
  ASSERT_FALSE(held_.empty());
  Held held = std::move(held_.front());
  held_.pop_front();
  if (state == AppendState::Durable) {
    memory.append(held.tenure, std::move(held.group), std::move(held.done));
  } else {
    held.done({state, 0});
  }
}

void HoldingJournal::release_all() {
  while (!held_.empty()) {
    release_one();
  }
}

void HoldingJournal::resolve(const Tenure& tenure, std::string stream,
                             Callback<Result<Head>> done) {
  memory.resolve(tenure, std::move(stream), std::move(done));
}

void HoldingJournal::head(StreamName name, Callback<Result<Head>> done) {
  memory.head(std::move(name), std::move(done));
}

void HoldingJournal::read(StreamName name, std::uint64_t from, ReadLimits limits,
                          Callback<Result<UnitPage>> done) {
  ++reads;
  memory.read(std::move(name), from, limits, std::move(done));
}

void HoldingJournal::keyframe_at(StreamName name, std::uint64_t seq_max,
                                 std::uint32_t state_version,
                                 Callback<Result<std::optional<KeyframeBytes>>> done) {
  memory.keyframe_at(std::move(name), seq_max, state_version, std::move(done));
}

void HoldingJournal::put_keyframe(std::string team, KeyframeBytes keyframe,
                                  Callback<boost::system::error_code> done) {
  keyframes.push_back(keyframe);
  memory.put_keyframe(std::move(team), std::move(keyframe), std::move(done));
}

void HoldingJournal::read_sealed(StreamName name, std::string bucket,
                                 Callback<Result<std::vector<SealedEntry>>> done) {
  memory.read_sealed(std::move(name), std::move(bucket), std::move(done));
}

void HoldingJournal::teams(Callback<Result<std::vector<std::string>>> done) {
  memory.teams(std::move(done));
}

void HoldingJournal::streams(std::string team, Callback<Result<std::vector<std::string>>> done) {
  memory.streams(std::move(team), std::move(done));
}

void HoldingJournal::put_setting(std::string key, std::optional<std::string> value,
                                 Callback<boost::system::error_code> done) {
  memory.put_setting(std::move(key), std::move(value), std::move(done));
}

void HoldingJournal::settings(std::string prefix, Callback<Result<std::vector<SealedEntry>>> done) {
  memory.settings(std::move(prefix), std::move(done));
}

void HoldingJournal::raise_epoch(persistence::EpochChange change,
                                 Callback<Result<std::uint64_t>> done) {
  memory.raise_epoch(std::move(change), std::move(done));
}

void HoldingJournal::epochs(Callback<Result<std::vector<persistence::EpochChange>>> done) {
  memory.epochs(std::move(done));
}

std::unique_ptr<persistence::Subscription> HoldingJournal::follow(
    StreamName name, std::uint64_t from, std::function<void(const Unit&)> on_unit) {
  return memory.follow(std::move(name), from, std::move(on_unit));
}

Health HoldingJournal::health() const {
  Health health = memory.health();
  health.writable = writable;
  return health;
}

void HoldingJournal::close() {
  memory.close();
}

Peer::Peer(Team& team, Clock&, std::string who, std::string client)
    : member(std::move(who)), client_id(std::move(client)) {
  redeem = [this](const std::string& ticket, const auto& done) {
    done(ticket == "good" ? std::optional<Identity>(Identity{"north", member}) : std::nullopt);
  };
  link_ = std::make_unique<Link>(team, *this, [this](std::string ticket, auto done) {
    redeem(std::move(ticket), std::move(done));
  });
}

Peer::~Peer() = default;

void Peer::send(const Block& block) {
  ASSERT_TRUE(is_ready) << "sent without being ready";
  blocks.push_back(block);
  is_ready = !takes_one_block;
  std::string_view bytes = *block;
  if (bytes.starts_with(*wire::ping_block())) {
    ++pings;
    bytes.remove_prefix(wire::ping_block()->size());
    if (bytes.empty()) {
      return;
    }
  }
  ASSERT_GE(bytes.size(), 2U);
  const auto length = static_cast<unsigned char>(bytes[1]);
  const std::size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
  v1::ServerMessage message;
  ASSERT_TRUE(message.ParseFromString(std::string(bytes.substr(header))));
  for (const v1::ServerFrame& frame : message.frames()) {
    take(frame);
  }
}

void Peer::close(std::uint16_t code, const std::string&) {
  close_code = code;
}

void Peer::abort() {
  aborted = true;
}

void Peer::writable() {
  is_ready = true;
  link_->on_writable();
}

void Peer::say(const v1::ClientFrame& frame) {
  v1::ClientMessage message;
  *message.add_frames() = frame;
  link_->on_message(message.SerializeAsString(), true);
}

void Peer::hello(const std::string& ticket) {
  v1::ClientFrame frame;
  frame.mutable_hello()->set_proto_major(1);
  frame.mutable_hello()->set_client_id(client_id);
  frame.mutable_hello()->set_ticket(ticket);
  say(frame);
}

void Peer::join(std::uint32_t number, const std::string& session,
                const std::optional<v1::ResumeToken>& have) {
  Sub& entry = subs[number];
  entry.session = session;
  v1::ClientFrame frame;
  frame.mutable_join()->set_sub(number);
  frame.mutable_join()->set_session_id(session);
  if (have) {
    *frame.mutable_join()->mutable_have() = *have;
    entry.token = *have;
  }
  say(frame);
}

std::uint64_t Peer::submit(std::uint32_t number, const v1::Command& command) {
  const std::uint64_t cmd_no = subs[number].next_cmd++;
  submit_as(number, cmd_no, command);
  return cmd_no;
}

void Peer::submit_as(std::uint32_t number, std::uint64_t cmd_no, const v1::Command& command) {
  const std::string bytes = command.SerializeAsString();
  v1::ClientFrame frame;
  v1::Submit* submit = frame.mutable_submit();
  submit->set_sub(number);
  submit->set_cmd_no(cmd_no);
  submit->set_command(bytes);
  submit->set_body_hash(wire::body_hash(bytes));
  say(frame);
}

void Peer::drop() {
  link_->on_closed();
  link_.reset();
}

void Peer::take(const v1::ServerFrame& frame) {
  frames.push_back(frame);
  switch (frame.body_case()) {
    case v1::ServerFrame::kJoined: {
      Sub& entry = subs[frame.joined().sub()];
      entry.joined = frame.joined();
      entry.ref = frame.joined().stream_ref();
      entry.token.set_epoch(frame.joined().epoch());
      break;
    }
    case v1::ServerFrame::kSnapshot:
      return take_snapshot(frame.snapshot());
    case v1::ServerFrame::kEvents:
      return take_batch(frame.events());
    case v1::ServerFrame::kLeft:
      subs[frame.left().sub()].left = frame.left().reason();
      break;
    case v1::ServerFrame::kTick:
      for (const v1::StreamHead& head : frame.tick().heads()) {
        for (auto& [number, entry] : subs) {
          if (entry.ref == head.stream_ref()) {
            EXPECT_GE(head.head(), entry.token.seq());
            entry.token.set_seq(head.head());
            entry.token.set_chain(head.chain());
          }
        }
      }
      break;
    default:
      break;
  }
}

void Peer::take_snapshot(const v1::SnapshotPart& part) {
  Sub& entry = subs[part.sub()];
  entry.snapshot += part.data();
  if (part.part() + 1 < part.parts()) {
    return;
  }
  v1::Snapshot snapshot;
  ASSERT_TRUE(snapshot.ParseFromString(entry.snapshot));
  entry.snapshot.clear();
  entry.state = {};
  for (const v1::Record& record : snapshot.records()) {
    entry.state.put(std::make_shared<const v1::Record>(record));
  }
  entry.token.set_seq(snapshot.seq());
  entry.token.set_chain(snapshot.chain());
}

void Peer::take_batch(const v1::EventBatch& batch) {
  for (auto& [number, entry] : subs) {
    if (entry.ref != batch.stream_ref() || entry.left) {
      continue;
    }
    ASSERT_EQ(batch.from(), entry.token.seq() + 1) << "a gap for " << member;
    for (const v1::Event& event : batch.events()) {
      entry.events.push_back(event);
      EXPECT_TRUE(board::apply_patch(entry.state, event.patch()).has_value());
      if (event.client_id() == client_id && event.actor() == member) {
        entry.saved.push_back(event.cmd_no());
      }
    }
    entry.token.set_seq(batch.to());
    entry.token.set_chain(batch.chain_to());
  }
}

std::vector<v1::ServerFrame> Peer::frames_of(v1::ServerFrame::BodyCase body) const {
  std::vector<v1::ServerFrame> found;
  for (const v1::ServerFrame& frame : frames) {
    if (frame.body_case() == body) {
      found.push_back(frame);
    }
  }
  return found;
}

const v1::Nack* Peer::last_nack() const {
  const v1::Nack* last = nullptr;
  for (const v1::ServerFrame& frame : frames) {
    if (frame.has_nack()) {
      last = &frame.nack();
    }
  }
  return last;
}

Rig::Rig() {
  start_team();
}

Rig::~Rig() = default;

void Rig::start_team() {
  TeamDeps deps{.journal = journal,
                .clock = clock,
                .post = [this](std::function<void()> task) { posted_.push_back(std::move(task)); },
                .random_16 =
                    [this] {
                      std::string bytes(16, '\0');
                      std::uint64_t value = random_++ * 0x9E3779B97F4A7C15U;
                      for (char& byte : bytes) {
                        byte = static_cast<char>(value);
                        value = value * 6364136223846793005U + 1442695040888963407U;
                        value ^= value >> 29;
                      }
                      return bytes;
                    },
                .on_fatal = [this](std::string why) { fatal.push_back(std::move(why)); },
                .counters = counters,
                .server_id = 7,
                .check_every_events = 1};
  team = std::make_unique<Team>("north", std::move(deps));
  team->start([](boost::system::error_code failed) { EXPECT_FALSE(failed) << failed.message(); });
  run();
}

void Rig::stop_team() {
  team.reset();
  posted_.clear();
}

void Rig::run() {
  while (!posted_.empty()) {
    const auto task = std::move(posted_.front());
    posted_.pop_front();
    task();
  }
}

void Rig::pass(std::int64_t us) {
  for (std::int64_t passed = 0; passed < us; passed += 50'000) {
    clock.mono += 50'000;
    clock.wall += 50;
    team->on_timer();
    run();
  }
}

std::unique_ptr<Peer> Rig::peer(const std::string& member, const std::string& client) {
  std::string id = client.empty() ? member + std::to_string(++peers_) : client;
  id.resize(16, '.');
  return std::make_unique<Peer>(*team, clock, member, id);
}

std::unique_ptr<Peer> Rig::in_session(const std::string& member, const std::string& session) {
  auto made = peer(member);
  made->hello();
  made->join(1, session);
  run();
  EXPECT_TRUE(made->sub(1).joined) << member;
  return made;
}

ActResult Rig::act(const std::string& stream, const v1::Command& command,
                   const std::string& actor) {
  std::optional<ActResult> result;
  team->act(stream, command, actor, actor.empty(),
            [&](ActResult came) { result = std::move(came); });
  run();
  EXPECT_TRUE(result);
  return result.value_or(ActResult{});
}

void Rig::add_members(const std::vector<std::string>& members) {
  for (const std::string& member : members) {
    v1::Command command;
    command.mutable_add_member()->set_member_id(member);
    command.mutable_add_member()->set_name(member);
    command.mutable_add_member()->set_role(v1::MEMBER_ROLE_REP);
    const ActResult result = act("", command, "");
    EXPECT_TRUE(result.ok) << result.refusal.detail;
  }
}

void Rig::open_session(const std::vector<std::string>& members, const std::string& id) {
  v1::Command open;
  open.mutable_open_session()->set_session_id(id);
  open.mutable_open_session()->set_template_id("team_retro_60");
  open.mutable_open_session()->mutable_topic()->set_kind(v1::TOPIC_KIND_TEAM_RETRO);
  open.mutable_open_session()->mutable_topic()->set_title("What blocks us");
  ActResult result = act("", open, members.front());
  EXPECT_TRUE(result.ok) << result.refusal.detail;
  const board::State session = durable(id);
  const auto* body = session.get<v1::Session>(id);
  ASSERT_NE(body, nullptr);
  for (std::size_t at = 1; at < members.size(); ++at) {
    v1::Command join;
    join.mutable_join_session()->set_accepts_replay_audience(body->replay_audience());
    result = act(id, join, members[at]);
    EXPECT_TRUE(result.ok) << result.refusal.detail;
  }
}

void Rig::start_stage(const std::string& stage, bool off_record) {
  v1::Command command;
  command.mutable_start_stage()->set_stage(stage);
  command.mutable_start_stage()->set_off_record(off_record);
  const ActResult result = act("s1", command, "ana");
  EXPECT_TRUE(result.ok) << result.refusal.detail;
}

board::State Rig::durable(const std::string& session) {
  board::State copy;
  team->with_session(session, [&](const board::State* state, Head) {
    if (state != nullptr) {
      copy = *state;
    }
  });
  run();
  return copy;
}

v1::Command a_note(const std::string& id, const std::string& text, v1::NoteKind kind) {
  v1::Command command;
  command.mutable_edit_record()->set_create(true);
  v1::Record* record = command.mutable_edit_record()->mutable_record();
  record->set_id(id);
  record->mutable_note()->set_kind(kind);
  record->mutable_note()->set_text(text);
  return command;
}

}  // namespace swarmboard::room
