// The sentences of the parts that are loaded when they are first shown; they come with those parts
// and not with the first screen.
import { deal } from './en/deal.js';
import { lead } from './en/lead.js';
import { prepare } from './en/prepare.js';
import { rep } from './en/rep.js';
import { team } from './en/team.js';

const en = { deal, lead, prepare, rep, team };

export type LateText = typeof en;
export const late: LateText = en;
