// "You have beaten this before": somebody calls a swarm on a deal, and the reader once won against the
// same alternative, or with the same customer. What the reader answered then is worth more than what
// the room invents now. Read from the library, told to nobody else. PURE.
import { DealOutcome, ResponseStatus } from '../gen/swarmboard/v1/enums_pb.js';
import { openSwarms } from './deal.js';
import { sessionOf } from './rules.js';
import type { Entry, State } from './state.js';

export interface Beaten {
  readonly swarm: string;
  readonly account: string;
  /** The alternative; undefined: the same customer, against whomever. */
  readonly against: string | undefined;
  readonly words: string;
  readonly response: string;
  /** Where it was said; empty: it came from elsewhere. */
  readonly session: string;
}

/** Undefined: nothing to offer, or it is the reader's own swarm. */
export function beatenBefore(state: State, library: State, member: string): Beaten | undefined {
  const session = sessionOf(state)?.id;
  for (const swarm of openSwarms(state)) {
    if (swarm.body.sessionId !== session || swarm.body.owner === member) continue;
    for (const win of winsLike(library, swarm.body.dealId ?? '', member)) {
      const answer = answerOn(library, win.deal.id, member);
      if (answer === undefined) continue;
      return {
        swarm: swarm.id,
        account: win.deal.body.account ?? '',
        against: win.against,
        words: wordsOf(answer),
        response: answer.id,
        session: answer.body.sessionId ?? '',
      };
    }
  }
  return undefined;
}

interface Win {
  readonly deal: Entry<'deal'>;
  readonly against: string | undefined;
}

/** Against the same alternative first, the newest first. */
function winsLike(library: State, dealId: string, member: string): Win[] {
  const now = library.get('deal', dealId);
  if (now === undefined) return [];
  const rivals = rivalsOf(library, dealId);
  const isWon = (deal: Entry<'deal'>): boolean =>
    deal.id !== dealId && deal.body.owner === member && deal.body.outcome === DealOutcome.WON;
  const won = library
    .all('deal')
    .filter(isWon)
    .sort((a, b) => (b.body.closedOn ?? '').localeCompare(a.body.closedOn ?? ''));
  const against = won.flatMap((deal): Win[] => {
    const rival = [...rivalsOf(library, deal.id)].find((id) => rivals.has(id));
    return rival === undefined ? [] : [{ deal, against: library.get('competitor', rival)?.name }];
  });
  const there = won
    .filter((deal) => deal.body.account === now.account)
    .filter((deal) => against.every((win) => win.deal.id !== deal.id))
    .map((deal): Win => ({ deal, against: undefined }));
  return [...against, ...there];
}

function rivalsOf(library: State, dealId: string): Set<string> {
  const named = library.get('deal', dealId)?.competitorId;
  const played = library
    .all('competitivePlay')
    .filter((play) => play.body.dealId === dealId)
    .map((play) => play.body.competitorId);
  return new Set([named, ...played].filter((id): id is string => id !== undefined && id !== ''));
}

/** The reader's own response that belongs to a deal: used on it, heard on it, or found in a session about it. */
function answerOn(library: State, dealId: string, member: string): Entry<'response'> | undefined {
  const used = new Set(
    library
      .all('responseOutcome')
      .filter((outcome) => outcome.body.dealId === dealId)
      .map((outcome) => outcome.body.response),
  );
  const belongs = (response: Entry<'response'>): boolean =>
    used.has(response.id) ||
    library.get('objection', response.body.objection)?.dealId === dealId ||
    library.get('sessionCard', response.body.sessionId)?.dealId === dealId;
  return library
    .all('response')
    .filter((response) => response.body.author === member && !response.isPrivate)
    .filter((response) => wordsOf(response) !== '' && belongs(response))
    .sort((a, b) => rank(b, used) - rank(a, used))[0];
}

function rank(response: Entry<'response'>, used: ReadonlySet<string | undefined>): number {
  const { status = ResponseStatus.DRAFT } = response.body;
  const standing = status === ResponseStatus.RETIRED ? 0 : status;
  return standing + (used.has(response.id) ? ResponseStatus.RETIRED : 0);
}

function wordsOf(response: Entry<'response'>): string {
  const { acknowledge, ask, say } = response.body;
  return say ?? ask ?? acknowledge ?? '';
}
