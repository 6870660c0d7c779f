import { expect, test } from 'vitest';
import { run, runWell } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { stageRunOf } from '../rig/stemma.ts';

test('--json tells all that happens, an event a line, and nothing else', async () => {
  const project = createProject();
  project.stageType('steps', {
    code: `
import { writeFileSync } from 'node:fs';
export const run = async (context) => {
  console.log('{"type":"run-ended"}');
  for (let done = 1; done <= 3; done++) context.progress({ done, total: 3, unit: 'rows', note: 'n' + done });
  context.summarize('three rows');
  context.metrics({ accuracy: 0.9 });
  context.metrics({ loss: { value: 1, low: 0.5, high: 1.5 } });
  writeFileSync(context.outs.out, '');
};`,
  });
  project.pipeline({
    seed: 9,
    stages: {
      steps: { uses: 'steps' },
      last: { run: 'echo noise; echo > {outs.o}', deps: { i: 'steps.out' }, outs: { o: 'o' } },
    },
  });
  const { events, stderr } = await runWell(project);
  expect(stderr).toBe('');
  expect(events.map(({ type }) => type)).toEqual([
    'run-started',
    'stage-started',
    ...Array.from({ length: 3 }, () => 'stage-progress'),
    'stage-ended',
    'stage-started',
    'stage-ended',
    'run-ended',
  ]);
  expect(events[0]).toMatchObject({ pipeline: 'p', stages: ['steps', 'last'], seed: 9 });
  expect(events[4]).toEqual({
    type: 'stage-progress',
    stage: 'steps',
    progress: { done: 3, total: 3, unit: 'rows', note: 'n3' },
  });
  expect(events[5]).toMatchObject({
    stage: 'steps',
    state: 'ran',
    summary: 'three rows',
    metrics: { accuracy: 0.9, loss: { value: 1, low: 0.5, high: 1.5 } },
  });
  expect(events.at(-1)).toMatchObject({ outcome: 'succeeded', counts: { ran: 2 } });
});

test('a command hands back metrics and finds its params, deps and outs', async () => {
  const project = createProject();
  project.write('in.txt', 'in');
  project.pipeline({
    stages: {
      s: {
        run: 'printf \'{ "rows": 3, "f1": { "value": 0.5, "low": 0.4, "high": 0.6 } }\' > "$STEMMA_METRICS"; cat "$STEMMA_DEP_TABLE" > "$STEMMA_OUT_RESULT"; printf "%s %s %s" "$STEMMA_PARAM_BINS" "$STEMMA_PARAM_NESTED" "$STEMMA_SEED" >> "$STEMMA_OUT_RESULT"',
        deps: { table: { path: 'in.txt' } },
        outs: { result: 'result.txt' },
        params: { bins: 32, nested: { b: 1, a: ['x'] } },
        seed: true,
      },
    },
  });
  const ended = await runWell(project);
  const metrics = { rows: 3, f1: { value: 0.5, low: 0.4, high: 0.6 } };
  expect([ended.ended['s']!.metrics, stageRunOf(project, ended, 's').metrics]).toEqual([metrics, metrics]);
  expect(project.read('artifacts/p/s/result.txt')).toMatch(/^in32 \{"a":\["x"\],"b":1\} \d+$/);
});

test.each([
  ['no JSON', '{', /no JSON/],
  ['a text', '{ "accuracy": "0.9" }', /"accuracy" is no number/],
  ['half an interval', '{ "f1": { "value": 1, "low": 0 } }', /"f1" is no number/],
  ['a list', '[1]', /is no/],
  ['nothing', 'null', /is no/],
])('metrics that are %s fail the stage', async (_, text, message) => {
  const project = createProject();
  project.pipeline({
    stages: { s: { run: `printf '${text}' > "$STEMMA_METRICS"; echo > {outs.o}`, outs: { o: 'o' } } },
  });
  const ended = await run(project);
  expect([ended.exitCode, ended.ended['s']!.state]).toEqual([1, 'failed']);
  expect(ended.ended['s']!.failure!.message).toMatch(message);
});

test('a metric of a stage type that is no number fails it: it would be kept as null', async () => {
  const project = createProject();
  project.stageType('diverges', {
    code: "import { writeFileSync } from 'node:fs';\nexport const run = (c) => { writeFileSync(c.outs.out, ''); c.metrics({ loss: Number.NaN }); };",
  });
  project.pipeline({ stages: { s: { uses: 'diverges' } } });
  const ended = await run(project);
  expect(ended.ended['s']).toMatchObject({
    state: 'failed',
    failure: { message: expect.stringContaining('"loss" is no number') },
  });
});
