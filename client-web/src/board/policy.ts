// The rules that stand beside the records in the proto files, as the generated descriptors carry
// them: the same options that the server reads. PURE.
import { getOption, hasOption, type DescField, type DescMessage } from '@bufbuild/protobuf';
import {
  field as fieldOption,
  Merge,
  record as recordOption,
  type FieldPolicy,
  type RecordPolicy,
} from '../gen/swarmboard/v1/policy_pb.js';
import { fieldOfKind, type Kind } from './state.js';

export const DEFAULT_TEXT_UTF16_MAX = 200;

/** How a present field of a patch changes the record. */
export type MergeRule = 'replace' | 'fieldwise';

export function mergeRule(field: DescField): MergeRule {
  if (!hasOption(field, fieldOption)) return 'replace';
  switch (getOption(field, fieldOption).merge) {
    case Merge.FIELDWISE:
      return 'fieldwise';
    // Messages are atomic by default. A text that is in a patch as a field is replaced as a whole.
    case Merge.UNSPECIFIED:
    case Merge.REPLACE:
    case Merge.ATOMIC:
    case Merge.TEXT:
      return 'replace';
  }
}

/** Whether several people may type in this field at once. */
export function isSharedText(field: DescField): boolean {
  return fieldPolicy(field)?.merge === Merge.TEXT;
}

export function fieldPolicy(field: DescField): FieldPolicy | undefined {
  return hasOption(field, fieldOption) ? getOption(field, fieldOption) : undefined;
}

export function textMax(field: DescField): number {
  const max = fieldPolicy(field)?.utf16Max ?? 0;
  return max === 0 ? DEFAULT_TEXT_UTF16_MAX : max;
}

export function recordPolicy(desc: DescMessage): RecordPolicy | undefined {
  return hasOption(desc, recordOption) ? getOption(desc, recordOption) : undefined;
}

/** The descriptor of the body of a kind. */
export function bodyDesc(kind: Kind): DescMessage | undefined {
  const field = fieldOfKind(kind);
  return field?.fieldKind === 'message' ? field.message : undefined;
}
