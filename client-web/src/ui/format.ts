// Times and dates as people read them, in the browser's language and zone.

export const DAY_MS = 86_400_000;

export function clockTime(ms: number): string {
  return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(ms);
}

export function day(ms: number): string {
  return new Intl.DateTimeFormat(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
  }).format(ms);
}

/** "2025-05-13", as a date input and the records write it. */
export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function isoDayWords(date: string | undefined): string {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? (date ?? '') : day(ms);
}

/** Minutes and seconds; never counts upward from nothing: below zero it is zero. */
export function countdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toString().padStart(2, '0')}`;
}

/** Time since the start of a session: 12:05. */
export function since(startMs: number, atMs: number): string {
  const seconds = Math.max(0, Math.floor((atMs - startMs) / 1000));
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toString().padStart(2, '0')}`;
}

/** Money of a deal: whole units of the team's currency. */
export function money(amount: bigint | undefined, currency: string | undefined): string {
  if (amount === undefined) return '';
  const isKnown = /^[A-Z]{3}$/.test(currency ?? '');
  return new Intl.NumberFormat(undefined, {
    maximumFractionDigits: 0,
    ...(isKnown && { style: 'currency', currency: currency ?? '' }),
  }).format(amount);
}
