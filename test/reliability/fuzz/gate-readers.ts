import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costsIn } from '../../../src/learn/gate/figures.ts';
import { run as gateStage } from '../../../stages/gate/run.ts';
import { runStage } from '../../stages/context.ts';
import { reportReader } from './learn-readers.ts';
import { named, type Reader } from './reader.ts';

const gate = {
  ...{ format: 'stemma-gate-v1', accepted: false, compared: 'accepted', reasons: ['a reason'], remarks: ['a remark'] },
  conditions: [
    {
      ...{ kind: 'change', metric: 'accuracy', limit: 'max_drop', bound: 0, by: 'value', outcome: 'failed' },
      ...{ found: { value: -0.1 }, candidate: { value: 0.8 }, before: { value: 0.9, low: 0.8, high: 1 } },
      ...{ method: 'values', reason: 'a reason' },
    },
  ],
};

const interval = { value: 0.9, low: 0.8, high: 1 };
const evaluation = {
  ...{ format: 'stemma-evaluation-v1', kind: 'classification', rows: 2, target: 'y', classes: ['a', 'b'] },
  metrics: { accuracy: interval },
  per_class: [{ class: 'a', support: 1, precision: interval, recall: null, f1: null }],
  ...{ confusion: [[1, 0]], wrong_rows: 0, wrong: [] },
  baseline: { name: 'majority', answer: 'a', metrics: { accuracy: 0.5 } },
};

export const gateReaders: readonly Reader[] = [
  {
    name: 'the evaluation that a gate reads',
    sources: ['src/learn/json.ts', 'stages/gate/run.ts'],
    prepare: (folder) => {
      writeFileSync(join(folder, 'evaluation.json'), JSON.stringify(evaluation));
      return 'evaluation.json';
    },
    read: (folder) =>
      runStage(gateStage, folder, {
        type: 'gate',
        deps: { evaluation: join(folder, 'evaluation.json') },
        params: { require: { accuracy: { min: 0.5, by: 'worst' } } },
      }),
    tells: named('StageError'),
    runs: 60,
  },
  reportReader('gate', gate),
  {
    name: 'the costs that a gate reads',
    sources: ['src/learn/gate/figures.ts'],
    prepare: (folder) => {
      writeFileSync(join(folder, 'costs.json'), '{"format":"x","metrics":{"size_bytes":12,"latency_ms_p95":0.5}}');
      return 'costs.json';
    },
    read: (folder) => {
      const costs = costsIn(readFileSync(join(folder, 'costs.json'), 'utf8'), 'costs.json');
      for (const { value, low, high } of costs.figures.values()) for (const each of [value, low, high]) each?.toFixed();
    },
    tells: named('StageError'),
  },
];
