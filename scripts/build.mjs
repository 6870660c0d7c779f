// Builds dist/: the command line and the stage host, each with what it imports in it, so that a start reads few files.
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { pack } from './pack.mjs';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
const common = {
  metafile: true,
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};
const packed = await pack(common);
const programs = await build({
  ...common,
  plugins: [packagesPacked(packed.files)],
  entryPoints: {
    stemma: 'src/cli/main.ts',
    'backend-trial': 'src/learn/backends/trial.ts',
    profile: 'src/learn/profile/program.ts',
    'find-row': 'src/learn/data/find-row/program.ts',
    'describe-model': 'src/learn/models/program.ts',
    serving: 'src/learn/serving/program.ts',
  },
  splitting: true,
  // jsonc-parser's CommonJS build hides its imports from a bundler; its ES modules do not.
  mainFields: ['module', 'main'],
  // Packages with native code, those that only some stages need, and one whose licence (GPL) is not ours stay where
  // npm puts them.
  external: ['canvas', 'esbuild', '@tensorflow/*', 'webgpu', 'fast-png', 'ro-crate'],
  // Beside the entries, so that what is addressed relative to a module lies where it does in src/.
  chunkNames: '[name]-[hash]',
});
// Each stage starts it: one file, and nothing that it does not need.
const host = await build({ ...common, entryPoints: { 'stage-host': 'src/run/stage-host.ts' } });
// A thread is started from files as they lie on the disk.
for (const name of ['hash-worker.mjs', 'hash-file.mjs']) copyFileSync(`src/fingerprint/${name}`, `dist/${name}`);
writeFileSync('dist/LICENSES.txt', licences([programs, host, packed.result]));
chmodSync('dist/stemma.js', 0o755);
writeFileSync('dist/.built', '');

/** Where a program imports one of them, it imports its file. */
function packagesPacked(files) {
  return {
    name: 'packages-packed',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^[@a-z]/ }, ({ path }) => {
        const file = files[path];
        return file === undefined ? undefined : { path: `./packed/${file}`, external: true };
      }),
  };
}

/** The licences of the packages that are bundled, with their notices, as each of them asks. */
function licences(builds) {
  const inputs = builds.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = new Set(inputs.flatMap((path) => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []));
  return [...packages].sort().map(noticeOf).join('\n');
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const files = readdirSync(folder).filter((entry) => /^(licen[cs]e|notice)/i.test(entry));
  const texts = files.sort().map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts, '-'.repeat(80)].join('\n\n');
}
