// The sample team of a `fixture.load` line as library records.
//
// PURE; any thread. Errors: ScriptError that names the wrong key.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include "server/app/play/script.h"

#include "swarmboard/v1/command.pb.h"

namespace swarmboard::play {

[[nodiscard]] boost::system::result<v1::LoadFixture, ScriptError> to_fixture(
    const boost::json::object& args);

}  // namespace swarmboard::play
