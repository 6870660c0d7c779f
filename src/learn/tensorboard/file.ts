import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { summaryEvent, versionEvent } from './events.ts';
import { record } from './records.ts';

/** An event file that grows. */
export interface EventFile {
  readonly path: string;
  /** Adds values of a step. */
  add(step: number, values: readonly Uint8Array[]): void;
  /** Writes what was added to the disk, whole records only. */
  flush(): void;
}

export interface EventFileOptions {
  /** Seconds since 1970. */
  readonly clock: () => number;
  /** Distinguishes files of one folder that were begun in the same second. */
  readonly suffix: string;
}

/** Begins an event file in a folder, which is made where it is not there. */
export const openEvents = (folder: string, { clock, suffix }: EventFileOptions): EventFile => {
  mkdirSync(folder, { recursive: true });
  const began = clock();
  const path = join(folder, `events.out.tfevents.${String(Math.floor(began)).padStart(10, '0')}.stemma.${suffix}`);
  let pending = [record(versionEvent(began))];
  return {
    path,
    add: (step, values) => void pending.push(record(summaryEvent({ time: clock(), step }, values))),
    flush: () => {
      if (pending.length > 0) appendFileSync(path, Buffer.concat(pending));
      pending = [];
    },
  };
};
