import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** Of dozens of files: one of them takes Node a quarter of the time. */
const bundled = ['@duckdb/node-api', 'apache-arrow'];
/** CommonJS in one large file: `import` looks through it for names first, which takes four times what `require` does. */
const required = ['core', 'layers', 'backend-cpu', 'backend-wasm', 'backend-webgpu'].map(
  (n) => `@tensorflow/tfjs-${n}`,
);

/**
 * Puts packages that take long to load into `dist/packed/`, a file each that is loaded sooner and exports the same.
 * `index.json` there names them as src/fingerprint/bundle.ts does. Returns the file of each package, and esbuild's results.
 */
export const pack = async (settings) => {
  mkdirSync('dist/packed');
  const files = Object.fromEntries([...bundled, ...required].map((name) => [name, fileOf(name)]));
  const builds = await Promise.all(
    bundled.map((name) =>
      build({
        ...settings,
        stdin: { contents: `import * as __package from '${name}';\n${exportsOf(name)}`, resolveDir: '.' },
        outdir: undefined,
        outfile: `dist/packed/${files[name]}`,
        external: ['@duckdb/node-bindings'],
      }),
    ),
  );
  for (const name of required) {
    const load = `import { createRequire } from 'node:module';\nconst __package = createRequire(import.meta.url)('${name}');\n`;
    writeFileSync(`dist/packed/${files[name]}`, load + exportsOf(name));
  }
  const index = Object.entries(files).map(([name, file]) => [`pkg:${name}@${versionOf(name)}`, file]);
  writeFileSync('dist/packed/index.json', `${JSON.stringify(Object.fromEntries(index), null, 2)}\n`);
  return { files, builds };
};

const fileOf = (name) => `${name.replace('/', '+')}-${versionOf(name)}.mjs`;

const versionOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;

/** Named one by one: of a CommonJS package neither a bundler nor a module that asks for it knows the names. */
const exportsOf = (name) => {
  const names = Object.keys(require(name)).filter((each) => each !== 'default');
  return `export const { ${names.join(', ')} } = __package;\n`;
};
