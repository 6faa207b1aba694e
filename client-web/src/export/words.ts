// The few words that an export has beside what people wrote. PURE.
import { templates } from '../board/templates.js';
export { audienceWords } from '../board/words.js';

export function templateLine(id: string | undefined): string {
  const template = templates.find((candidate) => candidate.id === id);
  return template === undefined ? (id ?? '') : `${template.name}, ${template.minutes} minutes`;
}
