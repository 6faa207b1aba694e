#include "server/app/load/ledger.h"

namespace swarmboard::load {

Tally& Tally::operator-=(const Tally& before) {
  submitted -= before.submitted;
  acknowledged -= before.acknowledged;
  deliveries -= before.deliveries;
  expected -= before.expected;
  refused -= before.refused;
  put_off -= before.put_off;
  unmatched -= before.unmatched;
  bytes_in -= before.bytes_in;
  return *this;
}

void Ledger::submitted(const Client& author, std::uint64_t number, std::int64_t scheduled_us,
                       std::uint32_t receivers) {
  ++tally_.submitted;
  tally_.expected += receivers;
  if (sent_[author.index] == nullptr) {
    sent_[author.index] = std::make_unique<Remembered>();
  }
  (*sent_[author.index])[number % kRemembered] = {number, scheduled_us, receivers};
}

void Ledger::refused(Client& author, std::uint64_t number, const std::string& why) {
  ++tally_.refused;
  if (const Sent* sent = find(author.index, number); sent != nullptr) {
    tally_.expected -= sent->receivers;
  }
  --author.in_flight;
  if (first_refusal_.empty()) {
    first_refusal_ = why;
  }
}

std::vector<std::int64_t> Ledger::put_off(Client& author, std::uint64_t number) {
  std::vector<std::int64_t> again;
  for (std::uint64_t at = number; at <= author.last_no; ++at) {
    if (const Sent* sent = find(author.index, at); sent != nullptr) {
      again.push_back(sent->scheduled_us);
      tally_.expected -= sent->receivers;
    }
  }
  tally_.put_off += again.size();
  tally_.submitted -= again.size();
  author.in_flight -= static_cast<std::uint32_t>(again.size());
  author.last_no = number - 1;
  return again;
}

void Ledger::start_window(std::int64_t now_us) {
  window_start_us_ = now_us;
  window_end_us_ = INT64_MAX;
  to_others_us_ = {};
  to_author_us_ = {};
}

}  // namespace swarmboard::load
