// Builds dist/: the command line and the stage host, each with what it imports in it, so that a start reads few files.
import { copyFileSync, chmodSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { stemma: 'src/cli/main.ts', 'stage-host': 'src/run/stage-host.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // jsonc-parser's CommonJS build hides its imports from a bundler; its ES modules do not.
  mainFields: ['module', 'main'],
  minifyWhitespace: true,
  minifySyntax: true,
  // Packages with native code, and those that only some stages need, stay where npm puts them.
  external: ['esbuild', '@duckdb/node-api', '@tensorflow/*', 'fast-png'],
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  // Beside the entries, so that what is addressed relative to a module lies where it does in src/.
  chunkNames: '[name]-[hash]',
  logLevel: "warning",
});
copyFileSync('src/fingerprint/hash-worker.mjs', 'dist/hash-worker.mjs');
chmodSync('dist/stemma.js', 0o755);
writeFileSync('dist/.built', '');
