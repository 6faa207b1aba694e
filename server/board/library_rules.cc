#include "server/board/library_rules.h"

#include <array>
#include <cstdio>

#include "server/base/ids.h"

namespace swarmboard::board {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

struct Day {
  int year = 0;
  int month = 0;
  int day = 0;
};

// Days since 1970-01-01 to a day of the calendar, with years that begin in March so that the leap
// day is the last one.
Day day_of(std::int64_t days) {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * of_year + 2) / 153;
  const std::int64_t day = of_year - (153 * month_from_march + 2) / 5 + 1;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<int>(year), static_cast<int>(month), static_cast<int>(day)};
}

}  // namespace

std::optional<Refusal> check_on_record(const View& view) {
  const auto stage = stage_running(view.session);
  if (stage && stage->visibility() == v1::VISIBILITY_OFF_RECORD) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "This stage is off the record.");
  }
  return std::nullopt;
}

std::optional<Refusal> check_contributor(const View& view, const Context& context) {
  if (auto refusal = check_on_record(view)) {
    return refusal;
  }
  const auto stage = stage_running(view.session);
  if (!stage) {
    return std::nullopt;
  }
  for (const int role : stage->listen_only().items()) {
    if (has_role(view.session, context.actor, static_cast<v1::SessionRole>(role))) {
      return refuse(v1::REJECT_REASON_LISTEN_ONLY, "In this stage you listen and read.");
    }
  }
  if (has_role(view.session, context.actor, v1::SESSION_ROLE_OBSERVER) &&
      !stage->observer_writes()) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED,
                  "Observers write once the stage opens the floor to them.");
  }
  return std::nullopt;
}

std::optional<Refusal> check_deal_right(const View& view, std::string_view deal_id, DealRight right,
                                        const Context& context) {
  const auto* deal = lookup<v1::Deal>(view, deal_id);
  if (deal == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such deal.");
  }
  if (auto refusal = check_on_record(view)) {
    return refusal;
  }
  if (deal->owner() == context.actor) {
    return std::nullopt;
  }
  // Session roles speak for the session's own deal; a session without one may work on any.
  const v1::Session* session = session_of(view.session);
  const bool of_session = session != nullptr && (session->topic().deal_id().empty() ||
                                                 session->topic().deal_id() == deal_id);
  const bool is_client = has_role(view.session, context.actor, v1::SESSION_ROLE_CLIENT);
  const bool is_scribe = right == DealRight::OwnerOrScribe &&
                         has_role(view.session, context.actor, v1::SESSION_ROLE_SCRIBE);
  if (of_session && (is_client || is_scribe)) {
    return std::nullopt;
  }
  return refuse(v1::REJECT_REASON_NOT_ALLOWED,
                right == DealRight::Owner
                    ? "Only the owner of the deal or of the ask can change this."
                    : "Only the owner of the deal or of the ask, or the scribe, can change this.");
}

std::optional<Refusal> check_target(const View& view, Kind kind, std::string_view id,
                                    const Context& context) {
  const RecordPtr record = lookup(view, kind, id);
  if (record == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "What this is about does not exist (any more).");
  }
  if (!record->has_only_for()) {
    return std::nullopt;
  }
  // To everybody else a hidden card is not there, and the answer must not say otherwise.
  if (contains(record->only_for(), context.actor)) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "This waits until the card is revealed.");
  }
  return refuse(v1::REJECT_REASON_TARGET_GONE, "What this is about does not exist (any more).");
}

boost::system::result<std::string, Refusal> take_id(const View& view, Kind kind,
                                                    const std::string& wanted,
                                                    const Context& context) {
  if (wanted.empty()) {
    return context.new_id();
  }
  if (!is_valid_id(wanted)) {
    return refuse(v1::REJECT_REASON_INVALID,
                  "An id has 1 to 64 characters of letters, digits, _ . - and /.");
  }
  if (lookup(view, kind, wanted) != nullptr) {
    return refuse(v1::REJECT_REASON_ALREADY_EXISTS, "There is already one with this id.");
  }
  return wanted;
}

std::string date_of(std::int64_t at_ms) {
  const std::int64_t days = at_ms >= 0 ? at_ms / kDayMs : (at_ms - kDayMs + 1) / kDayMs;
  const Day day = day_of(days);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", day.year, day.month, day.day);
  return text.data();
}

}  // namespace swarmboard::board
