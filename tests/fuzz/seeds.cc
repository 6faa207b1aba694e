// Writes the inputs that fuzzing starts from: what our own code says, stores and plays. Made at
// every build, so that they never fall behind the protocol. Arguments: the source folder (for the
// scripts) and the folder to write to; one subfolder per target.
#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "persistence/record.h"
#include "persistence/watermark.h"
#include "server/app/play/script.h"
#include "server/app/play/script_commands.h"
#include "server/board/apply.h"
#include "server/board/snapshot.h"
#include "server/room/unit_codec.h"
#include "server/wire/codec.h"
#include "tests/support/board_builder.h"

#include "swarmboard/v1/event.pb.h"
#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCommandsPerInput = 12;
constexpr std::array<std::string_view, 5> kPeople = {"amara", "ben", "greta", "imelda", "jonas"};
constexpr std::array<std::string_view, 17> kTargets = {
    "api_request",    "client_message", "commands",    "config",    "dedupe",   "http_head",
    "journal_record", "keyframe",       "link",        "patch",     "presence", "resume",
    "script",         "stored_unit",    "text_change", "watermark", "websocket"};

struct Said {
  std::size_t person = 0;
  v1::Command command;
};

class Seeds {
 public:
  Seeds(fs::path source, fs::path folder) : source_(std::move(source)), folder_(std::move(folder)) {
    for (const std::string_view target : kTargets) {
      fs::create_directories(folder_ / target);
    }
  }

  void write_all() {
    for (const char* const folder : {"samples", "tests/scripts"}) {
      for (const auto& entry : fs::directory_iterator(source_ / folder)) {
        if (entry.path().extension() == ".jsonl") {
          write_script(entry.path());
        }
      }
    }
    write_stored();
    write_typing();
    write_records();
    write_websocket();
    // Where any bytes are as good as others.
    for (const char* const target : {"dedupe", "presence", "resume"}) {
      std::string bytes;
      for (int i = 0; i < 300; ++i) {
        bytes += static_cast<char>(i * i + i / 7);
      }
      put(target, "steps", bytes);
    }
  }

  [[nodiscard]] int written() const { return written_; }

 private:
  void put(const std::string& target, const std::string& name, const std::string& bytes) {
    std::ofstream out(folder_ / target / name, std::ios::binary | std::ios::trunc);
    out << bytes;
    if (!out.flush()) {
      throw std::runtime_error("cannot write " + (folder_ / target / name).string());
    }
    ++written_;
  }

  void write_script(const fs::path& path) {
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    put("script", path.stem().string(), text);
    const auto said = commands_of(at_home(text));
    for (std::size_t from = 0; from < said.size(); from += kCommandsPerInput) {
      const std::size_t to = std::min(from + kCommandsPerInput, said.size());
      const std::vector<Said> some(said.begin() + static_cast<std::ptrdiff_t>(from),
                                   said.begin() + static_cast<std::ptrdiff_t>(to));
      const std::string name = path.stem().string() + std::to_string(from);
      put("commands", name, for_board(some));
      put("link", name, for_link(some));
      put("client_message", name, for_link(some));
    }
  }

  // The script's people, deals and sessions under the names of the prepared boards.
  static std::string at_home(std::string text) {
    const auto first = boost::json::parse(text.substr(0, text.find('\n')));
    const auto* const args = first.as_object().if_contains("args");
    const auto rename = [&text](std::string_view from, std::string_view to) {
      const std::string quoted = '"' + std::string(from) + '"';
      for (auto at = text.find(quoted); at != text.npos; at = text.find(quoted, at + 1)) {
        text.replace(at, quoted.size(), '"' + std::string(to) + '"');
      }
    };
    for (const char* const list : {"members", "deals"}) {
      const auto* const found = args->as_object().if_contains(list);
      std::size_t number = 0;
      for (const auto& each : found == nullptr ? boost::json::array{} : found->as_array()) {
        const std::string id(each.as_object().at("id").as_string());
        rename(id,
               list == std::string_view("members") ? kPeople.at(number++ % kPeople.size()) : "d1");
      }
    }
    return text;
  }

