// Cards of one's own that somebody else has put elsewhere, and the command that puts one back where
// it was. Nothing else is undone by it. PURE.
import { create } from '@bufbuild/protobuf';
import { CommandSchema, type Command } from '../gen/swarmboard/v1/command_pb.js';
import type { Event } from '../gen/swarmboard/v1/event_pb.js';
import type { State } from './state.js';

export interface Move {
  readonly card: string;
  readonly by: string;
  /** The group it was in; undefined: in none. */
  readonly from: string | undefined;
}

export function movesOf(before: State, after: State, event: Event, me: string): Move[] {
  const by = event.actor;
  if (event.intent?.body.case !== 'groupCards' || by === '' || by === me) return [];
  return [...after.all('note'), ...after.all('blocker')]
    .filter((card) => card.body.author === me)
    .map((card) => ({ card: card.id, by, from: groupOf(before, card.id) }))
    .filter((move) => move.from !== groupOf(after, move.card));
}

export function groupOf(state: State, card: string): string | undefined {
  return state.all('noteGroup').find((group) => group.body.members?.items.includes(card))?.id;
}

/** Undefined: it is there already, or its old group is gone. */
export function putBack(now: State, move: Move): Command | undefined {
  const current = groupOf(now, move.card);
  if (current === move.from) return undefined;
  if (move.from !== undefined) {
    const old = now.get('noteGroup', move.from);
    if (old === undefined) return undefined;
    return group(move.from, [...(old.members?.items ?? []), move.card], old.title ?? '');
  }
  const there = current === undefined ? undefined : now.get('noteGroup', current);
  if (current === undefined || there === undefined) return undefined;
  const left = (there.members?.items ?? []).filter((id) => id !== move.card);
  return group(current, left, there.title ?? '');
}

function group(id: string, ids: string[], title: string): Command {
  return create(CommandSchema, { body: { case: 'groupCards', value: { id, ids, title } } });
}
