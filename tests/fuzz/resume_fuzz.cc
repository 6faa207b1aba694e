// A resume token against what a stream is: events only to a client whose past is ours, else a
// snapshot that says why.
#include <cstdint>
#include <optional>

#include "server/room/resume.h"
#include "tests/fuzz/bytes_reader.h"
#include "tests/fuzz/require.h"

namespace swarmboard::room {
namespace {

using fuzz::require;
using Mode = ResumeDecision::Mode;

// Small numbers meet; others come from the whole range.
std::uint64_t a_number(fuzz::BytesReader& in) {
  const std::uint8_t kind = in.byte();
  return kind < 0xf0 ? kind % 4U : in.number<std::uint64_t>();
}

void check(fuzz::BytesReader in) {
  const std::uint8_t shape = in.byte();
  ResumeFacts facts;
  facts.durable = {a_number(in), a_number(in), a_number(in)};
  if ((shape & 1U) != 0) {
    facts.chain_at_token = a_number(in);
  }
  facts.tail_bytes = in.number<std::uint32_t>();
  facts.snapshot_bytes = in.number<std::uint32_t>();
  std::optional<v1::ResumeToken> have;
  if ((shape & 2U) != 0) {
    const std::string_view bytes = in.rest();
    if (!have.emplace().ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return;
    }
  } else if ((shape & 4U) != 0) {
    have.emplace().set_epoch(a_number(in));
    have->set_seq(a_number(in));
    have->set_chain(a_number(in));
  }
  const ResumeDecision decision = decide_resume(have, facts);
  const bool is_ours = have && have->epoch() == facts.durable.epoch &&
                       have->seq() <= facts.durable.seq && facts.chain_at_token &&
                       *facts.chain_at_token == have->chain();
  require(decision.mode != Mode::Tail || is_ours, "events only to a client whose past is ours");
  require(decision.mode != Mode::ReadChain || (have && !facts.chain_at_token),
          "the chain is read only when it is not known");
  require((decision.mode == Mode::Snapshot) == (decision.why != v1::WHY_SNAPSHOT_UNSPECIFIED),
          "a snapshot says why, and nothing else does");
  const ResumeDecision again = decide_resume(have, facts);
  require(again.mode == decision.mode && again.why == decision.why, "the same answer twice");
}

}  // namespace
}  // namespace swarmboard::room

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swarmboard::room::check({data, size});
  return 0;
}
