import { beforeAll, expect, it } from 'vitest';
import { draftStages } from '../../../src/load/drafts.ts';
import { findLeaks } from '../../../src/load/leakage/analyse.ts';
import { flowOf } from '../../../src/load/leakage/draft-flow.ts';
import { explainLeaks } from '../../../src/load/leakage/explain.ts';
import { type LoadedStageType, loadStageType } from '../../../src/load/stage-types.ts';
import type { JsonObject } from '../../../src/types/json.ts';

const types = new Map<string, LoadedStageType>();

beforeAll(async () => {
  const project = { root: '/nowhere', artifacts: '/nowhere/artifacts' };
  for (const name of ['ingest', 'split', 'train', 'evaluate'])
    types.set(name, (await loadStageType(project, name, () => {})) as LoadedStageType);
});

/** A pipeline whose model began with one that was trained on some rows. */
const codesOf = (rows: string): readonly string[] => {
  const json: JsonObject = {
    name: 'p',
    stages: {
      ingest: { uses: 'ingest', deps: { source: { path: 'x.csv' } } },
      split: { uses: 'split', deps: { examples: 'ingest.examples' } },
      first: { uses: 'train', deps: { train: rows }, params: { model: { preset: 'mlp' } } },
      train: {
        uses: 'train',
        deps: { train: 'split.train', pretrained: 'first.model' },
        params: { model: { preset: 'mlp' } },
      },
      evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'split.test' } },
    },
  };
  const document = { file: 'pipelines/p.json', text: JSON.stringify(json), value: json, overrides: [] };
  const flow = flowOf(
    draftStages(document, () => true, types),
    { name: 'p', seed: 1 },
  );
  return explainLeaks(findLeaks(flow, new Map()), 'p', document).map(({ code }) => code);
};

it('a model that began with one that has seen the test rows has seen them', () => {
  expect(codesOf('split.train')).toEqual([]);
  expect(codesOf('ingest.examples')).toEqual(['leak-before-split']);
  expect(codesOf('split.test')).toContain('leak-fit-held-out');
});
