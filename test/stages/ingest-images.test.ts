import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readOrigins } from '../../src/learn/data/origins.ts';
import { digestsOf } from '../learn/data/folder.ts';
import { run, runWell } from '../rig/kept.ts';
import { createProject, type TestProject } from '../rig/project.ts';
import { type Run, stageRunOf } from '../rig/stemma.ts';

// A folder of images, through real runs: what is decoded anew, and what people are told.

const png = (value: number): Promise<Buffer> =>
  sharp(
    Uint8Array.from({ length: 36 }, (_, at) => (at === 0 ? value >> 8 : (value + at) % 256)),
    { raw: { width: 6, height: 6, channels: 1 } },
  )
    .toColourspace('b-w')
    .png()
    .toBuffer();

const add = (project: TestProject, path: string, bytes: Uint8Array | string): void => {
  mkdirSync(dirname(join(project.root, path)), { recursive: true });
  writeFileSync(join(project.root, path), bytes);
};

const withPipeline = (params: object = {}): TestProject => {
  const project = createProject();
  const ingest = { uses: 'ingest', deps: { source: { path: 'digits' } }, params };
  project.pipeline({ name: 'p', stages: { ingest } });
  return project;
};

const decodedIn = (project: TestProject, ended: Run) => stageRunOf(project, ended, 'ingest').telemetry['decoded'];

const toldBy = ({ ended }: Run): string => ended['ingest']?.failure?.output.join('\n') ?? '';

const examples = ({ root }: TestProject): string => join(root, 'artifacts/p/ingest/examples');

describe('ingest of a folder of images', () => {
  it('decodes one image and changes one shard where one is added to many', async () => {
    const project = withPipeline();
    for (let index = 0; index < 600; index += 1)
      add(
        project,
        `digits/${index % 2 === 0 ? 'even' : 'odd'}/${String(index).padStart(4, '0')}.png`,
        await png(index),
      );
    expect(decodedIn(project, await runWell(project))).toBe(600);
    const before = await digestsOf(examples(project));
    add(project, 'digits/even/0300b.png', await png(9_999));
    expect(decodedIn(project, await runWell(project))).toBe(1);
    const after = await digestsOf(examples(project));
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(Object.keys(after).filter((path) => path.endsWith('.safetensors')).length).toBeGreaterThan(1);
    expect(changed.filter((path) => path.endsWith('.safetensors'))).toHaveLength(1);
    const origins = await readOrigins(join(project.root, 'artifacts/p/ingest/origins.parquet'));
    expect(origins).toHaveLength(601);
    expect(origins[151]).toEqual({ at: 151, rows: 1, file: 'digits/even/0300b.png'.slice(7), row: 1 });
    rmSync(join(project.root, 'digits/odd/0001.png'));
    expect(decodedIn(project, await runWell(project))).toBe(0);
  });

  it('fails with all files that cannot be decoded, and tells those that it was asked to leave out', async () => {
    const project = withPipeline();
    add(project, 'digits/one/a.png', await png(1));
    add(project, 'digits/one/cut.png', (await png(2)).subarray(0, 60));
    add(project, 'digits/two/no.jpg', 'no image');
    const failed = await run(project);
    expect(failed.exitCode).toBe(1);
    expect(toldBy(failed)).toContain('digits: 2 files cannot be decoded');
    project.pipeline({
      name: 'p',
      stages: {
        ingest: { uses: 'ingest', deps: { source: { path: 'digits' } }, params: { images: { broken: 'drop' } } },
      },
    });
    const told = (await runWell(project)).notices.find((line) => line.includes('left out'));
    expect(told).toMatch(/left out 2 files that cannot be decoded\n {2}one\/cut.png: .+\n {2}two\/no.jpg: .+/);
  });

  it('refuses a folder that has tables, too, and a single image', async () => {
    const project = withPipeline();
    add(project, 'digits/one/a.png', await png(1));
    add(project, 'digits/labels.csv', 'file,label\none/a.png,1\n');
    const failed = await run(project);
    expect(toldBy(failed)).toContain('digits has files of several formats: "labels.csv", "one/a.png"');
    project.pipeline({
      name: 'p',
      stages: { ingest: { uses: 'ingest', deps: { source: { path: 'digits/one/a.png' } }, params: {} } },
    });
    expect(toldBy(await run(project))).toContain('a.png is a file, and the format "images" needs a folder');
  });

  it('refuses params that are for tables', async () => {
    const project = withPipeline({ types: { label: 'text' } });
    add(project, 'digits/one/a.png', await png(1));
    expect(toldBy(await run(project))).toContain(
      'params.types is for tables, and the source is of the format "images"',
    );
  });
});
