import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sweep } from '../../src/run/sweep/sweep.ts';
import { stemma } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';

/** A stage whose metric is known: (width − 3)² + depth, best at width 3 and depth 0. */
const bowl = (): TestProject => {
  const project = createProject();
  const whole = (description: string) => ({ type: 'integer', minimum: 0, default: 1, description });
  project.stageType('bowl', {
    declaration: {
      seed: true,
      objective: true,
      deps: { validation: { type: 'any', description: 'What it is judged on.' } },
      params: {
        type: 'object',
        additionalProperties: false,
        properties: {
          width: whole('Its width.'),
          shape: {
            type: 'object',
            additionalProperties: false,
            default: { depth: 0 },
            description: 'Its shape.',
            properties: { depth: whole('Its depth.') },
          },
        },
      },
    },
    code: `
import { writeFileSync } from 'node:fs';
export const run = ({ outs, params, seed, metrics, telemetry }) => {
  const noise = seed('noise') % 2;
  metrics({ val_cost: (params.width - 3) ** 2 + params.shape.depth + noise / 10 });
  telemetry({ examples_per_second: [100 * params.width, 100 * params.width] });
  writeFileSync(outs.out, 'x');
};`,
  });
  project.write('v.txt', 'v');
  project.pipeline({
    objective: { metric: 'cost', mode: 'min', on: 'validation' },
    stages: { bowl: { uses: 'bowl', deps: { validation: { path: 'v.txt' } } } },
  });
  return project;
};

const sweep = async (project: TestProject, ...args: readonly string[]) => {
  const ended = await stemma(project, ['sweep', ...args, '--json']);
  if (ended.stdout === '') throw new Error(ended.stderr);
  return { ...ended, found: JSON.parse(ended.stdout) as Sweep };
};

describe('sweep', () => {
  it('runs each combination once, measures it, and the second time nothing', async () => {
    const project = bowl();
    const { exitCode, found } = await sweep(project, 'p', 'bowl.width=1,3,4', 'bowl.shape.depth=0,2');
    expect([exitCode, found.outcome, found.metric, found.axes]).toEqual([
      0,
      'succeeded',
      'val_cost',
      ['bowl.width', 'bowl.shape.depth'],
    ]);
    expect(found.cells.map(({ setting }) => setting)).toEqual([
      [1, 0],
      [1, 2],
      [3, 0],
      [3, 2],
      [4, 0],
      [4, 2],
    ]);
    expect(found.cells.map(({ value }) => Math.floor(value!))).toEqual([4, 6, 0, 2, 1, 3]);
    expect(found.cells.map(({ examplesPerSecond }) => examplesPerSecond)).toEqual([100, 100, 300, 300, 400, 400]);
    expect(found.cells.every(({ ran }) => ran === 1)).toBe(true);
    const again = await sweep(project, 'bowl.width=1,3,4', 'bowl.shape.depth=0,2');
    expect(again.found.cells.map(({ value, examplesPerSecond, ran }) => [value, examplesPerSecond, ran])).toEqual(
      found.cells.map(({ value, examplesPerSecond }) => [value, examplesPerSecond, 0]),
    );
    // What stands in the workspace is the user's.
    expect(existsSync(join(project.root, 'artifacts', found.cells[0]!.pipeline))).toBe(false);
  });

  it('gives an interval over seeds', async () => {
    const { found } = await sweep(bowl(), 'p', 'bowl.width=2,3', '--seeds', '4');
    for (const { runs, value, half } of found.cells) {
      expect(runs).toHaveLength(4);
      expect(value).toBeCloseTo(runs.reduce((sum, run) => sum + run.value!, 0) / 4, 12);
      expect(half).toBeGreaterThanOrEqual(0);
    }
  });

  it('prints a table that marks the best, and how to run it', async () => {
    const { stdout } = await stemma(bowl(), ['sweep', 'p', 'bowl.width=1,3']);
    expect(stdout).toContain('p, bowl.width: val_cost (on validation; less is better), 1 seed');
    expect(stdout).toMatch(/^\* +3 +0\.?\d* +300 /m);
    expect(stdout).toContain('* the best; try it: stemma run p --set stages.bowl.params.width=3');
  });

  it.each([
    [['p'], 'there is nothing to sweep'],
    [['p', 'bowl.width'], '"bowl.width" is not of the form stage.param=value,value'],
    [['p', 'bowel.width=1'], 'pipeline "p" has no stage "bowel"'],
    [['p', 'bowl.width=1', 'bowl.width=2'], 'bowl.width stands twice'],
  ])('%j is a mistake', async (args, message) => {
    const { exitCode, stderr } = await stemma(bowl(), ['sweep', ...args]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('tells all combinations that are no pipelines, and runs none', async () => {
    const project = bowl();
    const { exitCode, stderr } = await stemma(project, ['sweep', 'p', 'bowl.width=1,-1', 'bowl.shape.depth=0,none']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('bowl.width -1');
    expect(stderr).toContain('bowl.shape.depth none');
    expect(existsSync(join(project.root, 'artifacts/.store/sweeps-v1'))).toBe(false);
  });
});
