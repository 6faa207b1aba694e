#include "server/room/dedupe.h"

#include <algorithm>

#include "server/base/limits.h"

namespace swarmboard::room {
namespace {

template <class Recent>
auto find_outcome(Recent& recent, std::uint64_t cmd_no) {
  return std::lower_bound(
      recent.begin(), recent.end(), cmd_no,
      [](const Outcome& outcome, std::uint64_t number) { return outcome.cmd_no < number; });
}

}  // namespace

const Outcome* Dedupe::find(std::string_view client, std::uint64_t cmd_no) const {
  const auto entry = clients_.find(client);
  if (entry == clients_.end()) {
    return nullptr;
  }
  const auto found = find_outcome(entry->second.recent, cmd_no);
  return found == entry->second.recent.end() || found->cmd_no != cmd_no ? nullptr : &*found;
}

Outcome* Dedupe::find_mutable(std::string_view client, std::uint64_t cmd_no) {
  const auto entry = clients_.find(client);
  if (entry == clients_.end()) {
    return nullptr;
  }
  const auto found = find_outcome(entry->second.recent, cmd_no);
  return found == entry->second.recent.end() || found->cmd_no != cmd_no ? nullptr : &*found;
}

Dedupe::Verdict Dedupe::judge(std::string_view client, std::uint64_t cmd_no,
                              std::uint32_t body_hash) const {
  const auto entry = clients_.find(client);
  const std::uint64_t last = entry == clients_.end() ? 0 : entry->second.last;
  Verdict verdict;
  verdict.expected = last + 1;
  if (cmd_no > last + 1) {
    verdict.judged = Judged::Gap;
  } else if (cmd_no <= last) {
    verdict.outcome = find(client, cmd_no);
    const bool is_other = verdict.outcome != nullptr && verdict.outcome->body_hash != body_hash;
    verdict.judged = is_other ? Judged::Reused : Judged::Repeat;
  }
  return verdict;
}

bool Dedupe::knows(std::string_view client) const {
  return clients_.contains(client);
}

std::size_t Dedupe::open_count(std::string_view client) const {
  const auto entry = clients_.find(client);
  return entry == clients_.end()
             ? 0
             : static_cast<std::size_t>(entry->second.last - entry->second.last_released);
}

std::uint64_t Dedupe::last_released(std::string_view client) const {
  const auto entry = clients_.find(client);
  return entry == clients_.end() ? 0 : entry->second.last_released;
}

std::vector<Outcome> Dedupe::released_refusals(std::string_view client) const {
  std::vector<Outcome> refusals;
  const auto entry = clients_.find(client);
  if (entry != clients_.end()) {
    std::copy_if(entry->second.recent.begin(), entry->second.recent.end(),
                 std::back_inserter(refusals),
                 [](const Outcome& outcome) { return outcome.released && outcome.seq == 0; });
  }
  return refusals;
}

void Dedupe::decide(const std::string& client, Outcome outcome) {
  Client& entry = clients_[client];
  entry.last = outcome.cmd_no;
  if (outcome.seq == 0) {
    entry.has_unlogged_refusal = has_unlogged_refusals_ = true;
  } else {
    outcome.in_unit = true;
  }
  entry.recent.push_back(outcome);
  if (entry.recent.size() > limits::kOutcomesKept) {
    entry.recent.pop_front();
  }
}

void Dedupe::release(std::string_view client, std::uint64_t cmd_no) {
  if (Outcome* outcome = find_mutable(client, cmd_no); outcome != nullptr) {
    outcome->released = true;
  }
  const auto entry = clients_.find(client);
  if (entry != clients_.end()) {
    entry->second.last_released = std::max(entry->second.last_released, cmd_no);
  }
}

std::vector<v1::ClientMark> Dedupe::take_marks(std::vector<Ref>& refs) {
  std::vector<v1::ClientMark> marks;
  if (!has_unlogged_refusals_) {
    return marks;
  }
  has_unlogged_refusals_ = false;
  for (auto& [client, entry] : clients_) {
    if (!entry.has_unlogged_refusal) {
      continue;
    }
    entry.has_unlogged_refusal = false;
    for (Outcome& outcome : entry.recent) {
      if (outcome.seq != 0 || outcome.in_unit) {
        continue;
      }
      outcome.in_unit = true;
      v1::ClientMark& mark = marks.emplace_back();
      mark.set_client_id(client);
      mark.set_cmd_no(outcome.cmd_no);
      mark.set_body_hash(outcome.body_hash);
      mark.set_reason(outcome.reason);
      refs.push_back({client, outcome.cmd_no});
    }
  }
  return marks;
}

void Dedupe::on_logged(const Ref& ref, std::int64_t at_ms) {
  if (Outcome* outcome = find_mutable(ref.client, ref.cmd_no); outcome != nullptr) {
    outcome->logged = true;
  }
  const auto entry = clients_.find(ref.client);
  if (entry != clients_.end()) {
    entry->second.last_logged = std::max(entry->second.last_logged, ref.cmd_no);
    entry->second.last_at_ms = at_ms;
  }
}

void Dedupe::roll_back() {
  for (auto it = clients_.begin(); it != clients_.end();) {
    Client& entry = it->second;
    while (!entry.recent.empty() && !entry.recent.back().released && !entry.recent.back().logged) {
      entry.recent.pop_back();
    }
    entry.last = std::max(entry.last_released, entry.last_logged);
    entry.has_unlogged_refusal = false;
    for (Outcome& outcome : entry.recent) {
      if (!outcome.logged) {
        outcome.in_unit = false;
        entry.has_unlogged_refusal = has_unlogged_refusals_ = true;
      }
    }
    it = entry.last == 0 ? clients_.erase(it) : std::next(it);
  }
}

void Dedupe::load(const std::string& client, Outcome outcome, std::int64_t at_ms) {
  Client& entry = clients_[client];
  outcome.released = outcome.in_unit = outcome.logged = true;
  const auto place = find_outcome(entry.recent, outcome.cmd_no);
  entry.recent.insert(place, outcome);
  if (entry.recent.size() > limits::kOutcomesKept) {
    entry.recent.pop_front();
  }
  entry.last = std::max(entry.last, outcome.cmd_no);
  entry.last_released = entry.last_logged = entry.last;
  entry.last_at_ms = at_ms;
}

void Dedupe::load(const v1::ClientDedupe& loaded) {
  Client& entry = clients_[loaded.client_id()];
  entry.last = entry.last_released = entry.last_logged = loaded.last_cmd_no();
  entry.last_at_ms = loaded.last_at_ms();
  for (const v1::CommandOutcome& outcome : loaded.recent()) {
    entry.recent.push_back(
        {outcome.cmd_no(), outcome.body_hash(), outcome.seq(), outcome.reason(), true, true, true});
  }
}

std::vector<v1::ClientDedupe> Dedupe::logged() const {
  std::vector<v1::ClientDedupe> entries;
  for (const auto& [client, entry] : clients_) {
    if (entry.last_logged == 0) {
      continue;
    }
    v1::ClientDedupe& out = entries.emplace_back();
    out.set_client_id(client);
    out.set_last_cmd_no(entry.last_logged);
    out.set_last_at_ms(entry.last_at_ms);
    for (const Outcome& outcome : entry.recent) {
      if (outcome.logged) {
        v1::CommandOutcome* recent = out.add_recent();
        recent->set_cmd_no(outcome.cmd_no);
        recent->set_body_hash(outcome.body_hash);
        recent->set_seq(outcome.seq);
        recent->set_reason(outcome.reason);
      }
    }
  }
  return entries;
}

void Dedupe::drop_idle(std::int64_t before_at_ms) {
  std::erase_if(clients_, [&](const auto& item) {
    const Client& entry = item.second;
    return entry.last == entry.last_logged && entry.last_at_ms < before_at_ms;
  });
}

}  // namespace swarmboard::room
