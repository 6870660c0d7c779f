import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** Of dozens of files: in one of them each takes Node a quarter of the time. */
const bundled = ['@duckdb/node-api', 'apache-arrow', 'vega', 'vega-lite'];
/** CommonJS in one large file: `import` looks through it for names first, which takes four times what `require` does. */
const required = ['core', 'layers', 'backend-cpu', 'backend-wasm', 'backend-webgpu'].map(
  (n) => `@tensorflow/tfjs-${n}`,
);

/**
 * Puts packages that take long to load into `dist/packed/`, a file each that is loaded sooner and exports the same.
 * `index.json` there names them as src/fingerprint/bundle.ts does. Returns the file of each package, and esbuild's result.
 */
export const pack = async (settings) => {
  mkdirSync('dist/packed');
  const files = Object.fromEntries([...bundled, ...required].map((name) => [name, fileOf(name)]));
  const result = await build({
    ...settings,
    entryPoints: bundled.map((name) => ({ in: name, out: files[name].replace(/\.mjs$/, '') })),
    outdir: 'dist/packed',
    outExtension: { '.js': '.mjs' },
    splitting: true,
    external: ['@duckdb/node-bindings', 'canvas'],
    plugins: [entriesNamed],
  });
  for (const name of required) {
    const load = `import { createRequire } from 'node:module';\nconst __package = createRequire(import.meta.url)('${name}');\n`;
    writeFileSync(`dist/packed/${files[name]}`, load + exportsOf(name));
  }
  const index = Object.entries(files).map(([name, file]) => [`pkg:${name}@${versionOf(name)}`, file]);
  writeFileSync('dist/packed/index.json', `${JSON.stringify(Object.fromEntries(index), null, 2)}\n`);
  return { files, result };
};

const fileOf = (name) => `${name.replace('/', '+')}-${versionOf(name)}.mjs`;

const versionOf = (name) => manifestOf(name).version;

const manifestOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));

const entriesNamed = {
  name: 'entries-named',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'entry-point' ? { path, namespace: 'entry' } : undefined));
    onLoad({ filter: /./, namespace: 'entry' }, ({ path }) => {
      const { type, module } = manifestOf(path);
      const named = () => `import * as __package from '${path}';\n${exportsOf(path)}`;
      const isModule = type === 'module' || module !== undefined;
      return { contents: isModule ? `export * from '${path}';` : named(), resolveDir: '.' };
    });
  },
};

/** Named one by one: of a CommonJS package neither a bundler nor a module that asks for it knows the names. */
function exportsOf(name) {
  const names = Object.keys(require(name)).filter((each) => each !== 'default');
  return `export const { ${names.join(', ')} } = __package;\n`;
}
