#include "tests/integration/demo_member.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "server/base/random.h"
#include "server/wire/codec.h"

#include "swarmboard/v1/command.pb.h"

namespace swarmboard::integration {
namespace {

void add_member(v1::LoadFixture& fixture, const std::string& id, v1::MemberRole role) {
  v1::Record& record = *fixture.add_records();
  record.set_id(id);
  record.mutable_member()->set_name("Name of " + id);
  record.mutable_member()->set_role(role);
  record.mutable_member()->set_active(true);
}

}  // namespace

void load_sample_team(const ChildServer& server) {
  v1::LoadFixture fixture;
  v1::Record& team = *fixture.add_records();
  team.set_id("north");
  team.mutable_team()->set_name("North and Islands");
  add_member(fixture, "ben", v1::MEMBER_ROLE_REP);
  add_member(fixture, "cleo", v1::MEMBER_ROLE_REP);
  add_member(fixture, "mia", v1::MEMBER_ROLE_MANAGER);
  const net::HttpAnswer answer = server.post("/api/demo/fixture", fixture.SerializeAsString());
  ASSERT_EQ(answer.status, 200U) << answer.error << answer.body;
}

DemoMember::DemoMember(const ChildServer& server, std::string member)
    : server_(server), member_(std::move(member)), client_id_(random_bytes(16)) {
  const net::HttpAnswer entered =
      server_.post("/api/demo/enter", R"({"member":")" + member_ + R"("})");
  EXPECT_EQ(entered.status, 200U) << entered.error << entered.body;
  cookie_ = cookie_of(entered);
}

std::string DemoMember::ticket() const {
  const net::HttpAnswer answer = server_.post("/api/ticket", "{}", cookie_);
  EXPECT_EQ(answer.status, 200U) << answer.error << answer.body;
  if (answer.status != 200) {
    return {};
  }
  return std::string(boost::json::parse(answer.body).as_object().at("ticket").as_string());
}

bool DemoMember::connect(bool hello) {
  net::WsTarget target;
  target.port = server_.port();
  target.path = "/ws/team";
  target.headers = {{"Cookie", cookie_},
                    {"Origin", "http://127.0.0.1:" + std::to_string(server_.port())}};
  socket_ = net::WsClient();
  frames_.clear();
  if (!socket_.connect(target)) {
    ADD_FAILURE() << socket_.http_status() << ' ' << socket_.error();
    return false;
  }
  if (!hello) {
    return true;
  }
  say_hello(ticket());
  return wait_for([](const v1::ServerFrame& frame) { return frame.has_welcome(); }).has_value();
}

void DemoMember::say_hello(const std::string& with_ticket) {
  v1::ClientFrame frame;
  v1::Hello& hello = *frame.mutable_hello();
  hello.set_proto_major(1);
  hello.set_client_id(client_id_);
  hello.set_ticket(with_ticket);
  send(std::move(frame));
}

void DemoMember::send(v1::ClientFrame frame) {
  v1::ClientMessage message;
  *message.add_frames() = std::move(frame);
  socket_.send_binary(message.SerializeAsString());
}

std::optional<v1::Joined> DemoMember::join(std::uint32_t sub, const std::string& session) {
  v1::ClientFrame frame;
  frame.mutable_join()->set_sub(sub);
  frame.mutable_join()->set_session_id(session);
  send(std::move(frame));
  const auto answer = wait_for([sub](const v1::ServerFrame& got) {
    return (got.has_joined() && got.joined().sub() == sub) ||
           (got.has_left() && got.left().sub() == sub);
  });
  if (!answer || !answer->has_joined()) {
    return std::nullopt;
  }
  return answer->joined();
}

std::uint64_t DemoMember::submit(std::uint32_t sub, const v1::Command& command,
                                 std::uint64_t cmd_no) {
  v1::ClientFrame frame;
  v1::Submit& submit = *frame.mutable_submit();
  submit.set_sub(sub);
  submit.set_cmd_no(cmd_no == 0 ? last_cmd_no_[sub] + 1 : cmd_no);
  last_cmd_no_[sub] = submit.cmd_no();
  submit.set_command(command.SerializeAsString());
  submit.set_body_hash(wire::body_hash(submit.command()));
  const std::uint64_t used = submit.cmd_no();
  send(std::move(frame));
  return used;
}

std::optional<v1::ServerFrame> DemoMember::wait_for(
    const std::function<bool(const v1::ServerFrame&)>& wanted) {
  while (true) {
    while (!frames_.empty()) {
      v1::ServerFrame frame = std::move(frames_.front());
      frames_.pop_front();
      if (wanted(frame)) {
        return frame;
      }
    }
    const auto bytes = socket_.receive(kPatience);
    if (!bytes) {
      return std::nullopt;
    }
    v1::ServerMessage message;
    EXPECT_TRUE(message.ParseFromString(*bytes));
    for (v1::ServerFrame& frame : *message.mutable_frames()) {
      frames_.push_back(std::move(frame));
    }
  }
}

std::uint64_t DemoMember::wait_for_echo(std::uint64_t cmd_no) {
  std::uint64_t seq = 0;
  const auto found = wait_for([&](const v1::ServerFrame& frame) {
    for (const v1::Event& event : frame.events().events()) {
      if (event.client_id() == client_id_ && event.cmd_no() == cmd_no) {
        seq = event.seq();
      }
    }
    return seq != 0;
  });
  return found ? seq : 0;
}

std::optional<v1::Fatal> DemoMember::wait_for_fatal() {
  const auto frame = wait_for([](const v1::ServerFrame& got) { return got.has_fatal(); });
  return frame ? std::optional(frame->fatal()) : std::nullopt;
}

void DemoMember::take_what_comes(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    static_cast<void>(socket_.receive(patience));
  }
  frames_.clear();
}

bool begin_session(DemoMember& member, const std::string& id) {
  if (!member.join(1, "") || member.wait_for_echo(member.submit(1, open_session(id))) == 0 ||
      !member.join(2, id)) {
    return false;
  }
  v1::Command command;
  command.mutable_start_stage()->set_stage("open");
  return member.wait_for_echo(member.submit(2, command)) != 0;
}

v1::Command open_session(const std::string& id) {
  v1::Command command;
  v1::OpenSession& open = *command.mutable_open_session();
  open.set_session_id(id);
  open.set_template_id("objection_clinic_45");
  open.mutable_topic()->set_kind(v1::TOPIC_KIND_OBJECTION_HANDLING);
  open.mutable_topic()->set_title("What we could not answer");
  open.set_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
  return command;
}

v1::Command write_note(const std::string& id, const std::string& text) {
  v1::Command command;
  v1::EditRecord& edit = *command.mutable_edit_record();
  edit.set_create(true);
  edit.mutable_record()->set_id(id);
  edit.mutable_record()->mutable_note()->set_kind(v1::NOTE_KIND_COMMENT);
  edit.mutable_record()->mutable_note()->set_text(text);
  return command;
}

}  // namespace swarmboard::integration
