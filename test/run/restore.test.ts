import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPipeline } from '../../src/load/load-pipeline.ts';
import { openWorkspace } from '../../src/plan/workspace.ts';
import { restoreStage } from '../../src/run/restore.ts';
import type { StoredTree } from '../../src/store/tree.ts';
import { createProject } from '../rig/project.ts';
import { fingerprints, runWell } from '../rig/stemma.ts';
import { filesBelow, storeProblems } from '../rig/store.ts';

test('outs whose entry and content gc frees while they are restored are stored again: they stand in the workspace', async () => {
  const here = createProject();
  const run = ['sh', '-c', 'mkdir {outs.o}; echo a > {outs.o}/a; echo b > {outs.o}/b'];
  here.pipeline({ name: 'p', seed: 1, stages: { s: { run, outs: { o: { path: 'tree' } } } } });
  const fingerprint = fingerprints(await runWell(here))['s'] as `sha256:${string}`;
  rmSync(join(here.root, 'artifacts/p'), { recursive: true });
  rmSync(join(here.root, 'artifacts/.store/state-v1'), { recursive: true });

  const project = { root: here.root, artifacts: join(here.root, 'artifacts') };
  const workspace = openWorkspace({ project, environment: {}, notice: () => {} });
  const loaded = await loadPipeline({ project, file: 'p' });
  if (!loaded.ok) throw new Error('the pipeline does not load');
  const entry = workspace.records.readEntry(fingerprint)!;
  const contents = join(here.root, 'artifacts/.store/content-v1');
  const before = filesBelow(contents);
  // As gc does it: the entry goes first, and the content of each file right after it was copied out.
  const content: typeof workspace.content = {
    ...workspace.content,
    get: async (digest, target) => {
      workspace.records.removeEntry(fingerprint);
      const method = await workspace.content.get(digest, target);
      await workspace.content.remove(digest);
      return method;
    },
  };
  const outs = entry.outs as Record<string, StoredTree>;
  const place = { workspace: { ...workspace, content }, pipeline: loaded.pipeline };
  expect(await restoreStage(loaded.pipeline.stages.get('s')!, { entry, outs }, place)).toBe('restored');

  expect(filesBelow(contents)).toEqual(before);
  expect(workspace.records.readEntry(fingerprint)).toEqual(entry);
  expect(readdirSync(join(here.root, 'artifacts/p/s/tree')).sort()).toEqual(['a', 'b']);
  expect(storeProblems(here.root)).toEqual([]);
});
