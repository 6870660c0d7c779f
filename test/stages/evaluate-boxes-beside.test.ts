import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escapeHtml } from '../../src/page/html.ts';
import type { BoxesEvaluation } from '../../src/types/generated/evaluation.ts';
import type { Gate } from '../../src/types/generated/gate.ts';
import type { JsonObject } from '../../src/types/json.ts';
import type { Objective } from '../../src/types/stage.ts';
import { run } from '../../stages/evaluate-boxes/run.ts';
import { run as gate } from '../../stages/gate/run.ts';
import { run as report } from '../../stages/report/run.ts';
import { makeFolder, runStage, type StageOutcome } from './context.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

type Rows = readonly object[];
const write = async (rows: Rows | object): Promise<string> => {
  const path = join(folder.path, `${count++}.json`);
  await writeFile(path, Array.isArray(rows) ? rows.map((row) => `${JSON.stringify(row)}\n`).join('') : JSON.stringify(rows));
  return path;
}; // biome-ignore format: one line

interface Given {
  readonly actual: Rows | object;
  readonly predicted: Rows;
  readonly train?: Rows | object;
  readonly images?: string;
}
const evaluated = async (
  { actual, predicted, train, images }: Given,
  params: JsonObject = {},
  objective?: Objective,
): Promise<{ readonly outcome: StageOutcome; readonly found: BoxesEvaluation }> => {
  const deps = {
    ...{ actual: await write(actual), predicted: await write(predicted) },
    ...(train !== undefined && { train: await write(train) }),
    ...(images !== undefined && { images }),
  };
  const outcome = await runStage(run, folder.path, { type: 'evaluate-boxes', deps, params, ...(objective && { objective }) });
  return { outcome, found: JSON.parse(await readFile(outcome.outs['evaluation']!, 'utf8')) };
}; // biome-ignore format: one line

const reported = async (outcome: StageOutcome): Promise<string> => {
  const deps = { evaluation: outcome.outs['evaluation']! };
  return readFile((await runStage(report, folder.path, { type: 'report', deps })).outs['report']!, 'utf8');
};

// Twenty images: of those in the sun the box is found, of those in the rain every other one, and one is found where none is.
const names = Array.from({ length: 20 }, (_, at) => `${at}.png`);
const boxAt = (at: number): [number, number, number, number] => [5 + at, 10, at % 3 === 0 ? 20 : 50, 40];
const actual = names.flatMap((image, at) => [
  { image, weather: at < 10 ? 'sun' : 'rain', brightness: 200 - 10 * at },
  { image, label: 'cat', box: boxAt(at) },
]);
const predicted = [
  ...names.flatMap((image, at) => (at < 10 || at % 2 === 0 ? [{ image, label: 'cat', box: boxAt(at), score: 0.9 - at / 100 }] : [])),
  { image: '11.png', label: 'cat', box: [200, 200, 30, 30], score: 0.95 },
]; // biome-ignore format: a table

