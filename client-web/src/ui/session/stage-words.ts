// What a stage asks for, in sentences: shared by the running stage's card and the preview of one that
// is being prepared.
import { privacyOf, wantedKinds } from '../../board/stage-guide.js';
import type { Stage } from '../../gen/swarmboard/v1/board_records_pb.js';
import { NoteKind, NoteKindSchema } from '../../gen/swarmboard/v1/enums_pb.js';
import { t } from '../../text/index.js';

export function isHiddenStage(stage: Stage): boolean {
  const { kind } = privacyOf(stage);
  return kind !== 'open' && kind !== 'revealed';
}

/** "Objections, Questions": what is written in it; empty: nothing. */
export function writeWords(template: string | undefined, key: string, stage: Stage): string {
  const usual: readonly NoteKind[] = [NoteKind.COMMENT, NoteKind.ANSWER];
  const wanted = wantedKinds(template, key);
  const notes = (stage.allowedNotes?.items ?? [])
    .filter((kind) => wanted.length === 0 || !usual.includes(kind))
    .map((kind) => t.kinds.note[kind]?.many ?? '');
  const names = [...wanted.map((kind) => t.kinds[kind].many), ...notes];
  return names.filter((name) => name !== '').join(', ');
}

/** Who sees what is written, and when. */
export function privacyWords(stage: Stage, leader: string): string {
  const privacy = privacyOf(stage);
  switch (privacy.kind) {
    case 'open':
      return t.room.stage.open;
    case 'private':
      return t.room.stage.private(leader);
    case 'some':
      return t.room.stage.somePrivate(privateNames(privacy.kinds), leader);
    case 'anonymous':
      return t.room.stage.anonymous(leader);
    case 'off-record':
      return t.room.stage.offRecord;
    case 'revealed':
      return t.room.stage.revealed;
  }
}

function privateNames(kinds: readonly string[]): string {
  const names = kinds.map((name) => {
    const kind = NoteKindSchema.values.find((value) => value.localName === name)?.number;
    const text: Readonly<Partial<globalThis.Record<string, { many: string }>>> = {
      OBJECTION: t.kinds.objection,
      RESPONSE: t.kinds.response,
      EVIDENCE: t.kinds.evidence,
      BLOCKER: t.kinds.blocker,
      NOTE: t.kinds.note[0],
    };
    return kind === undefined ? (text[name]?.many ?? name) : (t.kinds.note[kind]?.many ?? name);
  });
  return names.join(', ');
}
