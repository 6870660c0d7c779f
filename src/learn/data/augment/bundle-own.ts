import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { type BuildFailure, build, type Plugin } from 'esbuild';
import type { OwnTransform } from '../../../types/generated/dataset.ts';
import { StageError } from '../../error.ts';
import { digestOf, loadOwn } from './own.ts';
import type { OwnParams } from './params.ts';

/**
 * The user's own transforms, each with all that it imports in one text, as they travel with the data set.
 *
 * @param dep path of the dep `transforms`: a folder that has the files, or one of them.
 * @throws StageError where a file is missing, does not compile, imports from outside of the dep, or exports no
 * function.
 */
export const bundleOwn = async (transforms: readonly OwnParams[], dep: string | undefined): Promise<OwnTransform[]> => {
  const bundled: OwnTransform[] = [];
  for (const own of transforms) bundled.push(await bundleOne(own, dep));
  return bundled;
};

const bundleOne = async ({ file, params, probability }: OwnParams, dep: string | undefined): Promise<OwnTransform> => {
  const { root, entry } = await placeOf(file, dep);
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'neutral',
    target: 'node20',
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    outfile: join(root, 'transform.js'),
    logLevel: 'silent',
    // Settings that stand above the dep's folder are in no fingerprint, so none are read.
    tsconfigRaw: {},
    plugins: [within(root)],
  }).catch((error: BuildFailure) => {
    throw new StageError(described(error, file));
  });
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))!.text;
  const code = text('.js');
  const { sources, mappings } = JSON.parse(text('.map')) as OwnTransform['map'];
  const own = { file, params: { ...params }, probability, digest: digestOf(code), code, map: { sources, mappings } };
  loadOwn(own);
  return own;
};

const placeOf = async (file: string, dep: string | undefined): Promise<{ root: string; entry: string }> => {
  if (dep === undefined) {
    throw new StageError(
      `transform ${file} is in no dep`,
      'name its folder, so that a change of it counts: "deps": { …, "transforms": { "path": "<the folder>" } }',
    );
  }
  const isFolder = (await stat(dep)).isDirectory();
  const entry = isFolder ? join(dep, file) : dep;
  const found = isFolder ? await stat(entry).catch(() => undefined) : { isFile: () => file === basename(dep) };
  if (!isInside(dep, entry) || found?.isFile() !== true) {
    throw new StageError(
      `the dep transforms (${basename(dep)}) has no file ${file}`,
      'params.transforms names files relative to the dep transforms',
    );
  }
  return { root: isFolder ? dep : dirname(dep), entry };
};

const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

/** What is imported has to be in the fingerprint: files of the dep are, packages and other files are not. */
const within = (root: string): Plugin => ({
  name: 'within',
  setup: ({ onResolve }) => {
    onResolve({ filter: /.*/ }, ({ path, resolveDir, kind }) => {
      if (kind === 'entry-point' || (/^\.\.?\//.test(path) && isInside(root, join(resolveDir, path)))) return undefined;
      return {
        errors: [{ text: `"${path}" lies outside of the dep transforms: a transform imports only files of it` }],
      };
    });
  },
});

const described = ({ errors = [], message }: BuildFailure, file: string): string => {
  const [first] = errors;
  if (first === undefined) return `${file}: ${message}`;
  const { location, text } = first;
  return location === null ? `${file}: ${text}` : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
};
