#include "server/room/resume.h"

namespace swarmboard::room {
namespace {

// A short tail is sent whatever the snapshot's size: it keeps what the client has on its screen.
constexpr std::size_t kTailAlwaysBytes = 16 * 1024;

}  // namespace

ResumeDecision decide_resume(const std::optional<v1::ResumeToken>& have, const ResumeFacts& facts) {
  using Mode = ResumeDecision::Mode;
  if (!have) {
    return {Mode::Snapshot, v1::WHY_SNAPSHOT_NEW};
  }
  if (have->epoch() != facts.durable.epoch) {
    return {Mode::Snapshot, v1::WHY_SNAPSHOT_EPOCH_CHANGED};
  }
  if (have->seq() > facts.durable.seq) {
    return {Mode::Snapshot, v1::WHY_SNAPSHOT_AHEAD_OF_SERVER};
  }
  if (facts.chain_at_token && *facts.chain_at_token != have->chain()) {
    return {Mode::Snapshot, v1::WHY_SNAPSHOT_DIVERGED};
  }
  if (facts.tail_bytes > kTailAlwaysBytes && facts.tail_bytes > facts.snapshot_bytes) {
    return {Mode::Snapshot, v1::WHY_SNAPSHOT_CHEAPER};
  }
  if (!facts.chain_at_token) {
    return {Mode::ReadChain, v1::WHY_SNAPSHOT_UNSPECIFIED};
  }
  return {Mode::Tail, v1::WHY_SNAPSHOT_UNSPECIFIED};
}

}  // namespace swarmboard::room
