// What every kind of fault is tried on: a data folder of its own, the real server on it, a crowd of
// clients, and the checks after the fault. The folder stays when something was found.
//
// One thread. Errors: std::runtime_error when the server or the crowd cannot be set up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "server/app/play/server_process.h"
#include "tests/faults/crowd.h"
#include "tests/faults/stream_read.h"

namespace swarmboard::faults {

// Where the programs are.
struct Tools {
  std::filesystem::path program;       // swarmboard
  std::filesystem::path crash_script;  // The session that is stopped at each operation.
  std::filesystem::path disk_shim;     // The library under a program that fails its disk.
};

inline const std::string kTeam = "team";

class Ground {
 public:
  Ground(Tools tools, const std::string& kind, std::uint64_t seed);
  ~Ground();
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;

  // Words after `serve --demo` and environment of every start.
  void start(const std::vector<std::string>& words = {},
             const std::vector<std::string>& environment = {});
  // Clients that enter now; the ones before leave.
  void gather(const CrowdShape& shape);
  void dismiss();

  [[nodiscard]] play::ServerProcess& server() { return server_; }

  [[nodiscard]] Crowd& crowd() { return *crowd_; }

  [[nodiscard]] const Tools& tools() const { return tools_; }

  [[nodiscard]] const std::filesystem::path& folder() const { return server_.folder(); }

  [[nodiscard]] const std::filesystem::path& data() const { return server_.data(); }

  // The folder that stands for the disk; the data folder is in it.
  [[nodiscard]] std::filesystem::path disk() const { return data().parent_path(); }

  // The journal on disk against the histories; the server does not run. Works on a copy.
  void check_disk(const std::string& when);
  // What the server serves against the histories, and all clients against each other; everything
  // is settled.
  void check_served(const std::string& when);
  void check_streams(const Streams& streams, const std::string& when);
  void check(bool good, const std::string& finding);

  // The findings were wanted: the folder need not stay.
  void expect_findings() { keeps_folder_ = false; }

  [[nodiscard]] const std::vector<std::string>& findings() const { return findings_; }

 private:
  void check_stream(const std::string& name, const ReadStream& stream, const std::string& when);
  void check_session(const std::string& session, const std::string& when);
  void check_crowd(const std::string& when);

  Tools tools_;
  std::uint64_t seed_;
  std::uint64_t crowds_ = 0;
  std::filesystem::path folder_;
  play::ServerProcess server_;
  std::unique_ptr<Crowd> crowd_;
  std::vector<std::string> findings_;
  bool keeps_folder_ = true;  // When something was found.
};

// A copy of a folder with everything in it, replacing what was there.
void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace swarmboard::faults
