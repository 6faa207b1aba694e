#include "tests/faults/crash/script_host.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <unistd.h>
#include <utility>

#include "persistence/rocksdb_journal.h"
#include "tests/faults/crash/script_log.h"

namespace swarmboard::faults {
namespace {

constexpr std::chrono::seconds kPatience{20};

// By one call each: what was said before the program is stopped is heard.
void say(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("nobody hears the script");
  }
}

std::string name_of(const room::Peer& peer, std::uint32_t sub, std::uint64_t number) {
  const std::string& session = peer.subs.at(sub).session;
  return (session.empty() ? "-" : session) + " " + to_hex(peer.member + "/" + peer.client_id) +
         " " + std::to_string(number);
}

bool is_refused(const room::Peer& peer, std::uint32_t sub, std::uint64_t number) {
  return std::ranges::any_of(peer.frames, [&](const v1::ServerFrame& frame) {
    return frame.has_nack() && frame.nack().sub() == sub && frame.nack().cmd_no() == number;
  });
}

bool is_saved(const room::Peer& peer, std::uint32_t sub, std::uint64_t number) {
  const auto& saved = peer.subs.at(sub).saved;
  return std::ranges::find(saved, number) != saved.end();
}

}  // namespace

ScriptHost::ScriptHost(const std::string& folder)
    : random_(static_cast<std::uint64_t>(std::hash<std::string>{}(folder)) | 1U) {
  persistence::RocksDbOptions options;
  options.folder = folder;
  options.free_bytes_min = 0;
  options.free_percent_min = 0;
  persistence::OpenedJournal opened = persistence::RocksDbJournal::open(std::move(options));
  if (opened.journal == nullptr) {
    throw std::runtime_error("the journal was not opened: " + opened.detail);
  }
  journal_ = std::move(opened.journal);
  room::TeamDeps deps{.journal = *journal_,
                      .clock = clock_,
                      .post = [this](std::function<void()> task) { post(std::move(task)); },
                      .random_16 =
                          [this] {
                            std::string bytes(16, '\0');
                            for (char& byte : bytes) {
                              random_ = random_ * 6364136223846793005U + 1442695040888963407U;
                              byte = static_cast<char>(random_ >> 56U);
                            }
                            return bytes;
                          },
                      .on_fatal = [](const std::string& why) { throw std::runtime_error(why); },
                      .counters = counters_,
                      .server_id = 7,
                      .check_every_events = 1};
  team_ = std::make_unique<room::Team>("team", std::move(deps));
  bool started = false;
  team_->start([&](boost::system::error_code failed) {
    if (failed) {
      throw std::runtime_error("the team was not loaded: " + failed.message());
    }
    started = true;
  });
  run_until([&] { return started; }, "the start of the team");
}

ScriptHost::~ScriptHost() {
  if (journal_ != nullptr) {
    journal_->close();
  }
}

void ScriptHost::post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  posted_.notify_one();
}

void ScriptHost::run_until(const std::function<bool()>& holds, const std::string& what) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      if (!posted_.wait_until(lock, deadline, [this] { return !tasks_.empty(); })) {
        throw std::runtime_error(what + " takes too long");
      }
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

std::unique_ptr<room::Peer> ScriptHost::enter(const std::string& member,
                                              const std::string& client) {
  std::string id = client;
  id.resize(16, '.');
  auto peer = std::make_unique<room::Peer>(*team_, clock_, member, id);
  peer->redeem = [member](const std::string&, const auto& done) {
    done(room::Identity{"team", member});
  };
  peer->hello();
  run_until([&] { return !peer->frames_of(v1::ServerFrame::kWelcome).empty(); }, "a welcome");
  return peer;
}

void ScriptHost::join(room::Peer& peer, std::uint32_t sub, const std::string& session) {
  peer.join(sub, session);
  run_until([&] { return peer.sub(sub).joined.has_value(); }, "joining " + session);
  peer.sub(sub).next_cmd = peer.sub(sub).joined->last_cmd_no() + 1;
}

void ScriptHost::await_answers(room::Peer& peer, std::uint32_t sub, std::uint64_t from) {
  for (std::uint64_t number = from; number < peer.sub(sub).next_cmd; ++number) {
    run_until([&] { return is_saved(peer, sub, number) || is_refused(peer, sub, number); },
              "the answer to command " + std::to_string(number));
    say((is_saved(peer, sub, number) ? "ok " : "refused ") + name_of(peer, sub, number));
  }
}

void ScriptHost::submit_all(room::Peer& peer, std::uint32_t sub,
                            const std::vector<v1::Command>& commands) {
  const std::uint64_t from = peer.sub(sub).next_cmd;
  for (const v1::Command& command : commands) {
    say("invoke " + name_of(peer, sub, peer.sub(sub).next_cmd) + " " +
        to_hex(command.SerializeAsString()));
    peer.submit(sub, command);
  }
  await_answers(peer, sub, from);
}

void ScriptHost::submit(room::Peer& peer, std::uint32_t sub, const v1::Command& command) {
  submit_all(peer, sub, {command});
}

void ScriptHost::submit_card(room::Peer& peer, std::uint32_t sub, const std::string& id,
                             const std::string& text) {
  const std::size_t before = peer.frames_of(v1::ServerFrame::kAnonymousSaved).size();
  v1::ClientFrame frame;
  v1::SubmitAnonymous& card = *frame.mutable_submit_anonymous();
  card.set_sub(sub);
  card.set_note_id(id);
  card.set_secret(std::string(16, 's'));
  card.set_kind(v1::NOTE_KIND_UNSAID);
  card.set_text(text);
  peer.say(frame);
  run_until([&] { return peer.frames_of(v1::ServerFrame::kAnonymousSaved).size() > before; },
            "the answer to a card");
  const auto answers = peer.frames_of(v1::ServerFrame::kAnonymousSaved);
  if (answers.back().anonymous_saved().refused() != v1::REJECT_REASON_UNSPECIFIED) {
    throw std::runtime_error("a card was refused");
  }
  say("card " + to_hex(id));
}

void ScriptHost::add_member(const std::string& member) {
  v1::Command command;
  command.mutable_add_member()->set_member_id(member);
  command.mutable_add_member()->set_name(member);
  command.mutable_add_member()->set_role(v1::MEMBER_ROLE_REP);
  bool done = false;
  team_->act("", command, "", true, [&](room::ActResult result) {
    if (!result.ok) {
      throw std::runtime_error(member + " was not added: " + result.refusal.detail);
    }
    done = true;
  });
  run_until([&] { return done; }, "adding a member");
}

void ScriptHost::put_setting(const std::string& key, const std::string& value) {
  bool done = false;
  journal_->put_setting(key, value, [&](boost::system::error_code failed) {
    post([&done, failed] {
      if (failed) {
        throw std::runtime_error("a setting was not kept: " + failed.message());
      }
      done = true;
    });
  });
  run_until([&] { return done; }, "a setting");
  say("setting " + key);
}

void ScriptHost::stop() {
  bool done = false;
  team_->stop(0, [&] { done = true; });
  run_until([&] { return done; }, "the stop of the team");
  team_.reset();
  journal_->close();
  journal_.reset();
}

}  // namespace swarmboard::faults
