import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../src/learn/data/duckdb.ts';
import type { DetectionImage } from '../../src/learn/metrics/detection-match.ts';
import type { BoxesEvaluation } from '../../src/types/generated/evaluation.ts';
import type { Gate } from '../../src/types/generated/gate.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { run } from '../../stages/evaluate-boxes/run.ts';
import { run as gate } from '../../stages/gate/run.ts';
import { run as report } from '../../stages/report/run.ts';
// What pycocotools gives; cases.py made it.
import golden from '../learn/metrics/cases.json' with { type: 'json' };
import { boxesCase } from '../learn/metrics/cases.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const write = async (name: string, text: string): Promise<string> => {
  const path = join(folder.path, `${count++}-${name}`);
  await writeFile(path, text);
  return path;
};
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const evaluated = (actual: string, predicted: string, params: JsonObject = {}): Promise<StageOutcome> =>
  runStage(run, folder.path, { type: 'evaluate-boxes', deps: { actual, predicted }, params });
const read = async ({ outs }: StageOutcome) =>
  JSON.parse(await readFile(outs['evaluation']!, 'utf8')) as BoxesEvaluation;

const rowsOf = (images: readonly DetectionImage[]) => ({
  // Of each image a row by itself, since some have no box.
  actual: images.flatMap(({ actual }, at) => [
    { image: `${at + 1}` },
    ...actual.map(({ category, box, crowd }) => ({ image: `${at + 1}`, label: `kind ${category}`, box, crowd })),
  ]),
  predicted: images.flatMap(({ predicted }, at) =>
    predicted.map(({ category, box, score }) => ({ image: `${at + 1}`, label: `kind ${category}`, box, score })),
  ),
});

/** As COCO's own files are. */
const cocoOf = (images: readonly DetectionImage[]) => ({
  actual: {
    images: images.map((_, at) => ({ id: at + 1, file_name: `${at + 1}.png` })),
    categories: [1, 2].map((id) => ({ id, name: `kind ${id}` })),
    annotations: images.flatMap(
      ({ actual }, at) =>
      actual.map(({ category, box, crowd }, id) => ({ id, image_id: at + 1, category_id: category, bbox: box, iscrowd: Number(crowd), segmentation: [] })), // biome-ignore format: one line
    ),
  },
  predicted: images.flatMap(({ predicted }, at) =>
    predicted.map(({ category, box, score }) => ({ image_id: at + 1, category_id: category, bbox: box, score })),
  ),
});

const seeds = Array.from({ length: 16 }, (_, at) => golden.first + at).filter((seed) => {
  const images = boxesCase(seed);
  const isCounted = images.some(({ actual }) => actual.some(({ crowd }) => crowd !== true));
  return isCounted && images.some(({ predicted }) => predicted.length > 0);
});

describe('boxes are judged as pycocotools judges them', () => {
  const forms = ['lines', 'an array', 'COCO'] as const;
  it.each(forms)('from %s', async (form) => {
    for (const seed of seeds.filter((_, at) => at % forms.length === forms.indexOf(form))) {
      const images = boxesCase(seed);
      const { actual, predicted } = form === 'COCO' ? cocoOf(images) : rowsOf(images);
      const files =
        form === 'lines'
          ? [lines(actual as object[]), lines(predicted)]
          : [JSON.stringify(actual, null, 1), JSON.stringify(predicted)];
      const outcome = await evaluated(await write('actual', files[0]!), await write('predicted', files[1]!));
      const { metrics, rows } = await read(outcome);
      const expected = golden.boxes.rows[seed - golden.first]!;
      const found = golden.boxes.names.map((name) => metrics[name]?.value ?? null);
      for (const [at, value] of expected.entries()) {
        if (value === null) expect(found[at]).toBeNull();
        else expect(found[at]).toBeCloseTo(value, 8);
      }
      expect(rows).toBe(images.length);
    }
  });

  it('from Parquet', async () => {
    const seed = seeds[0]!;
    const { actual, predicted } = rowsOf(boxesCase(seed));
    const parquet = async (name: string, rows: readonly object[]): Promise<string> => {
      const [source, path] = [await write(`${name}.jsonl`, lines(rows)), join(folder.path, `${count++}-${name}`)];
      await withConnection((connection) =>
        connection.run(`COPY (SELECT * FROM read_json('${source}')) TO '${path}' (FORMAT parquet)`),
      );
      return path;
    };
    const { metrics } = await read(await evaluated(await parquet('actual', actual), await parquet('predicted', predicted))); // biome-ignore format: one line
    expect(metrics['ap']!.value).toBeCloseTo(golden.boxes.rows[0]![golden.boxes.names.indexOf('ap')]!, 8);
  });
});

