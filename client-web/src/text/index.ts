// Every sentence that the page shows, by name. Another language is one more object of this shape;
// the type makes a missing sentence a compile error.
import { board } from './en/board.js';
import { kinds } from './en/kinds.js';
import { room } from './en/room.js';

const en = { board, kinds, room };

export type Text = typeof en;
export const t: Text = en;
