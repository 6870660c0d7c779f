import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { digestOfFolder } from '../../../src/learn/data/folder-digest.ts';
import { evaluateClasses } from '../../../src/learn/evaluation/evaluate.ts';
import { writeDecision } from '../../../src/learn/models/decision.ts';
import { writeExampleForm } from '../../../src/learn/models/example-form.ts';
import { saveModel } from '../../../src/learn/models/files.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { readRequest } from '../../../src/learn/serving/http/ask.ts';
import { openServable } from '../../../src/learn/serving/servable.ts';
import type { RawRows } from '../../../src/types/generated/dataset.ts';
import type { EvaluationPlace } from '../../../src/types/serving-program.ts';
import { choices } from '../../learn/backends/on-backend.ts';
import { modelParams } from '../../learn/training/defaults.ts';
import { named, type Reader } from './reader.ts';

// A model's folder that somebody has copied, and what is sent to a server.

const raw: RawRows = {
  columns: [
    { name: 'a', kind: 'number', rules: { required: true, min: 0 } },
    { name: 'b', kind: 'number' },
    { name: 'y', kind: 'category' },
  ],
  missing: ['', 'NA'],
  clean: [
    {
      ...{ map: { a: { '7': 8 } }, text: {}, types: {}, domain: { a: { allowed: [1, 8], else: 'fail' } } },
      ...{ range: { b: { min: 0, max: 9, else: 'clip' } }, missing: { default: 'keep', b: { fill: 1 } } },
      rows: [{ column: 'b', greater_than: 8, do: 'drop' }],
    },
  ],
};

const prepare = async (folder: string): Promise<void> => {
  await startBackend(choices.wasm);
  const network = buildNetwork(
    modelParams({ preset: 'mlp', units: [2] }),
    { features: [2], outputs: 2 },
    { seed: 1, step: 0 },
  );
  const card = {
    ...{ format: 'stemma-model-v1' as const, target: 'y', classes: ['0', '1'], output: 'logits' as const },
    ...{ features: { shape: [2], names: ['a', 'b'] }, parameters: network.countParams() },
  };
  await saveModel(join(folder, 'model'), { network, card });
  const numbers = ['a', 'b'].map((name) => ({ name, kind: 'number', dtype: 'float64' }) as const);
  const target = { name: 'y', kind: 'category', dtype: 'string', categories: ['0', '1'] } as const;
  await writeExampleForm(join(folder, 'model'), {
    target: 'y',
    columns: [...numbers, { ...target, categories: ['0', '1'] }],
    raw,
  });
  const chosen = { metric: 'f1', mode: 'max' as const, rows: 9 };
  await writeDecision(join(folder, 'model'), { format: 'stemma-decision-v1', thresholds: [{ answer: '1', value: 0.25 }], ...chosen }); // biome-ignore format: one line
  const judged = evaluateClasses(Float32Array.of(0.75, 0.25, 0.5, 0.5), {
    ...{
      ids: ['a', 'b'],
      targetName: 'y',
      classes: ['0', '1'],
      target: Int32Array.of(0, 1),
      metrics: ['f1'],
      wrong: 0,
    },
    ...{ describe: () => ({}), objective: { metric: 'f1', mode: 'max', on: 'validation' } },
    threshold: { threshold: 0.25, value: 1, constraints: [], reached: true, rows: 9 },
  });
  const evaluation = { ...judged, model: await digestOfFolder(join(folder, 'model')) };
  writeFileSync(join(folder, 'evaluation.json'), JSON.stringify(evaluation));
  writeFileSync(
    join(folder, 'body.json'),
    JSON.stringify([
      { a: 1, b: 2.5 },
      { a: 7, b: null, y: '1' },
    ]),
  );
};

/** Opens the model, and asks it about what is sent. */
const read = (folder: string): Promise<void> => readWith(folder, []);

const readJudged = (folder: string): Promise<void> =>
  readWith(folder, [{ path: join(folder, 'evaluation.json'), name: 'evaluate', rule: 'needed' }]);

const readWith = async (folder: string, evaluations: readonly EvaluationPlace[]): Promise<void> => {
  const servable = await openServable(join(folder, 'model'), { thresholds: [], evaluations });
  const body = Readable.from([readFileSync(join(folder, 'body.json'))]);
  const request = Object.assign(body, {
    headers: { 'content-type': 'application/json' },
  }) as unknown as IncomingMessage;
  await readRequest(request, servable, { limits: { bodyBytes: 10_000, rows: 10 }, unknown: 'refuse' });
  servable.model.network.dispose();
};

const reader = (name: string, file: string, sources: readonly string[], reads = read): Reader => ({
  ...{ name, sources, read: reads, runs: 60 },
  prepare: async (folder) => {
    await prepare(folder);
    return file;
  },
  tells: (error) => named('StageError')(error) || named('RequestProblem')(error),
});

export const servingReaders: readonly Reader[] = [
  reader('how raw rows become examples', 'model/examples.json', ['src/learn/models/example-form.ts']),
  reader('thresholds beside a model', 'model/decision.json', ['src/learn/models/decision.ts']),
  reader('the evaluation of a model that is served', 'evaluation.json', ['src/learn/serving/decision/find.ts'], readJudged), // biome-ignore format: one line
  reader('what is sent to a server', 'body.json', ['src/learn/serving/http/ask.ts']),
];
