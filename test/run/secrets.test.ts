import { expect, test } from 'vitest';
import { createHold } from '../rig/hold.ts';
import { createProject } from '../rig/project.ts';
import { endOf, run, runOf, runWell, startStemma, stemma } from '../rig/stemma.ts';
import { snapshot } from '../rig/store.ts';

const secret = 'hunter2-hunter2';
const env = { API_TOKEN: secret, OTHER: 'declared-value' };
const passed = { env: { pass: ['API_TOKEN'], declare: ['OTHER'] } };

/** Whatever a stage does with a secret that it is passed, none of our files and lines holds it. */
test('a passed secret reaches no record, log, event, page or order', async () => {
  const project = createProject();
  project.stageType('leaks', {
    declaration: {
      params: { type: 'object', properties: { fails: { type: 'boolean', default: false, description: 'Whether.' } } },
    },
    code: `
import { writeFileSync } from 'node:fs';
export const run = (context) => {
  const token = process.env.API_TOKEN;
  console.log('log', token, token.slice(0, 8));
  context.progress({ done: 1, total: 2, unit: 'rows', note: 'note ' + token });
  context.summarize('summary ' + token);
  context.telemetry({ url: 'https://' + token + '@host/', nested: { list: [token] } });
  context.metrics({ ['accuracy of ' + token]: 0.5 });
  if (context.params.fails) throw new Error('failure ' + token);
  writeFileSync(context.outs.out, 'out');
};`,
  });
  project.pipeline({
    stages: {
      prints: {
        run: 'echo "$API_TOKEN"; printf "x%sx\\n" "$API_TOKEN" >&2; echo > {outs.o}',
        outs: { o: 'o' },
        ...passed,
      },
      fails: { run: 'echo "$API_TOKEN"; exit 1', retries: 1, ...passed },
      leaks: { uses: 'leaks', ...passed },
      throws: { uses: 'leaks', params: { fails: true }, retries: 1, ...passed },
    },
  });
  const json = await run(project, ['--keep-going'], { env });
  expect(json.states).toEqual({ prints: 'ran', fails: 'failed', leaks: 'ran', throws: 'failed' });
  const plain = await stemma(project, ['run', '--keep-going'], { env });
  const logs = await stemma(project, ['logs', 'prints'], { env });
  expect(logs.stdout).toBe('***\nx***x');
  expect(json.ended['throws']!.failure).toMatchObject({ message: 'failure ***' });
  const files = Object.entries(snapshot(`${project.root}/artifacts`));
  const told = { json: json.stdout + json.stderr, plain: plain.stdout + plain.stderr, logs: logs.stderr };
  const leaks = [...files, ...Object.entries(told)].filter(([, text]) => text.includes(secret)).map(([name]) => name);
  expect(leaks).toEqual([]);
  // What is declared is in the fingerprint, and so in the record.
  expect(files.some(([, text]) => text.includes('declared-value'))).toBe(true);
});

test('while a stage runs, its order does not hold the secret', async () => {
  const project = createProject();
  const hold = await createHold();
  project.pipeline({ stages: { held: { run: hold.command('held'), outs: { o: 'o' }, ...passed } } });
  const running = startStemma(project, ['run', '--json'], { env });
  const held = await hold.started('held');
  expect(held.env['API_TOKEN']).toBe(secret);
  const files = Object.entries(snapshot(`${project.root}/artifacts`));
  expect(files.some(([name]) => name.endsWith('/order.json'))).toBe(true);
  expect(files.filter(([, text]) => text.includes(secret)).map(([name]) => name)).toEqual([]);
  await held.write(held.env['STEMMA_OUT_O']!, '');
  held.exit(0);
  expect(runOf(await endOf(running)).states).toEqual({ held: 'ran' });
});

test('another secret runs nothing again', async () => {
  const project = createProject();
  project.pipeline({ stages: { s: { run: 'test -n "$API_TOKEN" && echo > {outs.o}', outs: { o: 'o' }, ...passed } } });
  await runWell(project, [], { env });
  expect((await runWell(project, [], { env: { ...env, API_TOKEN: 'another-token' } })).states).toEqual({
    s: 'up to date',
  });
});