describe('slices', () => {
  it('are judged as their images would be alone', async () => {
    const slices = ['weather', { name: 'dark', sql: 'brightness < 100' }];
    const { found } = await evaluated({ actual, predicted }, { slices });
    const [weather, dark, size] = found.slices!;
    expect(found.slices).toHaveLength(3);
    expect(weather!.parts.map(({ value, rows }) => [value, rows])).toEqual([['rain', 10], ['sun', 10]]); // biome-ignore format: one line
    expect(dark).toMatchObject({ sql: 'brightness < 100', parts: [{ value: 'false', rows: 11 }, { value: 'true', rows: 9 }] }); // biome-ignore format: one line
    const isRain = ({ image }: { image: string }) => Number.parseInt(image, 10) >= 10;
    const alone = await evaluated({ actual: actual.filter(isRain), predicted: predicted.filter(isRain) });
    const rain = weather!.parts[0]!;
    for (const [name, { value, low, high }] of Object.entries(alone.found.metrics)) {
      const part = rain.metrics[name]!;
      expect([part.value, part.low, part.high]).toEqual([value, low, high].map((of) => expect.closeTo(of, 5)));
    }
    expect(found.worst_slice).toMatchObject({ slice: 'weather', value: 'rain', rows: 10, metric: 'ap' });
    expect(weather!.parts[1]!.metrics['ap']).toMatchObject({ value: 1, high: 1 });
    // Parts by size are of boxes: 20 × 40 pixels are small.
    expect(size).toMatchObject({ name: 'size', of: 'boxes' });
    expect(size!.parts.map(({ value, rows }) => [value, rows])).toEqual([
      ['small, below 32² pixels', 7],
      ['medium, to 96² pixels', 13],
    ]);
    expect(size!.parts[0]!.metrics['ap']!.value).toBeCloseTo(found.metrics['ap_small']!.value, 5);
    expect(size!.parts[1]!.metrics['ar_100']!.value).toBeCloseTo(found.metrics['ar_medium']!.value, 5);
    expect(Object.keys(size!.parts[0]!.metrics)).not.toContain('ap_small');
  });

  it("go by columns of COCO's images too, and a gate holds them", async () => {
    const coco = {
      images: names.map((file_name, at) => ({ id: at + 1, file_name, width: 400, height: 300, weather: at < 10 ? 'sun' : 'rain' })),
      categories: [{ id: 7, name: 'cat' }],
      annotations: names.map((_, at) => ({ image_id: at + 1, category_id: 7, bbox: boxAt(at), iscrowd: 0 })),
    }; // biome-ignore format: a table
    const boxes = predicted.map(({ image, ...of }) => ({ ...of, image: Number.parseInt(image, 10) + 1 }));
    const { found, outcome } = await evaluated({ actual: coco, predicted: boxes }, { slices: ['weather'] });
    const lines = await evaluated({ actual, predicted }, { slices: ['weather'] });
    const ap = ({ slices }: BoxesEvaluation) => slices![0]!.parts.map(({ metrics }) => metrics['ap']!.value);
    expect(ap(found)).toEqual(ap(lines.found));
    const params = { slices: { ap: { min: 0.9 } }, classes: { cat: { ap50: { min: 0.99 } } } };
    const verdict = await runStage(gate, folder.path, { type: 'gate', deps: { evaluation: outcome.outs['evaluation']! }, params }); // biome-ignore format: one line
    const { accepted, reasons } = JSON.parse(await readFile(verdict.outs['verdict']!, 'utf8')) as Gate;
    expect(accepted).toBe(false);
    expect(reasons).toEqual(
      expect.arrayContaining([expect.stringContaining('weather: rain'), expect.stringContaining('cat')]),
    );
    // Why it was refused is the first thing that the report says.
    const both = { evaluation: outcome.outs['evaluation']!, gate: verdict.outs['verdict']! };
    const page = await readFile((await runStage(report, folder.path, { type: 'report', deps: both })).outs['report']!, 'utf8'); // biome-ignore format: one line
    const places = ['<h2>Refused</h2>', 'is not published', ...reasons.map(escapeHtml), 'id="verdict"'].map((text) => page.indexOf(text)); // biome-ignore format: one line
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it.each([
    [{ slices: ['wheather'] }, /params\.slices names the column "wheather", which is not there/],
    [{ slices: [{ name: 'bad', sql: 'brightness <' }] }, /the slices "bad" cannot be computed/],
    [{ slices: [{ name: 'file', sql: "(SELECT count(*) FROM read_text('/etc/passwd'))" }] }, /it reads tables/],
  ] as const)('that cannot be made are refused: %j', async (params, message) => {
    await expect(evaluated({ actual, predicted }, params as unknown as JsonObject)).rejects.toThrow(message);
  });

  it('are refused of an image that is told of in two ways', async () => {
    const twice = [...actual, { image: '3.png', weather: 'snow' }];
    await expect(evaluated({ actual: twice, predicted })).rejects.toThrow(/line 41: image "3.png" is told of otherwise than in line 7/); // biome-ignore format: one line
  });
});

describe('the baseline', () => {
  it('answers the boxes that are most frequent in train, as shares of an image where its size is known', async () => {
    const sized = (sides: readonly number[], box: (side: number) => number[]) =>
      sides.flatMap((side, at) => [
        { image: `${at}`, width: side, height: side },
        { image: `${at}`, label: 'cat', box: box(side) },
      ]);
    const same = (side: number) => [side / 4, side / 4, side / 2, side / 2];
    const test = sized([400, 100, 800, 300], same);
    const nothing = [{ image: '0', label: 'cat', box: [0, 0, 1, 1], score: 1 }];
    const { found } = await evaluated({ actual: test, predicted: nothing, train: sized([100, 200, 640], same) });
    expect(found.baseline).toMatchObject({ name: 'usual_boxes', unit: 'share', answer: [{ label: 'cat', box: [0.25, 0.25, 0.5, 0.5], score: 1 }] }); // biome-ignore format: one line
    // It finds them all; the model, none.
    expect(found.baseline!.metrics['ap']).toBe(1);
    expect(found.comparisons).toMatchObject([{ baseline: 'usual_boxes', rows: 3, differences: { ap: { value: -1, low: -1, high: -1 } } }]); // biome-ignore format: one line
    const unsized = test.filter((row) => 'label' in row);
    const inPixels = await evaluated({ actual: unsized, predicted: nothing, train: unsized });
    expect(inPixels.found.baseline).toMatchObject({ unit: 'pixels' });
    expect(inPixels.found.baseline!.answer).toHaveLength(1);
  });

  it('is chosen by these very images without train, and the report says so', async () => {
    const { found, outcome } = await evaluated({ actual, predicted });
    expect(found.comparisons![0]!.rows).toBeUndefined();
    const page = await reported(outcome);
    expect(page).toMatch(
      /answers the same \d+ boxes to every image, those that are most frequent in these very images/,
    );
    expect(page).toContain('most frequent boxes');
    expect(page).not.toContain('McNemar');
  });

  it('takes boxes greedily: each finds what those before it have not', async () => {
    const at = (left: number, many: number, from: number) =>
      Array.from({ length: many }, (_, of) => ({ image: `${from + of}`, label: 'cat', box: [left, 0, 10, 10] }));
    // Ten in one place, one of them a little off; four in another; one alone.
    const train = [
      ...at(0, 9, 0),
      { image: '9', label: 'cat', box: [1, 0, 10, 10] },
      ...at(50, 4, 10),
      ...at(90, 1, 14),
    ];
    const { found } = await evaluated({ actual: train, predicted: [], train });
    expect(found.baseline!.answer).toEqual([
      { label: 'cat', box: [0, 0, 10, 10], score: expect.closeTo(10 / 15, 5) },
      { label: 'cat', box: [50, 0, 10, 10], score: expect.closeTo(4 / 15, 5) },
    ]); // biome-ignore format: a table
  });
});

describe('what speaks against the metrics', () => {
  const objective = { metric: 'ap', mode: 'max', on: 'validation' } as const;

  it('is told: an objective that is not measured, and a gain that is not shown', async () => {
    const { found, outcome } = await evaluated({ actual, predicted }, { metrics: ['ar_1'] }, objective);
    expect(found.findings!.map(({ id }) => id)).toContain('objective-not-measured');
    expect(outcome.notices.join()).toMatch(/objective-not-measured: the pipeline is after ap/);
    // As good as the baseline is: it predicts the very same.
    const learned = await evaluated({ actual, predicted: [], train: actual }, {}, objective);
    const answer = learned.found.baseline!.answer;
    const same = names.flatMap((image) => answer.map((box) => ({ image, ...box })));
    const even = await evaluated({ actual, predicted: same, train: actual }, {}, objective);
    expect(even.found.findings).toMatchObject([{ id: 'uncertain-gain', evidence: { baseline: 'usual_boxes', difference: 0 } }]); // biome-ignore format: one line
    expect(await reported(even.outcome)).toContain('no gain is shown');
  });

  it('is told where a margin is narrower than the interval', async () => {
    const { found } = await evaluated({ actual, predicted }, { margin: 0.001 }, objective);
    expect(found.findings).toMatchObject([{ id: 'uncertain-gain', evidence: { margin: 0.001 } }]);
  });

  it('an objective of a size that there is no box of ends the stage', async () => {
    await expect(evaluated({ actual, predicted }, {}, { ...objective, metric: 'ap_large' })).rejects.toThrow(/"ap_large" is not defined/); // biome-ignore format: one line
  });
});

describe('pictures', () => {
  const picture = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: { r: 90, g: 120, b: 60 } } });
  const paint = async (files: readonly string[], [width, height] = [120, 90]): Promise<string> => {
    const images = join(folder.path, `images-${count++}`);
    await mkdir(images);
    for (const name of files) await picture(width!, height!).png().toFile(join(images, name));
    return images;
  };

  it('of the images that were wrong are drawn with their boxes', async () => {
    const hostile = actual.map((row) => ('label' in row ? { ...row, label: '<script>alert(1)</script>' } : row));
    const { found, outcome } = await evaluated({ actual: hostile, predicted: predicted.map((row) => ({ ...row, label: '<script>alert(1)</script>' })), images: await paint(names) }); // biome-ignore format: one line
    expect(found.wrong[0]).toMatchObject({
      ...{ id: '11.png', actual: 1, found: 0, false_alarms: 1 },
      picture: { width: 120, height: 90, data: expect.stringMatching(/^data:image\/png;base64,/) },
      actual_boxes: [{ box: boxAt(11), verdict: 'missed' }],
      predicted_boxes: [{ box: [200, 200, 30, 30], score: 0.95, verdict: 'false_alarm' }],
    });
    const page = await reported(outcome);
    expect(page).toContain('viewBox="0 0 120 90" role="img" aria-label="Image 11.png: 1 box to be found, 0 found, 1 false alarm"'); // biome-ignore format: one line
    expect(page).toContain('<rect class="missed" x="16" y="10" width="50" height="40">');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;, missed');
    expect(page).not.toContain('<script>alert');
  });

  it('are made smaller where they are large, and keep the pixels that boxes are in', async () => {
    const images = await paint(names, [1600, 1200]);
    const { found } = await evaluated({ actual, predicted, images }, { wrong: 1 });
    const { width, height, data } = found.wrong[0]!.picture!;
    expect([width, height]).toEqual([1600, 1200]);
    expect(data).toMatch(/^data:image\/jpeg;base64,/);
    expect(await sharp(Buffer.from(data.split(',')[1]!, 'base64')).metadata()).toMatchObject({
      width: 320,
      height: 240,
    });
  });

  it('are refused where a file is lacking, lies elsewhere or is no image', async () => {
    const images = await paint(names.filter((name) => name !== '11.png'));
    await expect(evaluated({ actual, predicted, images })).rejects.toThrow(/dep images has no file "11\.png"/);
    await writeFile(join(images, '11.png'), 'no picture');
    await expect(evaluated({ actual, predicted, images })).rejects.toThrow(/"11\.png" cannot be read: it is no image/);
    const outside = (rows: Rows) => rows.map((row) => ({ ...row, image: `../${(row as { image: string }).image}` }));
    await expect(evaluated({ actual: outside(actual), predicted: outside(predicted), images })).rejects.toThrow(/has no file "\.\.\//); // biome-ignore format: one line
  });
});
