#include "persistence/keyframe_keep.h"

#include <iterator>

namespace swarmboard::persistence {
namespace {

constexpr std::size_t kNewestKept = 4;

}  // namespace

std::vector<KeyframePosition> keyframes_to_drop(std::vector<KeyframePosition> positions,
                                                std::uint32_t state_version, std::size_t kept_max) {
  std::vector<KeyframePosition> dropped;
  std::vector<KeyframePosition> kept;
  for (const KeyframePosition& position : positions) {
    (position.state_version == state_version ? kept : dropped).push_back(position);
  }
  while (kept.size() > kept_max && kept.size() > kNewestKept) {
    // The one whose absence leaves the smallest hole; before the first one lies the empty stream.
    std::size_t victim = 0;
    std::uint64_t smallest = UINT64_MAX;
    for (std::size_t i = 0; i + kNewestKept < kept.size(); ++i) {
      const std::uint64_t before = i == 0 ? 0 : kept[i - 1].seq;
      const std::uint64_t hole = kept[i + 1].seq - before;
      if (hole < smallest) {
        smallest = hole;
        victim = i;
      }
    }
    dropped.push_back(kept[victim]);
    kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(victim));
  }
  return dropped;
}

}  // namespace swarmboard::persistence
