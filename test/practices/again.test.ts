import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';
import { conduct, furnish } from './conduct.ts';
import { type Experiment, experiments, readRecord, recordFile, recordText } from './experiments.ts';
import { summarize, within } from './figures.ts';

// `STEMMA_PRACTICES=write npx vitest run test/practices/again.test.ts -t NAME` makes a record; `make nightly` makes all of
// them again, and holds what comes out against those that are checked in.
const writes = process.env['STEMMA_PRACTICES'] === 'write';

describe.runIf(writes || process.env['STEMMA_NIGHTLY'])('the runs of docs/practices.md', () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach(removeFolder));
  const furnished = () => {
    folders.push(makeFolder());
    const project = openProject(folders.at(-1)!);
    furnish(project);
    return project;
  };
  let shared: TestProject | undefined;
  const projectFor = ({ read }: Experiment): TestProject => {
    // What another experiment has run is up to date, and says nothing again.
    if (read.some((each) => 'said' in each)) return furnished();
    // One project for all others: what several of them read is ingested once.
    shared ??= furnished();
    return shared;
  };

  it.each(Object.entries(experiments))('%s', { timeout: 1_800_000 }, async (name, experiment) => {
    const record = await conduct(projectFor(experiment), experiment);
    if (writes) return writeFileSync(recordFile(name), recordText(record));
    expect(existsSync(recordFile(name))).toBe(true);
    const [before, now] = [summarize(experiment, readRecord(name)), summarize(experiment, record)];
    expect(now.flatMap((each, at) => within(each, before[at]!))).toEqual([]);
  });
});
