import { describe, expect, it } from 'vitest';
import { Announcer, QUIET_MS } from './announcer.js';

function world(): { announcer: Announcer; said: string[]; cues: string[]; pass: () => void } {
  const said: string[] = [];
  const cues: string[] = [];
  const waiting: (() => void)[] = [];
  const announcer = new Announcer({
    after: (ms, run) => {
      expect(ms).toBe(QUIET_MS);
      waiting.push(run);
    },
    say: (line) => said.push(line),
    cue: (line) => cues.push(line),
  });
  return { announcer, said, cues, pass: () => waiting.shift()?.() };
}

const line = (text: string): { text: string; mark: boolean } => ({ text, mark: false });

describe('the announcer', () => {
  it('says the first line at once and keeps quiet for a while', () => {
    const { announcer, said } = world();
    announcer.push(line('Maya joined'), false);
    announcer.push(line('Hugo joined'), false);
    expect(said).toEqual(['Maya joined']);
  });

  it('says what came meanwhile in one line', () => {
    const { announcer, said, pass } = world();
    for (const who of ['Maya', 'Hugo', 'Ben', 'Ana']) announcer.push(line(`${who} joined`), false);
    pass();
    expect(said).toEqual(['Maya joined', '3 changes on the board. The newest: Ana joined']);
    pass();
    announcer.push(line('Ewan joined'), false);
    expect(said.at(-1)).toBe('Ewan joined');
  });

  it('lets a cue of the facilitator through at once', () => {
    const { announcer, said, cues } = world();
    announcer.push(line('Maya joined'), false);
    announcer.push(line('Greta started the stage “Group”'), true);
    expect(said).toHaveLength(1);
    expect(cues).toEqual(['Greta started the stage “Group”']);
  });
});
