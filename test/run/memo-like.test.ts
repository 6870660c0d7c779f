import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runWell } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { stageRunOf } from '../rig/stemma.ts';

// context.files and alike pieces of context.memo: one file of many changes, and the rest is taken over.

const code = `
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
export const run = async ({ deps, outs, files, memo, telemetry }) => {
  const listing = files('in');
  const read = [];
  const folder = await memo(listing, (empty, earlier) => {
    const known = earlier === undefined ? {} : JSON.parse(readFileSync(join(earlier, 'texts.json'), 'utf8'));
    const texts = {};
    for (const { path, hex } of listing) {
      texts[hex] = known[hex] ?? readFileSync(join(deps.in, path), 'utf8').toUpperCase();
      if (known[hex] === undefined) read.push(path);
    }
    writeFileSync(join(empty, 'texts.json'), JSON.stringify(texts));
  }, { like: 'texts' });
  const texts = JSON.parse(readFileSync(join(folder, 'texts.json'), 'utf8'));
  writeFileSync(outs.out, listing.map(({ hex }) => texts[hex]).join(''));
  telemetry({ read, file: files('one') ?? 'is a file' });
};`;

describe('context.files', () => {
  it('names the files of a folder with their digests, so that an alike piece is made of the one before', async () => {
    const project = createProject();
    const dep = { type: 'any', description: 'What it reads.' };
    project.stageType('upper', { code, declaration: { deps: { in: dep, one: dep } } });
    project.write('texts/b.txt', 'b');
    project.write('texts/a.txt', 'a');
    project.pipeline({
      name: 'p',
      stages: { s: { uses: 'upper', deps: { in: { path: 'texts' }, one: { path: 'texts/a.txt' } } } },
    });
    const telemetry = async () => stageRunOf(project, await runWell(project), 's').telemetry;
    expect(await telemetry()).toEqual({ read: ['a.txt', 'b.txt'], file: 'is a file' });
    project.write('texts/c.txt', 'c');
    expect(await telemetry()).toMatchObject({ read: ['c.txt'] });
    expect(project.read('artifacts/p/s/out.txt')).toBe('ABC');
    rmSync(join(project.root, 'texts/b.txt'));
    expect(await telemetry()).toMatchObject({ read: [] });
    expect(project.read('artifacts/p/s/out.txt')).toBe('AC');
  });
});
