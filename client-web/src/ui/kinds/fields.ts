// What the write box and the fields of a kind say to each other. The box has the words; the fields
// make the command, or say in a sentence what is missing.
import type { Command } from '../../gen/swarmboard/v1/command_pb.js';

export interface FieldsProps {
  /** The card that it is about; empty: none. */
  readonly about: string;
}

export interface FieldsApi {
  make(words: string): Command | string;
}
