import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { run, runWell } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { stageRunOf } from '../rig/stemma.ts';

const countsAttempts =
  'echo x >> "$HOME/attempts"; [ $(wc -l < "$HOME/attempts") -ge 3 ] || exit 5; echo done > {outs.o}';

test('a stage is tried again as often as it says, each attempt in an empty place', async () => {
  const project = createProject();
  const env = { HOME: project.root };
  project.pipeline({
    stages: {
      s: {
        run: `[ ! -e {outs.o} ] || exit 9; echo half > {outs.p}; ${countsAttempts}`,
        outs: { o: 'o', p: 'p' },
        retries: 2,
      },
    },
  });
  const ended = await runWell(project, [], { env });
  const retries = ended.events.filter((event) => event.type === 'stage-retrying');
  expect(retries).toEqual(
    [2, 3].map((attempt) => ({ type: 'stage-retrying', stage: 's', attempt, message: 'ended with exit code 5' })),
  );
  expect(stageRunOf(project, ended, 's').attempts).toBe(3);
  expect(project.read('attempts')).toBe('x\n'.repeat(3));
});

test('a stage that fails in all its attempts has failed, with its last failure', async () => {
  const project = createProject();
  const env = { HOME: project.root };
  project.pipeline({ stages: { s: { run: countsAttempts, outs: { o: 'o' }, retries: 1 } } });
  const ended = await run(project, [], { env });
  expect([ended.exitCode, ended.ended['s']!.failure!.exitCode]).toEqual([1, 5]);
  expect(project.read('attempts')).toBe('x\n'.repeat(2));
});

test('a stage that takes too long is ended with all that it started, and may be tried again', async () => {
  const project = createProject();
  await execa('mkfifo', [join(project.root, 'fifo')]);
  // Reading a pipe that nobody writes takes for ever.
  const forever =
    'cat fifo & echo x >> "$HOME/attempts"; [ $(wc -l < "$HOME/attempts") -ge 2 ] || wait; echo done > {outs.o}';
  project.pipeline({ stages: { s: { run: forever, outs: { o: 'o' }, retries: 1, timeout: 0.3 } } });
  const ended = await runWell(project, [], { env: { HOME: project.root } });
  expect(ended.events.find((event) => event.type === 'stage-retrying')).toMatchObject({
    message: 'took longer than its timeout of 0.3 s',
  });
  const failing = { run: 'cat fifo', timeout: 0.2 };
  project.pipeline({ stages: { s: failing } });
  expect((await run(project)).ended['s']!.failure).toMatchObject({ message: 'took longer than its timeout of 0.2 s' });
});
