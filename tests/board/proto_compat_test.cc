// The shared language only grows. Every field number, name and type of every message, and every
// value of every enum, equals the committed list; a line that is gone or different fails, a new
// line fails until it is added:
//
//   SWARMBOARD_WRITE_GOLDEN=1 build/dev/tests/board/board_test --gtest_filter='ProtoCompat.*'
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

std::string golden_path() {
  return std::string(SWARMBOARD_SOURCE_DIR) + "/tests/board/golden/proto_v1.txt";
}

// wire.proto leads to all others.
void collect(const FileDescriptor& file, std::map<std::string, const FileDescriptor*>& files) {
  if (file.package() != "swarmboard.v1" || !files.emplace(file.name(), &file).second) {
    return;
  }
  for (int i = 0; i < file.dependency_count(); ++i) {
    collect(*file.dependency(i), files);
  }
}

std::map<std::string, const FileDescriptor*> all_files() {
  std::map<std::string, const FileDescriptor*> files;
  collect(*v1::ServerMessage::descriptor()->file(), files);
  collect(*v1::Command::descriptor()->file(), files);
  return files;
}

std::string type_of(const FieldDescriptor& field) {
  std::string type = field.is_repeated()            ? "repeated "
                     : field.has_optional_keyword() ? "optional "
                                                    : "";
  if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
    return type + field.message_type()->name();
  }
  if (field.type() == FieldDescriptor::TYPE_ENUM) {
    return type + field.enum_type()->name();
  }
  return type + field.type_name();
}

// "message Note 2 text: optional string" and "enum NoteKind 4 NOTE_KIND_IDEA", padded so that they
// sort by number.
std::string padded(int number) {
  std::string digits = std::to_string(number);
  return std::string(digits.size() < 5 ? 5 - digits.size() : 0, ' ') + digits;
}

std::set<std::string> language() {
  std::set<std::string> lines;
  for (const auto& [name, file] : all_files()) {
    for (int m = 0; m < file->message_type_count(); ++m) {
      const Descriptor& message = *file->message_type(m);
      for (int f = 0; f < message.field_count(); ++f) {
        const FieldDescriptor& field = *message.field(f);
        const auto* oneof = field.real_containing_oneof();
        lines.insert("message " + message.name() + padded(field.number()) + " " + field.name() +
                     ": " + type_of(field) + (oneof == nullptr ? "" : " in " + oneof->name()));
      }
    }
    for (int e = 0; e < file->enum_type_count(); ++e) {
      const EnumDescriptor& words = *file->enum_type(e);
      for (int v = 0; v < words.value_count(); ++v) {
        lines.insert("enum " + words.name() + padded(words.value(v)->number()) + " " +
                     words.value(v)->name());
      }
    }
  }
  return lines;
}

std::set<std::string> golden() {
  std::set<std::string> lines;
  std::ifstream file(golden_path());
  for (std::string line; std::getline(file, line);) {
    lines.insert(line);
  }
  return lines;
}

TEST(ProtoCompat, NothingThatWasEverReleasedChanges) {
  const std::set<std::string> now = language();
  if (std::getenv("SWARMBOARD_WRITE_GOLDEN") != nullptr) {
    std::ofstream file(golden_path());
    for (const std::string& line : now) {
      file << line << '\n';
    }
    ASSERT_TRUE(file.flush());
  }
  const std::set<std::string> before = golden();
  ASSERT_GT(before.size(), 300U) << "cannot read " << golden_path();
  for (const std::string& line : before) {
    EXPECT_EQ(now.count(line), 1U) << "gone or changed: " << line;
  }
  for (const std::string& line : now) {
    EXPECT_EQ(before.count(line), 1U) << "new, add it to the list: " << line;
  }
}

// The messages that a patch may set inside a record, at any depth.
void reachable(const Descriptor& message, std::set<const Descriptor*>& found) {
  if (!found.insert(&message).second) {
    return;
  }
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->type() == FieldDescriptor::TYPE_MESSAGE) {
      reachable(*message.field(i)->message_type(), found);
    }
  }
}

std::set<const Descriptor*> bodies() {
  std::set<const Descriptor*> found;
  const auto* oneof = v1::Record::descriptor()->FindOneofByName("body");
  for (int i = 0; i < oneof->field_count(); ++i) {
    found.insert(oneof->field(i)->message_type());
  }
  return found;
}

std::set<const Descriptor*> record_messages() {
  std::set<const Descriptor*> found;
  reachable(*v1::Record::descriptor(), found);
  return found;
}

template <class Fn>
void each_field(const std::set<const Descriptor*>& messages, Fn fn) {
  for (const Descriptor* message : messages) {
    for (int i = 0; i < message->field_count(); ++i) {
      SCOPED_TRACE(message->field(i)->full_name());
      fn(*message->field(i));
    }
  }
}

TEST(ProtoCompat, EveryScalarOfARecordHasPresence) {
  each_field(bodies(), [](const FieldDescriptor& field) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      EXPECT_TRUE(field.has_optional_keyword());
    }
  });
}

TEST(ProtoCompat, NoRecordHasABareListOrMap) {
  each_field(bodies(), [](const FieldDescriptor& field) {
    EXPECT_FALSE(field.is_repeated());
    EXPECT_FALSE(field.is_map());
  });
  each_field(record_messages(), [](const FieldDescriptor& field) {
    EXPECT_FALSE(field.is_map()) << "the order of a map is not canonical";
  });
}

TEST(ProtoCompat, ListsStandAloneInTheirWrapper) {
  for (const Descriptor* message : record_messages()) {
    for (int i = 0; i < message->field_count(); ++i) {
      if (message->field(i)->is_repeated()) {
        EXPECT_EQ(message->field(i)->number(), 1) << message->full_name();
        EXPECT_EQ(message->field(i)->name(), "items") << message->full_name();
      }
    }
  }
}

// Both languages write fields as they are declared, so declared order is the order of the hash.
TEST(ProtoCompat, FieldsAreDeclaredInAscendingOrder) {
  for (const Descriptor* message : record_messages()) {
    for (int i = 1; i < message->field_count(); ++i) {
      EXPECT_LT(message->field(i - 1)->number(), message->field(i)->number())
          << message->field(i)->full_name();
    }
  }
}

TEST(ProtoCompat, RecordsHoldNoFractionsAndNoUnions) {
  each_field(record_messages(), [](const FieldDescriptor& field) {
    EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_DOUBLE);
    EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_FLOAT);
    EXPECT_TRUE(field.real_containing_oneof() == nullptr ||
                field.containing_type() == v1::Record::descriptor());
  });
}

TEST(ProtoCompat, WordListsBeginWithUnspecifiedAndCarryTheirName) {
  for (const auto& [name, file] : all_files()) {
    for (int e = 0; e < file->enum_type_count(); ++e) {
      const EnumDescriptor& words = *file->enum_type(e);
      const std::string first = words.value(0)->name();
      const std::string suffix = "UNSPECIFIED";
      ASSERT_GE(first.size(), suffix.size());
      EXPECT_EQ(first.substr(first.size() - suffix.size()), suffix) << words.full_name();
      const std::string prefix = first.substr(0, first.size() - suffix.size());
      for (int v = 0; v < words.value_count(); ++v) {
        EXPECT_EQ(words.value(v)->name().rfind(prefix, 0), 0U) << words.value(v)->full_name();
      }
    }
  }
}

}  // namespace
}  // namespace swarmboard
