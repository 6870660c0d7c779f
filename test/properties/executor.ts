import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Completion, Executor } from '../../src/run/execute.ts';
import type { OrderedDep, WorkOrder } from '../../src/run/order.ts';
import type { Tree, View } from './view.ts';
import { digestOf, workFolder, write } from './view.ts';

/**
 * Carries out work orders without a process: what it writes depends on the order, the bytes of the deps, the files
 * that the command names and the text of the bundle, as with a real stage.
 */
export const inProcess = (root: string): Executor => ({
  execute: async (order) => {
    const view = seenIn(order, root);
    for (const [name, tree] of Object.entries(write(view))) writeTree(join(root, order.outs[name]!), tree);
    return completion(view);
  },
});

const completion = (view: View): Completion => ({
  ok: true,
  end: { exitCode: 0, timedOut: false, cancelled: false, seconds: 0 },
  attempts: 1,
  started: Date.now(),
  ended: Date.now(),
  summary: `saw ${digestOf(view)}`,
  metrics: { params: Object.keys(view.params).length },
  telemetry: {},
  devices: [],
});

const seenIn = (order: WorkOrder, root: string): View => {
  const byCommand = order.program.kind !== 'module';
  const deps = Object.entries(order.deps).map(([name, dep]) => {
    const { path, digest } = dep;
    const content = treeOf(dep, root);
    checkDigest(content, digest);
    return [
      name,
      { path: byCommand ? path.replaceAll(order.work, workFolder) : basename(path), content: digestOf(content) },
    ] as const;
  });
  return {
    program: programOf(order),
    programFiles: programFiles(order, root),
    deps: Object.fromEntries(deps),
    params: order.params,
    outs: Object.fromEntries(
      Object.entries(order.outs).map(([name, path]) => [name, path.slice(`${order.work}/outs/`.length)]),
    ),
    environment: order.env.declared,
    seed: order.seed ? { ...order.seed } : null,
    objective: order.objective ? { ...order.objective } : null,
    backend: order.backend?.name ?? null,
  };
};

const programOf = ({ program, work }: WorkOrder): readonly string[] | string => {
  const placeless = (text: string) => text.replaceAll(work, workFolder);
  switch (program.kind) {
    case 'argv':
      return program.argv.map(placeless);
    case 'shell':
      return placeless(program.line);
    case 'module':
      return marksIn(readFileSync(program.module, 'utf8'));
  }
};

const marksIn = (bundle: string): readonly string[] => [...new Set(bundle.match(/mark:[\w-]+/g))].sort();

/** What a process would find behind the words of its command, or beside its code. */
const programFiles = ({ program, deps }: WorkOrder, root: string): View['programFiles'] => {
  if (program.kind === 'module') {
    const type = /mark:(plain|rich)/.exec(readFileSync(program.module, 'utf8'))![1]!;
    return { 'table.txt': digestOf(readFileSync(join(root, 'stages', type, 'table.txt'), 'utf8')) };
  }
  const words = program.kind === 'argv' ? program.argv : program.line.split(' ');
  const depPaths = Object.values(deps).map(({ path }) => path);
  const paths = words.map((word) => word.replace(/^--\w+=/, '')).filter((path) => !depPaths.includes(path));
  const files = paths.filter((path) => !path.startsWith('artifacts/') && isFile(join(root, path)));
  return Object.fromEntries(files.map((path) => [path, digestOf(readFileSync(join(root, path), 'utf8'))]));
};

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

const treeOf = ({ path, links }: OrderedDep, root: string): Tree => {
  // Its digest is that of the files where they lie, and not of the folder of links.
  if (links !== undefined) return readTree(root, Object.values(links));
  const full = join(root, path);
  return statSync(full).isFile() ? { '': readFileSync(full, 'utf8') } : readTree(full, filesBelow(full));
};

const readTree = (folder: string, paths: readonly string[]): Tree =>
  Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));

/** All files below a folder, relative to it; none where there is no folder. */
export const filesBelow = (folder: string, within = ''): string[] => {
  if (statSync(join(folder, within), { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(join(folder, within), { withFileTypes: true }).flatMap((entry) => {
    const path = within === '' ? entry.name : `${within}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, path) : [path];
  });
};

/** Invariant 9, by the way: a file's digest is that of its bytes, a folder's that of what `sha256sum` says of it. */
const checkDigest = (tree: Tree, digest: string): void => {
  if (sha256Of(tree) !== digest) throw new Error(`an order names a dep by ${digest}, which is not what is there`);
};

export const sha256Of = (tree: Tree): string => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  if ('' in tree) return `sha256:${sha256(tree['']!)}`;
  const paths = Object.keys(tree).sort();
  return `sha256:${sha256(paths.map((path) => `${sha256(tree[path]!)}  ${path}\n`).join(''))}`;
};

const writeTree = (target: string, tree: Tree): void => {
  for (const [path, text] of Object.entries(tree)) {
    const file = path === '' ? target : join(target, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
};
