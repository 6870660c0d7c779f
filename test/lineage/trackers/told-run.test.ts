import { expect, it } from 'vitest';
import { toldRun } from '../../../src/lineage/trackers/told-run.ts';
import { mnistAccount } from '../page-accounts.ts';
import { failedTold, mnistTold } from './told.ts';

it('a run is told with its id, its times, and the metrics of its stages with their bounds', () => {
  const { id, started, ended, metrics, params } = mnistTold;
  expect(id).toBe(mnistTold.digest.slice('sha256:'.length, 'sha256:'.length + 32));
  expect([started, ended].map((time) => new Date(time).toISOString())).toEqual([
    mnistTold.record.started,
    mnistTold.record.ended,
  ]);
  const accuracy = metrics.filter(({ stage, name }) => stage === 'evaluate' && name.startsWith('accuracy'));
  expect(accuracy.map(({ name }) => name)).toEqual(['accuracy', 'accuracy.low', 'accuracy.high']);
  expect(accuracy[1]!.value).toBeLessThan(accuracy[0]!.value);
  expect(params.map(({ stage }) => stage)).toContain('train');
});

it('epochs are told with the end of their stage: the outs know no other time', () => {
  const { epochs, metrics, started, ended } = mnistTold;
  expect(epochs.map(({ stage, epoch }) => [stage, epoch])).toEqual([1, 2, 3].map((epoch) => ['train', epoch]));
  expect(epochs[2]!.values).toEqual([
    ...[['rate', 0.001] as const, ['loss', 1 / 3] as const, ['accuracy', 0.75] as const],
    ...[['val_loss', 0.5] as const, ['val_accuracy', 0.8] as const],
  ]);
  const { time } = metrics.find(({ stage }) => stage === 'train')!;
  expect(new Set(epochs.map((epoch) => epoch.time))).toEqual(new Set([time]));
  expect([time > started, time <= ended]).toEqual([true, true]);
});

it('what was read from outside, what was made, and what became of each stage are facts', () => {
  const facts = new Map(mnistTold.facts);
  expect(facts.get('stemma.record')).toBe(mnistTold.digest);
  expect(facts.get('stemma.input.ingest.source')).toMatch(/^sha256:/);
  expect(facts.get('stemma.out.train.model')).toMatch(/^sha256:/);
  expect(facts.get('stemma.stage.ingest')).toMatch(/^restored sha256:/);
  expect([...facts.keys()].filter((name) => name.startsWith('stemma.input.train'))).toEqual([]);
  expect(new Map(failedTold.facts).get('stemma.outcome')).toBe('failed');
});

it('the curves of a GAN are told as those of any training', () => {
  const epoch = { generator_loss: 0.7, discriminator_loss: 1.4, accuracy: 0.5, diversity: 0.9 };
  const content = { format: 'stemma-gan-history-v1', epochs: [{ epoch: 1, ...epoch }], real_distance: 2 } as const;
  const { epochs } = toldRun(mnistAccount, {
    ...{ histories: [], findings: [], unreadable: [] },
    ganHistories: [{ stage: 'train', content: { ...content, epochs: [...content.epochs] } }],
  });
  expect(epochs.map(({ stage, values }) => [stage, Object.fromEntries(values)])).toEqual([['train', epoch]]);
});
