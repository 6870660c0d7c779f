import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditNow, told } from '../audit/rig.ts';
import { isNight, seedOfRun } from '../rig/depth.ts';
import * as kept from '../rig/kept.ts';
import { makeFolder, openProject, removeFolder } from '../rig/project.ts';
import { runWell, stemma } from '../rig/stemma.ts';
import { storeProblems } from '../rig/store.ts';
import { different, type Right, rightOf } from './checks.ts';
import { prepareScenario, renew } from './scenario.ts';

// A machine that loses power: names are on the disk in the order in which they were made (as file systems with a journal
// do it), but the bytes of a file are there for certain only if they were flushed. The log of a run is cut off after any
// of its calls, what was not flushed is lost, and the next run has to be right.

const wanted = isNight ? 2000 : 40;
const seed = seedOfRun();
const writeLog = fileURLToPath(new URL('./write-log.mjs', import.meta.url));

interface Moment {
  readonly call: string;
  readonly folders: readonly string[];
  /** Contents by number: what stood in the file, and what had last been flushed of it. */
  readonly files: readonly (readonly [path: string, content: number, flushed: number | null])[];
}

/** What becomes of bytes that were not flushed; what was appended to flushed ones takes none of those with it. */
const losses = ['nothing of it', 'half of it', 'all of it'] as const;
type Loss = (typeof losses)[number];

const folder = makeFolder();
const log = join(folder, 'log');
const project = openProject(join(folder, 'project'));
let moments: readonly Moment[] = [];
let right: Right;

beforeAll(async () => {
  await prepareScenario(project.root);
  await runWell(renew(project.root, join(folder, 'right')));
  const whole = await stemma(project, ['run'], { node: ['--import', writeLog], env: { STEMMA_WRITE_LOG: log } });
  expect([whole.exitCode, whole.stderr]).toEqual([0, expect.stringContaining('restored')]);
  right = rightOf(project);
  moments = readFileSync(log, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Moment);
});

afterAll(() => removeFolder(folder));

test('before anything else happens, the journal is on the disk up to the first stage that runs, and to each that ran', () => {
  let seen: readonly string[] = [];
  for (const { call, files } of moments.filter(({ call }) => !/^write.* .*running-v1/.test(call))) {
    for (const [, content, flushed] of files.filter(([path]) => /running-v1\/[^/]*\.jsonl$/.test(path))) {
      seen = statesIn(content);
      const due = Math.max(seen.indexOf('running'), seen.lastIndexOf('ran')) + 1;
      const onDisk = flushed === null ? [] : statesIn(flushed);
      expect(onDisk.slice(0, due), `after ${call}`).toEqual(seen.slice(0, due));
    }
  }
  // The scenario has the hard case: a line that is not flushed by itself stands before the first stage that runs.
  expect(seen.slice(0, 2)).toEqual(['restored', 'running']);
  expect(seen).toContain('ran');
});

/** What a journal tells of the stages, a word a line. */
const statesIn = (content: number): string[] =>
  readFileSync(`${log}.${content}`, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"state"'))
    .map((line) => (JSON.parse(line) as { state: string }).state);

test(`after the power was lost ${wanted} times, the next run is right and audit is clean`, {
  timeout: isNight ? 1_800_000 : 120_000,
}, async () => {
  // The hooks are in place: content and records were flushed, and some of what was written was not.
  const last = moments.at(-1)!;
  expect(last.files.some(([path, content, flushed]) => /content-v1/.test(path) && flushed === content)).toBe(true);
  expect(last.files.some(([, content, flushed]) => flushed !== content)).toBe(true);
  console.log(`${moments.length} calls, seed ${seed}`);

  const crash = fc.record({ moment: fc.constantFrom(...moments), loss: fc.constantFrom(...losses) });
  const wrong: string[] = [];
  for (const { moment, loss } of fc.sample(crash, { numRuns: wanted, seed })) {
    restart(project.root, moment, { loss, log });
    const next = await kept.run(project);
    const problems =
      next.exitCode === 0
        ? [...storeProblems(project.root), ...different(right, project), ...told(await auditNow(project.root))]
        : [`the next run: ${next.exitCode}\n${next.stdout}\n${next.stderr}`];
    wrong.push(...problems.map((problem) => `after ${moment.call}, ${loss}: ${problem}`));
  }
  expect(wrong).toEqual([]);
});

/** Makes the disk what it is when the power comes back. */
const restart = (root: string, moment: Moment, { loss, log }: { readonly loss: Loss; readonly log: string }): void => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  for (const path of moment.folders) mkdirSync(join(root, path), { recursive: true });
  for (const [path, content, flushed] of moment.files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const written = readFileSync(`${log}.${content}`);
    const kept = flushed === null ? Buffer.alloc(0) : readFileSync(`${log}.${flushed}`);
    writeFileSync(join(root, path), left(written, kept, loss));
  }
};

/** What is on the disk of a file's bytes, of which some were flushed: those stay where others were appended to them. */
const left = (written: Buffer, flushed: Buffer, loss: Loss): Buffer => {
  const sure = written.subarray(0, flushed.length).equals(flushed) ? flushed.length : 0;
  const more = { 'nothing of it': 0, 'half of it': (written.length - sure) >> 1, 'all of it': written.length - sure };
  return written.subarray(0, sure + more[loss]);
};
