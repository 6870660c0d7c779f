import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, runWell } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { recordOf, stageRunOf } from '../rig/stemma.ts';
import { sha256, storeProblems } from '../rig/store.ts';

// Invariant 8: every stage of every run is in the lineage, the restored ones too.

test("a run's record holds every stage, with the stage run that made its outs", async () => {
  const project = createProject();
  project.write('in.txt', 'in\n');
  const copy = (from: object | string) => ({ run: 'cat {deps.i} > {outs.o}', deps: { i: from }, outs: { o: 'o.txt' } });
  project.pipeline({
    stages: {
      a: copy({ path: 'in.txt' }),
      b: copy('a.o'),
      c: copy('b.o'),
      failing: { run: 'echo why; exit 1', deps: { i: 'a.o' } },
      never: copy({ path: 'in.txt' }),
      after: { run: 'true', deps: { i: 'failing.o' } },
    },
  });
  project.pipeline({ stages: { a: copy({ path: 'in.txt' }), b: copy('a.o'), c: copy('b.o') } });
  const first = await runWell(project);
  rmSync(join(project.root, 'artifacts/p/b'), { recursive: true });
  project.pipeline({
    stages: {
      a: copy({ path: 'in.txt' }),
      b: copy('a.o'),
      c: copy('b.o'),
      failing: { run: 'echo why; exit 1', deps: { i: 'c.o' }, outs: { o: 'o.txt' } },
      after: copy('failing.o'),
    },
  });
  const second = await run(project);
  const record = recordOf(project, second);
  expect(record.stages.map(({ stage, state }) => [stage, state])).toEqual([
    ['a', 'up to date'],
    ['b', 'restored'],
    ['c', 'up to date'],
    ['failing', 'failed'],
    ['after', 'skipped'],
  ]);
  expect([record.outcome, record.previous]).toEqual(['failed', digestOfRun(first)]);

  for (const stage of ['a', 'b', 'c']) {
    expect(stageRunOf(project, second, stage), stage).toEqual(stageRunOf(project, first, stage));
    expect(stageRunOf(project, second, stage).run).toBe(recordOf(project, first).run);
  }
  expect(stageRunOf(project, second, 'failing')).toMatchObject({ state: 'failed', exit: { code: 1 }, outs: [] });

  // From the last out back to the first input by digests alone.
  const origin = (stage: string) => stageRunOf(project, second, stage);
  expect(origin('c').inputs[0]!.digest).toBe(origin('b').outs[0]!.digest);
  expect(origin('b').inputs[0]!.digest).toBe(origin('a').outs[0]!.digest);
  expect(origin('a').inputs[0]).toMatchObject({ digest: `sha256:${sha256('in\n')}`, path: 'in.txt', bytes: 3 });
  expect(storeProblems(project.root)).toEqual([]);
});

test('runs within a second form one chain', async () => {
  const project = createProject();
  project.pipeline({ stages: { a: { run: 'true' } } });
  const runs = [];
  for (let i = 0; i < 6; i++) runs.push(await runWell(project));
  const records = runs.map((ended) => recordOf(project, ended));
  expect(records.map(({ previous }) => previous)).toEqual([null, ...runs.slice(0, -1).map(digestOfRun)]);
  const names = records.map((record) => record.run);
  expect(names).toEqual(names.toSorted());
});

const digestOfRun = ({ events }: Awaited<ReturnType<typeof run>>): string | undefined =>
  events.flatMap((event) => (event.type === 'run-ended' ? [event.record] : []))[0];

test('a stage whose record is lost is executed again, since its outs would have no origin', async () => {
  const project = createProject();
  project.pipeline({ stages: { a: { run: 'echo > {outs.o}', outs: { o: 'o.txt' } } } });
  await runWell(project);
  rmSync(join(project.root, 'artifacts/.store/records-v1/stage-runs'), { recursive: true });
  rmSync(join(project.root, 'artifacts/p/a'), { recursive: true });
  expect((await runWell(project)).states).toEqual({ a: 'ran' });
  expect(storeProblems(project.root)).toEqual([]);
});
