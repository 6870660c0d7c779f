import { expect, test } from 'vitest';
import { createProject } from '../rig/project.ts';
import { endOf, recordOf, run, runOf, runWell, startStemma } from '../rig/stemma.ts';
import { storeProblems } from '../rig/store.ts';
import { publishedOf, writeGated } from './project.ts';

test('of two runs at the same time, the later is held against what the earlier was accepted with', async () => {
  const here = createProject();
  writeGated(here, { accuracy: 0.8 });
  await runWell(here);
  const start = (accuracy: number) =>
    startStemma(here, ['run', '--json', '--set', `stages.train.params.accuracy=${accuracy}`]);
  const children = [start(0.9), start(0.95)];
  const ended = await Promise.all(children.map(async (child) => runOf(await endOf(child))));
  const records = ended.map((each) => recordOf(here, each));
  // Whichever comes first is accepted; the better one is in any case, the worse one only if it came first.
  const [first, second] = records[0]!.run < records[1]!.run ? [0, 1] : [1, 0];
  expect(records[first]!.outcome).toBe('succeeded');
  expect(records[second]!.outcome).toBe(second === 1 ? 'succeeded' : 'refused');
  expect(ended.map(({ exitCode }) => exitCode)).toEqual(records.map(({ outcome }) => (outcome === 'refused' ? 1 : 0)));
  expect(publishedOf(here)!.weights).toBe('0.95');
  expect(storeProblems(here.root)).toEqual([]);
});

test('a run that breaks off, or runs some stages only, accepts and refuses nothing', async () => {
  const here = createProject();
  writeGated(here, { accuracy: 0.9 });
  const some = await runWell(here, ['p', 'evaluate']);
  expect(recordOf(here, some).gate).toBeUndefined();
  expect(publishedOf(here)).toBeUndefined();
  here.write('evaluate.sh', 'exit 3\n');
  const failed = await run(here);
  expect(recordOf(here, failed)).toMatchObject({ outcome: 'failed' });
  expect(recordOf(here, failed).gate).toBeUndefined();
  expect(publishedOf(here)).toBeUndefined();
});

test('what was made of an input that moved meanwhile is not published', async () => {
  const here = createProject();
  here.write('data.txt', 'one\n');
  writeGated(here, { accuracy: 0.9 });
  const { stages } = JSON.parse(here.read('pipelines/p.json')) as { stages: Record<string, object> };
  // Its own input changes while it runs.
  const train = {
    run: 'mkdir {outs.model}; echo 0.9 > {outs.model}/weights; echo two > data.txt',
    deps: { data: { path: 'data.txt' } },
    outs: { model: { path: 'model', type: 'model' } },
  };
  here.pipeline({ stages: { ...stages, train } });
  const moved = await run(here);
  expect(moved.exitCode).toBe(1);
  expect(recordOf(here, moved)).toMatchObject({ outcome: 'refused', gate: { accepted: false } });
  expect(recordOf(here, moved).gate?.reasons.join()).toMatch(/stage "train": dep data changed while it ran/);
  expect(publishedOf(here)).toBeUndefined();
});
