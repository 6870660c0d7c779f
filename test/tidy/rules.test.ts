import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { placesOf, root, sourcesIn } from './sources.ts';

// The repository's own rules.

const deterministic = sourcesIn('src/fingerprint', 'src/learn', 'stages');

describe('what decides an out has no clock, no chance, no environment and no locale', () => {
  /** What is forbidden, and the files that have a reason. */
  const rules: readonly {
    readonly what: string;
    readonly pattern: RegExp;
    readonly reasons: Readonly<Record<string, string>>;
  }[] = [
    {
      what: 'clock',
      pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bhrtime\b/,
      reasons: {
        'src/fingerprint/digest-path.ts': 'whether a file is too young to be remembered',
        'src/fingerprint/digest-folder.ts': 'whether a file is too young to be remembered',
        'src/fingerprint/code.ts': 'whether code was written while it was bundled',
        'stages/cost/instruments.ts': 'times of answers: in an out, of the one stage type that says "measures": true',
        'stages/train/rehearse.ts': 'times of a rehearsal, which has no out',
        'stages/train/rehearsed-training.ts': 'times of a rehearsal, which has no out',
        'src/learn/backends/trial.ts': 'speed of a backend: told by the doctor, in no out',
        'src/learn/training/letting-go.ts': 'when the loop lets go: nothing that is learned depends on it',
        'src/learn/training/checkpoint-book.ts': 'when a checkpoint is due: nothing that is learned depends on it',
        'src/learn/serving/http/serve.ts': 'how long a request took: for its own metrics, in no out',
        'stages/train/watch.ts': 'times in TensorBoard’s event files, which are no out',
        'stages/train/reporter.ts': 'times and rates of training: telemetry, in no out',
        'stages/train/stopwatch.ts': 'times of the parts of steps: telemetry, in no out',
      },
    },
    { what: 'chance', pattern: /\bMath\.random\(|\brandomBytes\(|\brandomUUID\(|\bgetRandomValues\(/, reasons: {} },
    {
      what: 'chance in a name',
      pattern: /\brandomInt\(/,
      reasons: { 'src/fingerprint/replace-file.ts': 'names of temporary files, which nobody else may take' },
    },
    {
      what: 'environment',
      pattern: /\bprocess\.(env|argv|cwd)\b/,
      reasons: {},
    },
    { what: 'locale', pattern: /\blocaleCompare\(|\.toLocale\w*\(|\bIntl\./, reasons: {} },
  ];

  test.each(rules)('$what', ({ pattern, reasons }) => {
    const found = deterministic.flatMap((source) => placesOf(source, pattern));
    const files = new Set(found.map((place) => place.split(':')[0]!));
    expect(found.filter((place) => !(place.split(':')[0]! in reasons))).toEqual([]);
    // A reason that nobody needs any more goes.
    expect(Object.keys(reasons).filter((file) => !files.has(file))).toEqual([]);
  });
});

const ours = sourcesIn('src', 'stages', 'test');

test('nothing is exported by default', () => {
  expect(ours.flatMap((source) => placesOf(source, /^export default\b|\bas default\b/))).toEqual([]);
});

test('no enums', () => {
  expect(ours.flatMap((source) => placesOf(source, /^(export )?(const )?enum\b/))).toEqual([]);
});

test('no file is longer than one wants to read', () => {
  const most = (path: string) => (path.startsWith('test/') ? 400 : 300);
  expect(ours.filter(({ path, text }) => text.split('\n').length > most(path)).map(({ path }) => path)).toEqual([]);
});

test('src/learn has no barrel files, and knows nothing of the runner', () => {
  expect(deterministic.map(({ path }) => path).filter((path) => path.endsWith('/index.ts'))).toEqual([]);
});

test('tests neither sleep nor try again', () => {
  const tests = sourcesIn('test');
  const waits = /\bsetTimeout\(|\bsetInterval\(|timers\/promises|\bretry:|\.retry\(|vi\.waitFor|expect\.poll/;
  const reasons: Readonly<Record<string, string>> = {
    'test/reliability/orphans.test.ts': 'the code of a stage that never ends',
  };
  expect(
    tests.flatMap((source) => placesOf(source, waits)).filter((place) => !(place.split(':')[0]! in reasons)),
  ).toEqual([]);
});

test('no test is left out or singled out', () => {
  expect(
    sourcesIn('test').flatMap((source) => placesOf(source, /\b(test|it|describe)\.(only|skip|todo|fails)\b/)),
  ).toEqual([]);
});

test('each stage type has its declaration, its code and its test', () => {
  const types = readdirSync(`${root}/stages`);
  expect(types.length).toBeGreaterThan(0);
  const missing = types.flatMap((type) =>
    [`stages/${type}/stage.json`, `stages/${type}/run.ts`, `test/stages/${type}.test.ts`].filter(
      (file) => !existsSync(`${root}/${file}`),
    ),
  );
  expect(missing).toEqual([]);
});

test('every invariant has a test with its name', () => {
  const tests = readdirSync(`${root}/test/promises`).filter((name) => name.endsWith('.test.ts'));
  expect(tests.map((name) => Number(name.slice(0, 2)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('`npm ci` runs no install script, and the addon, whose script downloads, comes to no user', () => {
  const ignored = execFileSync('npm', ['config', 'get', 'ignore-scripts'], { cwd: root, encoding: 'utf8' });
  expect(ignored.trim()).toBe('true');
  const addon = '@tensorflow/tfjs-node-gpu';
  const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8'));
  expect(lock.packages[`node_modules/${addon}`]).toMatchObject({ dev: true, hasInstallScript: true });
  expect(lock.packages[''].dependencies).not.toHaveProperty([addon]);
  expect(lock.packages[''].peerDependenciesMeta).toMatchObject({ [addon]: { optional: true } });
});
