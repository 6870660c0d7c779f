import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneOfEach, seedOfRun } from '../rig/depth.ts';
import { makeProgram, type Program } from '../rig/program.ts';
import { type Contender, contenders, differenceOf, floatsOf, isSoftware, reference } from './backends.ts';
import type { ParityCase } from './case.ts';
import { cases, titleOf } from './cases.ts';
import type { Computed } from './programs/kernels.ts';

// Each kernel of the suite on each backend of this machine, held against plain JavaScript. A software adapter compiles
// shaders for most of a minute: `make test` gives it one case of each kernel, other ones for each commit, `make nightly` all.

type Results = Readonly<Record<string, Computed>>;

let program: Program;
let right: Results;

const seed = seedOfRun();

const casesFor = (contender: Contender): readonly ParityCase[] =>
  isSoftware(contender) ? oneOfEach(cases, ({ kernel }) => kernel, seed) : cases;

const compute = async (contender: Contender): Promise<Results> => {
  const { choice, environment } = contender;
  const titles = casesFor(contender).map(titleOf);
  const { stdout } = await program.run([JSON.stringify(choice), JSON.stringify(titles)], { env: environment });
  return JSON.parse(stdout);
};

beforeAll(async () => {
  console.log(`seed ${seed}`);
  program = await makeProgram('test/parity/programs/kernels.ts');
  right = await compute(reference);
}, 300_000);
afterAll(() => program.remove());

test('no two cases have the same title', () => {
  expect(new Set(cases.map(titleOf)).size).toBe(cases.length);
});

describe.each(contenders.filter(({ way }) => way === 'eager'))('$title', (contender) => {
  const here = contender.choice !== undefined;
  let results: Results;
  beforeAll(async () => {
    if (here) results = await compute(contender);
  }, 300_000);

  test.skipIf(!here).each(casesFor(contender).map((one) => [titleOf(one), one] as const))(
    '%s',
    (title, { tolerance, refused, differs }) => {
      const [found, wanted] = [results[title]!, right[title]!];
      const words = refused?.[contender.name as 'tensorflow'];
      if (words !== undefined) {
        expect(found).toMatchObject({ error: expect.stringContaining(words) });
        return;
      }
      if ('error' in wanted || 'error' in found) return expect(found).toEqual({ values: expect.anything() });
      const share = contender.name === 'webgpu' ? (tolerance.webgpu ?? tolerance.share) : tolerance.share;
      const difference = differenceOf(floatsOf(found.values), floatsOf(wanted.values));
      const other = differs?.[contender.name as 'webgpu'];
      if (other !== undefined) expect(difference, other).toBeGreaterThan(share);
      else expect(difference, tolerance.why).toBeLessThanOrEqual(share);
    },
  );
});
