import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { type PhaseParams, type Planning, planPhases } from '../../../src/learn/training/plan-phases.ts';
import { selectLayers } from '../../../src/learn/training/select-layers.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams } from './defaults.ts';

beforeAll(() => startBackend(choices.cpu));

const names = ['conv_1', 'pool_1', 'conv_2', 'pool_2', 'flatten', 'dense_1', 'head'];

describe('layers of a phase', () => {
  const chosen = (...selectors: (string | number)[]): readonly string[] => [
    ...selectLayers(selectors, { names, head: ['head'] }, 'phases[0].train'),
  ];

  it.each([
    ['all', names],
    ['head', ['head']],
    ['from:conv_2', ['conv_2', 'pool_2', 'flatten', 'dense_1', 'head']],
    ['from:-2', ['dense_1', 'head']],
    ['from:5', ['dense_1', 'head']],
    ['conv_*', ['conv_1', 'conv_2']],
    ['c?nv_1', ['conv_1']],
    ['dense_1', ['dense_1']],
    [0, ['conv_1']],
    [-1, ['head']],
  ])('by %o', (selector, expected) => {
    expect(chosen(selector)).toEqual(expected);
  });

  it('of several selectors are all of them', () => {
    expect(chosen('head', 'conv_1', -1)).toEqual(['head', 'conv_1']);
  });

  it.each(['conv_3', 'from:conv_3', 'from:7', 'from:-8', 'conv.1', 7, -8])(
    'are none by %o, which is told',
    (selector) => {
      expect(() => chosen(selector)).toThrow(
        `params.phases[0].train: ${JSON.stringify(selector)} fits no layer of the network\nhint: its layers are conv_1`,
      );
    },
  );
});

describe('phases', () => {
  const plan = (phases: readonly PhaseParams[], changes: Partial<Planning> = {}) => {
    const network = buildNetwork(
      modelParams({ preset: 'cnn', filters: [2], units: [3] }),
      { features: [8, 8, 1], outputs: 2 },
      { seed: 1, step: 0 },
    );
    const scheduleOf = (epochs: number, isLast: boolean) => ({ shareAt: () => 1, plan: `${epochs} ${isLast}` });
    return planPhases(phases, { network, epochs: 8, peak: 0.01, scheduleOf, ...changes });
  };

  it('follow each other; the last takes what is left', () => {
    const planned = plan([
      { epochs: 3, train: 'head', rate: 0.1 },
      { epochs: 1, train: 'all' },
      { train: 'from:dense_1' },
    ]);
    expect(planned.map(({ after, peak, learns, schedule }) => [after, peak, [...learns!], schedule.plan])).toEqual([
      [0, 0.1, ['head'], '3 false'],
      [3, 0.01, ['conv_1', 'pool_1', 'flatten', 'dense_1', 'head'], '1 false'],
      [4, 0.01, ['dense_1', 'head'], '4 true'],
    ]);
  });

  it('have as their head what is new on a pretrained network', () => {
    const [only] = plan([{ train: 'head' }], { taken: new Set(['features', 'conv_1', 'pool_1']) });
    expect([...only!.learns!]).toEqual(['flatten', 'dense_1', 'head']);
  });

  it.each([
    [
      [
        { epochs: 3, train: 'head' },
        { epochs: 4, train: 'all' },
      ],
      /the phases take 7 epochs together, and params.epochs is 8\nhint: say "epochs": 7/,
    ],
    [
      [{ epochs: 8, train: 'head' }, { train: 'all' }],
      /the phases before the last take 8 epochs, and params.epochs is 8/,
    ],
    [[{ train: 'head' }, { train: 'all' }], /params.phases\[0\] does not say how many epochs it takes/],
    [
      [{ epochs: 1, train: 'head' }, { train: 'pool_*' }],
      /nothing learns in params.phases\[1\]: pool_1 has no weights/,
    ],
  ] as const)('%o are refused', (phases, message) => {
    expect(() => plan(phases)).toThrow(message);
  });
});
