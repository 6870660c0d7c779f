import { describe, expect, it } from 'vitest';
import { runWell } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';
import { recordOf, stageRunOf } from '../rig/stemma.ts';
import { filesBelow } from '../rig/store.ts';

// context.memo: the pieces of a stage, cached by content. Here a piece is a line of the input.

const code = `
import { readFileSync, writeFileSync } from 'node:fs';
export const run = async ({ deps, outs, params, memo, telemetry }) => {
  const lines = readFileSync(deps.in, 'utf8').trim().split('\\n');
  const made = [];
  const pieces = [];
  for (const line of lines) {
    const folder = await memo({ line, loud: params.loud }, (empty) => {
      made.push(line);
      writeFileSync(empty + '/piece', params.loud ? line.toUpperCase() : line);
    });
    pieces.push(readFileSync(folder + '/piece', 'utf8'));
  }
  writeFileSync(outs.out, pieces.join('\\n'));
  telemetry({ made });
};`;

describe('context.memo', () => {
  it('makes a piece once for each key, in whatever run it is asked for', async () => {
    const project = createProject();
    project.stageType('lines', { code });
    const made = async (text: string, loud: boolean) => {
      project.write('in.txt', text);
      project.pipeline({
        name: 'p',
        stages: { s: { uses: 'lines', deps: { in: { path: 'in.txt' } }, params: { loud } } },
      });
      return stageRunOf(project, await runWell(project), 's').telemetry['made'];
    };
    expect(await made('a\nb\n', false)).toEqual(['a', 'b']);
    expect(await made('a\nb\nc\n', false)).toEqual(['c']);
    expect(project.read('artifacts/p/s/out.txt')).toBe('a\nb\nc');
    expect(await made('a\nb\nc\n', true)).toEqual(['a', 'b', 'c']);
    expect(project.read('artifacts/p/s/out.txt')).toBe('A\nB\nC');
  });

  it('keeps nothing from another version of the code', async () => {
    const project = createProject();
    project.write('in.txt', 'a\n');
    project.pipeline({ name: 'p', stages: { s: { uses: 'lines', deps: { in: { path: 'in.txt' } } } } });
    project.stageType('lines', { code });
    await runWell(project);
    project.stageType('lines', { code: code.replace(': line)', ": line + '!')") });
    await runWell(project);
    expect(project.read('artifacts/p/s/out.txt')).toBe('a!');
  });

  it('never uses a damaged piece: it is made again, and the run says so', async () => {
    const project = createProject();
    project.stageType('lines', { code });
    project.write('in.txt', 'a\nb\n');
    project.pipeline({ name: 'p', stages: { s: { uses: 'lines', deps: { in: { path: 'in.txt' } } } } });
    await runWell(project);
    const files = filesBelow(project.root, 'artifacts/.store/memo-v1');
    for (const path of [files.find((name) => name.endsWith('/piece'))!, files.findLast((name) => sums.test(name))!])
      project.write(path, `${project.read(path)}!`);
    const again = await runWell(project, ['--force']);
    expect(stageRunOf(project, again, 's').telemetry['made']).toHaveLength(2);
    expect(again.notices).toEqual([expect.stringContaining('damaged'), expect.stringContaining('damaged')]);
    expect(recordOf(project, again).notices).toEqual(again.notices);
    expect(project.read('artifacts/p/s/out.txt')).toBe('a\nb');
  });
});

const sums = /SHA256SUMS$/;
