#include "server/app/play/script_fixture.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "server/app/play/json_message.h"

namespace swarmboard::play {
namespace {

namespace json = boost::json;
using boost::system::result;
using Done = result<void, ScriptError>;

ScriptError inside(std::string_view key, const ScriptError& error) {
  return ScriptError{"in \"" + std::string(key) + "\": " + error.what};
}

// Takes a text out of an object; empty when it is not there.
std::string take_text(json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) {
    return "";
  }
  std::string text(value->get_string());
  object.erase(key);
  return text;
}

class FixtureReader {
 public:
  explicit FixtureReader(const json::object& args) : args_(args) {}

  result<v1::LoadFixture, ScriptError> read() {
    static const std::set<std::string_view> kKeys{
        "team",  "members",           "buddy_pairs", "target",         "competitors",
        "deals", "objection_library", "rota",        "review_criteria"};
    for (const auto& member : args_) {
      if (!kKeys.contains(member.key())) {
        return ScriptError{"unknown argument \"" + std::string(member.key()) + "\""};
      }
    }
    for (const auto step :
         {&FixtureReader::read_team, &FixtureReader::read_members, &FixtureReader::read_lists,
          &FixtureReader::read_target, &FixtureReader::read_rota}) {
      if (auto done = (this->*step)(); !done) {
        return done.error();
      }
    }
    return std::move(fixture_);
  }

 private:
  // Copies one JSON object with an id into a new record; `body` picks the record's body.
  template <class PickBody>
  Done add(std::string_view key, const json::value& value, PickBody body) {
    if (!value.is_object()) {
      return inside(key, ScriptError{"an object is expected"});
    }
    json::object fields = value.get_object();
    const std::string id = take_text(fields, "id");
    if (id.empty()) {
      return inside(key, ScriptError{"\"id\" is missing"});
    }
    v1::Record& record = *fixture_.add_records();
    record.set_id(id);
    if (auto filled = fill_message(fields, body(record)); !filled) {
      return inside(std::string(key) + " " + id, filled.error());
    }
    return {};
  }

  template <class PickBody>
  Done add_list(std::string_view key, PickBody body) {
    const json::value* list = args_.if_contains(key);
    if (list == nullptr) {
      return {};
    }
    if (!list->is_array()) {
      return inside(key, ScriptError{"a list is expected"});
    }
    for (const json::value& value : list->get_array()) {
      if (auto added = add(key, value, body); !added) {
        return added;
      }
    }
    return {};
  }

  Done read_team() {
    const json::value* team = args_.if_contains("team");
    if (team == nullptr) {
      return ScriptError{"argument \"team\" is missing"};
    }
    if (auto added = add(
            "team", *team, [](v1::Record & r) -> auto& { return *r.mutable_team(); });
        !added) {
      return added;
    }
    const json::value* criteria = args_.if_contains("review_criteria");
    if (criteria == nullptr) {
      return {};
    }
    if (!criteria->is_object()) {
      return inside("review_criteria", ScriptError{"an object is expected"});
    }
    json::object rules = criteria->get_object();
    if (const json::value* days = rules.if_contains("deadline_working_days")) {
      const json::value moved = *days;
      rules.erase("deadline_working_days");
      rules["review_deadline_working_days"] = moved;
    }
    auto& record = *fixture_.mutable_records(fixture_.records_size() - 1);
    if (auto filled = fill_message(rules, *record.mutable_team()->mutable_rules()); !filled) {
      return inside("review_criteria", filled.error());
    }
    return {};
  }

  Done read_members() {
    auto added = add_list(
        "members", [](v1::Record & r) -> auto& { return *r.mutable_member(); });
    if (!added) {
      return added;
    }
    for (v1::Record& record : *fixture_.mutable_records()) {
      if (!record.has_member()) {
        continue;
      }
      if (!record.member().has_active()) {
        record.mutable_member()->set_active(true);
      }
      if (record.member().role() == v1::MEMBER_ROLE_MANAGER) {
        managers_.push_back(record.id());
      }
    }
    return {};
  }

  Done read_lists() {
    if (auto done = add_list(
            "buddy_pairs", [](v1::Record & r) -> auto& { return *r.mutable_buddy_pair(); });
        !done) {
      return done;
    }
    if (auto done = add_list(
            "competitors", [](v1::Record & r) -> auto& { return *r.mutable_competitor(); });
        !done) {
      return done;
    }
    if (auto done = add_list(
            "deals", [](v1::Record & r) -> auto& { return *r.mutable_deal(); });
        !done) {
      return done;
    }
    return add_list(
        "objection_library", [](v1::Record & r) -> auto& {
          r.mutable_objection_entry()->set_status(v1::ENTRY_STATUS_OPEN);
          return *r.mutable_objection_entry();
        });
  }

  Done read_target() {
    const json::value* target = args_.if_contains("target");
    if (target == nullptr) {
      return {};
    }
    if (!target->is_object()) {
      return inside("target", ScriptError{"an object is expected"});
    }
    json::object fields = target->get_object();
    json::object progress;
    if (const json::value* members = fields.if_contains("members")) {
      if (!members->is_object()) {
        return inside("target", ScriptError{"\"members\" must be an object"});
      }
      progress = members->get_object();
      fields.erase("members");
    }
    const json::value* id = fields.if_contains("id");
    const std::string period =
        id != nullptr && id->is_string() ? std::string(id->get_string()) : "";
    if (auto added = add(
            "target", fields, [](v1::Record & r) -> auto& { return *r.mutable_target_period(); });
        !added) {
      return added;
    }
    for (const auto& member : progress) {
      if (auto added = add_progress(period, std::string(member.key()), member.value()); !added) {
        return added;
      }
    }
    return {};
  }

  // A person's own figures: only that person and the managers ever receive them.
  Done add_progress(const std::string& period, const std::string& member,
                    const json::value& value) {
    if (!value.is_array() || value.get_array().size() != 2 || !value.get_array()[0].is_int64() ||
        !value.get_array()[1].is_int64()) {
      return inside("target", ScriptError{"\"" + member + "\" must be [target, to_date]"});
    }
    v1::Record& record = *fixture_.add_records();
    record.set_id(period + "/" + member);
    auto& progress = *record.mutable_member_progress();
    progress.set_member(member);
    progress.set_period(period);
    progress.set_target(value.get_array()[0].get_int64());
    progress.set_to_date(value.get_array()[1].get_int64());
    std::set<std::string> readers(managers_.begin(), managers_.end());
    readers.insert(member);
    for (const std::string& reader : readers) {
      record.mutable_only_for()->add_items(reader);
    }
    return {};
  }

  Done read_rota() {
    const json::value* rota = args_.if_contains("rota");
    if (rota == nullptr) {
      return {};
    }
    v1::Record& record = *fixture_.add_records();
    record.set_id("rota");
    if (auto filled = fill_message(json::object{{"order", *rota}}, *record.mutable_rota());
        !filled) {
      return inside("rota", filled.error());
    }
    return {};
  }

  const json::object& args_;
  v1::LoadFixture fixture_;
  std::vector<std::string> managers_;
};

}  // namespace

result<v1::LoadFixture, ScriptError> to_fixture(const json::object& args) {
  return FixtureReader(args).read();
}

}  // namespace swarmboard::play
