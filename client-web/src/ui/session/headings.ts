// What a section of the board is called.
import type { SectionKey } from '../../board/sections.js';
import { t } from '../../text/index.js';

export function headingOf(key: SectionKey): string {
  if (key.startsWith('note:')) {
    const kind = Number(key.slice('note:'.length));
    return t.kinds.note[kind]?.many ?? t.kinds.wordless;
  }
  switch (key) {
    case 'objection':
      return t.kinds.objection.many;
    case 'blocker':
      return t.kinds.blocker.many;
    case 'commitment':
      return t.kinds.commitment.many;
    case 'learning':
      return t.kinds.learning.many;
    case 'recognition':
      return t.kinds.recognition.many;
    case 'block':
      return t.kinds.block.many;
    case 'drill':
      return t.kinds.drill.many;
    case 'swarm':
      return t.kinds.swarm.many;
    default:
      return t.kinds.nextStep;
  }
}
