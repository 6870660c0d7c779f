import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImagePreview } from '../../src/types/generated/preview.ts';
import { run as augment } from '../../stages/augment/run.ts';
import { run as ingest } from '../../stages/ingest/run.ts';
import { run as normalize } from '../../stages/normalize/run.ts';
import { run as report } from '../../stages/report/run.ts';
import { readRows } from '../learn/data/rows.ts';
import { makeFolder, runStage } from './context.ts';

// From an augmented image in the report one can name the row, and the file that it came from.

let workspace: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  workspace = await makeFolder();
});
afterAll(() => workspace.remove());

const stage = async (type: string, run: unknown, deps: Record<string, string>, params = {}) =>
  (await runStage(run as never, workspace.path, { type, deps, params })).outs as Record<string, string>;

it('a contact sheet names class, id, file and row of each image', async () => {
  for (const [at, kind] of ['cat', 'dog', 'cat', 'dog'].entries()) {
    await mkdir(join(workspace.path, 'set', kind), { recursive: true });
    const image = sharp(new Uint8Array(36).map((_, pixel) => (pixel * 7 + at * 40) % 256), { raw: { width: 6, height: 6, channels: 1 } }); // biome-ignore format: one line
    await writeFile(join(workspace.path, 'set', kind, `${at} & co.png`), await image.png().toBuffer());
  }
  const read = await stage('ingest', ingest, { source: join(workspace.path, 'set') }, { format: 'images' });
  const ready = await stage('normalize', normalize, { train: read['examples']! }, { method: 'min-max' });
  const { preview } = await stage('augment', augment, { train: ready['train']! }, { shift: 1 });
  const { rows, ids } = JSON.parse(await readFile(preview!, 'utf8')) as ImagePreview;
  const all = (await readRows(read['examples']!)).ids;
  expect([rows, ids]).toEqual([
    ['cat', 'dog'],
    [all[0], all[2]],
  ]);

  const deps = { preview: preview!, examples: read['examples']!, origins: read['origins']! };
  const page = await readFile((await stage('report', report, deps))['report']!, 'utf8');
  for (const [at, file] of ['cat/0 &amp; co.png', 'dog/1 &amp; co.png'].entries()) {
    expect(page).toContain(`>${ids![at]!.slice(0, 8)}</tspan>`);
    expect(page).toContain(`<td class="text nowrap">${rows[at]}</td><td class="text nowrap">${file}, row 1</td><td class="text nowrap"><code>${ids![at]}</code></td>`); // biome-ignore format: one line
  }
  const alone = await readFile((await stage('report', report, { preview: preview! }))['report']!, 'utf8');
  expect(alone).toContain(`<code>${ids![0]}</code>`);
  expect(alone).toContain('their files are told where the report has the deps examples and origins');
  expect(alone).not.toContain('File and row');
});
