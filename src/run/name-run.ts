import { randomBytes } from 'node:crypto';

/**
 * Name of a run: its start in UTC and four hexadecimal digits. Names sort as the runs were made: a run within the second
 * of the last one, or after the clock was set back, gets the next name after the last one's.
 */
export const nameRun = (started: Date, last: string | undefined): string => {
  const name = `${stem(started)}-${randomBytes(2).toString('hex')}`;
  return last === undefined || last < name ? name : nextName(last);
};

const stem = (time: Date): string => time.toISOString().slice(0, 19).replaceAll(':', '-');

const nextName = (last: string): string => {
  const next = Number.parseInt(last.slice(-4), 16) + 1;
  if (next <= 0xffff) return `${last.slice(0, -4)}${next.toString(16).padStart(4, '0')}`;
  const second = last.slice(0, 19).replace(/-(\d\d)-(\d\d)$/, ':$1:$2');
  return `${stem(new Date(Date.parse(`${second}Z`) + 1000))}-0000`;
};
