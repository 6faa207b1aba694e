// Names are not durable by a sync of what they name, only by one of the folder that holds them.
#pragma once

#include <string>

#include <boost/system/error_code.hpp>

namespace swarmboard::persistence {

[[nodiscard]] boost::system::error_code sync_folder(const std::string& folder);

// The folder that holds a file or folder.
[[nodiscard]] std::string folder_of(const std::string& path);

}  // namespace swarmboard::persistence