  static std::vector<Said> commands_of(const std::string& text) {
    std::vector<Said> said;
    const auto script = play::parse_script(text, "seed");
    if (!script) {
      throw std::runtime_error(script.error().what);
    }
    for (const play::Action& action : script->actions) {
      const auto deed = play::to_deed(action);
      if (deed && deed->kind != play::Deed::Kind::Fixture) {
        const auto who = std::find(kPeople.begin(), kPeople.end(), action.actor);
        said.push_back(
            {static_cast<std::size_t>(who - kPeople.begin()) % kPeople.size(), deed->command});
      }
    }
    return said;
  }

  static std::string for_board(const std::vector<Said>& some) {
    v1::ClientMessage message;
    for (const Said& each : some) {
      v1::Submit& submit = *message.add_frames()->mutable_submit();
      submit.set_sub(static_cast<std::uint32_t>(each.person));
      submit.set_base_seq(2000);
      submit.set_command(each.command.SerializeAsString());
    }
    return message.SerializeAsString();
  }

  static std::string for_link(const std::vector<Said>& some) {
    v1::ClientMessage message;
    v1::Hello& hello = *message.add_frames()->mutable_hello();
    hello.set_proto_major(1);
    hello.set_client_id("0123456789abcdef");
    hello.set_ticket("good");
    v1::Join& join = *message.add_frames()->mutable_join();
    join.set_sub(1);
    join.set_session_id("s1");
    join.mutable_have();
    for (const Said& each : some) {
      message.add_frames()->mutable_ping()->set_client_mono_us(each.person + 4 * each.person);
      v1::Submit& submit = *message.add_frames()->mutable_submit();
      submit.set_sub(1);
      submit.set_command(each.command.SerializeAsString());
    }
    v1::Presence& presence = *message.add_frames()->mutable_presence();
    presence.set_sub(1);
    presence.set_kind(v1::PRESENCE_KIND_TYPING);
    presence.set_value("n1");
    v1::SubmitAnonymous& anonymous = *message.add_frames()->mutable_submit_anonymous();
    anonymous.set_sub(1);
    anonymous.set_note_id(std::string(16, 'i'));
    anonymous.set_secret(std::string(16, 's'));
    anonymous.set_kind(v1::NOTE_KIND_UNSAID);
    anonymous.set_text("Nobody asked the customer");
    v1::SubmitOffRecord& off_record = *message.add_frames()->mutable_submit_off_record();
    off_record.set_sub(1);
    off_record.set_id("f1");
    off_record.set_kind(v1::NOTE_KIND_COMMENT);
    off_record.set_text("Between us");
    message.add_frames()->mutable_leave()->set_sub(3);
    return message.SerializeAsString();
  }

  // A meeting's events as a log, a keyframe and patches.
  void write_stored() {
    testing::BoardBuilder board;
    board.rep("amara").rep("ben").manager("imelda").deal("d1", "ben");
    board.open("amara", "s1", "deal_swarm_50");
    board.all_join({"ben", "imelda"});
    board.start("amara", "open");
    for (int card = 1; card <= 6; ++card) {
      board.note("ben", "n" + std::to_string(card), v1::NOTE_KIND_COMMENT, "A card");
    }
    board.objection("amara", "o1", "Too dear");
    board.does("ben", typed("n1", 6));
    v1::StoredUnit unit;
    v1::StoredEvent patches;
    for (const v1::StoredEvent& event : board.events()) {
      *unit.add_events() = event;
      if (patches.public_part().empty()) {
        patches.set_public_part(event.public_part());
      } else {
        patches.add_lanes()->set_event(event.public_part());
      }
    }
    v1::ClientMark& mark = *unit.add_marks();
    mark.set_client_id("0123456789abcdef");
    mark.set_cmd_no(7);
    put("stored_unit", "meeting", unit.SerializeAsString());
    put("patch", "meeting", patches.SerializeAsString());
    v1::Keyframe keyframe;
    board::fill_keyframe(keyframe, board.session());
    keyframe.set_seq(board.events().size());
    v1::ClientDedupe& client = *keyframe.add_dedupe();
    client.set_client_id("0123456789abcdef");
    client.set_last_cmd_no(3);
    for (std::uint64_t cmd_no = 1; cmd_no <= 3; ++cmd_no) {
      client.add_recent()->set_cmd_no(cmd_no);
    }
    put("keyframe", "meeting", keyframe.SerializeAsString());
  }

