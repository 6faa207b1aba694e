// The pill that tells the truth about the connection at all times. PURE.
import { plural } from '../board/words.js';
import type { LinkStatus } from '../net/socket.js';

export type PillKind = 'live' | 'slow' | 'offline' | 'read-only' | 'replay' | 'stopped';

export interface Pill {
  readonly kind: PillKind;
  readonly text: string;
  readonly help: string;
}

export interface HealthFacts {
  readonly link: LinkStatus;
  readonly waiting: number; // Commands not settled yet.
  readonly isReadOnly: boolean; // The server keeps nothing new at the moment.
  readonly notice: string; // The server's own words, while it only reads; otherwise empty.
  readonly isKept: boolean; // What waits survives a closed tab.
}

export const replayPill: Pill = {
  kind: 'replay',
  text: 'Replay',
  help: 'You are watching what happened. Nothing can be changed here.',
};

export function pillOf(facts: HealthFacts): Pill {
  const { link, waiting } = facts;
  const kept = facts.isKept
    ? 'It is kept on this device, also when you close the tab.'
    : 'This browser cannot keep it: leave the tab open.';
  switch (link) {
    case 'connecting':
      return {
        kind: 'offline',
        text: withWaiting('Connecting', waiting),
        help: 'Looking for the server.',
      };
    case 'offline':
      return {
        kind: 'offline',
        text: withWaiting('Offline', waiting),
        help:
          waiting > 0 ? `Write on. ${kept}` : 'Write on: everything is sent when the line is back.',
      };
    case 'slow':
      return {
        kind: 'slow',
        text: withWaiting('Slow', waiting),
        help: 'The server has not been heard for a few seconds.',
      };
    case 'denied':
      return { kind: 'stopped', text: 'Signed out', help: 'Sign in again to go on. ' + kept };
    case 'replaced':
      return { kind: 'stopped', text: 'Taken over', help: 'Reload the page to go on here.' };
    case 'old':
      return {
        kind: 'stopped',
        text: 'Reload needed',
        help: 'The server is newer than this page.',
      };
    case 'live':
      if (facts.isReadOnly || facts.notice !== '') {
        const why = facts.notice || 'The server cannot keep anything new just now.';
        return {
          kind: 'read-only',
          text: withWaiting('Read only', waiting),
          help: `${why} ${waiting > 0 ? kept : ''}`.trim(),
        };
      }
      return {
        kind: 'live',
        text: 'Live',
        help: 'Everything you wrote is on the server’s disk once it has its tick.',
      };
  }
}

function withWaiting(text: string, waiting: number): string {
  return waiting === 0 ? text : `${text}, ${plural(waiting, 'waiting', 'waiting')}`;
}
