import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { runWell } from '../rig/stemma.ts';
import { auditNow, told } from './rig.ts';

// A run that was told to go on where its splits leak is told of by the audit.

const rows = (from: number, count: number, shift = 0): string[] =>
  Array.from({ length: count }, (_, at) => {
    const row = from + at;
    return `${((row * 7919) % 1009) / 10},${((row * 104_729) % 997) / 10 + shift},${row % 2 === 0 ? 'even' : 'odd'}`;
  });

const train = rows(0, 120);
const path = 'artifacts/p/leaks/leakage.json';

/** Train and test as files of their own: some rows of train among those of test, one column of test shifted. */
const project = (params: object, { planted = 0, shift = 0 } = {}): TestProject => {
  const made = createProject();
  const table = (lines: readonly string[]): string => `a,b,c\n${lines.join('\n')}\n`;
  made.write('data/train.csv', table(train));
  made.write('data/test.csv', table([...rows(500, 60, shift), ...train.slice(0, planted)]));
  const ingest = (name: string) => ({
    uses: 'ingest',
    deps: { source: { path: `data/${name}.csv` } },
    params: { target: 'c' },
  });
  made.pipeline({
    stages: {
      train: ingest('train'),
      test: ingest('test'),
      leaks: { uses: 'leakage', deps: { train: 'train.examples', test: 'test.examples' }, params },
    },
  });
  return made;
};

test('a certain leak that a run went on with is a finding, also where the file was mended since', async () => {
  const made = project({ on_leakage: 'warn' }, { planted: 4 });
  await runWell(made, ['p']);
  const audit = await auditNow(made.root);
  expect(audit.findings).toMatchObject([
    {
      check: 'leakage',
      code: 'splits-leak',
      path,
      found: expect.stringContaining('4 rows of test are also in train, equal in features and target'),
    },
  ]);
  expect(audit.checks.find(({ check }) => check === 'leakage')).toMatchObject({ files: 1, findings: 1 });
  expect((await stemma(made, ['audit'])).exitCode).toBe(1);
  made.write(path, '{}\n');
  expect(told(await auditNow(made.root))).toEqual([`out-changed ${path}`, `splits-leak ${path}`]);
  rmSync(join(made.root, path));
  expect(told(await auditNow(made.root))).toEqual([`splits-leak ${path}`]);
});

test('a leak that was accepted is none', async () => {
  const accepted = project({ accept: [{ kind: 'duplicate', reason: 'these four are twins' }] }, { planted: 4 });
  await runWell(accepted, ['p']);
  expect(told(await auditNow(accepted.root))).toEqual([]);
});

test('a suspect is a remark', async () => {
  const suspected = project({}, { shift: 80 });
  await runWell(suspected, ['p']);
  const { findings, notes } = await auditNow(suspected.root);
  expect(findings).toEqual([]);
  const remarks = notes.filter(({ check }) => check === 'leakage');
  expect(remarks.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^suspects a leak: "b" is distributed otherwise in test than in train/),
  );
});

test('a file of that name that is none is let be; one that cannot be read is named', async () => {
  const made = createProject();
  const write = (text: string) => ({ run: `printf '%s' '${text}' > {outs.o}`, outs: { o: 'leakage.json' } });
  made.pipeline({
    stages: { other: write('{"a":1}'), none: write('no'), strange: write('{"format":"stemma-leakage-v1"}') },
  });
  await runWell(made, ['p']);
  const { findings, notes } = await auditNow(made.root);
  expect(findings).toEqual([]);
  expect(notes.filter(({ check }) => check === 'leakage')).toEqual([
    {
      check: 'leakage',
      path: 'artifacts/p/strange/leakage.json',
      message: 'is no account of leaks that this version can read',
    },
  ]);
});