  // Writes at the end of a card whose text has so many units.
  static v1::Command typed(const std::string& note, std::uint32_t units) {
    v1::Command command;
    v1::TextEdit& edit = *command.mutable_text_edit();
    edit.mutable_target()->set_kind(board::kind_of<v1::Note>());
    edit.mutable_target()->set_id(note);
    edit.set_field(v1::Note::kTextFieldNumber);
    edit.mutable_change()->add_parts()->set_keep(units);
    edit.mutable_change()->add_parts()->set_insert(" and \U0001F600");
    return command;
  }

  void write_typing() {
    std::vector<Said> said;
    for (std::size_t person = 0; person < 3; ++person) {
      said.push_back({person, typed("n1", 6)});
    }
    put("commands", "typing", for_board(said));
    put("link", "typing", for_link(said));
    put("client_message", "typing", for_link(said));
    v1::Upsert upsert;
    upsert.mutable_record()->mutable_note()->set_text("a\u00e9\U0001F600 card");
    v1::TextChange* change = upsert.add_text()->mutable_change();
    change->add_parts()->set_keep(2);
    change->add_parts()->set_insert("earlier");
    change->add_parts()->set_remove(2);
    change->add_parts()->set_keep(5);
    change = upsert.add_text()->mutable_change();
    change->add_parts()->set_insert("\U0001F600");
    change->add_parts()->set_keep(4);
    change->add_parts()->set_remove(5);
    put("text_change", "two", upsert.SerializeAsString());
  }

  void write_records() {
    using namespace persistence;  // NOLINT(google-build-using-namespace): one function.
    const std::string key("\x04team\x02s1\0\0\0\0\0\0\0\x01", 16);
    const std::string start = std::string(1, '\0') + std::string("\0\x10", 2) + key;
    Unit unit;
    unit.first_seq = 1;
    unit.count = 2;
    unit.payload = std::make_shared<const std::string>("payload");
    put("journal_record", "unit", start + encode_unit(key, unit, 5, 1));
    put("journal_record", "value", start + encode_value(key, "value"));
    put("journal_record", "commit", start + encode_commit(key, {5, 6, 7}));
    put("journal_record", "made", '\1' + start.substr(1) + std::string(60, 'm'));
    const fs::path path = folder_ / "watermark" / "noted";
    fs::remove(path);
    auto watermark = Watermark::open(path.string());
    for (std::uint64_t writes = 1; writes <= 3; ++writes) {
      if (watermark->note({writes, writes, writes}) || watermark->sync()) {
        throw std::runtime_error("the watermark cannot be written");
      }
    }
    ++written_;
  }

  void write_websocket() {
    const auto piece = [](const std::string& bytes) {
      return static_cast<char>(bytes.size()) + bytes;
    };
    const std::string masked = std::string("\x82\x83", 2) + std::string(4, '\0') + "abc";
    put("websocket", "raw", '\0' + piece(masked) + piece(masked));
    put("websocket", "framed",
        '\1' + piece("\x82payload") + piece("\x89ping") + piece("\x02part") + piece("\x80rest") +
            piece(std::string("\x88\x03\xe8", 3)));
    put("websocket", "acts",
        '\1' + piece("\x82one") + "\xf0\x04\xf0\x01" + piece("\x82two") +
            "\xf0\x02\xf0\x0b\xf0\x07");
    put("websocket", "early", std::string("\x91", 1) + masked + "\x82" + piece("\x82later"));
  }

  fs::path source_;
  fs::path folder_;
  int written_ = 0;
};

}  // namespace
}  // namespace swarmboard::fuzz

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: fuzz_seeds SOURCE_FOLDER OUTPUT_FOLDER\n";
    return 2;
  }
  try {
    GTEST_FLAG_SET(throw_on_failure, true);
    swarmboard::fuzz::Seeds seeds(argv[1], argv[2]);
    seeds.write_all();
    std::cout << seeds.written() << " inputs written\n";
  } catch (const std::exception& error) {
    std::cerr << "fuzz_seeds: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
