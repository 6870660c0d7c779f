import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costsIn } from '../../../src/learn/gate/figures.ts';
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

export const gateReaders: readonly Reader[] = [
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
      for (const value of Object.values(costs)) value.toFixed();
    },
    tells: named('StageError'),
  },
];
