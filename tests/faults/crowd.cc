#include "tests/faults/crowd.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>
#include <utility>

#include "server/app/play/http_client.h"

#include "swarmboard/v1/command.pb.h"

namespace swarmboard::faults {
namespace {

constexpr int kAtRestPatienceMs = 30'000;
constexpr std::chrono::milliseconds kAgainAfter{20};  // Between two tries to connect.

void add_member(v1::LoadFixture& fixture, const std::string& id) {
  v1::Record& record = *fixture.add_records();
  record.set_id(id);
  record.mutable_member()->set_name("Name of " + id);
  record.mutable_member()->set_role(v1::MEMBER_ROLE_REP);
  record.mutable_member()->set_active(true);
}

std::string member_of(const std::string& session, std::size_t at) {
  return session + "-m" + std::to_string(at);
}

void load_members(const std::string& url, const CrowdShape& shape,
                  const std::vector<std::string>& sessions) {
  v1::LoadFixture fixture;
  v1::Record& team = *fixture.add_records();
  team.set_id("team");
  team.mutable_team()->set_name("The crowd");
  for (const std::string& session : sessions) {
    for (std::size_t at = 0; at < shape.members_per_session; ++at) {
      add_member(fixture, member_of(session, at));
    }
  }
  play::HttpClient http(url);
  const play::HttpAnswer answer =
      http.post("/api/demo/fixture", fixture.SerializeAsString(), "application/x-protobuf");
  if (!answer.ok()) {
    throw std::runtime_error("the members were not loaded: " + answer.body);
  }
}

}  // namespace

Crowd::Crowd(const std::string& url, const CrowdShape& shape, std::uint64_t seed) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < shape.sessions; ++i) {
    names.push_back(shape.sessions_prefix + std::to_string(i));
  }
  load_members(url, shape, names);
  for (const std::string& session : names) {
    for (std::size_t at = 0; at < shape.members_per_session; ++at) {
      auto slot = std::make_unique<Slot>();
      slot->loader = std::make_unique<Loader>(url, Seat{session, member_of(session, at)},
                                              seed + slots_.size(), acknowledged_);
      if (!slot->loader->connect()) {
        throw std::runtime_error(member_of(session, at) + " cannot connect");
      }
      if (at == 0) {
        slot->loader->open_session();
      } else {
        slot->loader->join_session();
      }
      slots_.push_back(std::move(slot));
    }
  }
  for (const auto& slot : slots_) {
    slot->thread = std::thread([this, &slot = *slot] { run(slot); });
  }
}

Crowd::~Crowd() {
  change(Mode::Stop, 0);
  for (const auto& slot : slots_) {
    slot->thread.join();
  }
}

// Whether the loader has come to where the mode wants it.
bool Crowd::step(Loader& loader, Mode mode) {
  switch (mode) {
    case Mode::Work:
      if (loader.connect()) {
        loader.work();
      }
      return true;
    case Mode::Settle:
      return loader.connect() && loader.settle() && loader.is_connected();
    case Mode::Cut:
      loader.rest();
      return !loader.is_connected();
    case Mode::Freeze:
    case Mode::Stop:
      break;
  }
  return true;
}

void Crowd::run(Slot& slot) {
  std::unique_lock lock(mutex_);
  while (mode_ != Mode::Stop) {
    const Mode mode = mode_;
    if (slot.reached == mode && mode != Mode::Work) {
      // Nothing of the loader is touched until the mode changes.
      changed_.wait(lock, [&] { return mode_ != mode; });
      continue;
    }
    lock.unlock();
    const bool reached = step(*slot.loader, mode);
    lock.lock();
    if (reached) {
      slot.reached = mode;
      changed_.notify_all();
    }
    if (!slot.loader->is_connected() && mode == mode_) {
      changed_.wait_for(lock, kAgainAfter, [&] { return mode_ != mode; });
    }
  }
}

bool Crowd::change(Mode mode, int patience_ms) {
  std::unique_lock lock(mutex_);
  mode_ = mode;
  changed_.notify_all();
  return changed_.wait_for(lock, std::chrono::milliseconds(patience_ms), [&] {
    return std::ranges::all_of(slots_, [&](const auto& slot) { return slot->reached == mode; });
  });
}

void Crowd::work() {
  change(Mode::Work, kAtRestPatienceMs);
}

void Crowd::work_until_acknowledged(std::uint64_t more) {
  const std::uint64_t wanted = acknowledged_ + more;
  std::unique_lock lock(mutex_);
  mode_ = Mode::Work;
  changed_.notify_all();
  if (!changed_.wait_for(lock, std::chrono::milliseconds(kAtRestPatienceMs),
                         [&] { return acknowledged_ >= wanted; })) {
    throw std::runtime_error("the crowd's commands are not acknowledged");
  }
}

bool Crowd::settle(int patience_ms) {
  return change(Mode::Settle, patience_ms);
}

void Crowd::freeze() {
  change(Mode::Freeze, kAtRestPatienceMs);
}

void Crowd::wait_cut() {
  if (!change(Mode::Cut, kAtRestPatienceMs)) {
    throw std::runtime_error("a client did not notice that the server is gone");
  }
}

std::vector<std::string> Crowd::sessions() const {
  std::set<std::string> names;
  for (const auto& slot : slots_) {
    names.insert(slot->loader->seat().session);
  }
  return {names.begin(), names.end()};
}

std::vector<Loader*> Crowd::of(const std::string& session) const {
  std::vector<Loader*> found;
  for (const auto& slot : slots_) {
    if (slot->loader->seat().session == session) {
      found.push_back(slot->loader.get());
    }
  }
  return found;
}

std::vector<Operation> Crowd::operations(const std::string& stream) const {
  std::vector<Operation> all;
  for (const auto& slot : slots_) {
    const std::vector<Operation> some = slot->loader->operations(stream);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::size_t Crowd::ended(Ending ending) const {
  std::size_t count = 0;
  for (const auto& slot : slots_) {
    count += slot->loader->ended(ending);
  }
  return count;
}

std::vector<std::string> Crowd::findings() const {
  std::vector<std::string> all;
  for (const auto& slot : slots_) {
    const auto& some = slot->loader->findings();
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace swarmboard::faults
