import { expect, test } from 'vitest';
import type { FileDifference } from '../../src/lineage/compare/compare-outs.ts';
import type { Replay } from '../../src/run/replay/replay-stage.ts';
import { differenceSentence } from '../../src/ui/difference-sentence.ts';
import { createPaint } from '../../src/ui/paint.ts';
import { renderReplay } from '../../src/ui/replay-view.ts';

const digest = (start: string) => `sha256:${start.padEnd(64, '0')}` as const;
const tree = (start: string, files?: number) =>
  files === undefined
    ? ({ digest: digest(start), kind: 'file', bytes: 838 } as const)
    : ({ digest: digest(start), kind: 'folder', bytes: 233_900, files } as const);

const shown = (replay: Replay, columns = 100) =>
  renderReplay(
    { stage: 'train', pipeline: 'mnist', run: '2026-11-25T17-40-49-3e3f', seconds: 50.4, replay },
    { paint: createPaint({ color: false }), columns },
  );

const tensor = {
  kind: 'tensor',
  tensor: 'dense/kernel',
  dtype: 'F32',
  shape: [64, 10],
  index: [3, 7],
  recorded: '0.125',
  replayed: '0.12500001',
  absolute: 2 ** -26,
  ulps: 2,
  differing: 3,
  elements: 640,
  largest: { absolute: 0.0012, ulps: 80_531, index: [63, 9] },
  tensors: 2,
} as const;

test('bit-exact', () => {
  const outs = [
    { name: 'history', recorded: tree('dcf5'), digest: digest('dcf5') },
    { name: 'model', recorded: tree('6054', 3), digest: digest('6054') },
  ];
  expect(shown({ kind: 'compared', outs, metrics: [], seconds: 49.2 })).toMatchInlineSnapshot(`
    "train of mnist, as executed in run 2026-11-25T17-40-49-3e3f

      bit-exact  history   dcf50000  838 B
      bit-exact  model     60540000  3 files, 233.9 kB

    bit-exact: 2 outs · 49.2 s, 50.4 s then
    "
  `);
});

test('different, out by out', () => {
  const files = [
    { file: 'model.json', how: { kind: 'value', path: 'format', recorded: '"a"', replayed: '"b"', differing: 1 } },
    { file: 'weights.bin', how: tensor },
  ] as const;
  const outs = [
    { name: 'history', recorded: tree('dcf5'), digest: digest('dcf5') },
    {
      name: 'model',
      recorded: tree('6054', 3),
      digest: digest('1ab2'),
      difference: { kind: 'files', files, differing: 2, of: 3 },
    },
    { name: 'old', recorded: tree('77'), digest: digest('88'), difference: { kind: 'freed' } },
    {
      name: 'shape',
      recorded: tree('99'),
      digest: digest('aa'),
      difference: { kind: 'shape', recorded: 'file', replayed: 'folder' },
    },
  ] as const;
  const metrics = [{ name: 'accuracy', recorded: 0.992, replayed: 0.991 }];
  expect(shown({ kind: 'compared', outs, metrics, seconds: 49.2 })).toMatchInlineSnapshot(`
    "train of mnist, as executed in run 2026-11-25T17-40-49-3e3f

      bit-exact  history   dcf50000  838 B
      different  model     60540000 → 1ab20000
                 model.json: format is "b"; recorded: "a"
                 weights.bin: tensor "dense/kernel" (F32 [64, 10]): element [3, 7] is 0.12500001;
                 recorded: 0.125 (1.5e-8, 2 ULP apart). 3 of 640 elements differ, at most 0.0012, 80,531
                 ULP at [63, 9]. 2 tensors differ
                 2 of 3 files differ
      different  old       77000000 → 88000000
                 the store no longer holds the recorded bytes: only the digests could be compared
      different  shape     99000000 → aa000000
                 it is a folder, and a file was recorded
      different  accuracy  metric 0.992 → 0.991

    3 of 4 outs are different, and 1 metric · 49.2 s, 50.4 s then
    "
  `);
});

