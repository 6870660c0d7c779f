import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { draftStages } from '../../../src/load/drafts.ts';
import { findLeaks } from '../../../src/load/leakage/analyse.ts';
import { flowOf } from '../../../src/load/leakage/draft-flow.ts';
import { explainLeaks } from '../../../src/load/leakage/explain.ts';
import type { Leak } from '../../../src/load/leakage/facts.ts';
import type { LoadedStageType } from '../../../src/load/stage-types.ts';
import { loadStageType } from '../../../src/load/stage-types.ts';
import type { JsonObject } from '../../../src/types/json.ts';
import { leaksByBruteForce } from './brute-force.ts';
import { asJson, type RandomStage, randomStages } from './random-stages.ts';

const types = new Map<string, LoadedStageType>();

beforeAll(async () => {
  const project = { root: '/nowhere', artifacts: '/nowhere/artifacts' };
  for (const name of ['ingest', 'clean', 'split', 'normalize', 'augment', 'train', 'evaluate'])
    types.set(name, (await loadStageType(project, name, () => {})) as LoadedStageType);
});

const toldOf = (json: JsonObject) => {
  const document = { file: 'pipelines/p.json', text: JSON.stringify(json), value: json, overrides: [] };
  const flow = flowOf(
    draftStages(document, () => true, types),
    { name: 'p', seed: 1337 },
  );
  const leaks = findLeaks(flow, new Map());
  return { leaks, findings: explainLeaks(leaks, 'p', document) };
};

/** A leak as the brute force names it. */
const nameOf = (leak: Leak): string => {
  if (leak.kind === 'held out') return `${leak.sight.stage} ${leak.sight.use} held out`;
  if (leak.kind === 'altered held out') return `${leak.alteration.stage} altered held out`;
  return `${leak.site.stage} ${leak.site.does} ${leak.kind}`;
};

const kindsOfLeaks = [
  'altered held out',
  'choose altered',
  'choose held out',
  'choose seen',
  'fit held out',
  'fit told',
  'judge altered',
  'judge seen',
  'none',
  'split altered',
  'split seen',
];

it('leaks are found where rows that something is held against have been seen, and nowhere else', () => {
  const found = new Map<string, number>();
  fc.assert(
    fc.property(randomStages, (stages) => {
      const { leaks, findings } = toldOf(asJson(stages));
      const expected = leaksByBruteForce(stages);
      expect(new Set(leaks.map(nameOf))).toEqual(expected);
      // What is not told because it follows from something else leaves that to tell.
      expect(findings.length > 0).toBe(expected.size > 0);
      for (const { trail, hint } of findings) expect([trail, hint].every((text) => (text ?? '') !== '')).toBe(true);
      const kinds = expected.size === 0 ? ['none'] : new Set([...expected].map((leak) => leak.replace(/^\S+ /, '')));
      for (const kind of kinds) found.set(kind, (found.get(kind) ?? 0) + 1);
    }),
    { numRuns: 600 },
  );
  // Each kind is met, and so is a pipeline that is right.
  expect([...found.keys()].sort(), JSON.stringify([...found])).toEqual(kindsOfLeaks);
});

/** A split of rows of which a part stands beside the whole: `union` are all of `ingest`, those of `outer.train` by two ways. */
const twoWays: readonly (readonly [string, RandomStage['kind'], RandomStage['deps']])[] = [
  ['ingest', 'ingest', {}],
  ['outer', 'split', { examples: 'ingest.examples' }],
  ['union', 'both', { a: 'outer.train', b: 'ingest.examples' }],
  ['inner', 'split', { examples: 'union.rows' }],
  ['train', 'train', { train: 'inner.train' }],
];

const evaluate = (test: string): (typeof twoWays)[number] => ['judge', 'evaluate', { model: 'train.model', test }];

const withSource = (stages: typeof twoWays): readonly RandomStage[] =>
  stages.map(([name, kind, deps]) => ({
    ...{ name, kind, deps },
    ...{ source: name === 'foreign' ? 1 : 0, isDiagnosis: false, given: 'none' },
  }));

it.each<readonly [string, typeof twoWays, readonly string[]]>([
  ['parts of one split have no row in common', [evaluate('inner.validation')], []],
  ['parts of two splits have', [evaluate('outer.test')], ['judge judge seen']],
  [
    'nor has a part of other parts',
    [
      ['others', 'both', { a: 'inner.validation', b: 'inner.test' }],
      ['last', 'split', { examples: 'others.rows' }],
      evaluate('last.test'),
    ],
    [],
  ],
  [
    'nor has a part of another part and of rows from elsewhere',
    [
      ['foreign', 'ingest', {}],
      ['others', 'both', { a: 'inner.validation', b: 'foreign.examples' }],
      ['last', 'split', { examples: 'others.rows' }],
      evaluate('last.test'),
    ],
    [],
  ],
  [
    'but a part of another part and of a part of another split has',
    [
      ['others', 'both', { a: 'inner.validation', b: 'outer.test' }],
      ['last', 'split', { examples: 'others.rows' }],
      evaluate('last.test'),
    ],
    ['judge judge seen'],
  ],
])('of rows that come by two ways, %s', (_, more, expected) => {
  const stages = withSource([...twoWays, ...more]);
  expect(leaksByBruteForce(stages)).toEqual(new Set(expected));
  expect(new Set(toldOf(asJson(stages)).leaks.map(nameOf))).toEqual(new Set(expected));
});
