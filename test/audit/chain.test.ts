import { describe, expect, it } from 'vitest';
import { type ChainFault, followChain } from '../../src/audit/chain.ts';
import type { RunFile } from '../../src/audit/survey.ts';
import { digestOf } from '../../src/fingerprint/canonical.ts';
import { recordText } from '../../src/store/record-text.ts';
import { randomFrom } from './flips.ts';

// What the chain of records says when one of them was changed, taken out or put in.

const fileOf = (run: string, bytes: Buffer): RunFile => ({ run, path: `${run}.json`, bytes, digest: digestOf(bytes) });

const nameOf = (i: number): string => `2026-01-01T00-00-${String(i).padStart(2, '0')}-00ff`;

/** A chain of so many records, oldest first. `from`: what the first follows on. */
const chainOf = (
  count: number,
  { from = null, note = '' }: { from?: string | null; note?: string } = {},
): RunFile[] => {
  const runs: RunFile[] = [];
  for (let i = 0; i < count; i++) {
    const previous = runs.at(-1)?.digest ?? from;
    const record = { format: 'stemma-run-v1', run: nameOf(i), previous, note: `${note}${i}` };
    runs.push(fileOf(nameOf(i), Buffer.from(recordText(record))));
  }
  return runs;
};

const headOf = ({ digest, run }: RunFile): Buffer => Buffer.from(`${digest.slice(7)}  runs/${run}.json\n`);

const flip = (bytes: Buffer, byte: number, bit: number): Buffer => {
  const flipped = Buffer.from(bytes);
  flipped[byte]! ^= 1 << bit;
  return flipped;
};

interface Given {
  readonly head?: Buffer | undefined;
  readonly missing?: readonly string[];
  readonly openRuns?: ReadonlySet<string>;
}

const follow = (
  runs: readonly RunFile[],
  { head = headOf(runs.at(-1)!), missing = [], openRuns = new Set() }: Given = {},
) => followChain({ runs, head, missing, openRuns });

const told = (faults: readonly ChainFault[]): string[] =>
  faults.map((fault) => {
    if (fault.kind === 'head') return 'head';
    return `${fault.kind} ${fault.kind === 'missing' ? fault.run : fault.run.run}`;
  });

describe('a chain of records', () => {
  it('is followed to its beginning, in whatever order the runs ended', () => {
    const [a, b, c] = chainOf(3) as [RunFile, RunFile, RunFile];
    expect(follow([a, b, c])).toMatchObject({ faults: [], confirmed: { size: 3 } });
    // The second started last.
    const late = fileOf(nameOf(9), Buffer.from(b.bytes.toString().replace(b.run, nameOf(9))));
    const end = fileOf(c.run, Buffer.from(c.bytes.toString().replace(b.digest, late.digest)));
    expect(follow([a, end, late], { head: headOf(end) }).faults).toEqual([]);
    expect(followChain({ runs: [], head: undefined, missing: [], openRuns: new Set() }).faults).toEqual([]);
  });

  it('names the record in which any one bit was flipped, and no other', () => {
    const runs = chainOf(5);
    const random = randomFrom(3);
    for (const [i, run] of runs.entries())
      for (let byte = 0; byte < run.bytes.length; byte++) {
        const changed = runs.with(i, fileOf(run.run, flip(run.bytes, byte, random(8))));
        const { faults, confirmed } = follow(changed, { head: headOf(runs.at(-1)!) });
        expect([told(faults), confirmed.size], `byte ${byte} of record ${i}`).toEqual([[`damaged ${run.run}`], 4]);
      }
  });

  it('names the head in which any one bit was flipped, and no record', () => {
    const runs = chainOf(3);
    const head = headOf(runs.at(-1)!);
    for (let at = 0; at < head.length * 8; at++) {
      const verdict = follow(runs, { head: flip(head, at >> 3, at & 7) });
      expect([told(verdict.faults), verdict.confirmed.size], `bit ${at}`).toEqual([['head'], 3]);
    }
    expect(told(follow(runs, { head: Buffer.from('') }).faults)).toEqual(['head']);
  });

  it('names each of several records that were changed', () => {
    const runs = chainOf(6);
    const changed = (...which: number[]): RunFile[] =>
      which.reduce(
        (all, i) => all.with(i, fileOf(all[i]!.run, flip(all[i]!.bytes, all[i]!.bytes.length - 4, 2))),
        runs,
      );
    const head = headOf(runs.at(-1)!);
    expect(told(follow(changed(0, 2, 4), { head }).faults)).toEqual([4, 2, 0].map((i) => `damaged ${nameOf(i)}`));
    // What the one says of the other is worth nothing.
    expect(told(follow(changed(3, 4), { head }).faults)).toEqual([`damaged ${nameOf(4)}`, `unconfirmed ${nameOf(3)}`]);
  });

  it('names a record that was taken out, where anything still tells of its run', () => {
    const runs = chainOf(5);
    for (const i of [0, 1, 3]) {
      const { faults } = follow(runs.toSpliced(i, 1), { missing: [nameOf(i)] });
      expect(told(faults)).toEqual([`missing ${nameOf(i)}`]);
    }
    const last = follow(runs.slice(0, -1), { head: headOf(runs.at(-1)!), missing: [nameOf(4)] });
    expect(told(last.faults)).toEqual([`missing ${nameOf(4)}`]);
    // The head tells of it.
    expect(told(follow(runs.slice(0, -1), { head: headOf(runs.at(-1)!) }).faults)).toEqual([`missing ${nameOf(4)}`]);
  });

  it('tells of the place where one was taken out, where nothing else does', () => {
    const runs = chainOf(5);
    expect(told(follow(runs.toSpliced(2, 1)).faults)).toEqual([`damaged ${nameOf(1)}`]);
    expect(told(follow(runs.slice(1)).faults)).toEqual(['missing undefined']);
  });

  it('names records that are no link of it', () => {
    const runs = chainOf(3);
    const added = chainOf(1, { from: runs[1]!.digest, note: 'other' })[0]!;
    const named = fileOf(nameOf(7), Buffer.from(added.bytes.toString().replace(nameOf(0), nameOf(7))));
    expect(told(follow([...runs, named], { head: headOf(runs[2]!) }).faults)).toEqual([`added ${nameOf(7)}`]);
    // An older head with newer records: somebody put it back.
    expect(told(follow(runs, { head: headOf(runs[1]!) }).faults)).toEqual([`added ${nameOf(2)}`]);
  });

  it('excuses a run that was killed between its record and the head', () => {
    const runs = chainOf(3);
    const openRuns = new Set([nameOf(2)]);
    expect(told(follow(runs, { head: headOf(runs[1]!), openRuns }).faults)).toEqual([`not headed yet ${nameOf(2)}`]);
    const first = followChain({ runs: runs.slice(0, 1), head: undefined, missing: [], openRuns: new Set([nameOf(0)]) });
    expect(told(first.faults)).toEqual([`not headed yet ${nameOf(0)}`]);
  });
});