describe('an evaluation of boxes', () => {
  // Two cats, one of them found; a dog that is found twice; nothing in the third image, and a false alarm there.
  const actual = [
    { image: 'a.png', label: 'cat', box: [10, 10, 50, 50] },
    { image: 'a.png', label: 'cat', box: [200, 10, 50, 50] },
    { image: 'b.png', label: 'dog', box: [10, 10, 120, 100] },
    { image: 'c.png' },
  ];
  const predicted = [
    { image: 'a.png', label: 'cat', box: [10, 10, 50, 50], score: 0.9 },
    { image: 'b.png', label: 'dog', box: [10, 10, 120, 100], score: 0.8 },
    { image: 'b.png', label: 'dog', box: [12, 10, 120, 100], score: 0.7 },
    { image: 'c.png', label: 'cat', box: [0, 0, 30, 30], score: 0.3 },
    { image: 'c.png', label: 'bird', box: [0, 0, 30, 30], score: 0.3 },
  ];

  it('tells metrics, labels, sizes and images, and goes through gate and report', async () => {
    const outcome = await evaluated(await write('actual.jsonl', lines(actual)), await write('predicted.jsonl', lines(predicted))); // biome-ignore format: one line
    const found = await read(outcome);
    const valid = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(await readFile('schemas/evaluation.schema.json', 'utf8'))); // biome-ignore format: one line
    expect(valid(found), JSON.stringify(valid.errors)).toBe(true);
    expect(found.classes).toEqual(['cat', 'dog']);
    // Half of the cats at full precision: 51 of 101 recalls; the dog wholly.
    expect(found.metrics['ap']!.value).toBeCloseTo((51 / 101 + 1) / 2, 12);
    expect(found.per_class).toMatchObject([
      { class: 'cat', boxes: 2, predicted: 2, ap50: { value: 51 / 101 }, ar_100: { value: 0.5 } },
      { class: 'dog', boxes: 1, predicted: 2, ap50: { value: 1 }, ar_100: { value: 1 } },
    ]);
    for (const { value, low, high } of Object.values(found.metrics)) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(high).toBeGreaterThan(low);
    }
    // No box is small.
    expect(Object.keys(found.metrics)).not.toContain('ap_small');
    expect(found.wrong.map(({ actual_boxes: _, predicted_boxes: __, ...counts }) => counts)).toEqual([
      { id: 'a.png', actual: 2, found: 1, false_alarms: 0 },
      { id: 'b.png', actual: 1, found: 1, false_alarms: 1 },
      { id: 'c.png', actual: 0, found: 0, false_alarms: 1 },
    ]);
    // Three images show nothing.
    expect(outcome.notices).toEqual([
      '1 predicted box counts for nothing: no box that there is has the label "bird"',
      expect.stringMatching(/^uncertain-gain: ap differs from that of the baseline "usual_boxes" by 0\.250/),
    ]);
    expect(outcome.summary).toMatch(/^ap 0\.752 \[0\.\d+, 1?0?\.\d+\], ap50 0\.752, ap75 0\.752, ap_medium 0\.505$/);
    expect(outcome.metrics['ap']).toEqual(found.metrics['ap']);

    const deps = { evaluation: outcome.outs['evaluation']! };
    const verdict = await runStage(gate, folder.path, { type: 'gate', deps, params: { require: { ap: { min: 0.9 } } } }); // biome-ignore format: one line
    const judged = JSON.parse(await readFile(verdict.outs['verdict']!, 'utf8')) as Gate;
    expect(judged.accepted).toBe(false);
    expect(judged.reasons).toEqual([expect.stringMatching(/^ap is 0\.752 \[.*\]; at least 0\.9 was asked for$/)]);
    const page = await readFile((await runStage(report, folder.path, { type: 'report', deps })).outs['report']!, 'utf8'); // biome-ignore format: one line
    for (const text of ['Finding boxes', '3 boxes were to be found in 3 images', 'Label by label', 'b.png', 'mAP at 0.5']) expect(page).toContain(text); // biome-ignore format: one line
    for (const text of ['undefined', 'NaN', '[object']) expect(page).not.toContain(text);
  });

  it('is the same whatever the order of the images', async () => {
    const here = await evaluated(await write('a', lines(actual)), await write('p', lines(predicted)));
    const there = await evaluated(await write('a', lines(actual.toReversed())), await write('p', lines(predicted)));
    expect(await read(there)).toEqual(await read(here));
  });

  it.each([
    ['a box of three numbers', [{ ...predicted[0], box: [1, 2, 3] }], /p, line 1: "box" is \[1,2,3\], and has to be four numbers/],
    ['a nested box', [{ ...predicted[0], box: [[1, 2, 3, 4]] }], /p, line 1: "box" is a nested list, and has to be/],
    ['a negative width', [predicted[1], { ...predicted[0], box: [1, 2, -3, 4] }], /p, line 2: "box" is \[1,2,-3,4\]/],
    ['no score', [{ image: 'a.png', label: 'cat', box: [1, 2, 3, 4] }], /p, line 1: "score" is missing/],
    ['no label', [{ image: 'a.png', box: [1, 2, 3, 4], score: 1 }], /p, line 1: "label" is missing/],
    ['a number in place of a row', [7 as unknown as object], /p, line 1: it is 7, and has to be an object/],
    ['an image that nobody knows', [{ ...predicted[0], image: 'z.png' }], /p, line 1: image "z.png" is none of the 3 images in \d+-a, as "a.png"/],
    ['many of them', new Array(9).fill({ image: 'a.png' }), /line 5: .* and 4 more rows/],
  ] as const)('refuses %s, with file and row', async (_, rows, message) => {
    await expect(evaluated(await write('a', lines(actual)), await write('p', lines(rows as object[])))).rejects.toThrow(message); // biome-ignore format: one line
  }); // biome-ignore format: a table

  it('refuses what is no file of boxes, and metrics of sizes that there are not', async () => {
    const right = await write('p', lines(predicted));
    await expect(evaluated(await write('a', '{"image": "a.png"\n'), right)).rejects.toThrow(/a is not JSON/);
    await expect(evaluated(await write('a', '{\n "boxes": []\n}'), right)).rejects.toThrow(/without "annotations"/);
    await expect(evaluated(await write('a', ''), right)).rejects.toThrow(/has no box, so there is nothing to find/);
    await expect(evaluated(await write('a', 'PAR1 and no more'), right)).rejects.toThrow(/cannot be read as Parquet/);
    await expect(evaluated(folder.path, right)).rejects.toThrow(/dep actual is a folder/);
    const asked = evaluated(await write('a', lines(actual)), right, { metrics: ['ap', 'ap_small'] });
    await expect(asked).rejects.toThrow(/"ap_small" is not defined: there is no box of its size/);
  });
});
