import { findProject } from '../load/project.ts';
import type { Workspace } from '../plan/workspace.ts';
import { gc as collectGarbage, type GcReport } from '../store/gc/gc.ts';
import { pin, readPins, unpin } from '../store/gc/pins.ts';
import type { Policy } from '../store/gc/policy.ts';
import { withLock } from '../store/lock.ts';
import { renderGc } from '../ui/gc-view.ts';
import { createPaint } from '../ui/paint.ts';
import { interruptible } from './interrupt.ts';
import { openForReading } from './open-for-reading.ts';
import { runNamed } from './run-argument.ts';
import { columnsOf, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface GcOptions {
  readonly keepRuns?: number;
  readonly budget?: string;
  readonly olderThan?: string;
  readonly pin: readonly string[];
  readonly unpin: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `stemma gc`: exit code 1 where a budget could not be kept, or damage was in the way. */
export const gc = async (options: GcOptions): Promise<number> => {
  const workspace = openForReading(findProject(process.cwd()));
  const { store } = workspace.folders;
  if (options.pin.length + options.unpin.length > 0) return changePins(options, workspace);
  const policy = policyOf(options);
  const interrupt = interruptible();
  const onWait = (holder: number) => void process.stderr.write(`note: waiting for a commit (process ${holder})\n`);
  try {
    const report = await collectGarbage(
      { store, policy, pins: readPins(store), dryRun: options.dryRun ?? false },
      (work) => withLock(workspace.locks.content, work, { onWait, signal: interrupt.signal }),
    );
    process.stdout.write(shown(report, options));
    return report.fits === false || report.unreadable.length > 0 ? 1 : 0;
  } finally {
    interrupt.release();
  }
};

const shown = (report: GcReport, { json }: GcOptions): string =>
  json
    ? `${JSON.stringify(report, null, 2)}\n`
    : renderGc(report, { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) });

const changePins = async (options: GcOptions, workspace: Workspace): Promise<number> => {
  const { store } = workspace.folders;
  if (options.budget !== undefined || options.keepRuns !== undefined || options.olderThan !== undefined)
    throw new UserMistake('--pin and --unpin free nothing', 'say `stemma gc` again for that');
  for (const word of options.pin) {
    const run = await runNamed(word, workspace);
    pin(store, run);
    process.stderr.write(`run ${run} is kept until it is unpinned\n`);
  }
  for (const word of options.unpin) {
    const run = readPins(store).has(word) ? word : await runNamed(word, workspace);
    if (!unpin(store, run)) throw new UserMistake(`run ${run} is not pinned`);
    process.stderr.write(`run ${run} is pinned no more\n`);
  }
  return 0;
};

const policyOf = ({ keepRuns, budget, olderThan }: GcOptions): Policy => {
  const given = [keepRuns, budget, olderThan].filter((value) => value !== undefined);
  if (given.length > 1)
    throw new UserMistake('--keep-runs, --budget and --older-than say the same three ways', 'give one of them');
  if (keepRuns !== undefined) return { kind: 'runs', count: keepRuns };
  if (budget !== undefined) return { kind: 'bytes', budget: bytesIn(budget) };
  return olderThan === undefined ? { kind: 'all' } : { kind: 'since', time: timeBefore(olderThan) };
};

/** `500MB`, `1.5 GB`, `10GiB`. */
const bytesIn = (text: string): number => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([kMGT]i?)?B?$/i.exec(text.trim()) ?? [];
  if (number === undefined) throw new UserMistake(`"${text}" is no size`, 'write it as 500MB, 1.5GB or 10GiB');
  const power = ['', 'k', 'm', 'g', 't'].indexOf((unit ?? '').toLowerCase().replace('i', ''));
  return Math.floor(Number(number) * (/i$/i.test(unit ?? '') ? 1024 : 1000) ** power);
};

/** The time that lies `30d`, `12h` or `2w` back. */
const timeBefore = (text: string): string => {
  const [, number, unit] = /^(\d+)\s*([hdw])$/.exec(text.trim()) ?? [];
  const hours = { h: 1, d: 24, w: 168 }[unit ?? ''];
  if (hours === undefined) throw new UserMistake(`"${text}" is no age`, 'write it as 12h, 30d or 4w');
  const time = Date.now() - Number(number) * hours * 3_600_000;
  if (!Number.isSafeInteger(time) || time < 0) return new Date(0).toISOString();
  return new Date(time).toISOString();
};
