// Every limit of the server, in one place: value, unit in the name, reason. docs/operating.md lists
// what happens at each; a test reaches each.
#pragma once

#include <cstddef>
#include <cstdint>

namespace swarmboard::limits {

// Wire. A message holds a few commands at most; snapshots to clients come in parts.
inline constexpr std::size_t kMessageBytesMax = 256 * 1024;
inline constexpr std::size_t kFramesPerMessageMax = 64;
inline constexpr std::size_t kCommandBytesMax = 32 * 1024;
inline constexpr std::size_t kSnapshotPartBytes = 128 * 1024;
inline constexpr std::size_t kPresenceValueBytesMax = 256;
inline constexpr std::uint32_t kNoteUtf16Max = 20'000;
// One change of a text, and how many of a stream are remembered to carry others over them.
inline constexpr std::size_t kTextChangePartsMax = 1'000;
inline constexpr std::size_t kTextWindowChangesMax = 2'048;
inline constexpr std::size_t kTextWindowBytesMax = 256 * 1024;
inline constexpr std::uint32_t kTextUtf16Default = 200;
inline constexpr std::size_t kIdBytesMax = 64;

// A person types; 30 commands a second is a script. The burst lets an outbox drain after a tunnel.
inline constexpr double kCommandsPerSecond = 30;
inline constexpr double kCommandBurst = 90;
inline constexpr double kBytesPerSecond = 64 * 1024;
inline constexpr double kByteBurst = 512 * 1024;
inline constexpr std::uint32_t kCommandsInFlightMax = 32;

// Team.
inline constexpr std::size_t kQueuedCommandsMax = 512;
inline constexpr std::size_t kGroupsInFlightMax = 64;
inline constexpr std::size_t kRecordsPerStreamMax = 20'000;
inline constexpr std::uint64_t kEventsPerSessionMax = 2'000'000;
inline constexpr std::size_t kParticipantsMax = 200;
inline constexpr std::size_t kLinksPerTeamMax = 1'200;
inline constexpr std::size_t kSubscriptionsPerLinkMax = 8;
inline constexpr std::size_t kLiveSessionsPerTeamMax = 64;
inline constexpr std::size_t kSealedCardsPerStageMax = 500;
inline constexpr std::size_t kOffRecordCardsMax = 500;

// Cursor and ring.
inline constexpr std::size_t kRingEventsMax = 4'096;
inline constexpr std::size_t kRingBytesMax = 1024 * 1024;
inline constexpr std::size_t kBlockBytesMax = 64 * 1024;
inline constexpr std::size_t kDirectFramesMax = 64;
inline constexpr std::size_t kDirectBytesMax = 64 * 1024;
inline constexpr std::size_t kCatchUpBytes = 256 * 1024;
inline constexpr std::size_t kCatchUpsMax = 2;
inline constexpr std::int64_t kSnapshotEveryUs = 5'000'000;  // To one slow reader.

// Commit.
inline constexpr std::size_t kJournalPendingBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kCommitBytesMax = 1024 * 1024;
inline constexpr std::size_t kCommitEventsMax = 4'096;
inline constexpr std::size_t kKeyframeLogBytesMin = 32 * 1024;

// Dedupe.
inline constexpr std::size_t kOutcomesKept = 64;
inline constexpr std::int64_t kClientIdleMsMax = 30LL * 24 * 3600 * 1000;

// Heartbeat and deadlines.
inline constexpr std::int64_t kHelloUs = 5'000'000;
// While anybody in the team does something, every connection hears from the server and is heard by
// it within kTickUs. Ten thousand people who read in silence would cost more than all who write:
// so a team in which nobody has done anything for kDozeAfterUs dozes, until anybody does.
inline constexpr std::int64_t kTickUs = 2'500'000;
inline constexpr std::int64_t kDozeAfterUs = 60'000'000;
inline constexpr std::int64_t kDozeTickUs = 25'000'000;  // Proxies cut what is still for 30 s.
// A tick that a dozing peer's system does not confirm ends the connection by itself (TCP's user
// timeout): the peer itself is asked more rarely.
inline constexpr std::int64_t kDozeAskUs = 150'000'000;     // With a tick already at half of it.
inline constexpr std::int64_t kDozeTimerUs = 1'000'000;     // How often a dozing team looks around.
inline constexpr std::int64_t kSuspectAfterUs = 6'000'000;  // Of silence, while awake.
inline constexpr std::int64_t kDropAfterUs = 20'000'000;
inline constexpr std::int64_t kStuckWriteUs = 15'000'000;
inline constexpr std::int64_t kPresenceFullUs = 10'000'000;
inline constexpr std::int64_t kUnloadAfterUs = 600'000'000;

// Sockets and HTTP.
inline constexpr std::size_t kConnectionsMax = 20'000;
inline constexpr std::size_t kPreHelloMax = 256;
inline constexpr std::size_t kHeaderBytesMax = 8 * 1024;
inline constexpr std::size_t kBodyBytesMax = 256 * 1024;
inline constexpr std::int64_t kHttpHeaderUs = 10'000'000;
inline constexpr std::int64_t kHttpBodyUs = 30'000'000;
inline constexpr std::int64_t kTicketUs = 30'000'000;
inline constexpr std::size_t kTicketsMax = 10'000;
inline constexpr std::size_t kHeaderFieldsMax = 64;
inline constexpr std::size_t kTargetBytesMax = 2 * 1024;
inline constexpr std::int64_t kHttpIdleUs = 60'000'000;  // Between two requests on one connection.
inline constexpr std::int64_t kHttpAnswerUs = 30'000'000;
inline constexpr std::int64_t kLingerUs = 1'000'000;  // For the peer to read why it was refused.
inline constexpr std::size_t kConnectionsPerAddressMax = 200;  // Loopback is exempt: proxies.

// WebSocket. Frame headers and empty fragments of one message; 16 KiB is 2,700 empty fragments.
inline constexpr std::size_t kFrameOverheadBytesMax = 16 * 1024;
// Pongs and close frames that wait behind a full socket: beyond it the peer only asks, never reads.
inline constexpr std::size_t kControlBytesMax = 16 * 1024;
inline constexpr int kSendBufferBytes = 128 * 1024;  // The kernel must not hide megabytes of lag.
inline constexpr unsigned kTcpUserTimeoutMs = 20'000;
inline constexpr std::int64_t kHandshakeUs = 10'000'000;
inline constexpr std::int64_t kCloseUs = 3'000'000;  // For the peer's answer to a close.
inline constexpr std::int64_t kTimerUs = 50'000;     // The one timer of an IO thread.

// Identity. Sessions: idle for a working day, a week in all. Links: long enough for a holiday.
inline constexpr std::int64_t kSessionIdleMs = 8LL * 3600 * 1000;
inline constexpr std::int64_t kSessionMs = 7LL * 24 * 3600 * 1000;
inline constexpr std::int64_t kSessionSeenEveryMs = 5LL * 60 * 1000;  // Between two writes of it.
inline constexpr std::int64_t kInvitationMs = 14LL * 24 * 3600 * 1000;
inline constexpr std::size_t kSessionsMax = 100'000;
inline constexpr std::size_t kInvitationsMax = 10'000;
inline constexpr std::size_t kEventPageBytes = 256 * 1024;
inline constexpr std::int64_t kReplayViewEveryMs =
    3600LL * 1000;  // One entry per viewing, not per page.

}  // namespace swarmboard::limits
