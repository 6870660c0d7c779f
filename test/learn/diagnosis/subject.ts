import type { Subject } from '../../../src/learn/diagnosis/remedies/subject.ts';
import { fillDefaults } from '../../../src/load/fill-defaults.ts';
import type { JsonObject } from '../../../src/types/json.ts';
import type { Upstream, UpstreamStage } from '../../../src/types/stage.ts';
import augment from '../../../stages/augment/stage.json' with { type: 'json' };
import train from '../../../stages/train/stage.json' with { type: 'json' };

const declarations = { train, augment } as unknown as Readonly<Record<string, { readonly params: JsonObject }>>;

/** A stage as `upstream` tells of it: its params with stage.json's defaults, and as they are given. */
export const stageOf = (
  uses: 'train' | 'augment',
  given: JsonObject | null,
  deps: UpstreamStage['deps'] = {},
): UpstreamStage => ({
  ...{ uses, deps, given },
  params: fillDefaults(declarations[uses]!.params, structuredClone(given ?? {})) as JsonObject,
});

/** What a stage that judges a training is told of it. */
export const afterTraining = (given: JsonObject): Upstream => ({
  deps: { history: 'train.history', model: 'train.model' },
  stages: { train: stageOf('train', given, { train: 'split.train', validation: 'split.validation' }) },
});

/** What remedies are made for: a training of an MLP on a table, without anything beside it. */
export const subjectOf = (given: JsonObject, changes: Partial<Subject> = {}): Subject => ({
  train: {
    name: 'train',
    ...stageOf('train', given, { train: 'normalize.train', validation: 'normalize.validation' }),
  },
  augment: undefined,
  ...{ data: 'table', target: 'classes', mixes: true, moves: true, hasValidation: true },
  ...{ epochs: 40, stopped: 'finished', kept: 12, lowest: 12 },
  ...changes,
});
