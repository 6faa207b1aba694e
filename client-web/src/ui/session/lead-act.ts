// One thing that the facilitator can do now.
import type { Icon } from '../parts/menu.js';

export interface LeadAct {
  readonly key: string;
  readonly label: string;
  /** The whole name where the label is a short one. */
  readonly name?: string;
  readonly Icon: Icon;
  readonly run: () => void;
  readonly isStrong?: boolean;
  readonly isOff?: boolean;
  /** Stays on the bar of a phone. */
  readonly isNow?: boolean;
  /** Only in the drawer, unless it is what comes now. */
  readonly isRare?: boolean;
}
