import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runWell, stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { recordOfRun } from '../rig/stemma.ts';
import { filesBelow, storeProblems } from '../rig/store.ts';

// A run that cannot write its record breaks off. Its process may live on, and then its journal is of no run under way.

const records = 'artifacts/.store/records-v1/runs';

/** Two pipelines; the only stage of `p` puts a file where the records of runs have to be. */
const obstructed = (): TestProject => {
  const project = createProject();
  const stage = (run: string) => ({ stages: { s: { run: `${run}; echo x > {outs.o}`, outs: { o: 'o' } } } });
  project.pipeline(stage(`mkdir -p ${records}; rm -r ${records}; echo in the way > ${records}`));
  project.pipeline(stage('true'), 'q');
  return project;
};

const journals = ({ root }: TestProject): string[] => filesBelow(join(root, 'artifacts/.store/running-v1'));

// The runs of this test have one process that lives on.
test.each(['p', 'q'])('its record is made by the next run in the same process, here of %s', async (next) => {
  const project = obstructed();
  expect(await stemma(project, ['run', 'p'])).toMatchObject({ exitCode: 1 });
  const [journal] = journals(project);
  const run = journal!.replace('.jsonl', '');
  expect((await stemma(project, ['audit'])).stdout).toMatch(/\.jsonl is of a run that was killed or broke off/);
  if (statSync(join(project.root, records)).isFile()) rmSync(join(project.root, records));
  // Its outs are in the store: `p` is not executed again.
  const { notices } = await runWell(project, [next]);
  expect(notices).toEqual([`run ${run} broke off; it is recorded as interrupted`]);
  expect(recordOfRun(project, run)).toMatchObject({ outcome: 'interrupted', stages: [{ stage: 's', state: 'ran' }] });
  expect(journals(project)).toEqual([]);
  expect(storeProblems(project.root)).toEqual([]);
});
