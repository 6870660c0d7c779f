import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, openProject, removeFolder } from '../rig/project.ts';
import { conduct, furnish } from './conduct.ts';
import { experiments, readRecord, recordFile, recordText } from './experiments.ts';
import { summarize, within } from './figures.ts';

// `STEMMA_PRACTICES=write npx vitest run test/practices/again.test.ts -t NAME` makes a record; `make nightly` makes all of
// them again, and holds what comes out against those that are checked in.
const writes = process.env['STEMMA_PRACTICES'] === 'write';

describe.runIf(writes || process.env['STEMMA_NIGHTLY'])('the runs of docs/practices.md', () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach(removeFolder));
  const shared = () => {
    // One project for all: what several experiments read is ingested once.
    if (folders.length === 0) {
      folders.push(makeFolder());
      furnish(openProject(folders[0]!));
    }
    return openProject(folders[0]!);
  };

  it.each(Object.entries(experiments))('%s', { timeout: 1_800_000 }, async (name, experiment) => {
    const record = await conduct(shared(), experiment);
    if (writes) return writeFileSync(recordFile(name), recordText(record));
    expect(existsSync(recordFile(name))).toBe(true);
    const [before, now] = [summarize(experiment, readRecord(name)), summarize(experiment, record)];
    expect(now.flatMap((each, at) => within(each, before[at]!))).toEqual([]);
  });
});
