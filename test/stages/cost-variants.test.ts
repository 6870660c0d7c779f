import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cost } from '../../src/types/generated/cost.ts';
import type { Gate } from '../../src/types/generated/gate.ts';
import { run, runWell } from '../rig/kept.ts';
import { removeFolder, type TestProject } from '../rig/project.ts';
import { servedProject } from '../rig/serving.ts';

// The memory of a model and of its variants, each in a process of its own that the stage starts from its own code: through a real run.

let project: TestProject;
beforeAll(() => {
  project = servedProject();
});
afterAll(() => removeFolder(project.root));

const read = <Of>(path: string): Of => JSON.parse(project.read(path)) as Of;

it('variants have a memory of their own, which a gate can ask for', { timeout: 300_000 }, async () => {
  const penguins = read<{ stages: Record<string, object> }>('pipelines/penguins.json');
  const cost = {
    ...{ uses: 'cost', deps: { model: 'train.model', examples: 'ingest.examples' } },
    params: { repeats: 100, warm_up: 0, rows: 3, variants: ['uint8', 'float16'] },
  };
  const gate = (most: number) => ({
    ...{ uses: 'gate', deps: { evaluation: 'evaluate.evaluation', model: 'train.model', costs: 'cost.cost' } },
    params: { require: { uint8_memory_bytes: { max: most }, float16_model_memory_bytes: { max: 2e9 } } },
  });
  const stages = (most: number) => ({ ...penguins.stages, cost, gate: gate(most) });
  project.pipeline({ name: 'p', seed: 3, stages: stages(2e9) }, 'p');
  await runWell(project, ['p', '--backend', 'wasm']);
  const { metrics, measured } = read<Cost>('artifacts/p/cost/cost.json');
  const memory = (name: string) => metrics[name] as number;
  for (const prefix of ['', 'uint8_', 'float16_']) {
    const [all, model] = [`${prefix}memory_bytes`, `${prefix}model_memory_bytes`];
    // Node and the backend alone are tens of megabytes.
    expect(memory(all)).toBeGreaterThan(50e6);
    expect(memory(all)).toBeGreaterThan(memory(model));
    expect(memory(model)).toBeGreaterThan(0);
    expect(measured).toEqual(expect.arrayContaining([all, model]));
    // The network has a few hundred weights: it is no process with another base that differs.
    expect(Math.abs(memory(all) / memory('memory_bytes') - 1)).toBeLessThan(0.25);
  }
  expect(read<Gate>('artifacts/p/gate/gate.json').accepted).toBe(true);

  project.pipeline({ name: 'p', seed: 3, stages: stages(1e6) }, 'p');
  const refused = await run(project, ['p', '--backend', 'wasm']);
  expect(refused.exitCode).toBe(1);
  expect(read<Gate>('artifacts/p/gate/gate.json').reasons).toEqual([
    `uint8_memory_bytes is ${memory('uint8_memory_bytes')}; at most 1000000 was asked for`,
  ]);
});
