import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateValidators, paramsFolder } from '../../scripts/generate-validators.mjs';

const root = join(import.meta.dirname, '../..');

it('what is generated is in step with its sources: `npm run generate` would change nothing', async () => {
  const files = await generateValidators();
  for (const [path, text] of Object.entries(files)) {
    expect(readFileSync(join(root, path), 'utf8') === text, `${path} is out of date`).toBe(true);
  }
  const beside = readdirSync(join(root, paramsFolder)).map((name) => `${paramsFolder}/${name}`);
  expect(beside.filter((path) => !(path in files))).toEqual([]);
});