test('failed, and not to be executed at all', () => {
  const failed = {
    kind: 'failed',
    failure: 'ended with exit code 1',
    output: ['cat: data/extra.csv: \x1b[31mgone'],
    undeclared: ['data/extra.csv'],
  } as const;
  expect(shown({ ...failed, kept: '/tmp/x/project' }, 80)).toMatchInlineSnapshot(`
    "train of mnist, as executed in run 2026-11-25T17-40-49-3e3f

      failed: ended with exit code 1
        cat: data/extra.csv: gone

    it names data/extra.csv, which stands in the project and is none of its inputs:
    declare it as a dep
    in its clean folder lay what the stage declares, and node_modules: what else it
    reads is missing

    kept: /tmp/x/project
    "
  `);
  const problems = [{ message: 'dep "x" (path x) is no longer there; 12345678 was read', hint: 'bring it back' }];
  expect(shown({ kind: 'impossible', problems })).toMatchInlineSnapshot(`
    "train of mnist, as executed in run 2026-11-25T17-40-49-3e3f

      dep "x" (path x) is no longer there; 12345678 was read
      hint: bring it back

    it cannot be executed again as it was: nothing was executed
    "
  `);
});

test('each kind of difference in a sentence or two', () => {
  const kinds: readonly FileDifference['how'][] = [
    tensor,
    { ...tensor, differing: 1, elements: 1, tensors: 1 },
    { kind: 'layout', tensor: 'w', recorded: 'F32 [2, 2]', replayed: 'absent' },
    { kind: 'value', path: 'a[1].b', recorded: '1', replayed: '2', absolute: 1, differing: 5 },
    { kind: 'value', path: '', replayed: '[]', differing: 1 },
    {
      kind: 'cell',
      column: 'age',
      row: 14_321,
      rowGroup: 1,
      recorded: '3',
      replayed: 'NULL',
      rows: 2,
      columns: ['age', 'id'],
    },
    { kind: 'table', recorded: 'id BIGINT; 3 rows', replayed: 'id DOUBLE; 3 rows' },
    { kind: 'text', line: 2, column: 90, recorded: `${'x'.repeat(89)}yz`, replayed: 'x'.repeat(200) },
    { kind: 'text', line: 2, column: 1, recorded: 'two\x1b[2J' },
    { kind: 'bytes', offset: 1024, recorded: 10, sizes: { recorded: 1025, replayed: 1024 } },
    { kind: 'bytes', offset: 8, recorded: 1, replayed: 2, sizes: { recorded: 9, replayed: 9 }, same: 'all tensors' },
    'absent',
    'added',
    'freed',
  ];
  expect(kinds.map(differenceSentence)).toMatchInlineSnapshot(`
    [
      "tensor "dense/kernel" (F32 [64, 10]): element [3, 7] is 0.12500001; recorded: 0.125 (1.5e-8, 2 ULP apart). 3 of 640 elements differ, at most 0.0012, 80,531 ULP at [63, 9]. 2 tensors differ",
      "tensor "dense/kernel" (F32 [64, 10]): element [3, 7] is 0.12500001; recorded: 0.125 (1.5e-8, 2 ULP apart). 1 of 1 element differs",
      "tensor "w" is absent; recorded: F32 [2, 2]",
      "a[1].b is 2; recorded: 1 (1 apart). 5 values differ",
      "the value is []; recorded: absent",
      "row 14,321 (row group 1), column "age": NULL; recorded: 3. 2 rows differ, in age, id",
      "its table has id DOUBLE; 3 rows; recorded: id BIGINT; 3 rows",
      "line 2, column 90: "…xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"; recorded: "…xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyz"",
      "line 2, column 1: the end; recorded: "two"",
      "byte 1,024 is the end; recorded: 0x0a. It has 1,024 bytes; recorded: 1,025",
      "all tensors are the same, and are written otherwise: byte 8 is 0x02; recorded: 0x01",
      "it was recorded, and was not made this time",
      "it was not recorded, and was made this time",
      "the store no longer holds the recorded bytes",
    ]
  `);
});
