import type { StageFailure } from '../types/events.ts';
import { oneLine } from './text.ts';

/** `RangeError: … (exit code 1)`; how it ended is not repeated where the message says it. */
export const failurePhrase = ({ message, exitCode, signal, timedOut }: StageFailure): string => {
  const text = oneLine(message);
  if (timedOut) return text.includes('timed out') ? text : `timed out: ${text}`;
  const how = signal !== undefined ? `ended by ${signal}` : exitCode !== undefined ? `exit code ${exitCode}` : '';
  if (how === '' || text === '') return text + how;
  const known = signal !== undefined ? text.includes(signal) : new RegExp(`\\bcode ${exitCode}\\b`).test(text);
  return known ? text : `${text} (${how})`;
};
