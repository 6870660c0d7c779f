import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { auditNow, told } from '../audit/rig.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { type Run, recordOf, runWell } from '../rig/stemma.ts';
import { storeProblems } from '../rig/store.ts';

// A clock that is set forward and back between runs: no stage is taken for done that is not, and the records stay in order.

const otherClock = fileURLToPath(new URL('./other-clock.mjs', import.meta.url));
const day = 86_400_000;

const runAt = (project: TestProject, ahead: number): Promise<Run> =>
  runWell(project, [], { node: ['--import', otherClock], env: { STEMMA_CLOCK: String(ahead) } });

test('whichever way the clock jumps, the next run is right and its record follows on', async () => {
  const project = createProject();
  project.pipeline({
    stages: {
      a: { run: 'cat {deps.i} > {outs.o}', deps: { i: { path: 'in.txt' } }, outs: { o: 'o.txt' } },
      b: { run: 'mkdir {outs.o} && cat {deps.i} > {outs.o}/copy', deps: { i: 'a.o' }, outs: { o: 'o' } },
    },
  });
  const runs: Run[] = [];
  for (const [i, ahead] of [0, 30 * day, -365 * day, -day].entries()) {
    // As many bytes each time: sizes tell nothing.
    project.write('in.txt', `text ${i}\n`);
    const changed = await runAt(project, ahead);
    expect(changed.states, `${ahead} ms ahead`).toEqual({ a: 'ran', b: 'ran' });
    expect(project.read('artifacts/p/b/o/copy')).toBe(`text ${i}\n`);
    const again = await runAt(project, -ahead);
    expect(again.states, `${-ahead} ms ahead`).toEqual({ a: 'up to date', b: 'up to date' });
    runs.push(changed, again);
  }
  const records = runs.map((ended) => recordOf(project, ended));
  const names = records.map(({ run }) => run);
  expect(names).toEqual(names.toSorted());
  expect([...storeProblems(project.root), ...told(await auditNow(project.root))]).toEqual([]);
  // The clock did jump, as the records say themselves.
  const starts = records.map(({ started }) => started);
  expect(starts).not.toEqual(starts.toSorted());
});
