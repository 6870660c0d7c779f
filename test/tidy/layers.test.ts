import { expect, test } from 'vitest';
import { type Source, sourcesIn } from './sources.ts';

// Imports point down only. Types count as all else does.

/** From the top down; each may import what stands below it. */
const layers = [
  'cli',
  'commands',
  'ui',
  'watch',
  'run',
  'audit',
  'plan',
  'lineage',
  'machine',
  'store',
  'fingerprint',
  'load',
  'diagnostics',
  'types',
];

/** Beside the layers: what stages and pages are made of. */
const aside: Readonly<Record<string, readonly string[]>> = {
  learn: ['learn', 'types'],
  page: ['page', 'types'],
  stages: ['learn', 'page', 'types', 'stages'],
};

const reasons: Readonly<Record<string, string>> = {
  // The page of a run is drawn with what reports are drawn with.
  'ui -> page': 'a library without a layer: it imports types alone',
};

const sources = sourcesIn('src', 'stages');

/** `run` for src/run/x.ts, `stages` for all stage types. */
const layerOf = (path: string): string => (path.startsWith('stages/') ? 'stages' : path.split('/')[1]!);

const isAllowed = (from: string, to: string): boolean => {
  if (`${from} -> ${to}` in reasons) return true;
  if (from in aside) return aside[from]!.includes(to);
  return layers.includes(from) && layers.includes(to) && layers.indexOf(from) <= layers.indexOf(to);
};

test('every folder of src/ has its layer', () => {
  const found = new Set(sources.map(({ path }) => layerOf(path)));
  expect([...found].filter((layer) => !layers.includes(layer) && !(layer in aside))).toEqual([]);
});

test('imports point down', () => {
  const wrong = sources.flatMap(({ path, imports }) =>
    imports.filter((target) => !isAllowed(layerOf(path), layerOf(target))).map((target) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('a stage type imports no other stage type', () => {
  const stageOf = (path: string) => path.split('/')[1];
  const wrong = sources
    .filter(({ path }) => path.startsWith('stages/'))
    .flatMap(({ path, imports }) =>
      imports.filter((target) => target.startsWith('stages/') && stageOf(target) !== stageOf(path)),
    );
  expect(wrong).toEqual([]);
});

test('no file imports itself by way of others', () => {
  expect(cyclesIn(sourcesIn('src', 'stages', 'test'))).toEqual([]);
});

test('the search for cycles finds one', () => {
  const source = (path: string, ...imports: string[]): Source => ({ path, text: '', imports });
  expect(cyclesIn([source('a', 'b'), source('b', 'c', 'd'), source('c', 'a'), source('d')])).toEqual([
    'a -> b -> c -> a',
  ]);
});

/** Depth-first search: a file met again while it is on the way is a cycle. */
const cyclesIn = (files: readonly Source[]): string[] => {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (done.has(path) || way.includes(path)) return;
    for (const target of importsOf.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
};
