// The board as a page of Markdown to put into notes or mail. PURE.
import { textOfId } from '../board/caption-records.js';
import { sessionOf } from '../board/rules.js';
import type { State } from '../board/state.js';
import { audienceWords, templateLine } from './words.js';
import { rowsOf, type Row } from './rows.js';

const headings: readonly (readonly [kind: string, heading: string])[] = [
  ['swarm', 'Swarm'],
  ['note', 'Cards'],
  ['objection', 'Objections'],
  ['response', 'Responses'],
  ['evidence', 'Proof'],
  ['blocker', 'Blockers'],
  ['drill', 'Drills'],
  ['nextStep', "The customer's next step"],
  ['commitment', 'Promises'],
  ['block', 'What stops us'],
  ['learning', 'Learnings'],
  ['recognition', 'Thanks'],
];

export function toMarkdownText(state: State): string {
  const session = sessionOf(state)?.body;
  const rows = rowsOf(state);
  const parts = [
    `# ${escape(session?.topic?.title ?? 'Session')}`,
    [
      templateLine(session?.templateId),
      `Who can replay it: ${audienceWords(session?.replayAudience)}`,
      ...(session?.topic?.dealId ? [`Deal: ${escape(textOfId(state, session.topic.dealId))}`] : []),
    ].join('  \n'),
  ];
  for (const [kind, heading] of headings) {
    const lines = rows.filter((row) => row.kind === kind).map(item);
    if (lines.length > 0) parts.push(`## ${heading}`, lines.join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

function item(row: Row): string {
  const facts = [
    row.by,
    row.type,
    row.group === '' ? '' : `group: ${row.group}`,
    row.status,
    row.due === '' ? '' : `by ${row.due}`,
    row.dots === '' ? '' : `${row.dots} dots`,
  ].filter((fact) => fact !== '');
  const about = row.about === '' ? '' : ` (on: ${escape(row.about)})`;
  const tail = facts.length === 0 ? '' : ` *${escape(facts.join(', '))}*`;
  return `- ${escape(row.text === '' ? row.type : row.text)}${about}${tail}`;
}

/** Words stay words: nothing that somebody wrote becomes a heading, a link or a tag. */
export function escape(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]<>#|~!]/g, (sign) => `\\${sign}`)
    .replaceAll(/^(\s*)([-+]|\d+[.)])(\s)/gm, '$1\\$2$3')
    .replaceAll(/\r?\n/g, '  \n  ');
}
