import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../src/load/load-pipeline.ts';
import { stemma } from '../rig/kept.ts';
import { createProject } from '../rig/project.ts';

// What the documents show is true: every pipeline loads, every link leads somewhere, every command exists.

const repository = join(import.meta.dirname, '../..');
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  ...readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const textOf = (document: string): string => readFileSync(join(repository, document), 'utf8');

const jsonBlocks = documents.flatMap((document) =>
  [...textOf(document).matchAll(/```json\n(.*?)```/gs)].map(([, text]): [string, string] => [document, text!]),
);

describe.each(documents)('%s', (document) => {
  it('links to what exists', () => {
    const links = [...textOf(document).matchAll(/\]\(([^)#]+?)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
    for (const link of links.filter((link) => !link.startsWith('http')))
      expect(existsSync(join(repository, document, '..', link)), link).toBe(true);
  });
});

describe('the JSON blocks of the documents', () => {
  it.each(jsonBlocks)('%s: %s', async (_, text) => {
    const value = JSON.parse(text) as { stages?: object; features?: object };
    const project = createProject();
    symlinkSync(join(repository, 'node_modules'), join(project.root, 'node_modules'));
    if (value.stages === undefined) return;
    project.write('pipelines/penguins.json', text);
    const { root } = project;
    const loaded = await loadPipeline({ project: { root, artifacts: join(root, 'artifacts') }, file: 'penguins' });
    expect(loaded).toMatchObject({ ok: true });
  });
});

describe('the commands of the README', () => {
  const commands = new Set([...textOf('README.md').matchAll(/`stemma ([a-z]+)/g)].map(([, name]) => name!));

  it.each([...commands])('stemma %s', async (command) => {
    const { exitCode, stdout } = await stemma(createProject(), [command, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`stemma ${command}`);
  });
});
