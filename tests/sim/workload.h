// What simulated people do: they open sessions, join, lead stages, write, vote, promise, leave, and
// now and then try what they may not. Each choice follows what their own client shows them.
//
// Owner: World. Single-threaded. PURE but for the random numbers and the counter of ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/board/kinds.h"
#include "server/board/state.h"
#include "tests/sim/sim_client.h"
#include "tests/sim/virtual_time.h"

#include "swarmboard/v1/command.pb.h"

namespace swarmboard::sim {

class Workload {
 public:
  explicit Workload(Random& random) : random_(random) {}

  // The team's library at the start, for LoadFixture.
  [[nodiscard]] v1::Command library() const;
  [[nodiscard]] static std::vector<std::string> members();

  // One act of the person at this client.
  void act(SimClient& client);

 private:
  using Maybe = std::optional<v1::Command>;

  // A session as this person sees it.
  struct Sight {
    std::string me;
    const board::State& state;
    const v1::Session* session = nullptr;
    std::string stage_key;
    const v1::Stage* stage = nullptr;  // The running one.
    const v1::Participant* part = nullptr;
    bool leads = false;
  };

  bool follow_something(SimClient& client, const board::State& library);
  [[nodiscard]] Maybe open_session(const SimClient& client, const board::State& library);
  [[nodiscard]] static Sight look(const std::string& me, const board::State& state);
  void act_in(SimClient& client, const std::string& stream, const Sight& sight);

  [[nodiscard]] Maybe lead(const Sight& sight);
  [[nodiscard]] Maybe lead_stage(const Sight& sight);
  [[nodiscard]] Maybe write(const Sight& sight);
  [[nodiscard]] Maybe write_record(const Sight& sight);
  [[nodiscard]] Maybe change(const Sight& sight);
  [[nodiscard]] Maybe talk(const Sight& sight);
  [[nodiscard]] Maybe promise(const Sight& sight);
  [[nodiscard]] Maybe deal(const Sight& sight);
  [[nodiscard]] Maybe move(const Sight& sight);
  [[nodiscard]] Maybe misbehave(const Sight& sight);
  void type(SimClient& client, const std::string& stream, const Sight& sight);

  [[nodiscard]] std::string new_id(const std::string& prefix);
  [[nodiscard]] std::string new_text(char kind = 'k');
  [[nodiscard]] v1::NoteKind note_kind(const v1::Stage* stage);
  [[nodiscard]] std::vector<std::string> cards(const board::State& state);

  template <class Body>
  [[nodiscard]] std::string any(const board::State& state);
  template <class T>
  [[nodiscard]] const T& one_of(const std::vector<T>& list);

  Random& random_;
  std::uint64_t last_number_ = 0;
};

template <class Body>
std::string Workload::any(const board::State& state) {
  std::vector<std::string> ids;
  state.each<Body>([&](const std::string& id, const Body&) { ids.push_back(id); });
  return ids.empty() ? std::string("nothing") : one_of(ids);
}

template <class T>
const T& Workload::one_of(const std::vector<T>& list) {
  return list[below(random_, list.size())];
}

}  // namespace swarmboard::sim
