"""Bugs to plant, each one exact replacement in the sources, and the check that has to find it.

A replacement fits exactly one place. `sim` runs the simulator; (kind, rounds) runs that kind of fault
on the real program; (JOURNAL, filter) runs tests of the journal, for what a real disk does too seldom
to be waited for. Every bug is one that a tired person could write."""

from dataclasses import dataclass


JOURNAL = "journal"


@dataclass(frozen=True)
class Mutant:
    name: str
    wrong: str  # What a user would meet.
    path: str
    old: str
    new: str
    found_by: object = "sim"  # "sim", (kind of fault, rounds), or (JOURNAL, filter).


MUTANTS = [
    # What is acknowledged is on disk.
    Mutant("ack-before-commit", "saved is shown before anything is written",
           "server/room/commit.cc",
           "  deps.journal.append(\n      tenure_, std::move(group),\n",
           "  later([this, serial] { on_result(serial, {persistence::AppendState::Durable, 0}); });\n"
           "  deps.journal.append(\n      tenure_, std::move(group),\n"),
    Mutant("sealed-ack-before-commit", "an anonymous card is called saved before it is",
           "server/room/commit.cc",
           "  waiter.call = std::move(done);\n  waiter.wrote = true;\n",
           "  done(true);\n  waiter.call = [](bool) {};\n  waiter.wrote = true;\n"),
    Mutant("missing-sync", "the log is written and not synced",
           "persistence/rocksdb_store.cc",
           "  options.sync = true;\n",
           "  options.sync = false;\n",
           ("power", 3)),
    Mutant("missing-folder-sync", "the names of new files are not synced",
           "persistence/sync_folder.cc", "const bool synced = ::fsync(descriptor) == 0;",
           "const bool synced = descriptor >= 0;", ("power", 4)),
    Mutant("failed-sync-forgiven", "after a sync that failed the server goes on",
           "persistence/rocksdb_commit.cc",
           '    fail("a write failed and the process must restart: " + status.ToString());\n'
           '    return Wrote::Failed;\n',
           "    return Wrote::Yes;\n", ("failing-sync", 2)),
    Mutant("full-disk-acknowledged", "a group that found no room counts as written",
           "persistence/rocksdb_commit.cc", "    run_full();\n    return Wrote::NoSpace;\n",
           "    run_full();\n    return Wrote::Yes;\n", (JOURNAL, "*Full*:*J11*")),
    Mutant("answered-before-the-write", "the journal answers and then writes",
           "persistence/rocksdb_commit.cc",
           "    wrote = write(batch, commit_no, groups);\n",
           "    answer(steps, results, Wrote::Yes);\n    steps.clear();\n    results.clear();\n"
           "    wrote = write(batch, commit_no, groups);\n", ("crash-points", 60)),
    Mutant("watermark-forgotten", "a log whose end is missing opens as if it were whole",
           "persistence/rocksdb_commit.cc", "  const auto error = watermark_->note(mark_);\n",
           "  const boost::system::error_code error;\n", ("flip", 200)),

    # Exactly once.
    Mutant("dedupe-lost-in-restart", "a command sent again after a restart is done twice",
           "server/room/load.cc", "      if (event.cmd_no() != 0) {\n", "      if (event.cmd_no() == 0) {\n"),
    Mutant("dedupe-not-in-keyframe", "the same, when the restart began from a keyframe",
           "server/room/load.cc", "encode_keyframe(stream.id, fold, stream.dedupe.logged());",
           "encode_keyframe(stream.id, fold, {});"),
    Mutant("refusals-not-marked", "a refusal that somebody was told is judged anew after a restart",
           "server/room/dedupe.cc",
           "  if (!has_unlogged_refusals_) {\n",
           "  if (has_unlogged_refusals_) {\n"),
    Mutant("last-command-again", "the last command of a client is done again when it is sent again",
           "server/room/dedupe.cc", "  } else if (cmd_no <= last) {\n", "  } else if (cmd_no < last) {\n"),
    Mutant("gap-accepted", "a command is done although the one before it is missing",
           "server/room/dedupe.cc", "  if (cmd_no > last + 1) {\n", "  if (cmd_no > last + 2) {\n"),
    Mutant("dedupe-survives-rollback", "what was not written is remembered as done",
           "server/room/stream.cc", "  dedupe.roll_back();\n", ""),
    Mutant("refusal-told-too-early", "a refusal is told before what it was judged against is durable",
           "server/room/commit.cc",
           "  if (!open_.empty()) {\n    open_.waiters.push_back(std::move(waiter));\n",
           "  if (!open_.empty() && waiter.call) {\n    open_.waiters.push_back(std::move(waiter));\n"),

    # What everybody sees.
    Mutant("resume-skips-one", "who comes back misses the first event",
           "server/room/link_resume.cc",
           "  sub.cursor = sub.scanned = sub.have->seq();\n  say_joined(sub, v1::JOIN_MODE_TAIL",
           "  sub.cursor = sub.scanned =\n"
           "      std::min(sub.have->seq() + 1, sub.stream->durable.head.seq);\n"
           "  say_joined(sub, v1::JOIN_MODE_TAIL"),
    Mutant("resume-repeats-one", "who comes back gets the last event twice",
           "server/room/link_resume.cc",
           "  sub.cursor = sub.scanned = sub.have->seq();\n  say_joined(sub, v1::JOIN_MODE_TAIL",
           "  sub.cursor = sub.scanned = sub.have->seq() - (sub.have->seq() > 0 ? 1 : 0);\n"
           "  say_joined(sub, v1::JOIN_MODE_TAIL"),
    Mutant("piece-from-the-wrong-place", "a slow reader is brought up from one event too far",
           "server/room/link_resume.cc",
           "      if (checked.event.seq() <= sub.scanned || checked.event",
           "      if (checked.event.seq() <= sub.scanned + 1 || checked.event"),
    Mutant("snapshot-of-the-future", "a joiner sees what is not durable yet",
           "server/room/fan_out.cc",
           "  made->state = stream.durable_state;\n",
           "  made->state = stream.head_state;\n"),
    Mutant("snapshot-at-the-wrong-number", "a snapshot says that it is one event older than it is",
           "server/room/fan_out.cc", "  made->seq = stream.durable.head.seq;\n",
           "  made->seq = stream.durable.head.seq - (stream.durable.head.seq > 1 ? 1 : 0);\n"),
    Mutant("stale-ring", "events that follow a lane are sent as they were before",
           "server/room/ring.cc",
           "  for (auto at = static_cast<std::size_t>(from - base_seq_); at < events_.size(); ++at) {\n"
           "    const RingEvent& event = events_[at];\n",
           "  for (auto at = static_cast<std::size_t>(from - base_seq_); at < events_.size(); ++at) {\n"
           "    const RingEvent& event = events_[at > 0 && !events_[at - 1].lanes.empty() ? at - 1 : at];\n"),
    Mutant("keyframe-one-event-off", "a keyframe holds one event more than it says",
           "server/room/load.cc", "  const Fold fold{stream.durable_state, seq, stream.durable.head.chain,",
           "  const Fold fold{stream.durable_state, seq - 1, stream.durable.head.chain,"),
    Mutant("later-word-goes-left", "of two people who write at one place the later one comes first",
           "server/board/decide_text.cc",
           "    change = text::transform(*change, later, text::Side::Right);\n",
           "    change = text::transform(*change, later, text::Side::Left);\n"),
    Mutant("typing-carried-over-too-much", "what the author had seen counts as written since",
           "server/room/text_window.cc",
           "return wanted < other.seq; });\n", "return wanted <= other.seq; });\n"),
    Mutant("lost-typing-carried-over", "typing is moved by words that were never written",
           "server/room/stream.cc", "  texts.forget_after(durable.head.seq);\n", ""),
    Mutant("private-typing-told-to-all", "what is typed in a private card is sent to everybody",
           "server/board/decide_text.cc",
           "  v1::Patch& patch = patch_for(decision, *existing);\n",
           "  v1::Patch& patch = decision.patch;\n"),
    Mutant("rollback-keeps-the-board", "what was not written stays on the board that commands are judged on",
           "server/room/stream.cc", "  head_state = durable_state;\n  speculative = durable;\n",
           "  speculative = durable;\n"),
    Mutant("undo-in-the-wrong-order", "an event that did not fit is taken back to a state that never was",
           "server/room/stream.cc", "    durable_state.set(change.key, std::move(change.after));\n",
           "    durable_state.set(change.key, change.before);\n"),
    Mutant("session-misses-the-library", "a session does not follow what changes in the library",
           "server/board/route.cc",
           "    mirror.patch = mirror_patch(filed.patch, *state);\n",
           "    mirror.patch = mirror_patch(filed.patch, *state);\n    mirror.patch.Clear();\n"),
    Mutant("old-epoch-after-restore", "a session opened after a restore belongs to the old history",
           "server/room/commit.cc", "  start.head = epochs_.raised({id, effect.stream}, {});\n", ""),
    Mutant("writes-to-a-full-socket", "a reader who does not read is sent more and more",
           "server/room/link_pump.cc", "  while (transport_.ready()) {\n", "  while (true) {\n"),

    # What only some may see.
    Mutant("hidden-note-in-the-batch", "a note before its reveal goes to everybody",
           "server/room/ring.cc", "      if (member != nullptr && is_member(lane.members, *member)) {\n",
           "      if (member != nullptr) {\n"),
    Mutant("hidden-note-in-the-snapshot", "a joiner gets the notes that are hidden",
           "server/board/snapshot.cc", "    if (!is_visible(*record, {}) && is_visible(*record, member)) {\n",
           "    if (!is_visible(*record, {}) && !member.empty()) {\n"),
    Mutant("private-act-signed", "everybody sees who wrote a hidden note",
           "server/board/route.cc",
           "    own.shows_intent = !decision.private_act;\n",
           "    own.shows_intent = true;\n"),
    Mutant("hidden-lane-is-open", "a note of a private stage is public at once",
           "server/board/lanes.cc",
           "    return stage.has_revealed_at_ms() ? StageLane::Late : StageLane::Hidden;\n",
           "    return stage.has_revealed_at_ms() ? StageLane::Late : StageLane::Open;\n"),
    Mutant("ballot-is-public", "everybody sees the dots of a hidden vote",
           "server/board/decide_vote.cc",
           "  v1::Patch& patch = vote->hidden() ? lane_patch(decision, {context.actor}) : decision.patch;\n",
           "  v1::Patch& patch = decision.patch;\n"),
    Mutant("sealed-cards-shown-twice", "a reveal leaves the sealed cards where they were",
           "server/room/commit.cc", "      entry.event.drop_sealed = decision.drop_sealed;\n", ""),

    # The rules of the meeting.
    Mutant("too-many-dots", "somebody votes with one dot more than they have",
           "server/board/decide_vote.cc",
           "  if (static_cast<std::uint32_t>(command.on_size()) > vote.per_person()) {\n",
           "  if (static_cast<std::uint32_t>(command.on_size()) > vote.per_person() + 1) {\n"),
    Mutant("vote-after-the-end", "dots are placed after the vote has closed",
           "server/board/decide_vote.cc",
           "  if (vote->has_closed_at_ms()) {\n"
           "    return refuse(v1::REJECT_REASON_VOTE_CLOSED, \"The vote has closed.\");\n  }\n",
           ""),
    Mutant("seat-taken-twice", "two people lead at once",
           "server/board/decide_seat.cc",
           "    return refuse(v1::REJECT_REASON_SEAT_TAKEN, \"Somebody leads the session.\");\n", ""),

    # Time, and peers that are gone.
    Mutant("time-runs-back", "an event is earlier than the one before it",
           "server/room/commit.cc",
           "  stamp.at_ms = std::max({deps.clock.wall_ms(), stream.speculative.last_at_ms,\n"
           "                          act.stream.speculative.last_at_ms, "
           "library->speculative.last_at_ms});\n",
           "  stamp.at_ms = deps.clock.wall_ms();\n", ("clock-jump", 2)),
    Mutant("silent-peer-kept", "who vanished is never let go of",
           "server/room/link_watch.cc", "  } else if (now - asked_us_ > kNoAnswerUs) {\n",
           "  } else if (now - asked_us_ > kNoAnswerUs * 100) {\n", ("silent-peer", 1)),
    Mutant("stuck-reader-kept", "who does not read is never let go of",
           "server/room/link_watch.cc",
           "  if (blocked_us_ != 0 && now - blocked_us_ > limits::kStuckWriteUs) {\n",
           "  if (blocked_us_ < 0) {\n", ("slow-reader", 1)),
]
