import { existsSync, readFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { isOurStage, packedPackages } from './packed.ts';

export interface Bundle {
  /** The program with packages written as `pkg:name@version/path`: the same on every machine. */
  readonly identity: string;
  /** The program with packages at their places on this machine, and a source map for stack traces. */
  readonly program: string;
  /** `name@version` of each package reached, and of all that those depend on, sorted. */
  readonly packages: readonly string[];
  /** Absolute paths of all that decides both: sources, and the package.json of each package reached. */
  readonly inputs: readonly string[];
}

/**
 * Bundles a stage's entry with all of the project's and Stemma's own files that it imports; packages stay outside.
 * Throws a `CodeProblem` with the place and the message of what does not compile.
 */
export const bundleStage = async (entry: string): Promise<Bundle> => {
  const packages = new Map<string, FoundPackage>();
  const packed = isOurStage(entry) ? packedPackages() : undefined;
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: 'external',
    // Node parses the map each time it loads the program, and the sources lie where they lay.
    sourcesContent: false,
    outfile: 'stage.mjs',
    logLevel: 'silent',
    plugins: [packagesOutside(packages)],
  }).catch((error: unknown) => {
    throw new CodeProblem(describe(error), filesIn(error, dirname(entry)));
  });
  const text = (end: string) => result.outputFiles.find(({ path }) => path.endsWith(end))!.text;
  const sources = Object.keys(result.metafile.inputs).map((path) => resolve(dirname(entry), path));
  const installed = closure([...packages.values()]);
  const ids = [...new Set(installed.values())].sort();
  return {
    identity: [text('.mjs'), ...ids].join('\n'),
    packages: ids,
    program: link(text('.mjs'), packages, packed?.urls) + inlineMap(text('.map'), entry),
    inputs: [...new Set([...sources, ...installed.keys(), ...settingsAbove(entry), ...(packed ? [packed.index] : [])])],
  };
};

/** Files that say how imports are resolved and code is compiled, whether they exist yet or not. */
const settingsAbove = (entry: string): string[] => {
  const folders: string[] = [];
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) folders.push(folder);
  return folders.flatMap((folder) => [join(folder, 'tsconfig.json'), join(folder, 'package.json')]);
};

/** A stage's code does not compile: the user's to mend. */
export class CodeProblem extends Error {
  override readonly name = 'CodeProblem';
  constructor(
    message: string,
    /** Absolute paths of the files that have to be mended. */
    readonly files: readonly string[],
  ) {
    super(message);
  }
}

interface FoundPackage {
  /** `name@version`. */
  readonly id: string;
  /** Address of the module, for the program. */
  readonly url: string;
  /** Absolute path of its package.json. */
  readonly manifest: string;
}

const packagesOutside = (packages: Map<string, FoundPackage>): Plugin => ({
  name: 'packages-outside',
  setup: (build) => {
    build.onResolve({ filter: /^[^./]/ }, async (args) => {
      if (args.kind === 'entry-point' || args.pluginData === asked || isBuiltin(args.path)) return undefined;
      const found = await build.resolve(args.path, { kind: args.kind, resolveDir: args.resolveDir, pluginData: asked });
      if (found.errors.length > 0 || found.external) return found;
      // Stemma's own library is source like the stage's: it belongs into the bundle, and so into the digest. So does
      // what stands in no node_modules, as an alias of tsconfig.json or a linked package: its version says nothing.
      const isSource = /^stemma(\/|$)/.test(args.path) || !found.path.split(sep).includes('node_modules');
      if (isSource) return { path: found.path };
      const target = { ...packageOf(found.path), url: pathToFileURL(found.path).href };
      const specifier = `pkg:${target.id}${args.path.slice(nameOf(args.path).length)}`;
      packages.set(specifier, target);
      return { path: specifier, external: true };
    });
  },
});

const asked = Symbol('asked');

const isBuiltin = (path: string): boolean => path.startsWith('node:') || builtins.has(path);
const builtins = new Set(builtinModules);

const nameOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const packageOf = (file: string): Omit<FoundPackage, 'url'> => {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    const found = existsSync(manifest) ? readManifest(manifest) : undefined;
    if (found?.name && found.version) return { id: `${found.name}@${found.version}`, manifest };
  }
  throw new Error(`no package.json with a name and a version stands above ${file}`);
};

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const readManifest = (file: string): Manifest => {
  try {
    return Object(JSON.parse(readFileSync(file, 'utf8'))) as Manifest;
  } catch (error) {
    throw new CodeProblem(`${file} cannot be read: ${(error as Error).message}`, [file]);
  }
};

/** The packages and all that they depend on, as they are installed: package.json → `name@version`. */
const closure = (packages: readonly FoundPackage[]): ReadonlyMap<string, string> => {
  const seen = new Map<string, string>();
  const visit = (manifest: string) => {
    if (seen.has(manifest)) return;
    const { name, version, dependencies, optionalDependencies } = readManifest(manifest);
    seen.set(manifest, `${name}@${version}`);
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = findManifest(dependency, manifest);
      if (found !== undefined) visit(found);
    }
  };
  for (const { manifest } of packages) visit(manifest);
  return seen;
};

/** Node's own rule: the nearest node_modules that holds the package. */
const findManifest = (name: string, from: string): string | undefined =>
  createRequire(from)
    .resolve.paths(name)
    ?.map((folder) => join(folder, name, 'package.json'))
    .find((file) => existsSync(file));

const link = (
  program: string,
  packages: ReadonlyMap<string, FoundPackage>,
  packed: Readonly<Record<string, string>> = {},
): string =>
  program.replace(/"(pkg:[^"]+)"/g, (whole, specifier: string) => {
    const found = packages.get(specifier);
    return found ? JSON.stringify(packed[specifier] ?? found.url) : whole;
  });

/** The map's sources are relative to the stage's folder, and the program will lie elsewhere. */
const inlineMap = (map: string, entry: string): string => {
  const rooted = JSON.stringify({ ...JSON.parse(map), sourceRoot: pathToFileURL(`${dirname(entry)}/`).href });
  return `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(rooted).toString('base64')}\n`;
};

const describe = (error: unknown): string => {
  const messages = (error as { errors?: { text: string; location?: Location | null }[] }).errors;
  if (messages === undefined) return String(error);
  return messages.map(({ text, location }) => (location ? `${place(location)}: ${text}` : text)).join('\n');
};

const filesIn = (error: unknown, folder: string): string[] => {
  const { errors = [] } = error as { errors?: readonly { readonly location?: Location | null }[] };
  return errors.flatMap(({ location }) => (location ? [resolve(folder, location.file)] : []));
};

interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const place = ({ file, line, column }: Location): string => `${file}:${line}:${column + 1}`;
